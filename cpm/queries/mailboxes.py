"""Mailboxes for who watches over them: how each does, how far behind it is, and which of its messages would not come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from cpm.channels.mail.addresses import plain_address
from cpm.model import MailAddress, Mailbox, MailboxState, Unfetched
from cpm.uow import UnitOfWork

#: Nobody has looked for that long: is `cpm fetch` running?
_FORGOTTEN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class MailboxLine:
    name: str
    condition: str  #: ok | failing | paused | forgotten | new
    host: str
    user: str
    folder: str
    process: str
    why: str | None  #: what went wrong, or why it is paused
    since: datetime | None  #: it fails
    succeeded: datetime | None
    waiting: int  #: messages on the server that we do not have
    lag: timedelta | None  #: for how long the oldest of them has been there
    unfetched: int  #: messages that would not come


@dataclass(frozen=True, slots=True)
class UnfetchedLine:
    id: int
    uid: int
    reason: str
    attempts: int
    since: datetime
    due: datetime | None
    arrival: int | None


@dataclass(frozen=True, slots=True)
class MailboxView:
    line: MailboxLine
    port: int
    security: str
    every: int
    idle: bool
    afterwards: str
    move_to: str | None
    keep_days: int
    reads_from: datetime | None
    addresses: tuple[str, ...]
    due: datetime
    leased_by: str | None
    unfetched: tuple[UnfetchedLine, ...]


@dataclass(frozen=True, slots=True)
class AddressLine:
    address: str
    process: str
    mailbox: str | None


def lines(look: UnitOfWork, language: str) -> list[MailboxLine]:
    """By name."""
    missing = select(Unfetched.mailbox_id, func.count()).group_by(Unfetched.mailbox_id)
    counts = {row.mailbox_id: row[1] for row in look.session.execute(missing)}
    boxes = look.session.scalars(select(Mailbox).order_by(Mailbox.name))
    return [_line(look, box, counts.get(box.id, 0), language) for box in boxes]


def view(look: UnitOfWork, box: Mailbox, language: str) -> MailboxView:
    query = select(Unfetched).where(Unfetched.mailbox_id == box.id).order_by(Unfetched.uid)
    missing = look.session.scalars(query).all()
    ours = select(MailAddress.address).where(MailAddress.mailbox_id == box.id)
    return MailboxView(
        line=_line(look, box, len(missing), language),
        port=box.port,
        security=box.security.value,
        every=box.every,
        idle=box.idle,
        afterwards=box.afterwards.value,
        move_to=box.move_to,
        keep_days=box.keep_days,
        reads_from=box.reads_from,
        addresses=tuple(look.session.scalars(ours.order_by(MailAddress.address))),
        due=box.due_at,
        leased_by=box.leased_by if box.token else None,
        unfetched=tuple(
            UnfetchedLine(one.id, one.uid, one.reason, one.attempts, one.since, one.due_at, one.arrival_id)
            for one in missing
        ),
    )


def addresses(look: UnitOfWork) -> list[AddressLine]:
    """All that are ours."""
    query = select(MailAddress, Mailbox.name).outerjoin(Mailbox, Mailbox.id == MailAddress.mailbox_id)
    found = look.session.execute(query.order_by(MailAddress.address))
    return [AddressLine(one.address, one.process, name) for one, name in found]


def process_of(look: UnitOfWork, recipients: Sequence[str]) -> str | None:
    """The process that mail to these begins: that of the first which is ours; None if none is."""
    plain = list(dict.fromkeys(map(plain_address, recipients)))
    query = select(MailAddress).where(MailAddress.address.in_(plain))
    found = {one.address: one.process for one in look.session.scalars(query)}
    return next((found[address] for address in plain if address in found), None)


def our_addresses(look: UnitOfWork) -> tuple[str, ...]:
    """All that are ours, what our mail comes from among them."""
    known = look.session.scalars(select(MailAddress.address))
    return tuple({plain_address(look.settings.mail_from), *known})


def _line(look: UnitOfWork, box: Mailbox, missing: int, language: str) -> MailboxLine:
    failure = box.failure if language == "en" else box.failure_de
    return MailboxLine(
        name=box.name,
        condition=_condition(box, look.now),
        host=box.host,
        user=box.user,
        folder=box.folder,
        process=box.process,
        why=box.why if box.state == MailboxState.PAUSED else failure,
        since=box.failing_since,
        succeeded=box.succeeded_at,
        waiting=box.waiting,
        lag=look.now - box.waiting_since if box.waiting_since else None,
        unfetched=missing,
    )


def _condition(box: Mailbox, now: datetime) -> str:
    if box.state == MailboxState.PAUSED:
        return "paused"
    if now - max(box.due_at, box.leased_until or box.due_at) > _FORGOTTEN:
        return "forgotten"
    if box.failing_since is not None:
        return "failing"
    return "ok" if box.succeeded_at is not None else "new"
