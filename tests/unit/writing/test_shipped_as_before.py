"""Every text that was shipped before templates had formats still says what it said."""

import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cpm import writing
from cpm.queries import audit
from cpm.queries.journal.sentences import SENTENCES

ROOT = Path(__file__).parents[3]
BERLIN = ZoneInfo("Europe/Berlin")
_PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_VALUES = (
    Decimal("1234.5"),
    "Sätze\r\nmit {{Klammern}}",
    True,
    date(2026, 3, 1),
    ["a", 2],
    datetime(2026, 3, 29, tzinfo=UTC),
)


def texts_of(tables: dict[str, Any]) -> Iterator[str]:
    for value in tables.values():
        yield from texts_of(value) if isinstance(value, dict) else [value]


def shipped() -> Iterator[tuple[str, str]]:
    for file in sorted((ROOT / "processes").glob("*/texts/*.toml")):
        yield from ((text, file.stem) for text in texts_of(tomllib.loads(file.read_text(encoding="utf-8"))))
    for table in sorted((ROOT / "rules").glob("*.dmn")):
        yield from (
            (text, "de") for text in re.findall(r'"[^"<]*{{[^"<]*"', table.read_text(encoding="utf-8"))
        )
    for both in [*SENTENCES.values(), *audit.SENTENCES.values()]:
        yield from zip(both, ("de", "en"), strict=True)


@pytest.mark.parametrize("value", _VALUES, ids=str)
def test_a_shipped_text_is_filled_as_it_always_was(value: object) -> None:
    found = list(shipped())
    plain = 0
    for text, language in found:
        names = frozenset(_PLACEHOLDER.findall(text))
        if "{%" in text or not all(name.isidentifier() for name in names):
            continue  # one with formats or loops, which no earlier release could read
        plain += 1
        assert writing.placeholders(text) == names
        before = _PLACEHOLDER.sub(partial(_written, value, language), text)
        assert writing.render(text, dict.fromkeys(names, value), language, BERLIN) == before
    assert plain > 500


def _written(value: object, language: str, found: re.Match[str]) -> str:
    return writing.written(value, language, BERLIN, name=found[1])
