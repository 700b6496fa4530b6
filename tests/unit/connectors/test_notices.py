"""The customer hears unasked, in his language, and never with a hole in the sentence."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from cpm.channels import email
from cpm.channels.smtp_sink import sink
from cpm.connectors import Call, Done, Failed, MailServer, Notice, Smtp

TEXTS = {
    "de": {
        "notices": {
            "received": {"subject": "Ihre Reklamation {{case_no}}", "text": "wir melden uns bis {{due}}."},
            "thanks": {"subject": "Danke", "text": "{{salutation}} schön, dass Sie da waren."},
            "broken": {"subject": "ohne Text"},
        }
    },
    "en": {
        "notices": {"received": {"subject": "Your complaint {{case_no}}", "text": "We refund {{amount}}."}}
    },
}


def call(**inputs) -> Call:
    inputs = {
        "to": "kunde@example.org",
        "event": "received",
        "language": "de",
        "values": {"due": date(2026, 11, 25)},
    } | inputs
    return Call(
        "notice.send",
        inputs,
        {},
        "key",
        1,
        "C-1",
        1,
        "<id@example.com>",
        TEXTS,
        datetime(2026, 11, 21, tzinfo=UTC),
    )


@pytest.fixture
def send(tmp_path):
    def sent(**inputs):
        with sink(tmp_path) as server:
            notice = Notice(
                Smtp(MailServer("127.0.0.1", server.port, "service@example.com", "Sonnenschein AG"))
            )
            outcome = notice(call(**inputs))
        mails = [email.parse(path.read_bytes()) for path in tmp_path.glob("*.eml")]
        return outcome, mails

    return sent


def test_a_notice_has_salutation_text_and_closing(send):
    outcome, [mail] = send(
        values={
            "due": date(2026, 11, 25),
            "salutation": "Sehr geehrte Frau Dr. Beispiel,",
            "firm": "Musterbau",
        }
    )
    assert isinstance(outcome, Done)
    assert mail.subject == outcome.sent.subject == "Ihre Reklamation C-1"
    assert mail.full_text == (
        "Sehr geehrte Frau Dr. Beispiel,\n\nwir melden uns bis 25.11.2026.\n\nMit freundlichen Grüßen\nMusterbau"
    )
    assert mail.automatic == "Auto-Submitted: auto-generated"


def test_an_english_notice_to_nobody_in_particular(send):
    _, [mail] = send(language="en", values={"amount": Decimal("1234.5")}, in_reply_to="<frage@example.org>")
    assert (
        mail.full_text == "Dear Sir or Madam,\n\nWe refund €1,234.50.\n\nYours faithfully,\nSonnenschein AG"
    )
    assert mail.automatic == "Auto-Submitted: auto-replied"
    assert mail.references == ("<frage@example.org>",)


def test_a_text_with_its_own_salutation_gets_no_second_one(send):
    _, [mail] = send(event="thanks", values={"salutation": "Guten Tag Kim Vorlage,"})
    assert mail.full_text.count("Guten Tag") == 1


def test_what_a_customer_wrote_is_not_filled_in_again(send):
    _, [mail] = send(values={"due": "{{case_no}} {{firm}}"})
    assert "{{case_no}} {{firm}}" in mail.full_text


@pytest.mark.parametrize("to", [None, ""])
def test_without_an_address_nothing_is_sent_and_the_case_learns_why(send, to):
    outcome, mails = send(to=to)
    assert outcome == Done({"notice_skipped": "no_address"})
    assert mails == []


@pytest.mark.parametrize("values", [{}, {"due": None}, None])
def test_a_missing_value_stops_the_notice(send, values):
    outcome, mails = send(values=values)
    assert outcome == Failed("missing_field", "Expected to write the notice received, but {{due}} is empty.")
    assert mails == []


@pytest.mark.parametrize(
    "inputs",
    [
        {"event": "unheard_of"},
        {"event": None},
        {"event": "broken"},
        {"language": "fr"},
        {"event": "thanks", "language": "en"},
    ],
)
def test_an_unknown_text_is_an_error_of_the_template(send, inputs):
    outcome, mails = send(**inputs)
    assert outcome.code == "template_error"
    assert outcome.why.startswith("Expected the text notices.")
    assert mails == []


@pytest.mark.parametrize(
    "texts", [{}, {"de": {}}, {"de": {"notices": "x"}}, {"de": {"notices": {"received": "x"}}}]
)
def test_a_text_file_of_another_shape_is_an_error_of_the_template(texts):
    notice = Notice(Smtp(MailServer("127.0.0.1", 1, "service@example.com")))
    assert notice(replace(call(), texts=texts)).code == "template_error"
