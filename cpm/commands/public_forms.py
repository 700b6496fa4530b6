"""Public addresses of web forms, and what strangers send from there: each page once, and not too many."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select

from cpm.channels import Language, webform
from cpm.commands import audit, interactions, matching, once, webforms
from cpm.commands.administering import is_program
from cpm.commands.sign_in_brakes import network
from cpm.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from cpm.forms import Form
from cpm.model import FormEntry, Identifier, PublicForm, Role
from cpm.queries import lookups, public_forms
from cpm.uow import UnitOfWork

#: More from one network address are no person, not even one with several concerns: how many, and within what time.
BRAKES = ((6, timedelta(minutes=15)), (30, timedelta(days=1)))
#: How long we remember what was sent; longer than any page is taken.
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Sent:
    """A page that came back."""

    form: str  #: the key in its address
    page: str  #: its own, no other has it
    address: str  #: of the network it came from
    language: Language


def add(uow: UnitOfWork, process: str) -> PublicForm:
    """An address for the process's web form; the one it has, if it has one that is open."""
    _must_be_allowed(uow)
    if public_forms.form_of(uow, process) is None:
        raise Invalid(
            f"Expected process {process} to be in force and to name a web form ({public_forms.PROPERTY}), but it is not so",
            de=f"Der Prozess {process} ist nicht in Kraft oder nennt kein Webformular ({public_forms.PROPERTY}).",
        )
    known = select(PublicForm).where(PublicForm.process == process, PublicForm.active)
    if (found := uow.session.scalar(known.order_by(PublicForm.id).limit(1))) is not None:
        return found
    made = PublicForm(
        key=secrets.token_hex(12), process=process, active=True, created_at=uow.now, created_by=uow.actor
    )
    uow.session.add(made)
    uow.session.flush()
    audit.record(uow, "webform.opened", process=process, form=made.key)
    return made


def close(uow: UnitOfWork, key: str) -> PublicForm:
    """Nobody gets in there any more, and links to cases end; those who wrote are answered as before."""
    _must_be_allowed(uow)
    found = public_forms.at(uow, key)
    found.active = False
    audit.record(uow, "webform.closed", process=found.process, form=key)
    return found


def accept(
    uow: UnitOfWork, sent: Sent, typed: Mapping[str, object], *, asked: frozenset[str] | None = None
) -> FormEntry:
    """Store a message of the form; a job files it, or whoever calls `file` first. The same again changes nothing.

    Invalid names each field that does not fit. Conflict: the page came before, with something else in it. TooMany
    says when the next message is welcome.
    """
    public, form, bundle = public_forms.in_force(uow, sent.form)
    looking = lookups.of_public(uow, sent.language)
    values = form.validate(typed, {}, now=uow.local_now, language=sent.language, asked=asked, lookups=looking)
    webforms.check(form, values, sent.language)
    raw = webforms.message(
        form,
        bundle.program,
        values,
        page=sent.page,
        title=public_forms.words(bundle, sent.language)[0],
        language=sent.language,
        zone=uow.settings.zone,
    )
    return _entered(uow, sent, public, raw, named_case=_names_case(values))


def _names_case(values: Mapping[str, object]) -> bool:
    """Whether a case is named, wherever it counts: then its sender is told nothing that might not be theirs."""
    return bool(values.get("case_no")) or any(matching.named_in(str(values.get("subject") or "")))


def go_on(uow: UnitOfWork, sent: Sent, token: str, form: Form, typed: Mapping[str, object]) -> FormEntry:
    """Store a further message on the case that the secret link leads to: the link is proof, as a reply is.

    The form asks for a `text`. Refusals are those of `accept`.
    """
    public, case = public_forms.at(uow, sent.form), public_forms.continued(uow, sent.form, token)
    said = str(form.validate(typed, {}, now=uow.local_now, language=sent.language)["text"])
    known = select(Identifier.value).where(
        Identifier.customer_id == case.customer_id, Identifier.kind == "email"
    )
    if (address := uow.session.scalar(known.order_by(Identifier.id).limit(1))) is None:
        raise NotFound("Expected a customer who can be written to, but this one has no address any more")
    raw = webform.pack(
        page=sent.page,
        sender=address,
        name="",
        subject=f"Re: {case.subject}",
        text=said,
        full_text=said,
        language=sent.language,
        references=[f"<{token}@{uow.settings.mail_domain}>"],
        data={},
    )
    return _entered(uow, sent, public, raw)


def trap(uow: UnitOfWork, sent: Sent) -> FormEntry:
    """Count a page that a machine filled in; what it says is not kept."""
    return _entered(uow, sent, public_forms.at(uow, sent.form), None)


def file(uow: UnitOfWork, entry_id: int) -> None:
    """File the message, unless a worker was faster; what cannot be filed is quarantined."""
    entry = uow.get(FormEntry, entry_id)
    if entry.arrival_id is not None:
        interactions.file(uow, entry.arrival_id)


def _entered(
    uow: UnitOfWork, sent: Sent, public: PublicForm, raw: bytes | None, *, named_case: bool = False
) -> FormEntry:
    if (seen := _seen(uow, sent, raw)) is not None:
        return seen
    source = _source(uow, sent.address)
    _brake(uow, source)
    uow.session.execute(delete(FormEntry).where(FormEntry.at <= uow.now - KEPT))
    arrival = raw and interactions.store(uow, raw, process=public.process, channel=webform.CHANNEL)
    entry = FormEntry(
        form_id=public.id,
        page=sent.page,
        source=source,
        trapped=raw is None,
        named_case=named_case,
        arrival_id=arrival.id if arrival else None,
        at=uow.now,
    )
    uow.session.add(entry)
    uow.session.flush()
    return entry


def _seen(uow: UnitOfWork, sent: Sent, raw: bytes | None) -> FormEntry | None:
    """What the page brought when it came before; whoever sends it at this moment comes after us."""
    once.queue(uow, f"page {sent.page}")
    found = uow.session.scalar(select(FormEntry).where(FormEntry.page == sent.page))
    if found is None or raw is None or found.arrival is None:
        return found
    if found.arrival.digest != hashlib.sha256(raw).hexdigest():
        raise Conflict(
            "This page was sent before, with something else in it. If this is a further message, please send it again.",
            de="Diese Seite wurde schon einmal abgesandt, mit anderem Inhalt. "
            "Ist das eine weitere Nachricht, senden Sie bitte noch einmal ab.",
        )
    return found


def _brake(uow: UnitOfWork, source: str) -> None:
    for most, within in BRAKES:
        lately = (FormEntry.source == source, FormEntry.at > uow.now - within)
        count, oldest = uow.session.execute(select(func.count(), func.min(FormEntry.at)).where(*lately)).one()
        if count >= most:
            after = int((oldest + within - uow.now).total_seconds()) + 1
            raise TooMany(
                "Very many messages came from here just now. Please send yours again later.",
                after=after,
                de="Von hier kamen gerade sehr viele Nachrichten. Bitte später noch einmal absenden.",
            )


def _must_be_allowed(uow: UnitOfWork) -> None:
    if not is_program(uow) and {Role.DESIGNER, Role.OPERATOR}.isdisjoint(uow.user().roles):
        raise Forbidden(
            f"Expected a designer or an operator to open and close web forms, but {uow.actor} is neither",
            de="Das dürfen nur Personen mit der Rolle Entwurf oder Betrieb.",
        )


def _source(uow: UnitOfWork, address: str) -> str:
    """The address as we keep it: enough to count, too little to know whose it is."""
    return hmac.digest(uow.settings.secret, f"web form {network(address)}".encode(), hashlib.sha256).hex()[
        :32
    ]
