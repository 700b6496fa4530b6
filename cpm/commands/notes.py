"""What reaches us without a mail: calls, letters, visits, chats, forms; noted by a person or sent by another system."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from textwrap import shorten
from typing import Any, Literal

from sqlalchemy import select

from cpm.channels import Inbound, language
from cpm.commands import checks, customers, identifiers, in_order, matching, once, receiving
from cpm.commands.customers import Facts
from cpm.errors import Conflict, Forbidden, Invalid, NotFound
from cpm.model import Case, CaseState, Customer, Interaction, Role
from cpm.queries import changeable, startable, wording
from cpm.uow import UnitOfWork

CHANNELS = ("phone", "letter", "visit", "chat", "email", "webform")
_LONGEST_SUBJECT, _LONGEST_TEXT, _LONGEST_ID = 255, 100_000, 200
_FIRST_WORDS = 80  #: characters of what was said, where no subject was given
_MAY_OPEN = frozenset({Role.AGENT, Role.SUPERVISOR})
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody told us, and how."""

    channel: str
    subject: str
    text: str
    unique_id: str | None = None  #: from where it comes; the same one again changes nothing
    language: Literal["de", "en"] | None = None  #: None: guessed from the text
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewCustomer:
    facts: Facts
    email: str = ""
    phone: str = ""


def receive(
    uow: UnitOfWork,
    said: Said,
    *,
    email: str = "",
    phone: str = "",
    name: str = "",
    process: str | None = None,
    case_id: int | None = None,
) -> Interaction:
    """File what another system sends: on the case it names or answers, else on a new one of this process.

    Conflict if the same unique id came before with something else. The caller says whether the sender may name the
    case.
    """
    senders = identifiers.kept(email=email, phone=phone)
    if not senders:
        raise _missing(
            "email", "Expected a sender with an e-mail address or a telephone number, but there is none"
        )
    inbound = _inbound(uow, said, senders[0][1], name)
    once.queue(uow, inbound.digest)
    if (seen := _seen(uow, inbound)) is not None:
        return seen
    case = uow.case(_survivor(uow, case_id)) if case_id is not None else matching.answered(uow, inbound)
    begins = _process(uow, process or (case.process if case else None))
    return receiving.receive(uow, inbound, process=begins, case=case)


def _survivor(uow: UnitOfWork, case_id: int) -> int:
    return in_order.survivor(uow, case_id) or case_id


def open_by_hand(
    uow: UnitOfWork,
    said: Said,
    *,
    process: str,
    customer: int | NewCustomer,
    data: Mapping[str, Any] = _NOTHING,
) -> Case:
    """Open a case for what a customer told an agent. The same unique id again is the same case.

    Without a subject it is called by the first words that were said, else by its process; which then also count as
    what was said.

    identifiers.Known if a new customer's address or number belongs to one who is known already.
    """
    if not _MAY_OPEN.intersection(uow.user().roles):
        raise Forbidden(
            f"Expected an agent or a supervisor to open a case, but {uow.actor} is neither",
            de="Vorgänge eröffnet nur, wer sie auch bearbeitet.",
        )
    digest = _digest(uow, said)
    once.queue(uow, digest)
    if (known := _filed_before(uow, digest)) is not None and known.case is not None:
        return known.case
    checks.together(
        lambda: _process(uow, process), lambda: _must_be_text(said), lambda: _must_fit(uow, customer)
    )
    given = _data(uow, process, data)
    who = _customer(uow, customer)
    inbound = _inbound(uow, _called(uow, said, process), _sender(customer, who), who.name)
    opened = receiving.begin(uow, who, inbound, digest, process, data=given).case_id
    return uow.get(Case, opened)


def filed_on(uow: UnitOfWork, said: Said) -> int | None:
    """The number of the case that what comes from there lies on; None if it came never before. Locks nothing."""
    known = select(Interaction.case_id).where(Interaction.message_key == _digest(uow, said))
    return uow.session.scalar(known)


def note_on(uow: UnitOfWork, case_id: int, said: Said) -> Interaction:
    """Put what the customer of an open case told an agent on it; its process hears it as it would a mail.

    Conflict if the case was closed meanwhile: it would become another case. The same unique id again changes nothing.
    """
    if not _MAY_OPEN.intersection(uow.user().roles):
        raise Forbidden(
            f"Expected an agent or a supervisor to note what a customer said, but {uow.actor} is neither",
            de="Was Kunden sagen, hält nur fest, wer ihre Vorgänge auch bearbeitet.",
        )
    digest = _digest(uow, said)
    once.queue(uow, digest)
    if (known := _filed_before(uow, digest)) is not None:
        return known
    case = uow.case(case_id)
    if case.state != CaseState.OPEN:
        raise Conflict(
            f"Expected {case.number} to be open, but it is closed",
            de=f"{case.number} ist inzwischen abgeschlossen.",
        )
    said = replace(said, subject=said.subject.strip() or _first_words(said.text))
    inbound = _inbound(uow, said, case.customer.name, case.customer.name)
    return receiving.receive(uow, inbound, process=case.process, case=case)


