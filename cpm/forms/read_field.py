"""Reads one input field of a `.form` file."""

import re
from dataclasses import replace

from cpm.forms.field import Field, Lookup, Option
from cpm.forms.lookups import SOURCES
from cpm.forms.messages import Misfit
from cpm.forms.read_limits import read_files, read_limits
from cpm.forms.source import Source
from cpm.forms.take import take
from cpm.forms.take.choices import MOST as MOST_OPTIONS
from cpm.forms.words import Words
from rules.feel import Expression

_CHOICES = frozenset({"select", "radio", "checklist", "taglist"})

#: The component types of form-js that are inputs here.
TYPES = frozenset({"textfield", "textarea", "number", "checkbox", "datetime", "filepicker"}) | _CHOICES

_FILL = re.compile(r"\s*([A-Za-z_]\w*)\s*=\s*([A-Za-z_]\w*)\s*", re.ASCII)
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
#: HTML 5, "Autofill field names", as far as customers are asked for themselves.
_AUTOCOMPLETE = frozenset(
    [
        "name",
        "given-name",
        "family-name",
        "organization",
        "email",
        "tel",
        "street-address",
        "postal-code",
        "address-level2",
        "country-name",
    ]
)
#: Posted beside the fields; so are names that begin with an underscore.
_OF_THE_PAGE = frozenset({"csrf_token"})
_LOOKS = ("searchable", "increment", "timeInterval", "use24h", "timeSerializingFormat")


def bilingual(german: str, english: str | None) -> Words:
    return Words(german, english or german)


def read_field(source: Source, type_: str, hides: tuple[Expression, ...]) -> Field:
    """The field as far as it can be read; what is wrong with it is among the source's findings."""
    source.ignore(*_LOOKS)
    properties, validate = source.part("properties"), source.part("validate")
    kind = _subtype(source) if type_ == "datetime" else type_
    field = Field(
        key=read_key(source),
        kind=kind,
        words=bilingual(_label(source), properties.text("cpm:label.en")),
        help=read_help(source, properties),
        unit=_unit(source),
        required=validate.flag("required"),
        required_if=properties.feel("cpm:requiredIf", marked=False),
        hides=hides,
        locked=True if source.flag("disabled") else source.flag_or_feel("readonly"),
        check=properties.feel("cpm:check", marked=False),
        check_words=properties.sentence("cpm:check"),
        prefill=properties.feel("cpm:prefill", marked=False),
        options=_options(source) if type_ in _CHOICES else (),
        choose=source.feel("valuesExpression") if type_ in _CHOICES else None,
        limits=read_limits(source, validate, properties, kind),
        autocomplete=_autocomplete(properties),
        lookup=_lookup(properties) if kind == "textfield" else None,
        files=read_files(source) if kind == "filepicker" else None,
    )
    _check_choices(source, field)
    validate.finish()
    no_stray_cpm(properties)
    return replace(field, default=_default(source, field))


def no_stray_cpm(properties: Source) -> None:
    """Foreign properties are the designer's own; ours are spelled right or refused."""
    properties.ignore(*(key for key in properties.members if not key.startswith("cpm:")))
    properties.finish()


def read_key(source: Source, member: str = "key") -> str:
    key = source.text(member) or ""
    if not _KEY.fullmatch(key):
        source.complain(
            member,
            "the name of a variable (letters, digits, underscores)",
            "it is not",
            "ein Name aus Buchstaben, Ziffern und Unterstrichen",
        )
    elif key.startswith("_") or key in _OF_THE_PAGE:
        source.complain(
            member,
            "none of the names that pages keep for themselves",
            "it is",
            "diesen Namen brauchen die Seiten selbst",
        )
    return key


def _subtype(source: Source) -> str:
    subtype = source.text("subtype") or "date"
    if subtype not in {"date", "time", "datetime"}:
        source.complain("subtype", "date, time or datetime", "it is not", "es gibt date, time und datetime")
        return "date"
    return subtype


def _label(source: Source) -> str:
    """form-js keeps the labels of date and time apart; the first that is there is ours."""
    labels = [source.text(key) for key in ("label", "dateLabel", "timeLabel")]
    found = next((label for label in labels if label), None)
    if found is None:
        source.complain(
            "label",
            "a text that tells people what to enter",
            "there is none",
            "es fehlt der Text, der sagt, was einzutragen ist",
        )
    return found or ""


