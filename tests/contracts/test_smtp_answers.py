"""Each answer of a mail server means the right thing: whom it goes to is decided by it."""

import pytest

from cpm.channels import email
from cpm.channels.smtp_sink import sink
from cpm.connectors import Done, Failed, MailServer, Retry, Smtp

WORK = {
    "to": "kunde@example.org",
    "subject": "Ihre Reklamation",
    "text": "Guten Tag,\n.\nwir schicken Ersatz: 5 €.",
}

REFUSALS = [
    ({"RCPT": "550 5.1.1 No such user"}, Failed, "address_refused"),
    ({"RCPT": "550 No such user"}, Failed, "address_refused"),
    ({"RCPT": "553 bad mailbox"}, Failed, "address_refused"),
    ({"RCPT": "556 5.1.10 null MX"}, Failed, "address_refused"),
    ({"RCPT": "550 5.7.1 Relaying denied"}, Failed, "undeliverable"),
    ({"RCPT": "550 5.4.4 Unable to route"}, Failed, "undeliverable"),
    ({"RCPT": "554 no"}, Failed, "undeliverable"),
    ({"RCPT": "550 5.2.1 Mailbox disabled"}, Failed, "bounced_hard"),
    ({"RCPT": "552 5.2.2 Over quota"}, Failed, "mailbox_full"),
    ({"RCPT": "552 Mailbox is full"}, Failed, "mailbox_full"),
    ({"RCPT": "452 4.2.2 Mailbox full"}, Retry, "mailbox_full"),
    ({"RCPT": "452 later"}, Retry, "mailbox_full"),
    ({"RCPT": "450 4.2.0 Greylisted"}, Retry, "bounced_soft"),
    ({"RCPT": "451 4.7.1 Try again"}, Retry, "bounced_soft"),
    ({"RCPT": "421 4.3.2 shutting down"}, Retry, "unreachable"),
    ({"RCPT": "!"}, Retry, "unreachable"),
    ({"MAIL": "552 5.3.4 Message too big"}, Failed, "too_large"),
    ({"MAIL": "552 too much"}, Failed, "too_large"),
    ({"MAIL": "550 5.7.1 Sender rejected"}, Failed, "auth_failed"),
    ({"MAIL": "530 5.7.0 Authentication required"}, Failed, "auth_failed"),
    ({"MAIL": "451 4.3.0 trouble"}, Retry, "unreachable"),
    ({"DATA": "554 5.5.1 No valid recipients"}, Failed, "bounced_hard"),
    ({"DATA": "451 4.3.0 not now"}, Retry, "bounced_soft"),
    ({"TEXT": "552 5.3.4 Too large"}, Failed, "too_large"),
    ({"TEXT": "550 5.7.1 Looks like spam"}, Failed, "bounced_hard"),
    ({"TEXT": "452 4.2.2 Full"}, Retry, "mailbox_full"),
    ({"TEXT": "!"}, Retry, "unreachable"),
    ({"TEXT": "~"}, Retry, "unreachable"),
    ({"MAIL": "nonsense"}, Retry, "unreachable"),
    ({"RCPT": "nonsense"}, Retry, "unreachable"),
    ({"DATA": "nonsense"}, Retry, "unreachable"),
    ({"TEXT": "nonsense"}, Retry, "unreachable"),
    ({"TEXT": "354 what?"}, Retry, "unreachable"),
    ({"GREET": "554 No service for you"}, Retry, "unreachable"),
    ({"GREET": "421 too busy"}, Retry, "unreachable"),
    ({"GREET": "!"}, Retry, "unreachable"),
    ({"GREET": "~"}, Retry, "unreachable"),
    ({"EHLO": "!"}, Retry, "unreachable"),
    ({"GREET": "\x00\xff nonsense"}, Retry, "unreachable"),
]


def smtp(port: int, **options: str) -> Smtp:
    return Smtp(
        MailServer(
            "127.0.0.1", port, "service@example.com", "Sonnenschein AG", timeout_seconds=0.5, **options
        )
    )


@pytest.mark.parametrize(("script", "kind", "code"), REFUSALS, ids=lambda value: str(value)[:40])
def test_each_refusal_has_its_code(scripted, call, script, kind, code):
    server = scripted(**script)
    outcome = smtp(server.port)(call(**WORK))
    assert (type(outcome), outcome.code) == (kind, code)
    assert outcome.why.startswith(("The mail server", "Expected"))


