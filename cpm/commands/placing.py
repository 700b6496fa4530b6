"""Whose step it is: the people the model names, else the team that the rules name."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from cpm import bpmn
from cpm.commands import owning, steering
from cpm.commands.owning import Owner
from cpm.commands.steering import Assignment
from cpm.model import CandidateKind, Case, Team, User
from cpm.queries import four_eyes
from cpm.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Place:
    team: str
    priority: int
    steered: Assignment
    for_team: bool = True
    assignee: str | None = None
    candidates: tuple[tuple[CandidateKind, str], ...] = ()
    kept_for: str | None = None  #: who has the case, if they are there and of the team
    kept_until: datetime | None = None
    unknown: list[str] = field(default_factory=list)  #: what the model names and nobody knows


def place(uow: UnitOfWork, case: Case, need: bpmn.ForPeople, owner: Owner | None) -> Place:
    """The first group answers for the step; further groups and users may take it too.

    Without a group it is the team of assignment.dmn that answers for it; if the model names users only, nobody
    else of the team may take it. If it names nobody, the lane does: a team it is named after may take the step too.
    """
    steered = steering.assign(
        uow, case, need.element, need.visible, owner_available=None if owner is None else owner.available
    )
    unknown: list[str] = []
    groups = [key for key in need.groups if _known(uow, Team, key, unknown)]
    users = [login for login in need.users if _known(uow, User, login, unknown)]
    assignee = need.assignee if need.assignee and _known(uow, User, need.assignee, unknown) else None
    further = groups[1:] or _of_lane(uow, need, steered.team)
    others = [(CandidateKind.TEAM, key) for key in further] + [(CandidateKind.USER, login) for login in users]
    team = groups[0] if groups else steered.team
    until = None if assignee else owning.kept_until(uow, steered, team)
    # an approval is not kept for whose work it may be
    keeps = until is not None and four_eyes.of_element(uow, case, need.element) is None
    return Place(
        team=team,
        priority=steered.priority if need.priority is None else need.priority,
        steered=steered,
        for_team=bool(groups) or not users,
        assignee=assignee,
        candidates=tuple(others),
        kept_for=owner.login if keeps and owner and team in owner.teams else None,
        kept_until=until,
        unknown=unknown,
    )


def _of_lane(uow: UnitOfWork, need: bpmn.ForPeople, team: str) -> list[str]:
    """The team that the innermost lane is named after, by id or name; other lanes only draw (as in Camunda 8)."""
    if not need.lanes or need.groups or need.users or need.assignee or team in need.lanes:
        return []
    known = set(uow.session.scalars(select(Team.key).where(Team.key.in_(need.lanes))))
    return [name for name in need.lanes if name in known][:1]


def _known(uow: UnitOfWork, noun: type[Team | User], key: str, unknown: list[str]) -> bool:
    if uow.session.get(noun, key) is not None:
        return True
    unknown.append(f"{noun.__name__.lower()} {key!r}")
    return False
