"""Teams: what they are called, when they work, and when they may go."""

import re

from sqlalchemy import and_, delete, or_, select

from cpm.commands import administering, audit, checks
from cpm.errors import Invalid, WrongState
from cpm.model import Candidate, CandidateKind, Case, Incident, Membership, SavedView, Task, Team
from cpm.uow import UnitOfWork

_KEY = re.compile(r"[a-z][a-z0-9_-]{1,39}")


def add_team(uow: UnitOfWork, key: str, *, name_de: str, name_en: str, calendar: str) -> Team:
    """A new team, or new names and calendar for one that is there."""
    administering.must_be_allowed(uow)
    if not _KEY.fullmatch(key):
        raise Invalid(
            f"Expected a team's key of 2 to 40 letters, digits or dashes in lower case, but got {key!r}",
            [("key", "does not fit")],
            de="Der Schlüssel eines Teams hat 2 bis 40 Kleinbuchstaben, Ziffern oder Striche.",
        )
    if calendar not in uow.library.calendars.each:
        there = ", ".join(sorted(uow.library.calendars.each))
        raise Invalid(
            f"Expected one of the calendars {there}, but got {calendar!r}",
            [("calendar", f"must be one of the calendars {there}")],
            de=f"Diesen Kalender gibt es nicht, sondern nur {there}.",
        )
    team = uow.session.get(Team, key) or Team(key=key)
    team.name_de, team.name_en = checks.plain_text("name_de", name_de), checks.plain_text("name_en", name_en)
    team.calendar = calendar
    uow.session.add(team)
    audit.record(uow, "team.put", team=key, name=name_de, calendar=calendar)
    return team


def to_take_over(uow: UnitOfWork, key: str, *, what: str) -> Team:
    """The team of this key, for `what` is wanted of it; Invalid if there is none."""
    found = uow.session.get(Team, key) if key else None
    if found is None:
        raise Invalid(
            f"Expected a team to {what}, but {key!r:.60} is none",
            [("team", "Please name the team that is to take it.")],
            de="Das Team fehlt.",
            problems_de=[("team", "Bitte das Team angeben, das es übernehmen soll.")],
        )
    return found


def remove_team(uow: UnitOfWork, key: str) -> Team:
    """Only one that has never had work: its name stands in the history of cases. Its members lose it, and what is shared with it goes."""
    administering.must_be_allowed(uow)
    team = uow.get(Team, key)
    if what := _work_of(uow, key):
        raise WrongState(
            f"Expected a team without work to be removed, but {key} has or had {what}",
            de=f"Das Team {key} hat Arbeit oder hatte welche und kann deshalb nicht gelöscht werden.",
        )
    uow.session.execute(delete(Membership).where(Membership.team == key))
    uow.session.execute(delete(SavedView).where(SavedView.team == key))
    uow.session.delete(team)
    audit.record(uow, "team.removed", team=key, name=team.name_de)
    return team


def _work_of(uow: UnitOfWork, key: str) -> str | None:
    candidate = (Candidate.kind == CandidateKind.TEAM, Candidate.name == key)
    for what, query in (
        ("tasks", select(Task.id).where(or_(Task.team == key, Task.candidates.any(and_(*candidate))))),
        ("cases", select(Case.id).where(Case.team == key)),
        ("exceptions", select(Incident.id).where(Incident.team == key)),
    ):
        if uow.session.scalar(query.limit(1)) is not None:
            return what
    return None
