"""Set up the mailboxes that are fetched and the addresses that are ours; operators and our programs do."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from cpm.channels.loopback import is_loopback
from cpm.channels.mail.addresses import plain_address
from cpm.commands import administering, audit, checks
from cpm.errors import Conflict, Invalid, NotFound
from cpm.model import Afterwards, MailAddress, Mailbox, Security, Unfetched
from cpm.queries import startable
from cpm.uow import UnitOfWork

PORTS = {Security.TLS: 993, Security.STARTTLS: 143, Security.NONE: 143}
SHORTEST, LONGEST = 10, 86_400  #: seconds between two looks
_NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")
_MOST_DAYS = 3_650


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a mailbox is to be like."""

    host: str
    user: str
    process: str
    security: Security = Security.TLS
    port: int | None = None  #: None: as usual for this security
    folder: str = "INBOX"
    every: int = 60  #: seconds
    idle: bool = True
    afterwards: Afterwards = Afterwards.SEEN
    move_to: str = ""
    keep_days: int = 0
    reads_from: datetime | None = None
    addresses: Sequence[str] = ()


def add(uow: UnitOfWork, name: str, wanted: Wanted) -> Mailbox:
    """A new mailbox; Conflict if there is one of this name."""
    if _named(uow, name) is not None:
        raise Conflict(
            f"Expected a name that no mailbox has, but there is a mailbox {name}",
            de=f"Ein Postfach {name} gibt es schon.",
        )
    return put(uow, name, wanted)


def put(uow: UnitOfWork, name: str, wanted: Wanted) -> Mailbox:
    """A new mailbox, or new settings for one that is there. Of another account or folder everything is read anew."""
    administering.must_be_allowed(uow)
    _check(uow, name, wanted)
    found = _named(uow, name)
    box = found or Mailbox(name=name, last_uid=0, settled_uid=0, failures=0, waiting=0)
    place = (wanted.host, wanted.user, wanted.folder)
    if found is not None and (box.host, box.user, box.folder) != place:
        _forget(uow, box)
    box.host, box.user, box.folder = place
    box.security, box.port = wanted.security, wanted.port or PORTS[wanted.security]
    box.process, box.every, box.idle = wanted.process, wanted.every, wanted.idle
    box.afterwards, box.move_to = wanted.afterwards, wanted.move_to.strip() or None
    box.keep_days, box.reads_from = wanted.keep_days, wanted.reads_from
    box.due_at, box.token, box.leased_until = uow.now, None, None
    uow.session.add(box)
    uow.session.flush()
    _put_addresses(uow, box, wanted.addresses)
    audit.record(
        uow,
        "mailbox.put",
        mailbox=name,
        user_name=box.user,
        host=box.host,
        folder=box.folder,
        process=box.process,
    )
    return box


def pause(uow: UnitOfWork, name: str, *, why: str) -> Mailbox:
    """Nothing is fetched any more; what comes meanwhile lies on the server."""
    administering.must_be_allowed(uow)
    box = named(uow, name)
    box.move("pause")
    box.why = checks.plain_text("why", why, longest=500)
    box.token, box.leased_until = None, None
    audit.record(uow, "mailbox.paused", mailbox=name, why=box.why)
    return box


def resume(uow: UnitOfWork, name: str) -> Mailbox:
    administering.must_be_allowed(uow)
    box = named(uow, name)
    box.move("resume")
    box.why, box.due_at, box.failures = None, uow.now, 0
    audit.record(uow, "mailbox.resumed", mailbox=name)
    return box


def remove(uow: UnitOfWork, name: str) -> Mailbox:
    """It is fetched no more, and its addresses are not ours any more; what came from it stays."""
    administering.must_be_allowed(uow)
    box = named(uow, name)
    uow.session.execute(delete(MailAddress).where(MailAddress.mailbox_id == box.id))
    uow.session.execute(delete(Unfetched).where(Unfetched.mailbox_id == box.id))
    uow.session.delete(box)
    audit.record(uow, "mailbox.removed", mailbox=name)
    return box


def ask_again(uow: UnitOfWork, unfetched_id: int) -> Unfetched:
    """A message that would not come is tried again at once."""
    administering.must_be_allowed(uow)
    found = uow.get(Unfetched, unfetched_id)
    found.due_at = found.mailbox.due_at = uow.now
    audit.record(uow, "mailbox.asked_again", mailbox=found.mailbox.name, uid=found.uid)
    return found


