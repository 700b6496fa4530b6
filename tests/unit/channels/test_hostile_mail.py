"""Whoever may write to us may write anything: the reader answers, and in time."""

import contextlib
import time
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cpm.channels import Inbound, Unreadable, email
from cpm.channels.mail import html, parts, replies

PIECES = st.sampled_from(
    [
        b"From: a@example.org\r\n", b"From: =?utf-8?q?x?= <a@b>", b"Subject: ", b"=?utf-8?b?", b"?=", b"\r\n", b"\r\n\r\n", b"\n", b"\r",
        b"Content-Type: multipart/mixed; boundary=b\r\n", b'Content-Type: multipart/alternative; boundary="b"\r\n', b"--b\r\n", b"--b--\r\n",
        b"Content-Type: text/html; charset=", b"Content-Type: message/rfc822\r\n", b"Content-Transfer-Encoding: base64\r\n",
        b"Content-Transfer-Encoding: x-uuencode\r\n", b"begin 644 x\n", b"Content-Disposition: attachment; filename*0*=", b"''%ff",
        b"Date: ", b"Message-ID: <", b"References: <a@b> <", b"utf-16", b"idna", b"<p>", b"<!--", b"<blockquote>", b"> ", b"Am 1.1. schrieb x@y:\n",
        b"\0", b"\xff\xfe", b"\xc3", b"=", b'"', b"(", b"\\", b";", b"-- \n", b"From ",
    ]
)  # fmt: skip


@settings(max_examples=400, deadline=2_000, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(PIECES, st.binary(max_size=20)), max_size=60).map(b"".join))
def test_any_bytes_are_read_or_refused(junk):
    for raw in (junk, b"From: a@example.org\r\n" + junk):
        with contextlib.suppress(Unreadable):
            _fit_for_a_database(email.parse(raw))


def _fit_for_a_database(inbound: Inbound) -> None:
    texts = [
        inbound.subject,
        inbound.text,
        inbound.full_text,
        inbound.sender,
        inbound.sender_name,
        *inbound.references,
    ]
    for text in [*texts, *(attachment.name for attachment in inbound.attachments)]:
        text.encode("utf-8")
        assert "\0" not in text
    assert all("\n" not in text for text in (inbound.subject, inbound.sender, inbound.sender_name))


HEAD = b"From: a@example.org\r\n"
BOMBS = {
    "brackets": b"From: " + b"(" * 200_000,
    "quotes": b"From: " + b'"\\' * 100_000 + b"\r\nSender: a@example.org\r\n\r\n",
    "folded": HEAD + b"Subject: x\r\n" + b" y\r\n" * 200_000,
    "fields": HEAD + b"X: y\r\n" * 200_000,
    "broken lines": HEAD + b"broken\r\n" * 200_000,
    "encoded words": HEAD + b"Subject: " + b"=?a?q?" * 100_000 + b"\r\n\r\n",
    "parameters": HEAD + b"Content-Type: text/plain" + b"; a*0*=b" * 100_000 + b"\r\n\r\n",
    "references": HEAD + b"References: " + b"<" * 500_000 + b"\r\n\r\n",
    "addresses": HEAD + b"To: " + b"a" * 300_000 + b"\r\nCc: " + b"a@b," * 100_000 + b"\r\n\r\n",
    "boundaries": HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b" * 500_000,
    "dashes": HEAD + b"Content-Type: multipart/mixed\r\n\r\n" + b"--" * 500_000,
    "quoted lines": HEAD + b"\r\n" + b"> x\n" * 250_000,
    "introductions": HEAD + b"\r\n" + b"Am 1 wrote schrieb @ x\n" * 40_000,
    "dashed lines": HEAD + b"\r\n" + b"- " * 500_000,
    "signatures": HEAD + b"\r\n" + b"--\n" * 300_000 + b"x\n" * 20,
    "empty lines": HEAD + b"\r\n" + b"x\n" + b"\n" * 900_000 + b"-- \n",
    "answered quotes": HEAD + b"\r\nx\n" + b"Am 1.1. schrieb a@b:\n> x\ny\n" * 40_000,
    "quoted introductions": HEAD + b"\r\nx\n" + b"> Am 1.1. schrieb a@b:\n" * 40_000 + b"y\n",
    "introductions below nothing": HEAD + b"\r\n" + b"\n" * 400_000 + b"> Am 1.1. schrieb a@b:\n" * 20_000,
    "blank boundaries": HEAD
    + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    + (b"--a" + b" " * 100_000 + b"b\n") * 9,
    "parameters of an event": HEAD + b"Content-Type: text/calendar\r\n\r\nBEGIN:VEVENT\nA" + b";a" * 9_000,
    "messages in messages": b"From: MAILER-DAEMON@a.b\n" + b"Content-Type: message/rfc822\n\n" * 6_000,
    "quoted lines of reports": b"From: MAILER-DAEMON@a.b\n\n" + b">\n" * 30_000,
    "pieces of signatures": HEAD
    + b"Content-Type: application/pkcs7-mime\r\n\r\n"
    + bytes.fromhex("308006092a864886f70d010702a080308002010131003080060101a0802480")
    + b"\x24\x80" * 500_000,
    "one sender": HEAD + b"\r\n" + (b"a" * 60 + b"@" + b"a" * 500 + b"\n") * 100,
    "senders": HEAD + b"\r\n" + (b"a.@" * 190 + b"\n") * 1_500,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_mail_made_to_be_slow_is_not(name):
    began = time.process_time()
    with contextlib.suppress(Unreadable):
        email.parse(BOMBS[name])
    assert time.process_time() - began < 5


def test_parts_in_parts_do_not_multiply_the_bytes_of_a_mail(monkeypatch):
    """Thirty levels around 45 MB took 2.5 GB."""
    monkeypatch.setattr(parts, "_MOST_BYTES", 1_000_000)
    levels = (b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(29))
    with pytest.raises(Unreadable, match="nested too deep for its size"):
        email.parse(HEAD + b"".join(levels) + b"\r\n" + b"x" * 50_000)


@pytest.mark.parametrize(
    "piece",
    [
        "<a",
        "<!--",
        "<!",
        '<a "',
        "<a b='",
        "</",
        "&#",
        "&#" + "1" * 5_000 + ";",
        "<![CDATA[",
        "<?",
        "<script>",
        "<blockquote>",
        "<td>x",
    ],
)
def test_html_made_to_be_slow_is_not(piece):
    began = time.process_time()
    html.to_text(piece * (500_000 // len(piece)))
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "line",
    [
        "Am " + "schrieb " * 70,
        ">" * 590,
        "-" * 590,
        "von " * 140 + "gesendet",
        "1.1.11" * 90,
        "_ " * 290,
        "a@" * 290,
    ],
)
def test_lines_made_to_be_slow_are_not(line):
    began = time.process_time()
    replies.new_text(f"{line}\n" * 300)
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("encoding", "body"),
    [("base64", b"QUJD\n" * 800_000), ("x-uuencode", b"begin 644 x\n" + b"#04)#\n" * 600_000)],
)
def test_short_lines_take_no_more_memory_than_long_ones(encoding: str, body: bytes):
    """A mail of 40 MB took 2 GB once: every line became an object."""
    raw = HEAD + f"Content-Type: text/plain\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode() + body
    tracemalloc.start()
    try:
        assert email.parse(raw).text.startswith("ABCABC")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 * len(raw)
