"""Real mail is broken in many ways; none may cost a customer's words."""

import hashlib
from datetime import UTC, datetime

import pytest

from cpm.channels import Unreadable, email


def mail(*lines: str | bytes) -> bytes:
    return b"\r\n".join(line.encode() if isinstance(line, str) else line for line in lines) + b"\r\n"


PLAIN = mail(
    "From: Mara Beispiel <Mara.Beispiel@Example.org>",
    "To: Service <service@example.com>, Zweiter <zwei@example.com>",
    "Cc: dritter@example.com, service@example.com",
    "Subject: Reklamation",
    "Date: Sat, 21 Nov 2026 14:00:00 +0100",
    "Message-ID: <abc@example.org>",
    "References: <eins@example.com> <zwei@example.com>",
    "In-Reply-To: <zwei@example.com>",
    "",
    "die Pumpe ist kaputt.",
)


def test_tokens_stand_behind_the_plus_of_where_it_was_delivered():
    inbound = email.parse(
        mail(
            "Delivered-To: service+second@example.com",
            "From: a@example.org",
            "To: Service <Service+First@example.com>, nobody@example.com, plus+@example.com",
            "Cc: <service+second@example.com>",
            "",
            "x",
        )
    )
    assert inbound.tokens == ("second", "first")
    assert inbound.recipients[0] == "service+first@example.com"


def test_a_marker_is_found_in_quotes_and_in_hidden_html_and_not_shown():
    one, two = "a" * 24, "b2" * 12
    inbound = email.parse(
        mail(
            "From: a@example.org",
            'Content-Type: multipart/alternative; boundary="b"',
            "",
            "--b",
            "Content-Type: text/plain",
            "",
            "Danke.",
            f"> Guten Tag [CPM:{one.upper()}]",
            "--b",
            "Content-Type: text/html",
            "",
            f'<p>Danke.</p><span style="display:none">[cpm:{two}]</span>',
            "--b--",
        )
    )
    assert inbound.markers == (one, two)
    assert "cpm" not in inbound.full_text.lower()
    assert inbound.text == "Danke."


def test_the_answer_goes_where_the_sender_wants_it():
    inbound = email.parse(
        mail("From: shop@example.org", "Reply-To: Mara <Mara@example.net>, zwei@example.net", "", "x")
    )
    assert inbound.reply_to == "mara@example.net"
    assert email.parse(mail("From: A@example.org", "Reply-To: a@example.org", "", "x")).reply_to == ""


def test_a_plain_mail_is_read_whole():
    inbound = email.parse(PLAIN)

    assert inbound.channel == "email"
    assert inbound.message_id == "<abc@example.org>"
    assert inbound.digest == hashlib.sha256(PLAIN).hexdigest()
    assert (inbound.sender, inbound.sender_name) == ("mara.beispiel@example.org", "Mara Beispiel")
    assert inbound.recipients == ("service@example.com", "zwei@example.com", "dritter@example.com")
    assert inbound.subject == "Reklamation"
    assert inbound.text == inbound.full_text.strip() == "die Pumpe ist kaputt."
    assert inbound.sent_at == datetime(2026, 11, 21, 13, tzinfo=UTC)
    assert inbound.references == ("<eins@example.com>", "<zwei@example.com>")
    assert inbound.automatic is None
    assert inbound.language == "de"
    assert inbound.attachments == ()


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\t\r\n", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00", "binary"),
        (b"Hallo, hier steht nur Text.\r\n\r\nUnd noch mehr.\r\n", "no e-mail header"),
        (b"Subject: nobody\r\n\r\nHello\r\n", "who sent it"),
        (b"From: undisclosed-senders:;\r\n\r\nHello\r\n", "who sent it"),
    ],
)
def test_what_is_no_mail_is_refused_with_a_reason_for_people(raw, reason):
    with pytest.raises(Unreadable) as refused:
        email.parse(raw)
    assert reason in refused.value.reason
    assert refused.value.reason.endswith(".")


def test_a_broken_line_does_not_end_the_header():
    raw = mail("From: a@example.org", "this line lost its indent", "Subject: still a header", "", "body")
    inbound = email.parse(raw)
    assert (inbound.subject, inbound.text) == ("still a header", "body")


def test_text_right_behind_the_header_is_not_lost():
    inbound = email.parse(
        mail("From: a@example.org", "Subject: x", "Hello, no empty line before me.", "", "second")
    )
    assert inbound.text == "Hello, no empty line before me.\n\nsecond"


@pytest.mark.parametrize(
    "start", [b"\xef\xbb\xbf", b"\r\n\r\n", b"From a@example.org Sat Nov 21 2026\r\n", b">From x\r\n"]
)
def test_what_stands_before_the_header_is_passed_over(start):
    assert email.parse(start + PLAIN).subject == "Reklamation"


@pytest.mark.parametrize("end", [b"\n", b"\r"])
def test_other_line_ends_are_read_as_well(end):
    assert email.parse(PLAIN.replace(b"\r\n", end)).text == "die Pumpe ist kaputt."


def test_a_lone_carriage_return_makes_no_new_field():
    inbound = email.parse(b"From: a@example.org\r\nSubject: x\rFrom: evil@example.net\r\n\r\nbody\r\n")
    assert inbound.sender == "a@example.org"
    assert inbound.subject == "x From: evil@example.net"


