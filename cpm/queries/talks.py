"""Who calls: at whose desk it rings, who that may be, and what they have open. Of a talk those know at whose desk it rang."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from cpm.errors import NotFound
from cpm.model import (
    OPEN_TASKS,
    Case,
    CaseState,
    Customer,
    Direction,
    Identifier,
    Role,
    Talk,
    TalkRing,
    TalkState,
    Task,
    TaskState,
    User,
)
from cpm.model.talk import LONGEST, LONGEST_RINGING
from cpm.queries import access, inbox_rows, people
from cpm.queries.inbox_rows import Row
from cpm.queries.survivors import survivor
from cpm.uow import UnitOfWork

_MOST_CASES, _MOST_CUSTOMERS, _LATEST = 9, 8, 50
_MOST_CALLS = 10  #: on a customer's page


@dataclass(frozen=True, slots=True)
class OnDesk:
    """What the strip of every page says of a call."""

    id: int
    state: str
    outward: bool
    number: str  #: empty if it is withheld
    customer: str | None
    customer_id: int | None
    case: str | None  #: number of what it is about
    note: str
    awaits: bool  #: that case waits for the customer's word
    awaited: bool  #: and did so when the call came to be about it
    began_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Caller:
    """A customer who has the number."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Line:
    """A call in a list."""

    id: int
    at: datetime
    state: str
    outward: bool
    number: str
    customer: str | None
    who: str | None  #: of us, by name
    case: str | None  #: its number
    closed: bool


@dataclass(frozen=True, slots=True)
class Page:
    talk: OnDesk
    ended_at: datetime | None
    closed: bool
    customer_id: int | None
    callers: tuple[Caller, ...]  #: where several have the number, or nobody has said yet who of them it is
    cases: tuple[Row, ...]  #: open ones of the caller, the one that the call is about first
    holder: str | None  #: by name, if it is not the reader


def has_any(login: SQLColumnExpression[str]) -> ColumnElement[bool]:
    """Whether a call may stand on this person's desk, for a statement over people: `on_desk` looks how old it is."""
    return exists().where(TalkRing.login == login, TalkRing.live)


def on_desk(look: UnitOfWork, login: str) -> OnDesk | None:
    """The call that rings at this person's desk, or that they have to finish; the latest. One statement."""
    recent = or_(
        and_(Talk.state == TalkState.RINGING, Talk.began_at > look.now - LONGEST_RINGING),
        and_(Talk.state != TalkState.RINGING, Talk.began_at > look.now - LONGEST),
    )
    query = (
        select(Talk)
        .join(TalkRing, and_(TalkRing.talk_id == Talk.id, TalkRing.login == login, TalkRing.live))
        .where(recent)
        .options(joinedload(Talk.customer), joinedload(Talk.case))
        .order_by(Talk.id.desc())
        .limit(1)
    )
    talk = look.session.scalar(query)
    return None if talk is None else _shown(talk)


def page(look: UnitOfWork, talk_id: int, language: str) -> Page:
    talk = must_see(look, talk_id)
    customer = None if talk.customer is None else survivor(look, talk.customer)
    holder = talk.login if talk.login not in (None, look.actor) else None
    return Page(
        talk=_shown(talk),
        ended_at=talk.ended_at,
        closed=talk.closed_at is not None,
        customer_id=customer.id if customer else None,
        callers=() if customer else _callers(look, talk.number),
        cases=_cases(look, customer, talk, language) if customer else (),
        holder=None if holder is None else people.user_names(look).get(holder, holder),
    )


def lately(look: UnitOfWork) -> tuple[Line, ...]:
    """Calls at the reader's own desk, the newest first; without those about a case that is not theirs to see, or is no more."""
    rang = select(TalkRing.talk_id).where(TalkRing.login == look.actor)
    about = access.visible(look, select(Case.id).where(Case.id == Talk.case_id)).exists()
    theirs = or_(Talk.login == look.actor, Talk.id.in_(rang))
    return _lines(look, and_(theirs, or_(Talk.case_id.is_(None), about)))


def of_case(look: UnitOfWork, case: Case) -> tuple[Line, ...]:
    """The caller has looked whether the reader may see the case."""
    return _lines(look, Talk.case_id == case.id)


