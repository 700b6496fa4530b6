"""Public forms as their visitors see them, and as those who look after them do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from cpm.channels import message_ids
from cpm.errors import Invalid, NotFound
from cpm.forms import Form
from cpm.library import Bundle
from cpm.model import Case, Definition, FormEntry, PublicForm
from cpm.queries import lookups, startable, wording
from cpm.queries.startable import Startable
from cpm.uow import UnitOfWork

#: The property of a process that names its web form.
PROPERTY = "cpm:webform"

_COUNTED = timedelta(days=30)
_WORDS = ("title", "intro", "thanks")


@dataclass(frozen=True, slots=True)
class FormPage:
    form: Form
    title: str
    intro: str
    fields: tuple[Mapping[str, Any], ...]  #: as `Form.present` gives them


@dataclass(frozen=True, slots=True)
class Receipt:
    """What somebody is told who sent a message: nothing that they did not know or make."""

    title: str
    thanks: str
    number: str | None  #: of the case
    token: str | None  #: lets its owner write to the case again


@dataclass(frozen=True, slots=True)
class FormLine:
    key: str
    process: str
    name: str
    active: bool
    created_at: datetime
    created_by: str
    messages: int  #: of the last 30 days
    trapped: int  #: of machines, in the same time


def at(uow: UnitOfWork, key: str) -> PublicForm:
    """The form at this address, if it is open."""
    found = uow.session.scalar(select(PublicForm).where(PublicForm.key == key, PublicForm.active))
    if found is None:
        raise _nothing_here()
    return found


def _nothing_here() -> NotFound:
    """For customers, so it says nothing of keys and processes."""
    return NotFound(
        "There is no form at this address. Perhaps the link is incomplete, or the form is closed.",
        de="Unter dieser Adresse gibt es kein Formular. Vielleicht ist der Link unvollständig oder das Formular"
        " geschlossen.",
    )


def form_of(uow: UnitOfWork, process: str) -> tuple[Form, Bundle] | None:
    """The web form that the process's version in force names, with that version."""
    newest = select(Definition.id).where(Definition.key == process).order_by(Definition.version.desc())
    if (definition := uow.session.scalar(newest.limit(1))) is None:
        return None
    bundle = uow.library.bundle(uow.session, definition, keep=definition not in uow.deployed)
    form = bundle.forms.get(bundle.program.properties.get(PROPERTY, ""))
    return None if form is None else (form, bundle)


def in_force(uow: UnitOfWork, key: str) -> tuple[PublicForm, Form, Bundle]:
    """What is behind an address; NotFound if it is closed, or the process has no web form any more."""
    public = at(uow, key)
    if (found := form_of(uow, public.process)) is None:
        raise _nothing_here()
    return public, *found


def page(uow: UnitOfWork, key: str, language: str, typed: Mapping[str, Any] | None = None) -> FormPage:
    _, form, bundle = in_force(uow, key)
    looking = lookups.of_public(uow, language)
    fields = form.present({}, typed, now=uow.local_now, language=language, lookups=looking)
    title, intro, _ = words(bundle, language)
    return FormPage(form, title, intro, tuple(fields))


def problems(
    uow: UnitOfWork, key: str, language: str, typed: Mapping[str, Any]
) -> tuple[tuple[str, str], ...]:
    """What would speak against sending this, by field."""
    _, form, _ = in_force(uow, key)
    try:
        form.validate(
            typed, {}, now=uow.local_now, language=language, lookups=lookups.of_public(uow, language)
        )
    except Invalid as refused:
        return refused.faults(language)
    return ()


def words(bundle: Bundle, language: str) -> tuple[str, str, str]:
    """Title, introduction and thanks, by the texts of the process (`[webform]`)."""
    said = bundle.texts.get(language, {}).get("webform", {})
    title, intro, thanks = (str(said.get(word, "")) for word in _WORDS)
    return title or wording.process_name(bundle, language), intro, thanks


def continued(uow: UnitOfWork, key: str, token: str) -> Case:
    """The case that a secret link leads to; nothing of it is to be shown but its number."""
    public = at(uow, key)
    case_id = message_ids.read(uow.settings.secret, token)
    case = None if case_id is None else uow.session.get(Case, case_id)
    if case is None or case.process != public.process:
        raise NotFound(
            "This link leads to no case. Please check that it is complete, or answer one of our e-mails.",
            de="Dieser Link führt zu keinem Vorgang. Bitte prüfen Sie, ob er vollständig ist, oder antworten Sie"
            " auf eine unserer E-Mails.",
        )
    return case


def token_of(uow: UnitOfWork, case: Case) -> str:
    """The secret part of the link: the case's signature as our Message-IDs carry it, so the same proof."""
    return message_ids.make(uow.settings.secret, "", case.id, PROPERTY).strip("<>@")


def receipt(uow: UnitOfWork, key: str, entry_id: int | None, language: str) -> Receipt:
    _, _, bundle = in_force(uow, key)
    title, _, thanks = words(bundle, language)
    case = None if entry_id is None else _case(uow, key, entry_id)
    number = None if case is None else case.number
    return Receipt(title, thanks, number, None if case is None else token_of(uow, case))


def lines(uow: UnitOfWork, language: str = "de") -> list[FormLine]:
    """All that there ever were, the newest first."""
    lately = FormEntry.at > uow.now - _COUNTED
    query = (
        select(
            PublicForm,
            func.count(FormEntry.id).filter(~FormEntry.trapped),
            func.count(FormEntry.id).filter(FormEntry.trapped),
        )
        .outerjoin(FormEntry, (FormEntry.form_id == PublicForm.id) & lately)
        .group_by(PublicForm.id)
        .order_by(PublicForm.id.desc())
    )
    return [_line(uow, *row, language) for row in uow.session.execute(query)]


def without_address(uow: UnitOfWork, language: str = "de") -> list[Startable]:
    """Processes with a web form that no open address leads to."""
    addressed = set(uow.session.scalars(select(PublicForm.process).where(PublicForm.active)))
    return [
        Startable(bundle.key, wording.process_name(bundle, language))
        for bundle in startable.bundles(uow)
        if PROPERTY in bundle.program.properties and bundle.key not in addressed
    ]


def _line(uow: UnitOfWork, public: PublicForm, messages: int, trapped: int, language: str) -> FormLine:
    found = form_of(uow, public.process)
    return FormLine(
        key=public.key,
        process=public.process,
        name=wording.process_name(found[1], language) if found else public.process,
        active=public.active,
        created_at=public.created_at,
        created_by=public.created_by,
        messages=messages,
        trapped=trapped,
    )


def _case(uow: UnitOfWork, key: str, entry_id: int) -> Case | None:
    """The case that the message is on now, if its sender may hear so."""
    entry = uow.session.get(FormEntry, entry_id)
    if entry is None or entry.form.key != key or entry.named_case or entry.arrival is None:
        return None
    filed = entry.arrival.interaction
    return filed.case if filed else None
