"""What people of us noted about a customer, the newest first."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from cpm.model import Customer, CustomerNote, Role, User
from cpm.uow import UnitOfWork

_LONGEST = 50  #: notes on a page


@dataclass(frozen=True, slots=True)
class Line:
    id: int
    at: datetime
    author: str  #: by name
    text: str
    rev: int
    changed_at: datetime | None
    gone: bool  #: it was taken back
    may_change: bool


@dataclass(frozen=True, slots=True)
class Notes:
    lines: tuple[Line, ...]  #: newest first
    newest: bool  #: none is newer than these
    older: int | None  #: `before` of the next page; None: that is all

    @property
    def count(self) -> int:
        return sum(not line.gone for line in self.lines)

    def changeable(self, note_id: int | None) -> bool:
        """Whether it is among these, and the reader may change it."""
        return any(line.id == note_id and line.may_change for line in self.lines)


def of_customer(
    look: UnitOfWork, customer: Customer, *, before: int | None = None, holding: int | None = None
) -> Notes:
    """One statement; the caller has looked whether the reader may see the customer. `before` a note: older ones.

    `holding` a note: that one and older ones, if it is not among the newest.
    """
    found = _page(look, customer, before)
    if holding is None or any(line.id == holding for line in found.lines):
        return found
    return _page(look, customer, holding, with_it=True)


def _page(look: UnitOfWork, customer: Customer, before: int | None, *, with_it: bool = False) -> Notes:
    query = (
        select(CustomerNote, User.name)
        .join(User, User.login == CustomerNote.author)
        .where(CustomerNote.customer_id == customer.id)
        .order_by(CustomerNote.at.desc(), CustomerNote.id.desc())
        .limit(_LONGEST + 1)
    )
    if before is not None:
        mark = aliased(CustomerNote)
        of = mark.id == before, mark.customer_id == customer.id
        at = select(mark.at).where(*of).scalar_subquery()
        same = and_(CustomerNote.at == at, CustomerNote.id < before + with_it)
        query = query.where(or_(CustomerNote.at < at, same))
    rows = look.session.execute(query).all()
    me = look.acting()
    lines = tuple(_line(note, name, me) for note, name in rows[:_LONGEST])
    return Notes(lines, before is None, lines[-1].id if len(rows) > _LONGEST else None)


def one(look: UnitOfWork, note: CustomerNote) -> Line:
    return _line(note, look.person(note.author).name, look.acting())


def _line(note: CustomerNote, author: str, me: User | None) -> Line:
    ours = me is not None and (note.author == me.login or Role.SUPERVISOR in me.roles)
    return Line(
        id=note.id,
        at=note.at,
        author=author,
        text=note.text,
        rev=note.rev,
        changed_at=note.changed_at,
        gone=note.taken_back_at is not None,
        may_change=ours and note.taken_back_at is None,
    )
