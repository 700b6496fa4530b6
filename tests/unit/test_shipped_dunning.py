"""The payment follow-up as it ships, walked without database or network: every way through it ends as it should."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cpm import bpmn
from rules import dmn

ROOT = Path(__file__).parents[2]
SOURCES = {
    name: (ROOT / "processes" / name.removesuffix(".bpmn") / name).read_bytes()
    for name in ("dunning.bpmn", "approval.bpmn")
}
PROGRAM = bpmn.prepare(SOURCES, main="dunning.bpmn")
TABLES = {
    name: dmn.read((ROOT / "rules" / f"{name}.dmn").read_bytes(), f"{name}.dmn") for name in PROGRAM.decisions
}
BERLIN = ZoneInfo("Europe/Berlin")
DUE = date(2026, 2, 25)
DAY_5 = datetime(2026, 3, 2, 6, 0, tzinfo=BERLIN)  # a Monday
CASE: dict[str, Any] = {
    "case_no": "C-000042",
    "process": "dunning",
    "channel": "message",
    "language": "de",
    "customer_id": "1",
    "customer_kind": "company",
    "customer_status": "customer",
    "customer_value": "B",
    "salutation": "Sehr geehrte Damen und Herren,",
    "name_spoken": "Sonnenschein AG",
    "subject": "Rechnung 000523 ist überfällig",
    "firm": "Sonnenschein AG",
    "invoice_no": "000523",
    "order_no": "100235",
    "due_on": DUE,
    "email": None,
}
ADDRESS: dict[str, Any] = {
    "email": "einkauf@example.org",
    "street": "Am Hang 1",
    "postcode": "50667",
    "city": "Köln",
    "country": "DE",
    "letter_address": "Sonnenschein AG\nAm Hang 1\n50667 Köln",
    "salutation": "Sehr geehrte Damen und Herren,",
    "name_spoken": "Sonnenschein AG",
}


class Walk:
    """One invoice, led from the outside: the ERP answers what is open on the day that it is asked."""

    def __init__(self, open_: str = "1000", *, on: datetime = DAY_5, **facts: object) -> None:
        self.now, self.open, self.state = on, Decimal(open_), "posted"
        self.raised: list[str] = []
        self.sent: list[tuple[str, str]] = []
        self.seen: list[str] = []
        self.take(bpmn.start(PROGRAM, CASE | facts, now=self.now, decide=self.decide, at="invoice_overdue"))
        self.machine()

    def decide(self, decision: str, facts: Any) -> bpmn.Decided:
        result = TABLES[decision].evaluate(decision, facts, now=self.now)
        return bpmn.Decided(result.value, result.evidence)

    def take(self, step: bpmn.Step) -> None:
        assert not step.faults
        self.step = step
        self.raised += [raised.code for raised in step.escalations]
        self.sent += [(sent.message, sent.key) for sent in step.sent]
        self.seen += [each.element for each in step.trace]

    def resume(self, happened: bpmn.Happened) -> None:
        step = self.step
        self.take(bpmn.resume(PROGRAM, step.state, step.scopes, happened, now=self.now, decide=self.decide))

    def machine(self) -> "Walk":
        """Do what machines do, but for letters that leave and credit notes."""
        answers = {
            "erp.open_items": self.items,
            "customers.known": ADDRESS.copy,
            "document.render": lambda: {"document": 7},
        }
        while jobs := [job for job in self.step.jobs if job.type in answers]:
            self.resume(bpmn.Completed(jobs[0].node, answers[jobs[0].type]()))
        return self

    def items(self) -> dict[str, Any]:
        owed = self.open > 0 and self.state == "posted"
        item = {
            "invoice_no": "000523",
            "order_no": "100235",
            "total": Decimal(1000),
            "open": self.open,
            "due_on": DUE,
        }
        days = (self.now.date() - DUE).days
        items = [{**item, "days_overdue": days}] if owed else []
        return {"items": items, "open_amount": self.open if owed else Decimal(0), "invoice_state": self.state}

    def do(self, element: str, **variables: object) -> "Walk":
        node = next(each.node for each in (*self.step.tasks, *self.step.jobs) if each.element == element)
        self.resume(bpmn.Completed(node, variables))
        return self.machine()

    def ring(self) -> "Walk":
        """The time that was given is over."""
        (timer,) = self.step.timers
        self.now = timer.due.astimezone(BERLIN)
        self.resume(bpmn.Fired(timer.node))
        return self.machine()

    def hear(self, message: str, **payload: object) -> "Walk":
        wait = next(wait for wait in self.step.waits if wait.message == message)
        self.resume(bpmn.Fired(wait.node, payload))
        return self.machine()

    def pay(self, amount: str | None = None) -> "Walk":
        """Over there, and the feed tells it."""
        self.open -= self.open if amount is None else Decimal(amount)
        self.state = "posted" if self.open else "paid"
        said = {
            "invoice_no": "000523",
            "order_no": "100235",
            "open_amount": self.open,
            "all_paid": not self.open,
        }
        return self.hear("payment_received", **said)

    def mailed(self) -> "Walk":
        return self.do("send_letter")

    def posted(self) -> "Walk":
        return self.do("print_and_post", posted_on=self.now.date())

    @property
    def tasks(self) -> list[str]:
        return [task.element for task in self.step.tasks]

    @property
    def case(self) -> dict[str, Any]:
        return dict(self.step.scopes[""])

    @property
    def letter(self) -> dict[str, Any]:
        """What the customer is about to be sent by mail."""
        (job,) = self.step.jobs
        return {"event": job.inputs["event"], **job.inputs["values"]}

    def at(self, level: int) -> "Walk":
        """The letters up to this level have left, and the next step is due."""
        for each in range(1, level + 1):
            while not self.step.jobs and not self.tasks:
                self.ring()
            if each < 3:
                self.mailed()
            if each > 1:
                self.posted()
        while not self.step.jobs and not self.tasks:
            self.ring()
        return self


def test_a_reminder_on_the_fifth_day_and_thanks_when_it_is_paid() -> None:
    """Scenario a."""
    walk = Walk()
    assert walk.letter == {
        "event": "dunning_1",
        "salutation": "Sehr geehrte Damen und Herren,",
        "firm": "Sonnenschein AG",
        "case_no": "C-000042",
        "invoice_no": "000523",
        "amount": Decimal(1000),
        "fee": 0,
        "due": DUE,
        "date": date(2026, 3, 12),
    }

    walk.mailed()
    walk.now += timedelta(days=4)
    walk.pay()

    assert walk.step.finished
    assert walk.case["outcome"] == "paid"
    assert "thank" in walk.seen


def test_what_was_paid_before_gets_no_letter_and_no_thanks() -> None:
    """Scenario b."""
    walk = Walk("0")

    assert walk.step.finished
    assert walk.case["outcome"] == "paid"
    assert not {"make_letter", "thank"} & set(walk.seen)


def test_who_pays_while_the_letter_is_made_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ERP is read once more right before anything leaves."""
    paid_at_the_second_look = iter((Decimal(1000), Decimal(0), Decimal(0)))
    plain = Walk.items

    def items(walk: Walk) -> dict[str, Any]:
        walk.open = next(paid_at_the_second_look)
        return plain(walk)

    monkeypatch.setattr(Walk, "items", items)
    walk = Walk()

    assert walk.step.finished
    assert "send_letter" not in walk.seen
    assert walk.case["outcome"] == "paid"