def test_a_mail_taken_is_done_even_if_the_server_hangs_up_rudely(scripted, call):
    server = scripted(QUIT="!")
    assert isinstance(smtp(server.port)(call(**WORK)), Done)


def test_when_the_answer_was_lost_the_next_attempt_sends_the_same_mail_again(scripted, call):
    server = scripted(TEXT="!")
    first = smtp(server.port)(call(attempt=1, **WORK))
    server.script["TEXT"] = "250 taken"
    second = smtp(server.port)(call(attempt=2, **WORK))

    assert isinstance(first, Retry)
    assert "same Message-ID" in first.why
    assert isinstance(second, Done)
    assert server.texts[0] == server.texts[1]


def test_a_refused_login_is_told_as_such_and_hides_the_password(scripted, call):
    server = scripted(EHLO="250-demo\r\n250 AUTH PLAIN", AUTH="535 5.7.8 bad credentials")
    outcome = smtp(server.port, username="service", password="very secret")(call(**WORK))
    assert isinstance(outcome, Failed)
    assert outcome.code == "auth_failed"
    assert "very secret" not in repr(smtp(server.port, password="very secret")) + outcome.why


def test_a_server_without_encryption_gets_no_mail_where_it_is_wanted(scripted, call):
    server = scripted()
    outcome = smtp(server.port, security="starttls")(call(**WORK))
    assert isinstance(outcome, Failed)
    assert (outcome.code, server.texts) == ("auth_failed", [])


def test_a_server_that_knows_no_common_way_to_log_in_is_for_the_operators(scripted, call):
    server = scripted(EHLO="250-demo\r\n250 AUTH KERBEROS")
    outcome = smtp(server.port, username="service", password="geheim")(call(**WORK))
    assert isinstance(outcome, Failed)
    assert outcome.code == "auth_failed"


def test_a_server_that_does_not_speak_tls_gets_no_mail_over_tls(scripted, call):
    server = scripted()
    outcome = smtp(server.port, security="tls")(call(**WORK))
    assert isinstance(outcome, Retry)
    assert (outcome.code, server.texts) == ("unreachable", [])


def test_login_works_where_the_server_wants_it(scripted, call):
    server = scripted(EHLO="250-demo\r\n250 AUTH PLAIN")
    assert isinstance(smtp(server.port, username="service", password="geheim")(call(**WORK)), Done)


def test_an_address_without_hope_is_refused_before_anybody_is_bothered(call):
    for to in (
        None,
        "",
        "mara",
        "mara@",
        "@example.org",
        "a b@example.org",
        "a@b@c",
        "a@example..org",
        "x@" + "y" * 70 + ".org",
    ):
        outcome = smtp(1)(call(**{**WORK, "to": to}))
        assert isinstance(outcome, Failed)
        assert outcome.code == "address_refused"
        assert outcome.why.startswith("Expected")


def test_what_arrives_reads_as_it_was_written(tmp_path, call):
    with sink(tmp_path) as server:
        done = smtp(server.port)(
            call(**WORK, in_reply_to="<frage@example.org>", references=["<eins@example.org>"])
        )
    [stored] = tmp_path.glob("*.eml")
    arrived = email.parse(stored.read_bytes())
    assert done.sent.message_id == arrived.message_id == call().message_id
    assert done.sent.recipients == ("kunde@example.org",)
    assert (arrived.sender, arrived.sender_name) == ("service@example.com", "Sonnenschein AG")
    assert arrived.references == ("<eins@example.org>", "<frage@example.org>")
    assert arrived.subject == WORK["subject"]
    assert arrived.full_text.strip() == WORK["text"]
    assert arrived.automatic is None


def test_the_demo_sink_and_the_connector_agree_about_incidents(tmp_path, call):
    with sink(tmp_path) as server:
        outcomes = [
            smtp(server.port)(call(**{**WORK, "to": f"{who}@example.org"}))
            for who in ("refuse", "busy", "full", "toolarge")
        ]
    assert [outcome.code for outcome in outcomes] == [
        "address_refused",
        "bounced_soft",
        "mailbox_full",
        "too_large",
    ]