def of_customers(look: UnitOfWork, customers: Collection[int]) -> tuple[Line, ...]:
    """The latest calls with them that are the reader's to see."""
    user = look.user()
    about = access.visible(look, select(Case.id).where(Case.id == Talk.case_id)).exists()
    rang = Talk.id.in_(select(TalkRing.talk_id).where(TalkRing.login == user.login))
    free = Talk.case_id.is_(None) if Role.SUPERVISOR in user.roles else and_(Talk.case_id.is_(None), rang)
    theirs = or_(Talk.login == user.login, free, about)
    return _lines(look, and_(Talk.customer_id.in_(customers), theirs), most=_MOST_CALLS)


def must_see(look: UnitOfWork, talk_id: int) -> Talk:
    """NotFound if it is not the reader's to see; a colleague's desk hears nothing of a case that is not for them."""
    talk, user = look.session.get(Talk, talk_id), look.user()
    if talk is not None and _may_see(look, talk, user):
        return talk
    raise NotFound(
        f"Expected to find talk {talk_id}, but there is none",
        de="Dieses Gespräch gibt es nicht, oder Sie dürfen es nicht sehen.",
    )


def next_step(look: UnitOfWork, case_id: int) -> int | None:
    """The task of the case with which the reader goes on: one they hold, one they may take, one they have put aside."""
    user = look.user()
    tasks = select(Task).where(
        Task.case_id == case_id, Task.state.in_(OPEN_TASKS), Task.incident_id.is_(None)
    )
    theirs = [
        each
        for each in look.session.scalars(tasks)
        if each.assignee == user.login or (each.state == TaskState.READY and each.is_for(user))
    ]
    first = min(
        theirs, key=lambda each: (each.parked(look.now), each.assignee is None, each.id), default=None
    )
    return None if first is None else first.id


def _may_see(look: UnitOfWork, talk: Talk, user: User) -> bool:
    """Who has it on the desk; once it is about a case, who may see that; before, whoever it rang for, and who leads."""
    own = talk.login == user.login
    if own and talk.closed_at is None and talk.began_at > look.now - LONGEST:
        return True
    if talk.case is not None:
        return access.sees(look, talk.case)
    return (
        own or Role.SUPERVISOR in user.roles or look.session.get(TalkRing, (talk.id, user.login)) is not None
    )


def _shown(talk: Talk) -> OnDesk:
    return OnDesk(
        id=talk.id,
        state=talk.state.value,
        outward=talk.direction == Direction.OUT,
        number=talk.number,
        customer=talk.customer.name if talk.customer else None,
        customer_id=talk.customer_id,
        case=None if talk.case is None else talk.case.number,
        note=talk.note,
        awaits=talk.case is not None and talk.case.awaits_reply,
        awaited=talk.awaited,
        began_at=talk.began_at,
        answered_at=talk.answered_at,
    )


def _callers(look: UnitOfWork, number: str) -> tuple[Caller, ...]:
    if not number.startswith("+"):
        return ()
    having = (Identifier.kind == "phone") & (Identifier.value == number) & Identifier.valid_to.is_(None)
    known = select(Customer).join(Identifier, Identifier.customer_id == Customer.id).where(having)
    found = look.session.scalars(known.order_by(Customer.id).limit(_MOST_CUSTOMERS)).all()
    standing = {one.id: one for one in (survivor(look, each) for each in found)}
    return tuple(Caller(one.id, one.name) for one in standing.values())


def _cases(look: UnitOfWork, customer: Customer, talk: Talk, language: str) -> tuple[Row, ...]:
    """The one that the call is about, then what was touched last."""
    place = func.row_number().over(order_by=((Case.id != (talk.case_id or 0)), Case.id.desc()))
    theirs = select(Case.id, place.label("place")).where(
        Case.customer_id == customer.id, Case.state == CaseState.OPEN
    )
    picked = access.visible(look, theirs).order_by(place).limit(_MOST_CASES)
    return inbox_rows.rows(look, inbox_rows.query(picked, cases=True), language, cases=True)


def _lines(look: UnitOfWork, which: ColumnElement[bool], *, most: int = _LATEST) -> tuple[Line, ...]:
    whole = (joinedload(Talk.customer), joinedload(Talk.case))
    query = select(Talk).where(which).order_by(Talk.id.desc()).limit(most).options(*whole)
    found = look.session.scalars(query).all()
    names = people.user_names(look) if found else {}
    return tuple(
        Line(
            id=talk.id,
            at=talk.began_at,
            state=talk.state.value,
            outward=talk.direction == Direction.OUT,
            number=talk.number,
            customer=talk.customer.name if talk.customer else None,
            who=names.get(talk.login or "", talk.login),
            case=talk.case.number if talk.case else None,
            closed=talk.closed_at is not None,
        )
        for talk in found
    )
