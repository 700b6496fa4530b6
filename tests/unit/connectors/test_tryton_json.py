"""What Tryton's JSON says, typed, and what is none of it."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from cpm.connectors.erp.tryton.notes import noted, wanted_on
from cpm.connectors.erp.tryton.row import Row
from cpm.connectors.erp.tryton.wire import Garbled, decoded, encoded

WHOLE = {
    "price": Decimal("7.4000"),
    "day": date(2026, 3, 9),
    "at": datetime(2026, 3, 9, 8, 5, 0, 17),  # noqa: DTZ001
    "lines": [["add", [1, 2]]],
    "none": None,
}


def test_what_is_sent_comes_back_as_it_was():
    assert decoded(encoded(WHOLE)) == WHOLE


def test_a_quantity_is_a_decimal_without_the_noise_of_a_float():
    row = Row({"tenth": 0.1, "ten": 10.0, "hundred": 100.0, "no": None})
    assert [str(row.amount(name)) for name in ("tenth", "ten", "hundred", "no")] == ["0.1", "10", "100", "0"]


def test_a_field_of_another_kind_is_no_answer():
    row = Row({"name": 7, "id": "7", "day": "2026-03-09", "lines": {"id": 1}, "price": True})
    for read in (row.text, row.day, row.rows, row.amount):
        for name in ("name",) if read is row.text else ("day",) if read is row.day else ("lines",):
            with pytest.raises(Garbled):
                read(name)
    with pytest.raises(Garbled):
        _ = row.id
    with pytest.raises(Garbled):
        row.amount("price")


def test_the_wanted_day_in_a_note_is_read_among_what_people_wrote():
    note = f"Bitte vorher anrufen\n{noted(date(2026, 12, 3))}\nHintereingang"
    assert wanted_on(note) == date(2026, 12, 3)
    assert wanted_on("Wunschtermin: 31.02.2026") is None
    assert wanted_on("bald") is None
