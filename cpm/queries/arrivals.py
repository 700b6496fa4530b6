"""Messages as they came: what became of one, and which could not be filed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from cpm.errors import NotFound
from cpm.model import Arrival, ArrivalState, Interaction, RawMessage
from cpm.uow import UnitOfWork

_SHOWN = 8_000  # bytes
_PAGE = 50
_LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class ArrivalLine:
    id: int
    channel: str
    received: datetime
    mailbox: str | None  #: where it was fetched
    bytes: int
    cut: bool  #: only its beginning is kept
    state: str
    reason: str | None  #: why it is quarantined
    case: str | None
    automatic: str | None  #: why it is taken for a machine's mail
    repeated: bool  #: the same message had been filed before, by another arrival


@dataclass(frozen=True, slots=True)
class ArrivalView:
    arrival: ArrivalLine
    beginning: str  #: of the raw message; what is no UTF-8 is replaced


@dataclass(frozen=True, slots=True)
class Page:
    lines: tuple[ArrivalLine, ...]
    before: int | None  #: hand it in for the next page; None: this is the last


def page(uow: UnitOfWork, *, state: ArrivalState | None = None, before: int | None = None) -> Page:
    """The latest first."""
    query = _LINES.order_by(Arrival.id.desc()).limit(_PAGE + 1)
    if state is not None:
        query = query.where(Arrival.state == state)
    if before is not None:
        query = query.where(Arrival.id < min(max(before, 0), _LARGEST_ID))
    found = [_line(arrival) for arrival in uow.session.scalars(query)]
    return Page(tuple(found[:_PAGE]), found[_PAGE - 1].id if len(found) > _PAGE else None)


def quarantined(uow: UnitOfWork, *, limit: int | None = None) -> list[ArrivalLine]:
    """The oldest first."""
    query = _LINES.where(Arrival.state == ArrivalState.QUARANTINED).order_by(Arrival.id).limit(limit)
    return [_line(arrival) for arrival in uow.session.scalars(query)]


def one(uow: UnitOfWork, arrival_id: int) -> ArrivalLine:
    found = uow.session.scalars(_LINES.where(Arrival.id == arrival_id)).one_or_none()
    if found is None:
        raise NotFound(f"Expected to find message {arrival_id}, but there is none")
    return _line(found)


def view(uow: UnitOfWork, arrival_id: int) -> ArrivalView:
    line = one(uow, arrival_id)
    return ArrivalView(line, raw(uow, arrival_id)[:_SHOWN].decode("utf-8", "replace"))


def raw(uow: UnitOfWork, arrival_id: int) -> bytes:
    """As it came."""
    return uow.get(RawMessage, arrival_id).content


_LINES = select(Arrival).options(joinedload(Arrival.interaction).joinedload(Interaction.case))


def _line(arrival: Arrival) -> ArrivalLine:
    filed = arrival.interaction
    return ArrivalLine(
        id=arrival.id,
        channel=arrival.channel,
        received=arrival.received_at,
        mailbox=arrival.mailbox,
        bytes=arrival.size,
        cut=arrival.cut,
        state=arrival.state.value,
        reason=arrival.reason,
        case=filed.case.number if filed and filed.case else None,
        automatic=filed.automatic if filed else None,
        repeated=filed is not None and filed.at < arrival.received_at,
    )
