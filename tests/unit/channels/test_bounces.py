"""What did not arrive is read from the report, whoever wrote it; what only looks like a report is none."""

import pytest

from cpm.channels import Undelivered, email


def mail(*lines: str) -> bytes:
    return "\r\n".join(lines).encode() + b"\r\n"


def report(*groups: str, returned: str = "text/rfc822-headers", own: str = "<ours@cpm.example>") -> bytes:
    """A report as RFC 3464 has it, one group of fields for each recipient."""
    return mail(
        "Return-Path: <>",
        "From: MAILER-DAEMON@mx.example.org (Mail Delivery System)",
        "To: service@cpm.example",
        "Subject: Undelivered Mail Returned to Sender",
        "Auto-Submitted: auto-replied",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        "I'm sorry to have to inform you that your message could not be delivered.",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.example.org",
        "",
        *groups,
        "--b",
        f"Content-Type: {returned}",
        "",
        f"Message-ID: {own}",
        "Subject: C-1",
        "--b--",
    )


def failed(address: str, *, action: str = "failed", status: str = "5.1.1", more: str = "X: y") -> str:
    return f"Final-Recipient: rfc822; {address}\r\nAction: {action}\r\nStatus: {status}\r\n{more}\r\n"


def test_a_report_by_the_standard_says_whom_it_did_not_reach_and_why():
    code = "Diagnostic-Code: smtp; 550 5.1.1 <mara@example.org>: User unknown\r\n in virtual table"
    inbound = email.parse(report(failed("Mara@example.org", more=code)))
    assert inbound.bounce.message_id == "<ours@cpm.example>"
    assert inbound.references == ("<ours@cpm.example>",)
    only = inbound.bounce.recipients[0]
    words = "550 5.1.1 <mara@example.org>: User unknown in virtual table"
    assert only == Undelivered("mara@example.org", "failed", "5.1.1", words)
    assert only.permanent
    assert only.address_is_bad


def test_each_recipient_is_told_of():
    groups = (
        failed("one@example.org"),
        failed("two@example.org", action="delayed", status="4.4.1"),
        failed("three@example.org", action="delivered", status="2.0.0"),
    )
    found = email.parse(report(*groups)).bounce.recipients
    assert [(each.address[:3], each.action, each.permanent) for each in found] == [
        ("one", "failed", True),
        ("two", "delayed", False),
        ("thr", "delivered", False),
    ]


@pytest.mark.parametrize("status", ["5.2.2", "5.2.3", "5.3.4", "5.7.1", "5.7.26", "5.6.0"])
def test_a_full_box_and_a_refused_text_do_not_make_the_address_bad(status):
    only = email.parse(report(failed("a@example.org", status=status))).bounce.recipients[0]
    assert only.permanent
    assert not only.address_is_bad


@pytest.mark.parametrize("status", ["5.1.1", "5.1.2", "5.1.10", "5.2.1", "5.4.4", "5.0.0", "5.4.300", ""])
def test_an_unknown_or_dead_address_is_bad(status):
    assert email.parse(report(failed("a@example.org", status=status))).bounce.recipients[0].address_is_bad


def test_the_address_that_we_wrote_to_counts_not_the_one_it_was_forwarded_to():
    group = f"Original-Recipient: rfc822; mara+2Bhome@example.org\r\n{failed('else@example.net')}"
    assert email.parse(report(group)).bounce.recipients[0].address == "mara+home@example.org"


def test_what_the_server_itself_said_counts_more_than_a_status_that_says_nothing():
    group = failed("a@example.org", status="5.0.0", more="Diagnostic-Code: smtp; 552 5.2.2 Mailbox full")
    assert email.parse(report(group)).bounce.recipients[0].status == "5.2.2"


def test_a_report_without_an_action_is_judged_by_its_status():
    group = "Final-Recipient: rfc822; a@example.org\r\nStatus: 4.2.2 (later)\r\n"
    assert email.parse(report(group)).bounce.recipients[0].action == "delayed"


def test_a_group_without_an_address_is_left_out():
    assert email.parse(report("Final-Recipient: rfc822; nobody\r\nAction: failed\r\n")).bounce is None


OLD = {
    "qmail": (
        "From: MAILER-DAEMON@mx.example.org",
        "Subject: failure notice",
        "",
        "Hi. This is the qmail-send program at mx.example.org.",
        "I'm afraid I wasn't able to deliver your message to the following addresses.",
        "This is a permanent error; I've given up. Sorry it didn't work out.",
        "",
        "<mara@example.org>:",
        "Sorry, no mailbox here by that name. (#5.1.1)",
        "",
        "--- Below this line is a copy of the message.",
        "",
        "Return-Path: <service@cpm.example>",
        "Message-ID: <ours@cpm.example>",
        "Subject: C-1",
    ),
    "exim": (
        "From: Mail Delivery System <Mailer-Daemon@mx.example.org>",
        "X-Failed-Recipients: mara@example.org",
        "Auto-Submitted: auto-replied",
        "Subject: Mail delivery failed: returning message to sender",
        "",
        "This message was created automatically by mail delivery software.",
        "",
        "A message that you sent could not be delivered to one or more of its",
        "recipients. This is a permanent error. The following address(es) failed:",
        "",
        "  mara@example.org",
        "    550 5.1.1 Unknown user",
        "",
        "------ This is a copy of the message, including all the headers. ------",
        "",
        "Message-ID: <ours@cpm.example>",
    ),
}


@pytest.mark.parametrize("program", OLD)
def test_programs_that_follow_no_standard_are_understood(program):
    inbound = email.parse(mail("Return-Path: <>", "To: service@cpm.example", *OLD[program]))
    assert [each.address for each in inbound.bounce.recipients] == ["mara@example.org"]
    assert inbound.bounce.recipients[0].address_is_bad
    assert inbound.bounce.message_id == "<ours@cpm.example>"
    assert inbound.references == ("<ours@cpm.example>",)


def test_a_person_who_quotes_a_report_sends_none():
    inbound = email.parse(mail("From: a@example.org", "Subject: Re: Ihre Mail", *OLD["qmail"][2:]))
    assert inbound.automatic is None
    assert inbound.bounce is None


def test_somebody_away_is_no_bounce():
    inbound = email.parse(
        mail(
            "Return-Path: <>",
            "From: mara@example.org",
            "Auto-Submitted: auto-replied",
            "Subject: Automatische Antwort: C-1",
            "",
            "Ich bin bis 3. Mai nicht im Haus. In dringenden Fällen: vertretung@example.org.",
        )
    )
    assert inbound.automatic
    assert inbound.bounce is None