def put_address(uow: UnitOfWork, address: str, *, process: str) -> MailAddress:
    """Mail that is handed over to this address (SMTP, LMTP) begins this process."""
    administering.must_be_allowed(uow)
    _check_process(uow, process)
    key = _address(address)
    row = uow.session.get(MailAddress, key) or MailAddress(address=key)
    row.process = process
    uow.session.add(row)
    audit.record(uow, "mail_address.put", address=key, process=process)
    return row


def remove_address(uow: UnitOfWork, address: str) -> MailAddress:
    administering.must_be_allowed(uow)
    row = uow.get(MailAddress, plain_address(address))
    uow.session.delete(row)
    audit.record(uow, "mail_address.removed", address=row.address)
    return row


def named(uow: UnitOfWork, name: str) -> Mailbox:
    if (found := _named(uow, name)) is None:
        raise NotFound(
            f"Expected to find mailbox {name}, but there is none", de=f"Das Postfach {name} gibt es nicht."
        )
    return found


def _named(uow: UnitOfWork, name: str) -> Mailbox | None:
    return uow.session.scalar(select(Mailbox).where(Mailbox.name == name))


def _forget(uow: UnitOfWork, box: Mailbox) -> None:
    """How far we had read somewhere else."""
    box.uid_validity, box.last_uid, box.settled_uid, box.waiting, box.waiting_since = None, 0, 0, 0, None
    uow.session.execute(delete(Unfetched).where(Unfetched.mailbox_id == box.id))


def _put_addresses(uow: UnitOfWork, box: Mailbox, addresses: Sequence[str]) -> None:
    uow.session.execute(delete(MailAddress).where(MailAddress.mailbox_id == box.id))
    for address in dict.fromkeys(map(_address, addresses)):
        if uow.session.get(MailAddress, address) is not None:
            raise Conflict(
                f"Expected an address of this mailbox alone, but {address} belongs to another place already",
                de=f"Die Adresse {address} gehört schon zu einem anderen Eingang.",
            )
        uow.session.add(MailAddress(address=address, process=box.process, mailbox_id=box.id))


def _check(uow: UnitOfWork, name: str, wanted: Wanted) -> None:
    _must(
        bool(_NAME.fullmatch(name)),
        "name",
        f"a mailbox's name of 2 to 40 letters, digits or _ in lower case, but got {name!r:.60}",
        "Der Name eines Postfachs hat 2 bis 40 Kleinbuchstaben, Ziffern oder _.",
    )
    for field in ("host", "user", "folder"):
        checks.plain_text(field, getattr(wanted, field), longest=200)
    _must(
        wanted.security != Security.NONE or is_loopback(wanted.host),
        "security",
        f"an encrypted connection to {wanted.host}, but security is none: only this machine is reached so",
        "Ohne Verschlüsselung geht es nur zu diesem Rechner selbst.",
    )
    _must(wanted.port is None or 0 < wanted.port < 65_536, "port", "a port", "Das ist kein Port.")
    _must(
        SHORTEST <= wanted.every <= LONGEST,
        "every",
        f"{SHORTEST} to {LONGEST} seconds between two looks, but got {wanted.every}",
        f"Zwischen zwei Abrufen liegen {SHORTEST} bis {LONGEST} Sekunden.",
    )
    _must(
        0 <= wanted.keep_days <= _MOST_DAYS,
        "keep_days",
        f"0 to {_MOST_DAYS} days, but got {wanted.keep_days}",
        f"Das sind 0 bis {_MOST_DAYS} Tage.",
    )
    _must(
        wanted.afterwards != Afterwards.MOVE or wanted.move_to.strip() not in {"", wanted.folder},
        "move_to",
        "another folder to move fetched mail to, but none is named",
        "Bitte einen anderen Ordner nennen, in den Abgeholtes kommt.",
    )
    _check_process(uow, wanted.process)


def _check_process(uow: UnitOfWork, process: str) -> None:
    known = {bundle.key for bundle in startable.bundles(uow)}
    _must(
        process in known,
        "process",
        f"a process that is in force and may begin so, but {process!r:.60} is none",
        "Diesen Prozess gibt es nicht, oder er ist nicht in Kraft.",
    )


def _must(fits: bool, name: str, expected: str, german: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not fits:
        raise Invalid(
            f"Expected {expected}", [(name, "does not fit")], de=german, problems_de=[(name, german)]
        )


def _address(address: str) -> str:
    plain = plain_address(address)
    _must(
        bool(re.fullmatch(r"[^\s@<>]+@[^\s@<>]+", plain)) and len(plain) <= 254,
        "addresses",
        f"an address like service@example.com, but got {address!r:.80}",
        f"{address:.80} ist keine Mailadresse.",
    )
    return plain
