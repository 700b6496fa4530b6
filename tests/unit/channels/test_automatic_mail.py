"""Machines answering machines fill a case in an hour; a person taken for a machine gets no answer at all."""

import pytest

from cpm.channels import email


def reason(*headers: str, subject: str = "Hallo", sender: str = "a@example.org") -> str | None:
    return email.parse(
        "\r\n".join([f"From: {sender}", f"Subject: {subject}", *headers, "", "x"]).encode()
    ).automatic


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied",
        "auto-submitted: AUTO-GENERATED; owner-email=x@example.org",
        "Auto-Submitted: auto-notified (comment)",
        "Precedence: bulk",
        "Precedence: Junk",
        "Precedence: list",
        "X-Loop: service@example.com",
        "List-Id: <kunden.example.org>",
        "Return-Path: <>",
        "X-Autoreply: yes",
        "X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply, All",
        'Content-Type: multipart/report; report-type="disposition-notification"; boundary=b',
    ],
)
def test_these_headers_tell_a_machine(header):
    assert reason(header)


@pytest.mark.parametrize(
    "subject",
    [
        "Automatische Antwort: Ihre Reklamation",
        "Abwesenheitsnotiz",
        "Out of Office: Re: your complaint",
        "Automatic reply: x",
        "AUTO: Jonas Probe ist außer Haus (Rückkehr am 3. Mai)",
        "Abwesenheitsbenachrichtigung",
        "Automatische Rückantwort",
        "Undelivered Mail Returned to Sender",
        "Unzustellbar: Antwort zu C-1",
        "=?utf-8?Q?Ich_bin_derzeit_nicht_im_B=C3=BCro?=",
    ],
)
def test_these_subjects_tell_a_machine(subject):
    assert reason(subject=subject)


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: no",
        "Auto-Submitted: NO (a person)",
        "Precedence: first-class",
        "Return-Path: <a@example.org>",
        "X-Looping: x",
        "X-Auto-Response-Suppress: OOF, AutoReply",
    ],
)
def test_these_headers_do_not(header):
    assert reason(header) is None


@pytest.mark.parametrize(
    "subject",
    ["Re: Automatische Antwort: x", "Mein Gerät geht nicht", "Office ist nicht offen", "Abwesende Techniker"],
)
def test_these_subjects_do_not(subject):
    assert reason(subject=subject) is None


LIST = (
    "List-Id: Service <service.firm.example>",
    "Precedence: list",
    "List-Unsubscribe: <mailto:x@firm.example>",
)


def test_what_comes_through_a_group_of_our_own_name_comes_from_people():
    lines = ["From: a@example.org", "Subject: Hallo", *LIST, "", "x"]
    raw = "\r\n".join(lines).encode()
    assert email.parse(raw).automatic
    assert email.parse(raw, ours=["Service@firm.example"]).automatic is None
    assert email.parse(raw, ours=["other@firm.example"]).automatic
    bulk = raw.replace(b"Precedence: list", b"Precedence: bulk")
    assert email.parse(bulk, ours=["service@firm.example"]).automatic


def test_a_daemon_without_a_domain_is_read_as_one():
    assert reason(sender="MAILER-DAEMON (Mail Delivery System)") == "mail daemon"


def test_the_mail_daemon_is_a_machine():
    assert reason(sender="MAILER-DAEMON@mx.example.org") == "mail daemon"