def read_help(source: Source, properties: Source) -> Words | None:
    """form-js calls it a description and knows one language; `cpm:help` may replace it in both."""
    german, english = source.text("description"), properties.text("cpm:description.en")
    return properties.sentence("cpm:help") or (bilingual(german, english) if german else None)


def _lookup(properties: Source) -> Lookup | None:
    """`cpm:lookup` names the source, `cpm:lookup.fill` the fields that hold its facts: "price=price, unit=unit"."""
    source, fill = properties.text("cpm:lookup"), properties.text("cpm:lookup.fill")
    if source is None:
        if fill is not None:
            properties.complain(
                "cpm:lookup.fill",
                "beside a cpm:lookup",
                "there is none",
                "das steht nur neben einem cpm:lookup",
            )
        return None
    if source not in SOURCES:
        properties.complain(
            "cpm:lookup",
            f"one of {', '.join(sorted(SOURCES))}",
            "it is not",
            f"es gibt {', '.join(sorted(SOURCES))}",
        )
    pairs = [_FILL.fullmatch(pair) for pair in (fill or "").split(",") if pair.strip()]
    if not all(pairs):
        properties.complain(
            "cpm:lookup.fill",
            "pairs such as price=price, unit=unit",
            "it is not",
            "erwartet sind Paare wie price=price, unit=unit",
        )
    return Lookup(source, tuple((pair[1], pair[2]) for pair in pairs if pair))


def _autocomplete(properties: Source) -> str | None:
    found = properties.text("cpm:autocomplete")
    if found is not None and found not in _AUTOCOMPLETE:
        properties.complain(
            "cpm:autocomplete",
            f"one of {', '.join(sorted(_AUTOCOMPLETE))}",
            "it is not",
            f"es gibt {', '.join(sorted(_AUTOCOMPLETE))}",
        )
    return found


def _unit(source: Source) -> str | None:
    look = source.part("appearance")
    units = [look.text("suffixAdorner"), look.text("prefixAdorner")]
    look.finish()
    return next((unit.strip() for unit in units if unit and unit.strip()), None)


def _options(source: Source) -> tuple[Option, ...]:
    found: dict[str, Option] = {}
    for part in source.parts("values"):
        value, label = part.text("value"), part.text("label")
        english = part.text("cpm:label.en")
        part.finish()
        if not value or value != value.strip() or value in found:
            part.complain(
                "value",
                "a text of its own without outer blanks",
                "it is not",
                "erwartet ist ein Text ohne Leerzeichen am Rand, der nur einmal vorkommt",
            )
            continue
        found[value] = Option(value, bilingual(label or value, english))
    return tuple(found.values())


def _check_choices(source: Source, field: Field) -> None:
    if field.kind not in _CHOICES:
        return
    if not field.options and field.choose is None:
        source.complain(
            "values",
            "options, or valuesExpression to list them",
            "there are none",
            "es fehlen Möglichkeiten zur Auswahl; valuesExpression kann sie auch aufzählen",
        )
    if len(field.options) > MOST_OPTIONS:
        source.complain(
            "values",
            f"at most {MOST_OPTIONS} options",
            "there are more",
            f"höchstens {MOST_OPTIONS} Möglichkeiten zur Auswahl",
        )


def _default(source: Source, field: Field) -> object:
    """The default as a clean value of the field's kind; a moment without an offset waits for its zone."""
    raw = source.raw("defaultValue")
    if field.choose is not None and raw is not None:
        source.complain(
            "defaultValue",
            "absent beside valuesExpression",
            "it is there",
            "neben valuesExpression gibt es keine Vorgabe",
        )
        return None
    if field.files is not None and raw is not None:
        source.complain("defaultValue", "absent of files", "it is there", "für Dateien gibt es keine Vorgabe")
        return None
    try:
        return take(raw, field, field.options, "en", None) if raw is not None else None
    except Misfit as misfit:
        english, german = (misfit.sentence(field.key, language).rstrip(".") for language in ("en", "de"))
        source.complain(
            "defaultValue", "a value of the field", english, f"das passt nicht in das Feld. {german}"
        )
        return None
