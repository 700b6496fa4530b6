"""An outgoing mail holds what we meant, and nothing that somebody smuggled in."""

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpm.connectors.letters import BadAddress, Letter, checked_address, message_ids

NOW = datetime(2026, 11, 21, 13, tzinfo=UTC)


def letter(**changes) -> Letter:
    fields = {
        "message_id": "<id@example.com>", "date": NOW, "sender": "service@example.com", "sender_name": "Sonnenschein AG",
        "to": ("kunde@example.org",), "subject": "Antwort", "text": "Guten Tag",
    }  # fmt: skip
    return Letter(**(fields | changes))


def read(sent: Letter):
    return message_from_bytes(sent.message().as_bytes(), policy=policy.default)


@given(st.text(max_size=300), st.text(max_size=2_000), st.text(max_size=60))
def test_no_words_become_headers_and_none_are_lost(subject, text, name):
    sent = letter(subject=subject, text=text, sender_name=name)
    raw = sent.message().as_bytes()
    arrived = read(sent)

    assert raw == sent.message().as_bytes()
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert set(arrived.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "X-Auto-Response-Suppress", "Content-Type", "Content-Transfer-Encoding",
        "MIME-Version",
    }  # fmt: skip
    assert arrived["To"] == "kunde@example.org"


def test_a_written_text_arrives_whole():
    text = "Grüße: 5 €\n.\nFrom hier\n" + "lang " * 500 + "\n"
    assert read(letter(text=text)).get_content().replace("\r\n", "\n") == text
    assert read(letter(subject="Zu Ihrer Rückfrage " * 10))["Subject"] == ("Zu Ihrer Rückfrage " * 10).strip()


def test_smuggled_line_ends_stay_in_the_subject():
    raw = letter(subject="x\r\nBcc: evil@example.net\n\nbody").message().as_bytes()
    assert b"\nBcc" not in raw
    assert read(letter(subject="x\r\nBcc: evil@example.net"))["Bcc"] is None


def test_long_message_ids_are_folded_between_and_never_inside():
    references = tuple(f"<{'x' * 90}{number}@example.org>" for number in range(4))
    raw = letter(references=references).message().as_bytes()
    assert b"\r\n ".join(reference.encode() for reference in references) in raw
    assert f"In-Reply-To: {references[-1]}\r\n".encode() in raw


def test_only_a_machines_mail_is_marked_automatic():
    assert read(letter())["Auto-Submitted"] is None
    assert read(letter(auto_submitted="auto-generated"))["Auto-Submitted"] == "auto-generated"


@given(st.from_regex(r"[a-z0-9._+!#-]{1,40}@[a-z0-9.äöü-]{1,40}", fullmatch=True))
def test_an_accepted_address_can_always_be_written(text):
    try:
        recipient = checked_address(text)
    except BadAddress:
        return
    assert read(letter(to=(recipient,)))["To"] == recipient


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (" kunde@example.org ", "kunde@example.org"),
        ("K.Unde+x@Example.org", "K.Unde+x@Example.org"),
        ("a@müller.example", "a@xn--mller-kva.example"),
    ],
)
def test_good_addresses_are_accepted(text, address):
    assert checked_address(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "@x",
        "a@",
        "a..b@x.org",
        ".a@x.org",
        "a@-x.org",
        "a@x..org",
        "a@x.org\nBcc: b@x.org",
        "a,b@x.org",
        "ä@x.org",
        "<a@x.org>",
        "a" * 65 + "@x.org",
    ],
)
def test_bad_addresses_are_refused_with_a_sentence(text):
    with pytest.raises(BadAddress, match=r"^Expected"):
        checked_address(text)


def test_message_ids_are_taken_from_texts_and_lists_and_junk_is_left_out():
    assert message_ids(["<a@b> junk <c@d>", 7, None, "<no at>"]) == ("<a@b>", "<c@d>")
    assert message_ids("<a@b>") == ("<a@b>",)
    assert message_ids(None) == ()
    assert message_ids([f"<{'a' * 999}@b>", "<\x07a@b>", "<ä@b>"]) == (), "lines that servers refuse"
