"""One caller is one customer, however their number was written down."""

import pytest

from cpm import phone_numbers
from cpm.errors import Invalid


@pytest.mark.parametrize(
    "written",
    [
        "0211 5550100",
        "0211/555 01 00",
        "(0211) 5550-100",
        "+49 211 5550100",
        "+49 (0)211 5550100",
        "0049 211 5550100",
        "0211.5550100",
        "0211\u20135550100",
        "tel:+49-211-5550100",
        "(+49) 211 5550100",
        "\uff10\uff12\uff11\uff11 5550100",
    ],
)
def test_all_ways_to_write_a_number_are_one(written: str):
    assert phone_numbers.normalised(written) == "+492115550100"


def test_other_countries_keep_theirs():
    assert phone_numbers.normalised("+44 20 7946 0000") == "+442079460000"
    assert phone_numbers.normalised("0043 1 5550100") == "+4315550100"


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("0211 5550-0", "+4921155500"),
        ("0211 5550-0, Durchwahl 12", "+49211555012"),
        ("0211 5550 DW 12", "+49211555012"),
        ("+49 211 5550-0 App. 12", "+49211555012"),
        ("+44 20 7946 0000 ext. 12", "+442079460000"),
    ],
)
def test_an_extension_is_dialled_in_place_of_the_switchboards_nought(written: str, number: str):
    assert phone_numbers.normalised(written) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "5550100",
        "call me",
        "+",
        "00",
        "0211 x5",
        "+0211 5550100",
        "0" * 20,
        "012",
        "0800 FLOWERS",
        "+49 211 5550100 ext. 1 ext. 2",
        "0" * 5000,
        "0221",
        "+49 221",
        "02211",
        "0151 2345",
        "+43 1 1234",
    ],
)
def test_what_is_no_whole_number_is_refused(text: str):
    with pytest.raises(Invalid) as told:
        phone_numbers.normalised(text)
    assert told.value.faults("de")[0][0] == "phone"


@pytest.mark.parametrize("text", ["0221 123", "05123 12", "0800 1234567", "0151 2345678", "+39 06 12345678"])
def test_a_number_is_whole_if_its_country_has_such_short_ones_or_it_is_long_enough(text: str):
    """No list of prefixes is new enough to refuse a long one by it."""
    assert phone_numbers.whole(phone_numbers.normalised(text))


def test_what_a_telephone_system_tells_is_a_caller_even_if_it_is_no_whole_number():
    """A call is real, whatever its number looks like."""
    assert phone_numbers.of_caller("0221") == "+490221"
    assert not phone_numbers.whole("+490221")
    assert not phone_numbers.whole("21")
    assert (phone_numbers.to_dial("21"), phone_numbers.to_dial("0211 5550100")) == ("21", "+492115550100")
    assert [phone_numbers.may_be_dialled(number) for number in ("21", "+492115550100", "+490221", "")] == [
        True,
        True,
        False,
        False,
    ]
    with pytest.raises(Invalid):
        phone_numbers.to_dial("0221")


def test_a_caller_without_country_and_area_is_told_by_digits_alone():
    assert phone_numbers.of_caller("575 4321") == "5754321"
    assert phone_numbers.of_caller("0211 5550100") == "+492115550100"
    with pytest.raises(Invalid):
        phone_numbers.of_caller("anonymous")


def test_numbers_in_a_text_are_found_once_each():
    text = "Rufen Sie 0211 5550100 an, oder +49 211 5550100. Bestellnummer 4711-0815, am 22.11.2026."
    assert phone_numbers.found_in(text) == ("+492115550100",)


def test_numbers_are_shown_in_groups():
    assert phone_numbers.shown("+492211234567") == "+49 221 1234567"
    assert phone_numbers.shown("anonymous") == "anonymous"
