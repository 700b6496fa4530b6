"""What a remedy lets somebody enter: each variable with its name, its kind, and what stands in it now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from cpm.forms.field import Field
from cpm.forms.show import show
from cpm.model import ErpFinding, Incident, Remedy
from cpm.queries import changeable, drift, entered, rows_as_text
from cpm.queries.journal import names as naming
from cpm.uow import UnitOfWork

_SIDES = {
    drift.THEIRS: ("die des ERP: hier übernehmen", "that of the ERP: take it over here"),
    drift.OURS: ("unsere: ins ERP schreiben", "ours: write it to the ERP"),
}
#: Their values are lists, which nobody types in one line.
_LISTS = frozenset({"checklist", "taglist", "filepicker"})
_LONG = 80  # characters; longer texts get several lines


@dataclass(frozen=True, slots=True)
class RemedyField:
    name: str
    label: str
    kind: str  #: line | lines | choice
    shown: str  #: the present value as one would type it
    options: tuple[tuple[str, str], ...] = ()  #: of a choice: value and label


def fields(uow: UnitOfWork, incident: Incident, remedy: Remedy, language: str) -> tuple[RemedyField, ...]:
    """To correct: what the step reads. To supply: what it would have brought."""
    if remedy == Remedy.CORRECT and (finding := drift.finding_of(uow, incident)) is not None:
        return (_sides(finding, language),)
    known, names = changeable.known(uow, incident), naming.names(uow, incident.case, language)
    of_forms = entered.form_fields(uow.bundle(incident.case))
    lists = rows_as_text.lists(uow.bundle(incident.case))
    found = []
    for name in sorted(_names(uow, incident, remedy), key=lambda name: names.label(name).casefold()):
        value = known.get(name)
        field = of_forms.get(name) or entered.like(name, value)
        if name in lists:
            text = rows_as_text.written(lists[name], value, language, uow.settings.zone)
            found.append(RemedyField(name, names.label(name), "lines", text))
        elif not isinstance(value, list | dict) and (field is None or field.kind not in _LISTS):
            text = show(value, language, uow.settings.zone)
            found.append(_field(name, names.label(name), text, field, language))
    return tuple(found)


def data(
    uow: UnitOfWork, incident: Incident, remedy: Remedy, typed: Mapping[str, str], language: str
) -> dict[str, Any]:
    """What of it is new: a value that was left as it stood is not put right. Invalid names what does not fit."""
    known, zone = changeable.known(uow, incident), uow.settings.zone
    lists = rows_as_text.lists(uow.bundle(incident.case))

    def before(name: str) -> str:
        if name in lists:
            return rows_as_text.written(lists[name], known.get(name), language, zone)
        return show(known.get(name), language, zone)

    new = {
        name: text
        for name, text in typed.items()
        if (
            text.strip()
            if remedy == Remedy.SUPPLY and name not in lists
            else _plain(text) != _plain(before(name))
        )
    }
    return entered.values(uow, incident.case, new, language)


def _names(uow: UnitOfWork, incident: Incident, remedy: Remedy) -> frozenset[str]:
    match remedy:
        case Remedy.CORRECT:
            return changeable.correctable(uow, incident)
        case Remedy.SUPPLY:
            return changeable.results(uow, incident) - changeable.locked(uow, incident.case)
    return frozenset()


def _field(name: str, label: str, shown: str, field: Field | None, language: str) -> RemedyField:
    if field is not None and field.options:
        options = tuple((option.value, option.label(language)) for option in field.options)
        return RemedyField(name, label, "choice", shown, options)
    if field is not None and field.kind == "checkbox":
        options = tuple((word, word) for word in (show(True, language, UTC), show(False, language, UTC)))
        return RemedyField(name, label, "choice", shown, options)
    several = len(shown) > _LONG or "\n" in shown or (field is not None and field.kind == "textarea")
    return RemedyField(name, label, "lines" if several else "line", shown)


def _sides(finding: ErpFinding, language: str) -> RemedyField:
    english = language == "en"
    label = "Which side counts" if english else "Welche Seite gilt"
    options = tuple((each, _SIDES[each][english]) for each in drift.whose(finding))
    return RemedyField(drift.KEEP, label, "choice", "", options)


def _plain(text: str) -> str:
    """Browsers end lines in their own way."""
    return text.replace("\r\n", "\n").strip()
