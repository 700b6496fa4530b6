"""What a look-up found, as the lines of its list."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC

from cpm import writing
from cpm.forms.lookups import Found
from web.forms.words import word

#: Facts that help to choose, in this order; others are for the form.
_TELLING = ("function", "city", "email", "unit", "price", "stock", "earliest")


@dataclass(frozen=True, slots=True)
class Line:
    #: What stands in the box once it is chosen.
    text: str
    label: str
    value: str
    more: str


def lines(found: Found, language: str) -> list[Line]:
    return [
        Line(
            hit.text,
            hit.label,
            "" if hit.value == hit.label else hit.value,
            " · ".join(_more(hit.facts, language)),
        )
        for hit in found.hits
    ]


def _more(facts: Mapping[str, object], language: str) -> Iterator[str]:
    for name in _TELLING:
        value = facts.get(name)
        if value is None or value == "":
            continue
        text = writing.written(value, language, UTC, name=name)
        yield word(f"fact_{name}", language, value=text) if name in {"stock", "earliest"} else text
