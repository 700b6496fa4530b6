"""A form as plain data for a terminal or a template, without a word of HTML."""

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from cpm import writing
from cpm.forms.asking import Facts
from cpm.forms.constraints import is_empty
from cpm.forms.field import PLACEHOLDER, Component, Field, Group, Note, Rows
from cpm.forms.files import filed
from cpm.forms.layout import widths
from cpm.forms.lookups import Found
from cpm.forms.show import show
from cpm.forms.show_rows import show_field, show_rows
from cpm.forms.show_table import documents, table, table_of_rows
from cpm.forms.situation import Situation, hides
from cpm.forms.take.texts import visible

_SATURDAY = 5
_CLOCK = "14:30"


def present(components: Iterable[Component], situation: Situation, language: str) -> list[dict[str, object]]:
    """The components that show; see Form.present. A rule that runs away only makes the page plainer."""
    calm = replace(situation, facts=replace(situation.facts, forgiving=True))
    return _all(components, calm, language)


def _all(
    components: Iterable[Component], situation: Situation, language: str, *, brief: bool = False
) -> list[dict[str, object]]:
    """`brief`: without those that hold nothing."""
    shown = [
        component
        for component in components
        if not hides(component, situation.facts) and not _is_silent(component)
        if not (brief and _says_nothing(component, situation))
    ]
    places = widths([component.layout for component in shown])
    return [
        _component(component, situation, language) | {"columns": columns, "first": first}
        for component, (columns, first) in zip(shown, places, strict=True)
    ]


def _is_silent(component: Component) -> bool:
    """What is computed and has no name is for the process alone."""
    return isinstance(component, Field) and component.compute is not None and not component.words.de


def _says_nothing(component: Component, situation: Situation) -> bool:
    return isinstance(component, Field) and is_empty(situation.clean.get(component.key))


def _component(component: Component, situation: Situation, language: str) -> dict[str, object]:
    match component:
        case Field():
            return _field(component, situation, language)
        case Group(id=key, words=words, components=inner, summary=summary):
            components = _all(inner, situation, language, brief=summary)
            own = {"key": key, "kind": "group", "label": words.of(language), "components": components}
            return {**own, "summary": summary}
        case Note(id=key, kind="table"):
            return {"key": key, "kind": "table", **table(component, situation, language)}
        case Note(id=key, kind="documentPreview"):
            return {"key": key, "kind": "documents", **documents(component, situation, language)}
        case Note(id=key, kind=kind):
            return {"key": key, "kind": kind, **_words(component, situation, language)}


def _field(field: Field, situation: Situation, language: str) -> dict[str, object]:
    facts = situation.facts
    value = situation.clean[field.key]
    if field.rows is not None and field.key in situation.locked:
        return {"key": field.key, "kind": "table", **table_of_rows(field, field.rows, situation, language)}
    if field.rows is not None:
        return _list(field, field.rows, situation, language)
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
        "figure": field.figure,
        "autocomplete": field.autocomplete,
        **_example(field, facts, language),
        **_looked_up(field, situation),
        **_files(field, situation),
    }


def _example(field: Field, facts: Facts, language: str) -> dict[str, str]:
    """How a day or a time is typed: as the next working day, or as the last one where the field takes none to come."""
    if field.kind not in {"date", "time", "datetime"}:
        return {}
    ahead, back = (_working_day(facts, step) for step in (1, -1))
    past = _fits(field, back, facts) and not _fits(field, ahead, facts)
    day = show(back if past else ahead, language, facts.zone)
    return {"example": {"date": day, "time": _CLOCK, "datetime": f"{day} {_CLOCK}"}[field.kind]}


def _working_day(facts: Facts, step: int) -> date:
    days = (facts.now.date() + timedelta(days=number * step) for number in itertools.count(1))
    return next(day for day in days if day.weekday() < _SATURDAY)


def _fits(field: Field, day: date, facts: Facts) -> bool:
    """Of a day alone, by the field's own rule; one that asks for more may refuse it for another reason."""
    if field.check is None or field.kind != "date":
        return True
    return Facts({**facts.values, field.key: day}, facts.now, forgiving=True).holds(field.check)


def _looked_up(field: Field, situation: Situation) -> dict[str, object]:
    if field.lookup is None:
        return {}
    found = situation.found.get(field.key, Found())
    hits = [(hit.value, hit.text) for hit in found.hits]
    return {"lookup": field.lookup.source, "fill": dict(field.lookup.fill), "found": hits, "note": found.note}


def _files(field: Field, situation: Situation) -> dict[str, object]:
    if field.files is None:
        return {}
    held = situation.files.get(field.key) or tuple(filed(situation.clean[field.key]))
    options = [(file.number, visible(file.name)) for file in held]
    several = situation.facts.holds(field.files.several)
    return {"options": options, "accept": field.files.accept, "several": several}


def _list(field: Field, rows: Rows, situation: Situation, language: str) -> dict[str, object]:
    """The rows as they stand; one that was taken away keeps its place, with what was typed in it as `raw`."""
    there = itertools.count(1)
    return {
        "key": field.key,
        "kind": field.kind,
        "label": field.label(language),
        "help": field.help.of(language) if field.help else None,
        "asks": [each.key for each in rows.fields if each.compute is None],
        "movable": rows.movable,
        "min_rows": rows.least,
        "max_rows": rows.most,
        "value": situation.clean[field.key],
        "shown": show_rows(field, situation.clean[field.key], language, situation.facts.zone),
        "rows": [
            {
                "id": row.id,
                "gone": True,
                "fresh": row.fresh,
                "raw": {key: row.situation.raw[key] for key in row.situation.given},
            }
            if row.gone
            else {
                "id": row.id,
                "gone": False,
                "fresh": row.fresh,
                "number": next(there),
                "components": present(
                    rows.components, replace(row.situation, words=situation.words), language
                ),
            }
            for row in situation.rows.get(field.key, ())
        ],
    }


def _shown(field: Field, situation: Situation, labels: Mapping[str, str], language: str) -> str:
    """The value as text; what does not fit stays as it was given, so that nobody types it twice."""
    raw = situation.raw[field.key]
    if field.key in situation.misfits and isinstance(raw, str):
        return visible(raw)
    value = situation.clean[field.key]
    if field.key in situation.chosen:
        return visible(situation.chosen[field.key])
    if field.compute is not None or field.files or (field.key in situation.locked and not labels):
        return visible(show_field(field, value, language, situation.facts.zone))
    if labels:
        chosen = value if isinstance(value, list) else [value]
        return ", ".join(labels.get(item, item) for item in chosen if isinstance(item, str))
    return visible(show(value, language, situation.facts.zone))


def _words(note: Note, situation: Situation, language: str) -> dict[str, object]:
    """The text as it reads; and, if it may be marked up, the designer's text apart from what fills it."""
    facts = situation.facts
    if note.computed is not None:
        return {"label": visible(show(facts.ask(note.computed), language, facts.zone))}
    text = note.words.of(language)
    names = {match[1] for match in PLACEHOLDER.finditer(text)}
    filled = {name: visible(_told(name, situation, language)) for name in sorted(names)}
    label = PLACEHOLDER.sub(lambda match: filled[match[1]], text)
    return {"label": label, "text": text, "filled": filled}


def _told(name: str, situation: Situation, language: str) -> str:
    """A value in a sentence: codes in words, money and days as letters write them."""
    value = situation.facts.values.get(name)
    if value is None:
        return ""
    said = situation.words.get(f"{name}.{value}") if isinstance(value, str) else None
    return said or writing.written(value, language, situation.facts.zone, name=name)
