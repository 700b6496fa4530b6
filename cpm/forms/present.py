"""A form as plain data for a terminal or a template, without a word of HTML."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from cpm.forms.asking import Facts
from cpm.forms.constraints import is_empty
from cpm.forms.field import PLACEHOLDER, Component, Field, Group, Note
from cpm.forms.show import show
from cpm.forms.situation import Situation, hides


def present(
    components: Iterable[Component], situation: Situation, typed: Mapping[str, object], language: str
) -> list[dict[str, object]]:
    """The components that show; see Form.present. A rule that runs away only makes the page plainer."""
    calm = replace(situation, facts=replace(situation.facts, forgiving=True))
    return _all(components, calm, typed, language)


def _all(
    components: Iterable[Component], situation: Situation, typed: Mapping[str, object], language: str
) -> list[dict[str, object]]:
    return [
        _component(component, situation, typed, language)
        for component in components
        if not hides(component, situation.facts)
    ]


def _component(
    component: Component, situation: Situation, typed: Mapping[str, object], language: str
) -> dict[str, object]:
    match component:
        case Field():
            return _field(component, situation, typed, language)
        case Group():
            return {
                "key": component.id,
                "kind": "group",
                "label": component.words.of(language),
                "components": _all(component.components, situation, typed, language),
            }
        case Note():
            return {
                "key": component.id,
                "kind": component.kind,
                "label": _words(component, situation.facts, language),
            }


def _field(
    field: Field, situation: Situation, typed: Mapping[str, object], language: str
) -> dict[str, object]:
    facts = situation.facts
    value = situation.clean[field.key]
    options = [(option.value, option.label(language)) for option in facts.options(field)]
    return {
        "key": field.key,
        "kind": field.kind,
        "label": field.label(language),
        "help": field.help.of(language) if field.help else None,
        "unit": field.unit,
        "required": field.required or facts.holds(field.required_if),
        "readonly": field.key in situation.locked,
        "options": options,
        "value": value,
        "shown": _shown(field, situation, typed, dict(options), language),
        "prefill": facts.text(field.prefill) if is_empty(value) else None,
        "min": facts.bound(field.limits.minimum),
        "max": facts.bound(field.limits.maximum),
        "min_length": field.limits.min_length,
        "max_length": field.limits.max_length,
        "digits": field.limits.digits,
    }


def _shown(
    field: Field,
    situation: Situation,
    typed: Mapping[str, object],
    labels: Mapping[str, str],
    language: str,
) -> str:
    """The value as text; what does not fit stays as it was typed, so that nobody types it twice."""
    given = typed.get(field.key)
    if field.key in situation.misfits and isinstance(given, str):
        return given
    value = situation.clean[field.key]
    chosen = value if isinstance(value, list) else [value]
    if labels:
        return ", ".join(labels.get(item, item) for item in chosen if isinstance(item, str))
    return show(value, language)


def _words(note: Note, facts: Facts, language: str) -> str:
    if note.computed is not None:
        return show(facts.ask(note.computed), language)
    return PLACEHOLDER.sub(lambda match: show(facts.values.get(match[1]), language), note.words.of(language))