def test_a_running_order_says_thanks_itself() -> None:
    walk = Walk(order_case="C-000007").mailed().pay()

    assert walk.case["outcome"] == "paid"
    assert "thank" not in walk.seen


def test_an_a_customer_is_called_before_the_second_letter_and_keeps_the_promise() -> None:
    """Scenario c."""
    walk = Walk(customer_value="A").at(1)
    assert walk.tasks == ["call_debtor"]
    assert walk.now.date() == date(2026, 3, 13), "the day after the last one to pay"

    walk.do("call_debtor", reached="yes", call_result="promise", promise_on=date(2026, 3, 20))
    assert walk.tasks == []
    assert walk.step.timers[0].due.astimezone(BERLIN).date() == date(2026, 3, 25)

    walk.pay()
    assert walk.case["outcome"] == "paid"
    assert walk.raised == []
    assert walk.case["level"] == 1


def test_a_broken_promise_is_told_and_goes_on_at_the_old_level() -> None:
    walk = Walk(customer_value="A").at(1)
    walk.do("call_debtor", reached="yes", call_result="promise", promise_on=date(2026, 3, 20)).ring()

    assert walk.raised == ["case.promise_broken"]
    assert walk.letter["event"] == "dunning_2"
    assert walk.case["promise_on"] is None