def test_eight_bit_headers_and_unknown_charsets_keep_their_words():
    raw = mail(
        "From: Jörg Müßig <a@example.org>".encode("latin-1"),
        "Subject: =?x-unknown?Q?Gr=FC=DFe?= aus Köln",
        "Content-Type: text/plain; charset=x-made-up",
        "",
        "Schöne Grüße".encode("cp1252"),
    )
    inbound = email.parse(raw)
    assert inbound.sender_name == "Jörg Müßig"
    assert inbound.subject == "Grüße aus Köln"
    assert inbound.text == "Schöne Grüße"


@pytest.mark.parametrize(
    "charset", ["idna", "unicode_escape", "hex", "utf-7", "utf-16", "rot13", "a\0b", "ü", "undefined"]
)
def test_no_charset_name_makes_the_reader_stumble(charset):
    raw = mail(
        "From: a@example.org",
        f'Content-Type: text/plain; charset="{charset}"',
        "",
        b"Gr\xfc\\xZZ\xdfe +AGEAYg-",
    )
    assert email.parse(raw).text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("=?utf-8?B?R3LDvMOf?= =?utf-8?B?ZQ==?=", "Grüße"),
        ("=?utf-8?B?R3LD?= =?utf-8?B?vMOfZQ?=", "Grüße"),
        ("=?UTF-8?q?a b_c?=", "a b c"),
        ("=?utf-8*de?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ('"=?utf-8?Q?Gr=C3=BC=C3=9Fe?="', '"Grüße"'),
        ("=?utf-8?B?!!!?=", ""),
        ("Re: =?iso-8859-1?Q?Gr=FC=DFe?= an alle", "Re: Grüße an alle"),
        ("=?broken", "=?broken"),
        ("=?utf-8?Q?M=C3=A4rz?= und =?utf-8?Q?M=C3=A4rz?=", "März und März"),
        ("=?utf-8?Q?M=C3=A4rz?= =?iso-8859-1?Q?_M=E4rz?=", "März März"),
    ],
)
def test_encoded_words_are_read_as_they_are_really_written(value, expected):
    assert email.parse(mail("From: a@example.org", f"Subject: {value}", "", "x")).subject == expected


@pytest.mark.parametrize(
    ("value", "address", "name"),
    [
        (
            "=?utf-8?Q?Chef_=3Cchef=40example.com=3E?= <a@example.org>",
            "a@example.org",
            "Chef <chef@example.com>",
        ),
        ('"Beispiel, Mara" <a@example.org>', "a@example.org", "Beispiel, Mara"),
        ("Beispiel, Mara <a@example.org>", "a@example.org", "Beispiel, Mara"),
        ("a@example.org (Mara Beispiel)", "a@example.org", "Mara Beispiel"),
        ("<@relay.example,@b.example:A@Example.org>", "a@example.org", ""),
        ("Mara <mailto:a@example.org>", "a@example.org", "Mara"),
        ("Mara <a@example.org", "a@example.org", "Mara"),
        ('"unclosed <a@example.org>', "a@example.org", ""),
        ("((((" * 5_000 + " a@example.org", "", ""),
    ],
)
def test_the_address_is_found_before_names_are_decoded(value, address, name):
    raw = mail(f"From: {value}", "Return-Path: <fallback@example.net>", "", "x")
    inbound = email.parse(raw)
    assert (inbound.sender, inbound.sender_name) == (
        (address, name) if address else ("fallback@example.net", "")
    )


def test_without_a_date_or_message_id_the_mail_is_still_read():
    inbound = email.parse(mail("From: a@example.org", "Date: gestern", "", "x"))
    assert (inbound.sent_at, inbound.message_id) == (None, None)


@pytest.mark.parametrize("date", ["Mon, 99 Foo 99999 99:99:99 +9999", "31 Dec 9999 23:59:59 -2359"])
def test_impossible_dates_are_no_dates(date):
    assert email.parse(mail("From: a@example.org", f"Date: {date}", "", "x")).sent_at is None


def test_a_folded_message_id_is_put_together():
    raw = mail(
        "From: a@example.org",
        "In-Reply-To: <long",
        " .id@example.com> (comment)",
        "Message-ID: bare@x",
        "",
        "x",
    )
    inbound = email.parse(raw)
    assert inbound.references == ("<long.id@example.com>",)
    assert inbound.message_id == "<bare@x>"


def test_english_words_make_an_english_mail():
    assert (
        email.parse(
            mail("From: a@example.org", "", "Hello, the pump is broken and it does not work.")
        ).language
        == "en"
    )


@pytest.mark.parametrize(
    ("declared", "written"),
    [
        ("x-mac-roman", "Grüße".encode("mac_roman")),
        ("X-SJIS", "日本".encode("cp932")),
        ("ISO-8859-8-I", "שלום".encode("iso-8859-8")),
        ("unicode", "Grüße".encode()),
        ("ANSI_X3.110-1983", "Grüße".encode("cp1252")),
    ],
)
def test_charsets_are_read_by_the_names_that_mail_has_for_them(declared, written):
    raw = mail("From: a@example.org", f"Content-Type: text/plain; charset={declared}", "", written)
    assert email.parse(raw).text in ("Grüße", "日本", "שלום")


def test_a_page_that_says_its_charset_itself_is_believed():
    page = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=koi8-r"></head>Привет'
    raw = mail("From: a@example.org", "Content-Type: text/html", "", page.encode("koi8-r"))
    assert email.parse(raw).text == "Привет"
    ascii_page = b'<meta charset="utf-16">Hallo'
    assert email.parse(mail("From: a@example.org", "Content-Type: text/html", "", ascii_page)).text == "Hallo"