def _called(uow: UnitOfWork, said: Said, process: str) -> Said:
    """Whoever has a customer on the telephone need not type what we know."""
    bundle = next(bundle for bundle in startable.bundles(uow) if bundle.key == process)
    usual = wording.process_name(bundle, said.language or "de")
    subject = said.subject.strip() or _first_words(said.text) or usual
    return replace(said, subject=subject, text=said.text.strip() or subject)


def _first_words(text: str) -> str:
    lines = text.strip().splitlines()
    return shorten(lines[0], _FIRST_WORDS, placeholder="…") if lines else ""


def _must_be_text(said: Said) -> None:
    """It may still be empty."""
    checks.together(
        lambda: checks.plain_text("subject", said.subject, required=False, longest=_LONGEST_SUBJECT),
        lambda: checks.plain_text("text", said.text, required=False, longest=_LONGEST_TEXT),
    )


def _must_fit(uow: UnitOfWork, customer: int | NewCustomer) -> None:
    if not isinstance(customer, int):
        customers.must_fit(uow, customer.facts, email=customer.email, phone=customer.phone)


def _customer(uow: UnitOfWork, customer: int | NewCustomer) -> Customer:
    if isinstance(customer, int):
        return uow.get(Customer, customer)
    return customers.create(uow, customer.facts, email=customer.email, phone=customer.phone)


def _sender(customer: int | NewCustomer, who: Customer) -> str:
    """The number or address if it was given just now, else their name: it is what the journal shows."""
    if isinstance(customer, int):
        return who.name
    addresses = dict(identifiers.kept(email=customer.email, phone=customer.phone))
    return addresses.get(identifiers.PHONE) or addresses.get(identifiers.EMAIL) or who.name


def _inbound(uow: UnitOfWork, said: Said, sender: str, name: str) -> Inbound:
    if said.channel not in CHANNELS:
        raise Invalid(
            f"Expected the channel to be one of {', '.join(CHANNELS)}, but it is {said.channel!r:.40}",
            [("channel", f"must be one of {', '.join(CHANNELS)}")],
            problems_de=[("channel", "Bitte einen der Wege wählen.")],
        )
    subject = checks.plain_text("subject", said.subject, longest=_LONGEST_SUBJECT)
    text = checks.plain_text("text", said.text, longest=_LONGEST_TEXT)
    return Inbound(
        channel=said.channel,
        message_id=None,
        digest=_digest(uow, said),
        sender=sender,
        sender_name=checks.plain_text("name", name, required=False, longest=_LONGEST_ID),
        recipients=(),
        subject=" ".join(subject.split()),
        text=text,
        full_text=text,
        sent_at=said.sent_at,
        references=(),
        automatic=None,
        language=said.language or language.guess(f"{subject}\n{text}"),
        attachments=(),
    )


def _digest(uow: UnitOfWork, said: Said) -> str:
    """Two senders may use the same ids; without an id each is a message of its own, down to the moment."""
    checks.plain_text("unique_id", said.unique_id or "", required=False, longest=_LONGEST_ID)
    key = said.unique_id or f"{uow.now.isoformat()}/{said.subject}/{said.text}"
    return hashlib.sha256(f"{uow.actor}\0{key}".encode()).hexdigest()


def _seen(uow: UnitOfWork, inbound: Inbound) -> Interaction | None:
    known = _filed_before(uow, inbound.digest)
    if known is not None and (known.sender, known.text) != (inbound.sender, inbound.full_text):
        raise Conflict(
            "Expected an id to stand for one message, but another came with it before",
            de="Unter dieser Kennung ist schon eine andere Nachricht eingegangen.",
        )
    return known


def _filed_before(uow: UnitOfWork, digest: str) -> Interaction | None:
    return uow.session.scalar(select(Interaction).where(Interaction.message_key == digest))


def _process(uow: UnitOfWork, process: str | None) -> str:
    if not process:
        raise Invalid(
            "Expected a process for a new case, but none is named",
            [("process", "Please choose what it is about.")],
            de="Für einen neuen Vorgang fehlt, worum es geht.",
            problems_de=[("process", "Bitte auswählen, worum es geht.")],
        )
    if process not in {bundle.key for bundle in startable.bundles(uow)}:
        raise NotFound(
            f"Expected a process that cases are opened with, but {process!r:.60} is none",
            de="Mit diesem Prozess lassen sich keine Vorgänge eröffnen.",
        )
    return process


def _data(uow: UnitOfWork, process: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """What may be said beforehand: neither what the engine knows itself nor what an approval stands on."""
    bundle = next(bundle for bundle in startable.bundles(uow) if bundle.key == process)
    fixed = changeable.locked_by(bundle)
    problems = [(name, "is the engine's own, or an approval stands on it") for name in data if name in fixed]
    if problems:
        german = [
            (name, "Das weiß das System selbst, oder eine Freigabe beruht darauf.") for name, _ in problems
        ]
        raise Invalid("Expected data that may be given, but some may not", problems, problems_de=german)
    return checks.values(data)


def _missing(name: str, message: str) -> Invalid:
    return Invalid(message, [(name, message)], problems_de=[(name, "Diese Angabe fehlt.")])