def test_who_is_not_reached_gets_the_second_letter_three_working_days_later() -> None:
    walk = Walk(customer_value="A").at(1).do("call_debtor", reached="no").ring()

    assert walk.now.date() == date(2026, 3, 18)
    assert walk.letter["event"] == "dunning_2"


def test_after_a_part_the_next_reminder_is_over_the_rest_and_not_earlier() -> None:
    """Scenario d."""
    walk = Walk().mailed()
    walk.now += timedelta(days=4)
    walk.pay("600")
    assert walk.step.jobs == ()
    assert walk.step.timers[0].due.astimezone(BERLIN).date() == date(2026, 3, 13)

    walk.ring()
    assert walk.letter["event"] == "dunning_2"
    assert walk.letter["amount"] == Decimal(400)
    assert walk.letter["fee"] == 40


def test_what_was_not_delivered_is_credited_and_ends() -> None:
    """Scenario e."""
    walk = Walk().mailed().hear("dispute_raised")
    assert walk.tasks == ["settle_dispute"]
    assert walk.step.timers == ()

    walk.do(
        "settle_dispute",
        dispute_reason="not_received",
        disputed_amount=Decimal(1000),
        decision="accept",
        dispute_note="Die Lieferung fehlt.",
    )
    (job,) = walk.step.jobs
    assert (job.type, job.inputs["amount"], job.inputs["invoice_no"]) == ("erp.credit_note", 1000, "000523")

    walk.do("credit_note", credit_note_no="GS 000007")
    assert walk.step.finished
    assert walk.case["outcome"] == "credited"
    assert "dispute_accepted" in walk.seen
    assert "thank" not in walk.seen


def test_a_credited_part_is_not_asked_for_again_before_and_after_it_is_set_off() -> None:
    walk = Walk().mailed().hear("dispute_raised")
    said = {
        "dispute_reason": "price",
        "disputed_amount": Decimal(500),
        "decision": "part",
        "credit_amount": Decimal(300),
    }
    walk.do("settle_dispute", **said, dispute_note="Ein Teil war zu teuer.")
    walk.do("credit_note", credit_note_no="GS 000007")
    assert walk.case["open_amount"] == 700

    walk.open = Decimal(700)
    set_off = {"erp.open_items": "paid"}
    plain = walk.items
    walk.items = lambda: {**plain(), "invoice_state": set_off["erp.open_items"]}  # type: ignore[method-assign]
    walk.hear("payment_received", open_amount=Decimal(700))
    assert walk.case["credited"] == 0
    assert walk.case["open_amount"] == 700


def test_an_objection_that_is_refused_is_answered_and_the_follow_up_goes_on() -> None:
    walk = Walk().mailed().hear("dispute_raised")
    walk.do(
        "settle_dispute",
        dispute_reason="price",
        disputed_amount=Decimal(1000),
        decision="reject",
        dispute_note="Der Preis war vereinbart.",
    )

    assert "dispute_rejected" in walk.seen
    assert walk.step.jobs == ()
    walk.ring()
    assert walk.now.date() == date(2026, 3, 12)
    assert walk.letter["event"] == "dunning_2"


def test_a_cancelled_invoice_ends_it_whatever_is_under_way() -> None:
    walk = Walk().mailed().hear("dispute_raised")
    walk.hear("invoice_cancelled")

    assert walk.step.finished
    assert walk.case["outcome"] == "credited"


