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
    ],
)
def test_all_ways_to_write_a_number_are_one(written: str):
    assert phone_numbers.normalised(written) == "+492115550100"


def test_other_countries_keep_theirs():
    assert phone_numbers.normalised("+44 20 7946 0000") == "+442079460000"
    assert phone_numbers.normalised("0043 1 5550100") == "+4315550100"


@pytest.mark.parametrize(
    "text", ["", "   ", "5550100", "call me", "+", "00", "0211 x5", "+0211 5550100", "0" * 20, "012"]
)
def test_what_is_no_whole_number_is_refused(text: str):
    with pytest.raises(Invalid) as told:
        phone_numbers.normalised(text)
    assert told.value.faults("de")[0][0] == "phone"
