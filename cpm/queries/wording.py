"""Texts of a process filled with what a case knows; what is missing shows as an ellipsis and never stops anybody."""

import logging
from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from cpm import writing
from cpm.forms import Field, Form
from cpm.forms.show_rows import show_field, show_rows
from cpm.library import Bundle

log = logging.getLogger(__name__)

MISSING = "…"


def filled(template: str, values: Mapping[str, Any], language: str, zone: tzinfo) -> str:
    return with_gaps(template, values, language, zone)[0]


def with_gaps(
    template: str, values: Mapping[str, Any], language: str, zone: tzinfo
) -> tuple[str, tuple[str, ...]]:
    """The text, and the names of the values that it needs and that are not there."""
    known = {name: value for name, value in values.items() if value is not None}
    try:
        blank = {name: writing.Blank(MISSING) for name in writing.placeholders(template) - known.keys()}
        text = writing.render(template, {**known, **blank}, language, zone).strip()
    except (
        writing.MissingPlaceholder,
        writing.TemplateFault,
    ):  # a part of a value, or an older release's text
        log.warning("text.unwritable")
        return MISSING, ()
    return text, tuple(sorted(name for name, gap in blank.items() if gap.used))


def spoken(values: Mapping[str, Any], forms: Mapping[str, Form], language: str) -> dict[str, Any]:
    """The values with codes replaced by what the forms call them, as in a list of ways to offer."""
    labels = option_labels(forms, language)
    return {
        name: [labels.get(item, item) if isinstance(item, str) else item for item in value]
        if isinstance(value, list)
        else value
        for name, value in values.items()
    }


def option_labels(forms: Mapping[str, Form], language: str) -> dict[str, str]:
    """Code to label, for codes that all forms call the same."""
    found: dict[str, set[str]] = {}
    for form in forms.values():
        for field in form.fields:
            for option in field.options:
                found.setdefault(option.value, set()).add(option.label(language))
    return {code: labels.pop() for code, labels in found.items() if len(labels) == 1}


def fields(bundle: Bundle) -> dict[str, Field]:
    """Variable to the field of a step that asks for it, of several the first by the name of its form; the public form speaks to the customer, not to us."""
    public = bundle.program.properties.get("cpm:webform")
    forms = [form for form in bundle.forms.values() if form.id != public]
    forms.sort(key=lambda form: form.id, reverse=True)
    return {field.key: field for form in forms for field in form.fields if field.words.de}


def answered(field: Field, value: Any, language: str, zone: tzinfo) -> str:
    """What stands in a field, as a person reads it: options by their labels; a browser's line ends count as ours."""
    if value is None or value == []:
        return ""
    if field.rows is not None:
        return show_rows(field, value, language, zone)
    if field.files is not None:
        return show_field(field, value, language, zone)
    labels = {option.value: option.label(language) for option in field.options}
    if isinstance(value, list):
        return ", ".join(labels.get(str(each), str(each)) for each in value)
    if isinstance(value, str):
        return labels.get(value, value).replace("\r\n", "\n")
    name = "amount" if field.unit == "EUR" else field.key
    return writing.written(value, language, zone, name=name)


def step_name(bundle: Bundle, element: str | None, language: str) -> str | None:
    """What a step is called: by the texts, else by the model."""
    if element is None:
        return None
    known = bundle.program.elements.get(element)
    return bundle.step_text(element, "name", language) or (known.name if known else None) or element


#: What an element without a name is, for somebody who never saw the model.
_KINDS = {
    "exclusiveGateway": ("Verzweigung", "branching"),
    "parallelGateway": ("Verzweigung oder Zusammenführung", "parting or joining"),
    "inclusiveGateway": ("Verzweigung oder Zusammenführung", "parting or joining"),
    "complexGateway": ("Verzweigung oder Zusammenführung", "parting or joining"),
    "eventBasedGateway": (
        "Warten auf das erste von mehreren Ereignissen",
        "waiting for the first of several events",
    ),
    "subProcess": ("Teilprozess", "subprocess"),
    "transaction": ("Teilprozess", "subprocess"),
    "adHocSubProcess": ("Teil mit freier Wahl", "part with a free choice"),
    "callActivity": ("aufgerufener Prozess", "called process"),
    "endEvent": ("Ende", "end"),
    "intermediateCatchEvent": ("Warten auf ein Ereignis", "waiting for an event"),
    "intermediateThrowEvent": ("Ereignis", "event"),
    "boundaryEvent": ("Ereignis", "event"),
    "startEvent": ("Beginn", "start"),
    "userTask": ("Aufgabe", "task"),
}
_STEP = ("automatischer Schritt", "automatic step")


def place_name(bundle: Bundle, element: str, language: str) -> str:
    """As `step_name`; one that has no name by its kind, with its id to tell it from others."""
    named = step_name(bundle, element, language) or element
    known = bundle.program.elements.get(element)
    if named != element or known is None:
        return named
    return f"{kind_name(known.kind, language)} ({element})"


def kind_name(kind: str, language: str) -> str:
    return _KINDS.get(kind, _STEP)[language == "en"]


def table_word(bundle: Bundle, table: str, key: str | None, language: str) -> str | None:
    """An entry of a flat table of the texts, such as an outcome; the key itself where there is none."""
    if key is None:
        return None
    return str(bundle.texts.get(language, {}).get(table, {}).get(key, key))


def process_name(bundle: Bundle, language: str) -> str:
    return str(bundle.texts.get(language, {}).get("process", {}).get("name") or bundle.program.name)
