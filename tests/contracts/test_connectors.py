"""What every connector promises, and the worker relies on."""

from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from cpm.channels.smtp_sink import sink
from cpm.connectors import (
    Call,
    Connector,
    Demo,
    Done,
    Failed,
    MailServer,
    Notice,
    Retry,
    Smtp,
    Systems,
    registry,
)
from cpm.erp_settings import ErpSettings

WORK = {
    "smtp": ("smtp.send", {"to": "a@example.org", "subject": "Antwort", "text": "Guten Tag"}),
    "notice": (
        "notice.send",
        {"to": "a@example.org", "event": "received", "language": "de", "values": {"due": date(2026, 11, 25)}},
    ),
    "document": (
        "document.render",
        {"template": "note", "format": "txt", "values": {"due": date(2026, 11, 25)}},
    ),
    "erp": ("erp.credit_note", {"amount": 50}),
    "demo": ("demo.work", {}),
}


@pytest.fixture
def connectors(tmp_path):
    with sink(tmp_path) as server:
        mail = MailServer("127.0.0.1", server.port, "service@example.com", timeout_seconds=5)
        yield registry(mail, Systems(ErpSettings(demo=tmp_path / "erp-demo.db"), ZoneInfo("Europe/Berlin")))


def test_the_registry_holds_one_connector_for_each_prefix(connectors):
    elsewhere = {"http"}  # what it does stands in files of a process
    assert set(connectors) == {*WORK, *elsewhere}


@pytest.mark.parametrize("prefix", WORK)
def test_the_same_key_gives_the_same_outcome_at_every_attempt(connectors, call, prefix):
    operation, inputs = WORK[prefix]
    connector: Connector = connectors[prefix]

    first, second = (connector(call(operation, attempt=attempt, **inputs)) for attempt in (1, 2))

    assert isinstance(first, Done)
    assert first == second


@pytest.mark.parametrize("operation", ["smtp.nothing", "notice.nothing", "erp.nothing", "erp", ""])
def test_an_unknown_operation_fails_with_a_sentence(connectors, call, operation):
    outcome = connectors[operation.partition(".")[0] or "demo"](call(operation))
    assert isinstance(outcome, Failed)
    assert outcome.code == "unknown_operation"
    assert outcome.why.startswith("Expected")


@pytest.mark.parametrize("prefix", WORK)
@pytest.mark.parametrize(
    "value", [None, "", 7, [], {}, True, "a@b\r\nBcc: evil@example.net", "\0", "\ud800", "x" * 100_000]
)
def test_odd_inputs_are_outcomes_and_never_crashes(connectors, call, prefix, value):
    operation, inputs = WORK[prefix]
    for name in [*inputs, "demo", "values", "references", "in_reply_to"]:
        outcome = connectors[prefix](call(operation, **{**inputs, name: value}))
        assert isinstance(outcome, Done | Retry | Failed)


@pytest.mark.parametrize("kind", [Smtp, Notice])
def test_a_dead_server_is_retried(call, kind):
    smtp = Smtp(MailServer("127.0.0.1", 1, "service@example.com", timeout_seconds=1))
    connector = smtp if kind is Smtp else Notice(smtp)
    operation, inputs = WORK[connector.name]
    outcome = connector(call(operation, **inputs))
    assert isinstance(outcome, Retry)
    assert outcome.code == "unreachable"


class TestDemo:
    def ask(self, call: Call):
        return Demo()(call)

    def test_it_fails_with_the_code_asked_for(self, call):
        assert self.ask(call("demo.work", demo="fail:credit_refused")) == Failed(
            "credit_refused", "The demo connector was asked to fail."
        )

    def test_it_is_away_for_good_or_for_a_while(self, call):
        always = [self.ask(call("demo.work", demo="retry:timeout", attempt=attempt)) for attempt in (1, 9)]
        assert [outcome.code for outcome in always] == ["timeout", "timeout"]
        kinds = [type(self.ask(call("demo.work", demo="flaky:2", attempt=attempt))) for attempt in (1, 2, 3)]
        assert kinds == [Retry, Retry, Done]

    def test_it_crashes_when_asked(self, call):
        with pytest.raises(RuntimeError, match="asked to crash"):
            self.ask(call("demo.work", demo="crash"))


class TestDemoErp:
    @pytest.mark.parametrize(
        ("amount", "kind", "code"), [("66.60", Failed, "credit_refused"), ("77.7", Retry, "timeout")]
    )
    def test_amounts_ask_for_trouble_too(self, connectors, call, amount, kind, code):
        outcome = connectors["erp"](call("erp.credit_note", amount=Decimal(amount)))
        assert (type(outcome), outcome.code) == (kind, code)

    def test_its_numbers_name_themselves_demo_and_belong_to_the_key(self, connectors, call):
        one, two = (
            connectors["erp"](call("erp.credit_note", key=key, amount=50)).variables["credit_note_no"]
            for key in ("a", "b")
        )
        assert one.startswith("DEMO-GS-")
        assert one != two
        made = connectors["erp"](call("erp.replacement")).variables
        assert made["replacement_no"].startswith("DEMO-EL-")
