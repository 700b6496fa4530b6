"""Numbers as people write them: what is meant is taken exactly, what could hurt is refused."""

from datetime import UTC
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpm.forms.messages import Misfit
from cpm.forms.show import show
from cpm.forms.take.numbers import same_everywhere, take_number


@pytest.mark.parametrize(
    ("typed", "german", "english"),
    [
        ("1.234,5", "1234.5", "1234.5"),
        ("1,234.5", "1234.5", "1234.5"),
        ("1.234", "1234", "1.234"),
        ("1,234", "1.234", "1234"),
        ("1234.5", "1234.5", "1234.5"),
        ("1234,5", "1234.5", "1234.5"),
        ("0.125", "0.125", "0.125"),
        ("0,125", "0.125", "0.125"),
        ("12.50", "12.50", "12.50"),
        ("1.234.567,89", "1234567.89", "1234567.89"),
        ("-5", "-5", "-5"),
        ("\u22125", "-5", "-5"),
        ("+5", "5", "5"),
        ("007", "7", "7"),
        ("1\u00a0234,5", "1234.5", "1234.5"),
        (" 12 ", "12", "12"),
        ("1 000", "1000", "1000"),
        ("1 234 567,5", "1234567.5", "1234567.5"),
        ("-0", "0", "0"),
    ],
)
def test_both_notations_are_read_and_the_ambiguous_follows_the_language(typed, german, english):
    assert take_number(typed, "de") == Decimal(german)
    assert take_number(typed, "en") == Decimal(english)
    assert str(take_number(typed, "de")) == german


@given(
    st.from_regex(r"[+-]?[0-9]{1,6}([.,][0-9]{1,4}){0,2}( kg)?", fullmatch=True),
    st.sampled_from(["de", "en"]),
)
def test_what_is_written_out_is_read_alike_everywhere(typed, language):
    try:
        meant = take_number(typed, language, "kg")
    except Misfit:
        assert same_everywhere(typed, language, "kg") == typed
        return
    written = same_everywhere(typed, language, "kg")
    assert take_number(written, "de", "kg") == take_number(written, "en", "kg") == meant


@pytest.mark.parametrize(
    "typed", ["12,50 EUR", "EUR 12,50", "12,50EUR", "12,50\u00a0EUR", "€ 12,50", "12,50 €", "12,50 Euro"]
)
def test_the_unit_of_the_field_may_be_typed_along(typed):
    assert take_number(typed, "de", "EUR") == Decimal("12.50")


@pytest.mark.parametrize("raw", [0, 7, Decimal("7.10"), 7.1, 10**14, Decimal("1E+3")])
def test_programs_send_numbers(raw):
    taken = take_number(raw, "de")
    assert taken == Decimal(str(raw))
    assert "E" not in str(taken)


@pytest.mark.parametrize("raw", [None, "", "   ", "\u00a0"])
def test_nothing_is_null(raw):
    assert take_number(raw, "de") is None


@pytest.mark.parametrize(
    "raw",
    [
        "abc",
        "1e5",
        "1e999999",
        "NaN",
        "nan",
        "Infinity",
        "-inf",
        "1.2.3",
        "1,2,3",
        "1..2",
        "12,",
        ",5",
        "1 2",
        "0x10",
        "1_000",
        "٣",
        "\uff11\uff12",
        "½",
        "--5",
        "5-",
        "1.234.5",
        "+",
        "1,23.4",
        "12 EUR",
        "1\n2",
        "9" * 101,
        True,
        False,
        [],
        ["1"],
        {"a": 1},
        b"1",
        1j,
        float("nan"),
        float("inf"),
        Decimal("NaN"),
        Decimal("sNaN"),
    ],
)
def test_what_is_no_number_is_refused(raw):
    with pytest.raises(Misfit) as misfit:
        take_number(raw, "de")
    assert misfit.value.code == "no_number"


@pytest.mark.parametrize(
    "raw",
    [
        10**15,
        10**5000,
        -(10**15),
        "1" * 16,
        "0,00000000001",
        1e300,
        1e-300,
        Decimal("1e999999"),
        Decimal("1e-999999"),
        Decimal("9" * 2000),
    ],
    ids=lambda raw: type(raw).__name__,
)
def test_numbers_beyond_all_business_are_refused_before_any_arithmetic(raw):
    with pytest.raises(Misfit) as misfit:
        take_number(raw, "de")
    assert misfit.value.code == "too_big_number"


amounts = st.decimals(Decimal(-(10**14)), Decimal(10**14), places=2)


@given(amounts, st.sampled_from(["de", "en"]))
def test_what_is_shown_is_read_back_as_the_same_number(number, language):
    assert take_number(show(number, language, UTC), language) == number


@given(amounts)
def test_what_a_german_writes_with_dots_is_read_exactly(number):
    german = f"{number:,.2f}".translate(str.maketrans(",.", ".,"))
    assert take_number(german, "de") == number


@given(st.text(max_size=30), st.sampled_from(["de", "en"]))
def test_any_text_is_a_finite_number_or_refused(text, language):
    try:
        taken = take_number(text, language)
    except Misfit:
        return
    assert taken is None or (taken.is_finite() and abs(taken) < 10**15)
