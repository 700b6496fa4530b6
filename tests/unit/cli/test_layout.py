"""Answers as text and as JSON: nothing a customer wrote moves the cursor, and no number loses a digit."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from cpm.cli import layout
from cpm.model import TaskState
from cpm.plain import plain
from rules.feel import YearsMonths


@dataclass(frozen=True)
class View:
    at: datetime
    amount: Decimal
    days: tuple[date, ...]


def test_columns_are_as_wide_as_their_longest_cell() -> None:
    assert (
        layout.table(("a", "b", "c"), [("1", "long", "x"), ("22", "", "y")])
        == "a   b     c\n1   long  x\n22        y"
    )


def test_a_cell_has_one_line() -> None:
    assert layout.table(("a",), [("x\r\n\ty",)]).splitlines()[1] == "x y"


def test_wide_and_combining_signs_take_their_room() -> None:
    lines = layout.table(("a", "b"), [("件", "x"), ("u\u0308b", "y")]).splitlines()

    assert lines == ["a   b", "件  x", "u\u0308b  y"]


def test_a_paragraph_keeps_its_own_line_breaks() -> None:
    assert layout.paragraph("one\n\ntwo", first="- ", rest=2) == "- one\n\n  two"


def test_what_is_empty_has_no_line() -> None:
    assert layout.named([("a", "1"), ("b", ""), ("long", "2")]) == "a:    1\nlong: 2"
    assert layout.section("title", "") == ""


def test_a_view_becomes_plain_data() -> None:
    view = View(datetime(2026, 3, 2, 8, tzinfo=UTC), Decimal("1E+3"), (date(2026, 3, 2),))

    assert plain(view) == {"at": "2026-03-02T08:00:00+00:00", "amount": "1000", "days": ["2026-03-02"]}


def test_words_and_durations_become_texts() -> None:
    assert plain([TaskState.HELD, timedelta(hours=30), YearsMonths(14), True, None]) == [
        "held",
        "P1DT6H",
        "P1Y2M",
        True,
        None,
    ]


def test_what_json_cannot_hold_is_refused() -> None:
    with pytest.raises(TypeError, match="bytes"):
        plain({"raw": b""})
