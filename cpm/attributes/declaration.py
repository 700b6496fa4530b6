"""What a process declares: one property `cpm:attribute:<variable>` for each, its value the kind.

Labels and the words of choices stand in the table `[attributes]` of its texts; else those of the form's field
count, else those of the table `[words]`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cpm.attributes.column import FIXED
from cpm.attributes.kind import DECLARABLE, Kind
from cpm.forms import Field, Form, Option
from cpm.forms.words import Words

PREFIX = "cpm:attribute:"
MOST = 40  #: more columns nobody reads
#: What a list's address says beside its filters.
_TAKEN = frozenset({*FIXED, "sort", "columns", "view", "page", "lang"})
_OF_FIELD: Mapping[str, frozenset[Kind]] = {
    "textfield": frozenset({Kind.TEXT}),
    "textarea": frozenset({Kind.TEXT}),
    "number": frozenset({Kind.NUMBER, Kind.MONEY}),
    "date": frozenset({Kind.DATE}),
    "datetime": frozenset({Kind.DATE}),
    "time": frozenset(),
    "select": frozenset({Kind.CHOICE, Kind.TEXT}),
    "radio": frozenset({Kind.CHOICE, Kind.TEXT}),
    "checkbox": frozenset({Kind.CHOICE}),
    "checklist": frozenset(),
    "taglist": frozenset(),
    "filepicker": frozenset(),
    "dynamiclist": frozenset(),
    "expression": frozenset(DECLARABLE),
}
_YES_NO = (Option("true", Words("ja", "yes")), Option("false", Words("nein", "no")))

#: language -> the tables of the texts
Texts = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Attribute:
    name: str  #: of the variable
    kind: Kind
    words: Words
    options: tuple[Option, ...] = ()

    def label(self, language: str) -> str:
        return self.words.of(language)


def declared(properties: Mapping[str, str], forms: Sequence[Form], texts: Texts) -> Mapping[str, Attribute]:
    """The attributes in the order of the properties; what is no attribute is left out."""
    fields = _fields(forms)
    return {
        name: _attribute(name, Kind(word), fields.get(name, []), texts)
        for name, word in _words(properties)
        if word in DECLARABLE and name not in _TAKEN
    }


def problems(properties: Mapping[str, str], forms: Sequence[Form], texts: Texts) -> Iterator[tuple[str, str]]:
    """All that speaks against these declarations, as sentences in English and German; `cpm.bpmn` has looked at names and kinds.

    Whether anything ever sets a variable is not asked: a case may be opened with any, and any machine may answer one.
    """
    words, fields = dict(_words(properties)), _fields(forms)
    if len(words) > MOST:
        yield (
            f"Expected at most {MOST} attributes, but there are {len(words)}.",
            f"Es kann höchstens {MOST} Attribute geben, hier sind es {len(words)}.",
        )
    for name, word in words.items():
        if name in _TAKEN:
            yield (
                f"Expected an attribute that lists do not have already, but they have {name}.",
                f"{name} haben die Listen schon; das Attribut braucht einen anderen Namen.",
            )
        for field in fields.get(name, []):
            if word not in _OF_FIELD[field.kind]:
                yield (
                    f"Expected {PREFIX}{name} to fit its field, but that is a {field.kind} and this a {word}.",
                    f"{PREFIX}{name} passt nicht zu seinem Feld: Das Attribut ist {word}, das Feld {field.kind}.",
                )
    for name, attribute in declared(properties, forms, texts).items():
        if attribute.kind == Kind.CHOICE and not attribute.options:
            yield (
                f"Expected options of {PREFIX}{name} in a form or in the texts, but there are none.",
                f"{PREFIX}{name} braucht Werte zur Auswahl, in einem Formular oder in den Texten.",
            )
    for entry in sorted({entry for tables in texts.values() for entry in tables.get("attributes", {})}):
        if entry.partition(".")[0] not in words:
            yield (
                f"Expected the texts [attributes] to name attributes only, but {entry!r} is none.",
                f"Die Texte [attributes] nennen {entry!r}, das ist kein Attribut.",
            )


def _words(properties: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(name.removeprefix(PREFIX), word) for name, word in properties.items() if name.startswith(PREFIX)]


def _fields(forms: Sequence[Form]) -> dict[str, list[Field]]:
    found: dict[str, list[Field]] = {}
    for form in forms:
        for field in form.fields:
            found.setdefault(field.key, []).append(field)
    return found


def _attribute(name: str, kind: Kind, fields: Sequence[Field], texts: Texts) -> Attribute:
    german, english = (_label(name, fields, texts, language) for language in ("de", "en"))
    options = tuple(_options(name, fields, texts)) if kind == Kind.CHOICE else ()
    return Attribute(name, kind, Words(german, english), options)


def _label(name: str, fields: Sequence[Field], texts: Texts, language: str) -> str:
    tables = texts.get(language, {})
    said = tables.get("attributes", {}).get(name)
    field = fields[0].label(language) if fields else None
    return str(said or field or tables.get("words", {}).get(name) or name)


def _options(name: str, fields: Sequence[Field], texts: Texts) -> Iterator[Option]:
    """In the order of the forms, then of the texts."""
    found: dict[str, Option] = {}
    for field in fields:
        offered = _YES_NO if field.kind == "checkbox" else field.options
        found = {option.value: option for option in offered} | found
    tables = {language: _values(name, texts, language) for language in ("de", "en")}
    for code in dict.fromkeys((*found, *tables["de"], *tables["en"])):
        usual = found[code].words if code in found else Words(code, code)
        yield Option(code, Words(tables["de"].get(code, usual.de), tables["en"].get(code, usual.en)))


def _values(name: str, texts: Texts, language: str) -> dict[str, str]:
    """`"cause.defect" = "Mangel"`: a value's word."""
    found: dict[str, str] = {}
    for table in ("words", "attributes"):
        for key, word in texts.get(language, {}).get(table, {}).items():
            if key.startswith(f"{name}."):
                found[key.removeprefix(f"{name}.")] = str(word)
    return found
