"""What our web form stores is read again exactly; anything else is set aside."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpm.channels import Unreadable, webform

USUAL = {
    "page": "p1", "sender": "Mara@Example.org", "name": "Mara Beispiel", "subject": "Kessel", "text": "Undicht.",
    "full_text": "Undicht.\n\nName: Mara", "language": "en",
}  # fmt: skip


def test_types_survive():
    data = {
        "amount": Decimal("12.50"), "day": date(2026, 11, 21), "ok": True, "none": None, "parts": ["a"],
        "at": datetime(2026, 11, 21, 9, tzinfo=UTC), "@x": "a tag?",
    }  # fmt: skip
    inbound = webform.parse(webform.pack(**USUAL, data=data, references=["<a@b>"]))
    assert inbound.data == data
    assert (inbound.channel, inbound.sender, inbound.language) == ("webform", "mara@example.org", "en")
    assert (inbound.references, inbound.message_id, inbound.automatic) == (("<a@b>",), None, None)


def test_the_same_words_on_another_page_are_another_message():
    one, other = (webform.pack(**{**USUAL, "page": page}, data={}) for page in ("p1", "p2"))
    assert webform.parse(one).digest != webform.parse(other).digest


@pytest.mark.parametrize(
    "raw", [b"", b"{}", b"[]", b"null", b"\xff", b'{"sender": 1}', b"From: a@b.example\n\nHallo", b"1" * 5000]
)
def test_anything_else_is_unreadable(raw):
    with pytest.raises(Unreadable):
        webform.parse(raw)


@given(st.binary(max_size=200))
def test_no_bytes_crash_it(raw):
    try:
        webform.parse(raw)
    except Unreadable:
        return
    pytest.fail("random bytes were read as a message")
