"""Whose step it is: the people the model names, else the team that the rules name."""

from dataclasses import dataclass, field

from cpm import bpmn
from cpm.commands import steering
from cpm.commands.steering import Assignment
from cpm.model import Candidate, CandidateKind, Case, Team, User
from cpm.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Place:
    team: str
    priority: int
    steered: Assignment
    for_team: bool = True
    assignee: str | None = None
    candidates: tuple[Candidate, ...] = ()
    unknown: list[str] = field(default_factory=list)  #: what the model names and nobody knows


def place(uow: UnitOfWork, case: Case, need: bpmn.UserTask) -> Place:
    """The first group answers for the step; further groups and users may take it too.

    Without a group it is the team of assignment.dmn that answers for it; if the model names users only, nobody
    else of the team may take it.
    """
    steered = steering.assign(uow, case, need.element, need.visible)
    unknown: list[str] = []
    groups = [key for key in need.groups if _known(uow, Team, key, unknown)]
    users = [login for login in need.users if _known(uow, User, login, unknown)]
    assignee = need.assignee if need.assignee and _known(uow, User, need.assignee, unknown) else None
    others = [Candidate(kind=CandidateKind.TEAM, name=key) for key in groups[1:]]
    others += [Candidate(kind=CandidateKind.USER, name=login) for login in users]
    return Place(
        team=groups[0] if groups else steered.team,
        priority=steered.priority if need.priority is None else need.priority,
        steered=steered,
        for_team=bool(groups) or not users,
        assignee=assignee,
        candidates=tuple(others),
        unknown=unknown,
    )


def _known(uow: UnitOfWork, noun: type[Team | User], key: str, unknown: list[str]) -> bool:
    if uow.session.get(noun, key) is not None:
        return True
    unknown.append(f"{noun.__name__.lower()} {key!r}")
    return False
