"""What others did in a case while somebody had its page open: the customer, or a colleague; not what follows by itself."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, or_, select

from cpm.model import Case, Comment, Event, User
from cpm.queries import latest
from cpm.queries.journal.story import BY_ITSELF
from cpm.queries.latest import Happened
from cpm.uow import UnitOfWork

_RECEIVED = "interaction.received"
_LONGEST = 120  #: characters of a comment


@dataclass(frozen=True, slots=True)
class Piece:
    words: str
    who: str | None  #: by name: the colleague; None: the customer
    task: int | None  #: that came to the reader by it, or went from them
    comment: Comment | None


def last(uow: UnitOfWork, case_id: int, entries: Collection[int], language: str) -> Piece | None:
    """The last of these entries of its journal that is news to the acting user; what they got or lost comes first."""
    by_a_colleague = and_(
        Event.actor != uow.actor, Event.what.not_in(sorted(BY_ITSELF)), User.login.is_not(None)
    )
    theirs = Event.case_id == case_id, Event.seq.in_(sorted(entries))
    query = select(Event, User.name).outerjoin(User, User.login == Event.actor)
    query = query.where(*theirs, or_(Event.what == _RECEIVED, by_a_colleague))
    found = uow.session.execute(query.order_by(Event.seq.desc())).all()
    if not found:
        return None
    event, who = next((each for each in found if _mine(uow, each[0])), found[0])
    comment = _comment(uow, event)
    if comment is not None:
        words = comment.text if len(comment.text) <= _LONGEST else f"{comment.text[:_LONGEST]}…"
    else:
        bundle = uow.bundle(uow.get(Case, case_id))
        words = latest.sentences(uow, [Happened(bundle, event.what, event.particulars)], language)[0]
    return Piece(words, who, int(event.particulars["task"]) if _mine(uow, event) else None, comment)


def _mine(uow: UnitOfWork, event: Event) -> bool:
    said = event.particulars
    return said.get("task") is not None and uow.actor in (
        said.get(who) for who in ("holder", "absent", "assignee")
    )


def _comment(uow: UnitOfWork, event: Event) -> Comment | None:
    """What was taken back since says nothing any more."""
    if event.what != "comment.added":
        return None
    found = uow.session.get(Comment, int(event.particulars["comment"]))
    return found if found is not None and found.taken_back_at is None else None
