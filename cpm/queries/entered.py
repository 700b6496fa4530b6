"""What a person typed for a variable, as the value it means: a form's field takes it, else it is like the present one."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from cpm.errors import Invalid
from cpm.forms.field import Field
from cpm.forms.messages import Misfit
from cpm.forms.take import KINDS, take
from cpm.forms.words import Words
from cpm.library import Bundle
from cpm.model import Case, Incident
from cpm.queries import rows_as_text, said_times, variables
from cpm.uow import UnitOfWork

#: As a form takes it, too.
_SAID = {"date": said_times.day_written_out, "datetime": said_times.written_out}
_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "checkbox"),
    (Decimal, "number"),
    (datetime, "datetime"),
    (date, "date"),
)


def for_incident(
    uow: UnitOfWork, incident_id: int, typed: Mapping[str, str], language: str
) -> dict[str, Any]:
    """Invalid names what does not fit; a name that nothing is known of is a text."""
    case = uow.get(Incident, incident_id).case
    return values(uow, case, typed, language)


def values(uow: UnitOfWork, case: Case, typed: Mapping[str, str], language: str) -> dict[str, Any]:
    known, fields = variables.of_case(uow, case), form_fields(uow.bundle(case))
    lists = rows_as_text.lists(uow.bundle(case))
    taken: dict[str, Any] = {}
    problems: list[tuple[str, str]] = []
    for name, text in typed.items():
        if name in lists:
            try:
                taken[name] = rows_as_text.read(uow, case, lists[name], text, known=known, language=language)
            except Invalid as refused:
                problems += [(name, sentence) for _, sentence in refused.faults(language)]
            continue
        field = fields.get(name) or like(name, known.get(name))
        try:
            taken[name] = _read(uow, field, text, language) if field else text
        except Misfit as misfit:
            assert field is not None, "only a field refuses"
            problems.append((name, misfit.sentence(field.label(language), language)))
    if problems:
        raise Invalid("Expected values that fit, but some do not", problems)
    return taken


def _read(uow: UnitOfWork, field: Field, text: str, language: str) -> Any:
    said = _SAID.get(field.kind)
    meant = said(text, uow.local_now, language) if said else text
    return take(meant, field, field.options, language, uow.settings.zone)


def form_fields(bundle: Bundle) -> dict[str, Field]:
    """By key, those that are typed as they are and whose choices do not depend on anything."""
    return {
        field.key: field
        for form in bundle.forms.values()
        for field in form.fields
        if field.choose is None and field.kind in KINDS
    }


def like(name: str, value: object) -> Field | None:
    """A field that takes values like this one; None for texts, and for what no field takes."""
    kind = next((kind for of_type, kind in _KINDS if isinstance(value, of_type)), None)
    return None if kind is None else Field(key=name, kind=kind, words=Words(name, name))


def moment(
    uow: UnitOfWork, name: str, text: str, language: str, *, beside: Mapping[str, str] = MappingProxyType({})
) -> datetime:
    """A day and perhaps a time, by the clocks of the office; without one it is when people begin to work.

    Of the texts `beside` it, all asked for, Invalid names the empty ones too, so that nobody is told of them one by one.
    """
    field = Field(key=name, kind="datetime", words=Words(name, name))
    given = _taken(uow, field, said_times.written_out(text, uow.local_now, language, to_come=True), language)
    if not isinstance(given, datetime):
        raise _no_moment(name, [key for key, said in beside.items() if not said.strip()])
    return given


def _taken(uow: UnitOfWork, field: Field, text: str, language: str) -> object:
    """A moment, or None for what is none."""
    with contextlib.suppress(Misfit):
        return take(text, field, (), language, uow.settings.zone)
    with contextlib.suppress(Misfit):
        day = take(text, replace(field, kind="date"), (), language, uow.settings.zone)
        if isinstance(day, date):
            return datetime.combine(day, said_times.MORNING, uow.settings.zone)
    return None


def _no_moment(name: str, empty: Sequence[str]) -> Invalid:
    return Invalid(
        "Expected a day and a time like 2026-12-01 09:00, tomorrow 9:00 or in 2 hours, but it is none",
        [
            *((key, "Please enter something.") for key in empty),
            (name, "Enter a day and a time, like 2026-12-01 09:00, tomorrow 9:00 or in 2 hours."),
        ],
        de="Das ist kein Zeitpunkt.",
        problems_de=[
            *((key, "Bitte etwas eingeben.") for key in empty),
            (name, "Bitte Tag und Uhrzeit eingeben, etwa 01.12.2026 09:00, morgen 9 Uhr oder in 2 Stunden."),
        ],
    )