def test_an_invoice_that_is_found_cancelled_brings_no_thanks() -> None:
    """Also if the message of the feed comes later."""
    walk = Walk().mailed()
    walk.state = "cancelled"
    walk.ring()

    assert walk.case["outcome"] == "credited"
    assert "thank" not in walk.seen


def test_five_euros_are_carried_over() -> None:
    assert Walk("5").case["outcome"] == "carried_over"


def test_three_letters_and_then_a_person_decides() -> None:
    walk = Walk().at(3)

    assert walk.tasks == ["decide_collection"]
    assert walk.now.date() == DUE + timedelta(days=42)
    assert walk.case["level"] == 3
    assert walk.case["interest"] > 0


def test_a_letter_that_lies_about_is_followed_up_from_the_day_on_which_it_was_posted() -> None:
    walk = Walk().at(2)
    assert walk.tasks == ["print_and_post"]

    printed = walk.case["next_on"]

    walk.now += timedelta(days=9)
    walk.posted()

    assert walk.step.timers[0].due.astimezone(BERLIN).date() == printed + timedelta(days=9)


def test_who_pays_while_the_letter_is_printed_gets_none() -> None:
    walk = Walk(customer_kind="person").at(2)
    assert walk.tasks == ["print_and_post"]

    walk.pay()
    assert walk.step.finished


@pytest.mark.parametrize(
    ("open_", "approver"),
    [("500", None), ("500.01", "approve_supervisor"), ("5000.01", "approve_management")],
)
def test_who_writes_off_more_needs_more_consent(open_: str, approver: str | None) -> None:
    walk = (
        Walk(open_).at(3).do("decide_collection", collection="write_off", reason="Der Kunde ist insolvent.")
    )
    if approver:
        assert approver in walk.seen
        assert walk.tasks == ["approve"]
        walk.do("approve", approved="no", approval_reason="Erst Inkasso versuchen.")
        assert walk.tasks == ["decide_collection"]
        assert walk.case["back_note"] == "Erst Inkasso versuchen."
        walk.do("decide_collection", collection="write_off", reason="Das Inkasso lehnt ab.").do(
            "approve", approved="yes"
        )

    assert walk.step.finished
    assert walk.case["outcome"] == "written_off"


def test_a_claim_that_is_handed_over_is_told_to_its_order() -> None:
    walk = Walk("400").at(3).do("decide_collection", collection="agency", reason="Keine Antwort seit Wochen.")

    assert walk.sent == [("claim_handed_over", "000523")]
    assert walk.case["outcome"] == "handed_over"


def test_an_order_does_not_wait_for_money_that_was_written_off() -> None:
    walk = (
        Walk("400").at(3).do("decide_collection", collection="write_off", reason="Keine Antwort seit Wochen.")
    )

    assert walk.sent == [("claim_handed_over", "000523")]
    assert walk.case["outcome"] == "written_off"


def test_instalments_are_waited_for_one_by_one() -> None:
    walk = Walk("400").at(3)
    first, second = date(2026, 5, 4), date(2026, 6, 1)
    rates = [{"on": first, "amount": Decimal(200)}, {"on": second, "amount": Decimal(200)}]
    walk.do(
        "decide_collection", collection="instalments", instalments=rates, reason="Der Kunde zahlt in Raten."
    )
    assert walk.step.timers[0].due.astimezone(BERLIN).date() == date(2026, 5, 7)

    walk.pay("200")
    assert walk.step.timers[0].due.astimezone(BERLIN).date() == date(2026, 6, 4)

    walk.pay("200")
    assert walk.case["outcome"] == "instalments_kept"
    assert walk.raised == []


def test_an_instalment_that_does_not_come_ends_the_agreement() -> None:
    walk = Walk("400").at(3)
    rates = [
        {"on": date(2026, 5, 4), "amount": Decimal(200)},
        {"on": date(2026, 6, 1), "amount": Decimal(200)},
    ]
    walk.do(
        "decide_collection", collection="instalments", instalments=rates, reason="Der Kunde zahlt in Raten."
    ).ring()

    assert walk.raised == ["case.promise_broken"]
    assert walk.tasks == ["decide_collection"]
    assert walk.case["instalments"] is None


