"""A form as plain data for a terminal or a template, without a word of HTML."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from cpm.forms.asking import Facts
from cpm.forms.constraints import is_empty
from cpm.forms.field import PLACEHOLDER, Component, Field, Group, Note
from cpm.forms.layout import widths
from cpm.forms.show import show
from cpm.forms.situation import Situation, hides
from cpm.forms.take.texts import visible


def present(components: Iterable[Component], situation: Situation, language: str) -> list[dict[str, object]]:
    """The components that show; see Form.present. A rule that runs away only makes the page plainer."""
    calm = replace(situation, facts=replace(situation.facts, forgiving=True))
    return _all(components, calm, language)


def _all(components: Iterable[Component], situation: Situation, language: str) -> list[dict[str, object]]:
    shown = [component for component in components if not hides(component, situation.facts)]
    places = widths([component.layout for component in shown])
    return [
        _component(component, situation, language) | {"columns": columns, "first": first}
        for component, (columns, first) in zip(shown, places, strict=True)
    ]


def _component(component: Component, situation: Situation, language: str) -> dict[str, object]:
    match component:
        case Field():
            return _field(component, situation, language)
        case Group(id=key, words=words, components=inner):
            components = _all(inner, situation, language)
            return {"key": key, "kind": "group", "label": words.of(language), "components": components}
        case Note(id=key, kind=kind):
            return {"key": key, "kind": kind, **_words(component, situation.facts, language)}


def _field(field: Field, situation: Situation, language: str) -> dict[str, object]:
    facts = situation.facts
    value = situation.clean[field.key]
    untouched = is_empty(value) and field.key not in situation.given
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
        "shown": _shown(field, situation, dict(options), language),
        "prefill": facts.text(field.prefill) if untouched else None,
        "min": facts.bound(field.limits.minimum),
        "max": facts.bound(field.limits.maximum),
        "min_length": field.limits.min_length,
        "max_length": field.limits.max_length,
        "digits": field.limits.digits,
        "form": field.limits.form,
        "autocomplete": field.autocomplete,
    }


def _shown(field: Field, situation: Situation, labels: Mapping[str, str], language: str) -> str:
    """The value as text; what does not fit stays as it was given, so that nobody types it twice."""
    raw = situation.raw[field.key]
    if field.key in situation.misfits and isinstance(raw, str):
        return visible(raw)
    value = situation.clean[field.key]
    if labels:
        chosen = value if isinstance(value, list) else [value]
        return ", ".join(labels.get(item, item) for item in chosen if isinstance(item, str))
    return visible(show(value, language, situation.facts.zone))


def _words(note: Note, facts: Facts, language: str) -> dict[str, object]:
    """The text as it reads; and, if it may be marked up, the designer's text apart from what fills it."""
    if note.computed is not None:
        return {"label": visible(show(facts.ask(note.computed), language, facts.zone))}
    text = note.words.of(language)
    names = {match[1] for match in PLACEHOLDER.finditer(text)}
    filled = {name: visible(show(facts.values.get(name), language, facts.zone)) for name in sorted(names)}
    label = PLACEHOLDER.sub(lambda match: filled[match[1]], text)
    return {"label": label, "text": text, "filled": filled}
