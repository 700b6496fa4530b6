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


def test_the_mail_daemon_is_a_machine():
    assert reason(sender="MAILER-DAEMON@mx.example.org") == "mail daemon"
