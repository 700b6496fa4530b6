"""Who decides by what they have looked at is told if the case has moved on since; what is only said about it moves nothing."""

from sqlalchemy import exists, select

from cpm.errors import Conflict
from cpm.model import Case, Event
from cpm.uow import UnitOfWork

#: Entries of the journal by which a case is as it was: no preview tells anything of them.
_ASIDE = frozenset({"comment.added", "comment.taken_back"})


def must_be_as_looked_at(uow: UnitOfWork, case: Case, seen: int | None) -> None:
    """`seen` is the case's revision then. Before anything is recorded; the case is locked. Costs a statement if it was another."""
    if seen is None or seen == case.rev:
        return
    since = Event.case_id == case.id, Event.seq > seen, Event.what.not_in(sorted(_ASIDE))
    if not 0 <= seen <= case.rev or uow.session.scalar(select(exists().where(*since))):
        raise Conflict(
            f"Expected case {case.number} to be as it was looked at, but it has moved on since",
            de="Im Vorgang ist seit der Vorschau etwas geschehen. Bitte noch einmal ansehen.",
        )