def test_a_customer_who_writes_is_read_before_anything_goes_on() -> None:
    walk = Walk().mailed().hear("customer_replied", reply_text="Ich zahle am Freitag.")
    assert walk.tasks == ["read_debtor_reply"]
    assert walk.step.timers == ()

    walk.do("read_debtor_reply", call_result="promise", promise_on=date(2026, 3, 6))
    assert walk.step.timers[0].due.astimezone(BERLIN).date() == date(2026, 3, 11)


def test_without_an_address_for_mail_the_reminder_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ADDRESS, "email", None)

    assert Walk().tasks == ["print_and_post"]


def test_a_letter_that_came_back_stops_the_clock_until_it_can_go_again() -> None:
    """Scenario f: nobody is told the second time who was not told the first."""
    walk = Walk().mailed().hear("letter_returned", address="einkauf@example.org")
    (job,) = walk.step.jobs
    assert (job.type, walk.step.timers, walk.tasks) == ("post.again", (), [])
    assert job.inputs["written_to"]["email"] == "einkauf@example.org"

    walk.now += timedelta(days=40)
    walk.do("find_address", letter_again=True)
    assert walk.tasks == ["print_and_post"], "the address that is known is the one that mail came back from"
    assert (walk.case["action"], walk.case["level"]) == ("dunning_1", 0)
    assert walk.case["pay_until"] == walk.now.date() + timedelta(days=10)

    walk.posted()
    assert walk.case["level"] == 1
    assert (walk.ring().tasks, walk.case["action"]) == (["print_and_post"], "dunning_2")


def test_a_letter_that_came_back_goes_by_mail_to_another_address(monkeypatch: pytest.MonkeyPatch) -> None:
    walk = Walk().mailed().hear("letter_returned", address="einkauf@example.org")
    monkeypatch.setitem(ADDRESS, "email", "neu@example.org")
    walk.do("find_address", letter_again=True)

    assert (walk.letter["event"], walk.step.jobs[0].inputs["to"]) == ("dunning_1", "neu@example.org")


def test_who_was_told_otherwise_has_the_time_that_nobody_knew_of_it() -> None:
    walk = Walk().mailed().hear("letter_returned")
    walk.now += timedelta(days=20)
    walk.do("find_address")

    assert walk.case["level"] == 1
    assert walk.step.timers[0].due.astimezone(BERLIN).date() == date(2026, 3, 13) + timedelta(days=20)


def test_who_pays_while_an_address_is_looked_for_is_thanked() -> None:
    walk = Walk().mailed().hear("letter_returned").pay()

    assert walk.step.finished
    assert walk.case["outcome"] == "paid"


def test_a_base_rate_that_is_missing_is_told_once_and_no_interest_is_named() -> None:
    day_5 = datetime(2035, 3, 1, 6, 0, tzinfo=BERLIN)
    walk = Walk(on=day_5).at(3)

    assert walk.tasks == ["decide_collection"]
    assert walk.raised == ["rule.base_rate_missing"]
    assert walk.case["interest"] is None
    assert walk.case["rate_missing"] == date(2035, 1, 1)


def test_with_the_base_rate_nobody_is_told() -> None:
    assert Walk().at(3).raised == []


@pytest.mark.parametrize("due_on", [date(2034, 12, 31), date(2035, 1, 10)])
def test_a_base_rate_that_is_missing_for_all_of_the_time_is_told_too(
    monkeypatch: pytest.MonkeyPatch, due_on: date
) -> None:
    monkeypatch.setattr(f"{__name__}.DUE", due_on)
    walk = Walk(on=datetime(2035, 3, 1, 6, 0, tzinfo=BERLIN), due_on=due_on).at(3)

    assert walk.raised == ["rule.base_rate_missing"]


def test_what_was_taken_back_of_the_order_is_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Walk.items
    monkeypatch.setattr(Walk, "items", lambda walk: {**plain(walk), "taken_back": Decimal(300)})

    assert Walk().letter["amount"] == 700
