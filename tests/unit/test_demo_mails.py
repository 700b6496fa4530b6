"""The demo mails are read as they are meant to be: they are the first thing anybody sees at work."""

from pathlib import Path

import pytest

from cpm.channels import Inbound, Unreadable, email
from rules import dmn

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "processes" / "demo"


def read(name: str) -> Inbound:
    return email.parse((DEMO / f"{name}.eml").read_bytes())


@pytest.mark.parametrize(
    ("name", "language", "danger"),
    [
        ("complaint-german", "de", ["none"]),
        ("complaint-english", "en", ["none"]),
        ("complaint-danger", "de", ["safety", "legal"]),
    ],
)
def test_a_complaint_is_understood(name: str, language: str, danger: list[str]) -> None:
    mail = read(name)
    intake = dmn.read((ROOT / "rules" / "complaint_intake.dmn").read_bytes(), "complaint_intake.dmn")

    assert mail.automatic is None
    assert mail.language == language
    assert intake.evaluate("complaint_intake", {"words": f"{mail.subject} {mail.text}"}).value == danger


def test_an_enclosure_comes_along() -> None:
    assert [attachment.name for attachment in read("complaint-english").attachments] == [
        "delivery-note-demo.txt"
    ]


def test_an_out_of_office_note_is_seen_as_automatic() -> None:
    assert read("out-of-office").automatic


def test_a_reply_keeps_only_what_is_new() -> None:
    text = read("reply-template").text

    assert "einverstanden" in text
    assert "Kundenservice" not in text


def test_a_mail_without_a_sender_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="who sent it"):
        read("malformed")


def test_demo_mails_use_example_addresses_only() -> None:
    for path in DEMO.glob("*.eml"):
        addresses = [word for word in path.read_text(encoding="utf-8").split() if "@" in word]
        assert addresses
        assert all("@example.com" in word or "@example.org" in word for word in addresses)
