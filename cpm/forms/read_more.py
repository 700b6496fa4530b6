"""Reads what is more than one input: lists of rows and computed fields; and looks that what fills or computes stands in order."""

from collections.abc import Sequence

from cpm.forms.field import Component, Field, Limits, Rows
from cpm.forms.read_field import bilingual, no_stray_cpm, read_help, read_key
from cpm.forms.read_shown import is_true
from cpm.forms.rows import MOST
from cpm.forms.source import Findings, Source, whole_german
from cpm.forms.take.numbers import AFTER
from cpm.forms.words import Words
from rules.feel import Expression

#: Rows that a list takes if its designer says nothing.
_USUAL = 50
_CENTS = 2

_Hides = tuple[Expression, ...]


def read_list(source: Source, hides: _Hides, components: tuple[Component, ...]) -> Field:
    """A dynamiclist of form-js, whose components have been read."""
    source.ignore("showOutline", "verticalAlignment", "nonCollapsedItems", "disableCollapse")
    if source.raw("isRepeating") is False:
        source.complain(
            "isRepeating",
            "true, because a list has rows",
            "it is not",
            "hier steht true, weil eine Liste Zeilen hat",
        )
    properties = source.part("properties")
    label = source.text("label") or ""
    if not label:
        source.complain(
            "label",
            "a text that tells people what the rows are",
            "there is none",
            "es fehlt der Text, der sagt, was die Zeilen sind",
        )
    field = Field(
        key=read_key(source, "path"),
        kind="dynamiclist",
        words=bilingual(label, properties.text("cpm:label.en")),
        help=read_help(source, properties),
        hides=hides,
        check=properties.feel("cpm:check", marked=False),
        check_words=properties.sentence("cpm:check"),
        rows=_rows(source, properties, components),
    )
    no_stray_cpm(properties)
    return field


def _rows(source: Source, properties: Source, components: tuple[Component, ...]) -> Rows:
    least, most = _count(properties, "cpm:minRows"), _count(properties, "cpm:maxRows")
    first = source.whole("defaultRepetitions", MOST)
    rows = Rows(
        components,
        least=least or 0,
        most=_USUAL if most is None else most,
        first=1 if first is None else first,
        movable=source.flag("allowAddRemove"),
        carried=tuple(
            each.strip() for each in (properties.text("cpm:carry") or "").split(",") if each.strip()
        ),
    )
    if set(rows.carried) - {each.key for each in rows.fields if each.compute is None}:
        properties.complain(
            "cpm:carry",
            "fields of the list that people fill in, such as wanted_on",
            "it is not",
            "hier stehen Felder der Liste, die jemand ausfüllt, etwa wanted_on",
        )
    if rows.least > rows.most:
        properties.complain(
            "cpm:minRows", "at most cpm:maxRows", "it is more", "das ist mehr als cpm:maxRows"
        )
    if rows.first > rows.most:
        source.complain(
            "defaultRepetitions", "at most cpm:maxRows", "it is more", "das ist mehr als cpm:maxRows"
        )
    if not rows.fields:
        source.complain(
            "components", "the fields of a row", "there are none", "es fehlen die Felder einer Zeile"
        )
    return rows


def _count(properties: Source, key: str) -> int | None:
    """The Modeler's custom properties are texts."""
    text = properties.text(key)
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(MOST)) and int(text) <= MOST):
        properties.complain(key, f"a whole number from 0 to {MOST}", "it is not", whole_german(MOST))
        return None
    return int(text)


def read_computed(source: Source, hides: _Hides) -> Field:
    """An expression of form-js, whose editor gives it no label: with one it is shown."""
    properties = source.part("properties")
    if (source.text("computeOn") or "change") not in {"change", "presubmit"}:
        source.complain("computeOn", "change or presubmit", "it is not", "es gibt change und presubmit")
    compute = source.feel("expression")
    if not (source.text("expression") or "").strip():
        source.complain(
            "expression",
            "what the field is computed by",
            "there is nothing",
            "es fehlt, woraus sich das Feld berechnet",
        )
    unit, figure = properties.text("cpm:unit"), is_true(properties, "cpm:figure")
    words = properties.sentence("cpm:label", source.text("label") or None) or Words("", "")
    if figure and not words.de:
        properties.complain(
            "cpm:figure", "a cpm:label.de beside it", "there is none", "es fehlt cpm:label.de"
        )
    field = Field(
        key=read_key(source),
        kind="expression",
        words=words,
        unit=unit,
        hides=hides,
        locked=True,
        compute=compute,
        figure=figure,
        limits=Limits(digits=_digits(properties, unit)),
    )
    no_stray_cpm(properties)
    return field


def _digits(properties: Source, unit: str | None) -> int | None:
    text = properties.text("cpm:digits")
    if text is None:
        return _CENTS if unit == "EUR" else None
    if not (text.isascii() and text.isdecimal() and len(text) < 3 and int(text) <= AFTER):
        properties.complain(
            "cpm:digits", f"a whole number from 0 to {AFTER}", "it is not", whole_german(AFTER)
        )
        return None
    return int(text)


def against_order(fields: Sequence[Field], findings: Findings) -> None:
    """Fields are taken in from above to below: what reads or fills others stands on the right side of them."""
    for number, field in enumerate(fields):
        below = {other.key: other for other in fields[number + 1 :]}
        for name in sorted(field.compute.variables & below.keys() if field.compute else ()):
            findings.add(
                field.key,
                f"Expected an expression of fields above it, but {name} stands below.",
                f"Das Feld rechnet mit Feldern über sich, {name} steht darunter.",
            )
        for name, _ in field.lookup.fill if field.lookup else ():
            _against_fill(field, name, below.get(name), findings)


def _against_fill(field: Field, name: str, target: Field | None, findings: Findings) -> None:
    if target is None:
        findings.add(
            field.key,
            f"Expected cpm:lookup.fill to name fields below it, but {name} is none.",
            f"cpm:lookup.fill füllt Felder darunter, {name} ist keines.",
        )
    elif target.compute or target.rows or target.lookup:
        findings.add(
            field.key,
            f"Expected cpm:lookup.fill to name fields that can be typed, but {name} is a {target.kind}.",
            f"cpm:lookup.fill füllt Felder, in die man schreiben kann; {name} ist {target.kind}.",
        )
