"""Typed values of attributes and the text form of searches: exact, bounded, and the same when read back."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpm.attributes import CaseFilter, Kind, Search, Typed, folded, scaled, typed, unscaled

ZONE = ZoneInfo("Europe/Berlin")
EXACT = st.decimals(min_value=-999_999_999_999, max_value=999_999_999_999, places=6)
CENTS = st.decimals(min_value=-999_999_999_999, max_value=999_999_999_999, places=2)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).filter(
    lambda text: text == text.strip()
)
NAMES = st.from_regex(r"[a-z_]{1,8}", fullmatch=True).filter(
    lambda n: n not in {"sort", "columns", "process"}
)
ANYTHING = (
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text() | st.dates() | st.datetimes()
    | st.datetimes(timezones=st.just(UTC)) | st.lists(st.text())
)  # fmt: skip


@given(EXACT)
def test_a_number_comes_back_as_it_was(number: Decimal):
    found = scaled(Kind.NUMBER, number)
    assert found is not None
    assert unscaled(Kind.NUMBER, found) == number
    assert "E" not in f"{unscaled(Kind.NUMBER, found):f}"


@given(CENTS)
def test_money_comes_back_with_its_cents(amount: Decimal):
    found = scaled(Kind.MONEY, amount)
    assert found is not None
    back = unscaled(Kind.MONEY, found)
    assert (back, back.as_tuple().exponent) == (amount, -2)


@given(st.lists(CENTS, max_size=30))
def test_sums_of_scaled_amounts_are_sums_of_amounts(amounts: list[Decimal]):
    total = sum(scaled(Kind.MONEY, amount) or 0 for amount in amounts)
    assert unscaled(Kind.MONEY, total) == sum(amounts)


@given(EXACT, EXACT)
def test_scaled_amounts_compare_as_the_numbers_do(one: Decimal, other: Decimal):
    assert (one < other) == (scaled(Kind.NUMBER, one) < scaled(Kind.NUMBER, other))  # type: ignore[operator]


@pytest.mark.parametrize(
    ("kind", "number", "wanted"),
    [
        (Kind.MONEY, "0.005", 10_000),
        (Kind.MONEY, "-0.005", -10_000),
        (Kind.NUMBER, "0.0000005", 1),
        (Kind.NUMBER, "1E-999999", 0),
        (Kind.NUMBER, "999999999999.9999999", None),
        (Kind.NUMBER, "1E12", None),
        (Kind.NUMBER, "1E999999", None),
        (Kind.NUMBER, "NaN", None),
        (Kind.MONEY, "-Infinity", None),
        (Kind.NUMBER, "0E+50", 0),
    ],
)
def test_what_is_rounded_and_what_is_too_large(kind: Kind, number: str, wanted: int | None):
    assert scaled(kind, Decimal(number)) == wanted


@given(st.sampled_from([kind for kind in Kind if kind != Kind.MOMENT]), ANYTHING)
def test_no_value_stops_a_case(kind: Kind, value: object):
    found = typed(kind, value, ZONE)
    assert sum(part is not None for part in (found.amount, found.day, found.sought)) <= 1
    if found.amount is not None:
        assert -(2**63) <= found.amount < 2**63
    if found.sought is not None:
        assert len(found.sought) <= 300
        found.sought.encode()
        assert "\0" not in found.sought


@pytest.mark.parametrize(
    ("kind", "value", "wanted"),
    [
        (Kind.TEXT, "  Größe  ÄÖ\n", Typed(sought="grosse ao")),
        (Kind.TEXT, Decimal(4711), Typed()),
        (Kind.CHOICE, "Defect", Typed(sought="Defect")),
        (Kind.CHOICE, False, Typed(sought="false")),
        (Kind.CHOICE, ["a"], Typed()),
        (Kind.NUMBER, True, Typed()),
        (Kind.DATE, datetime(2026, 3, 2, 23, 30, tzinfo=UTC), Typed(day=date(2026, 3, 3))),
        (Kind.DATE, datetime.max.replace(tzinfo=UTC), Typed()),
        (Kind.DATE, "2026-03-02", Typed()),
    ],
)
def test_a_value_counts_only_as_what_is_declared(kind: Kind, value: object, wanted: Typed):
    assert typed(kind, value, ZONE) == wanted


@given(st.text())
def test_folding_twice_changes_nothing(text: str):
    assert folded(folded(text)) == folded(text)


FILTERS = st.builds(
    CaseFilter, NAMES, st.lists(WORDS, max_size=3).map(tuple), WORDS | st.just(""), WORDS | st.just(""), WORDS
)


@given(
    st.lists(FILTERS, max_size=4, unique_by=lambda one: one.column).map(tuple),
    NAMES.map(lambda name: "-" + name),
    st.lists(NAMES, max_size=4).map(tuple),
)
def test_a_search_is_read_back_from_its_address(
    filters: tuple[CaseFilter, ...], sort: str, columns: tuple[str, ...]
):
    search = Search("complaint", filters, sort, columns)
    assert Search.of_text(search.text(), "complaint") == search


def test_a_search_without_values_asks_for_all():
    assert Search.of_text("cause=&sort=&claim_amount.from=+&columns=,") == Search()
