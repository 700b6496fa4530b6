"""The complaint as it ships, walked without database or network: every way through it ends as it should."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cpm import bpmn
from rules import dmn

ROOT = Path(__file__).parents[2]
PROCESSES = ROOT / "processes"
SOURCES = {
    name: (PROCESSES / name.removesuffix(".bpmn") / name).read_bytes()
    for name in ("complaint.bpmn", "approval.bpmn")
}
PROGRAM = bpmn.prepare(SOURCES, main="complaint.bpmn")
TABLES = {
    name: dmn.read((ROOT / "rules" / f"{name}.dmn").read_bytes(), f"{name}.dmn") for name in PROGRAM.decisions
}
MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
CASE: dict[str, Any] = {
    "case_no": "C-DEMO-1",
    "process": "complaint",
    "channel": "email",
    "language": "de",
    "last_message_id": "<1@example.org>",
    "customer_id": "1",
    "customer_kind": "person",
    "customer_status": "customer",
    "customer_value": "B",
    "email": "mara.beispiel@example.org",
    "salutation": "Sehr geehrte Frau Dr. Beispiel,",
    "name_spoken": "Frau Dr. Beispiel",
    "subject": "Beschwerde über Ihren Techniker",
    "text": "Das ist nicht der Umgang, den ich als Verbraucherin erwarte.",
    "firm": "Sonnenschein AG",
    "due": MONDAY + timedelta(days=3),
}
RUDE = {"cause": "service_conduct", "damage_text": "Der Techniker war unhöflich."}
VOUCHER = {"remedy": "voucher", "goodwill_amount": Decimal(50), "reason": "Entschuldigung mit Geste"}
BY_MAIL = {"answer_channel": "email", "answer": "… ohne Anerkennung einer Rechtspflicht …"}


def decide(decision: str, facts: Any) -> bpmn.Decided:
    result = TABLES[decision].evaluate(decision, facts)
    return bpmn.Decided(result.value, result.evidence)


class Walk:
    """One case, led from the outside: complete a task or job, ring a timer, bring a message."""

    def __init__(self, at: str = "complaint_received", **facts: object) -> None:
        self.now = MONDAY
        self.raised: list[str] = []
        self.take(bpmn.start(PROGRAM, CASE | facts, now=self.now, decide=decide, at=at))

    def take(self, step: bpmn.Step) -> None:
        assert not step.faults
        self.step = step
        self.raised += [raised.code for raised in step.escalations]

    def resume(self, happened: bpmn.Happened) -> None:
        self.take(
            bpmn.resume(PROGRAM, self.step.state, self.step.scopes, happened, now=self.now, decide=decide)
        )

    def do(self, element: str, **variables: object) -> "Walk":
        self.resume(bpmn.Completed(self.node(element), variables))
        return self

    def ring(self, element: str) -> "Walk":
        timer = next(timer for timer in self.step.timers if timer.element == element)
        self.now = timer.due
        self.resume(bpmn.Fired(timer.node))
        return self

    def reply(self) -> "Walk":
        (wait,) = [wait for wait in self.step.waits if wait.message == "customer_replied"]
        assert (wait.message, wait.key) == ("customer_replied", "C-DEMO-1")
        self.resume(bpmn.Fired(wait.node))
        return self

    def node(self, element: str) -> int:
        return next(each.node for each in (*self.step.tasks, *self.step.jobs) if each.element == element)

    @property
    def tasks(self) -> list[str]:
        return [task.element for task in self.step.tasks]

    @property
    def jobs(self) -> set[str]:
        return {job.element for job in self.step.jobs}

    def inputs(self, element: str) -> dict[str, Any]:
        return dict(next(job for job in self.step.jobs if job.element == element).inputs)

    @property
    def case(self) -> dict[str, Any]:
        return dict(self.step.scopes[""])

    def groups(self, element: str) -> tuple[str, ...]:
        return next(task.groups for task in self.step.tasks if task.element == element)


def decided(**choice: object) -> Walk:
    """A case whose receipt is confirmed, whose facts are known and whose remedy is chosen."""
    return Walk().do("notice_received").do("check_facts", **RUDE).do("decide_remedy", **VOUCHER | choice)


def answered() -> Walk:
    return decided().do("write_answer", **BY_MAIL).do("send_answer")


@pytest.fixture
def waiting() -> Walk:
    return answered()


def test_a_complaint_within_the_limit_is_answered_and_settled() -> None:
    walk = Walk()
    assert walk.tasks == ["check_facts"]
    assert walk.jobs == {"notice_received"}
    assert walk.inputs("notice_received")["to"] == "mara.beispiel@example.org"
    assert walk.inputs("notice_received")["values"]["due"] == CASE["due"]

    walk.do("notice_received").do("check_facts", **RUDE)
    assert (walk.case["basis"], walk.case["ways"]) == ("goodwill", ["apology", "voucher"])
    walk.do("decide_remedy", **VOUCHER)
    assert walk.tasks == ["write_answer"]

    walk.do("write_answer", **BY_MAIL, subject="Antwort zu C-DEMO-1")
    assert walk.inputs("send_answer") == {
        "to": "mara.beispiel@example.org",
        "subject": "Antwort zu C-DEMO-1",
        "text": BY_MAIL["answer"],
        "language": "de",
        "in_reply_to": "<1@example.org>",
    }
    walk.do("send_answer").reply().do("read_reply", reply_kind="accepted")

    assert walk.step.finished
    assert walk.case["outcome"] == "settled"
    assert walk.raised == []


def test_a_dead_mail_server_does_not_hold_up_the_agent() -> None:
    walk = Walk().do("check_facts", **RUDE).do("decide_remedy", **VOUCHER).do("write_answer", **BY_MAIL)

    assert walk.jobs == {"notice_received", "send_answer"}


def test_a_customer_without_e_mail_gets_no_notice() -> None:
    assert Walk(email=None).jobs == set()


def test_above_the_limit_a_supervisor_approves_and_may_reduce() -> None:
    walk = decided(goodwill_amount=Decimal(120))
    assert walk.tasks == ["approve"]
    assert "decide_remedy" in walk.step.tasks[0].properties["cpm:fourEyes"].split(", ")

    walk.do("approve", approved="yes", approval_amount=Decimal(100), approval_reason="")

    assert walk.tasks == ["write_answer"]
    assert walk.case["goodwill_amount"] == Decimal(100)
    assert walk.case["approved"] is True
    assert "requester_note" not in walk.case


def test_an_approver_sees_who_must_decide_and_what() -> None:
    walk = decided(goodwill_amount=Decimal(1000))
    (inside,) = [scope for key, scope in walk.step.scopes.items() if key.endswith("/")]

    assert (inside["approval"], inside["amount"]) == ("management", Decimal(1000))
    assert inside["requester_note"] == VOUCHER["reason"]
    assert inside["summary"] == "Beschwerde über Ihren Techniker: Der Techniker war unhöflich."


def test_a_refusal_goes_back_with_its_reason_until_the_offer_fits() -> None:
    walk = decided(goodwill_amount=Decimal(120)).do("approve", approved="no", approval_reason="Zu viel.")
    assert walk.tasks == ["decide_remedy"]
    assert walk.case["back_note"] == "Zu viel."

    walk.do("decide_remedy", **VOUCHER | {"goodwill_amount": Decimal(30)})

    assert walk.tasks == ["write_answer"]
    assert walk.case["back_note"] is None


def test_goodwill_above_the_order_value_comes_back_at_once() -> None:
    walk = Walk().do("check_facts", **RUDE, order_value=Decimal(40)).do("decide_remedy", **VOUCHER)

    assert walk.tasks == ["decide_remedy"]
    assert "Nie mehr als der Auftragswert" in walk.case["back_note"]


def test_an_apology_costs_nothing_even_after_a_dearer_offer() -> None:
    walk = decided(goodwill_amount=Decimal(900)).do("approve", approved="no", approval_reason="Nein.")

    assert walk.do("decide_remedy", remedy="apology", reason="Nur ein Wort fehlte").tasks == ["write_answer"]


def test_what_nobody_can_claim_is_goodwill_even_beside_a_right() -> None:
    walk = Walk().do(
        "check_facts", cause="defect", delivered_on=date(2026, 11, 1), damage_text="Die Pumpe steht still."
    )
    assert (walk.case["basis"], walk.case["proof"]) == ("statutory", "seller")

    walk.do("decide_remedy", remedy="voucher", goodwill_amount=Decimal(90), reason="Lieber ein Gutschein")

    assert walk.tasks == ["approve"]
    assert walk.case["as_goodwill"] is True


@pytest.mark.parametrize(
    ("delivered_on", "proof"),
    [
        (date(2025, 11, 16), "seller"),
        (date(2025, 11, 15), "buyer"),
        (date(2024, 11, 16), "buyer"),
        (date(2024, 11, 15), None),
    ],
)
def test_the_first_year_ends_on_its_day(delivered_on: date, proof: str | None) -> None:
    walk = Walk().do("check_facts", cause="defect", delivered_on=delivered_on, damage_text="Steht still.")

    assert walk.case["proof"] == proof


def test_money_becomes_a_credit_note_and_finance_may_release_a_blocked_one() -> None:
    walk = decided(remedy="price_cut")
    assert walk.inputs("credit_note")["amount"] == Decimal(50)
    assert walk.inputs("credit_note")["released"] is False
    node = walk.node("credit_note")
    assert bpmn.catches(PROGRAM, walk.step.state, node, "credit_refused")
    assert not bpmn.catches(PROGRAM, walk.step.state, node, "unreachable")

    walk.resume(bpmn.Errored(node, "credit_refused", "Kunde gesperrt"))
    assert walk.tasks == ["approve"]
    walk.do("approve", approved="yes")
    assert walk.inputs("credit_note")["released"] is True

    assert walk.do("credit_note", credit_note_no="GS-1").tasks == ["write_answer"]


def test_finance_may_refuse_a_blocked_credit_note() -> None:
    walk = decided(remedy="price_cut")
    walk.resume(bpmn.Errored(walk.node("credit_note"), "credit_refused"))

    walk.do("approve", approved="no", approval_reason="Offene Posten zuerst.")

    assert walk.tasks == ["decide_remedy"]
    assert walk.case["back_note"] == "Offene Posten zuerst."


def test_missing_goods_are_sent_again() -> None:
    walk = Walk().do(
        "check_facts", cause="missing_item", damage_text="Zwei Filter fehlen.", order_no="100235"
    )
    walk.do("decide_remedy", remedy="deliver", reason="Fehlmenge bestätigt")
    assert walk.inputs("replacement")["order_no"] == "100235"

    assert walk.do("replacement").tasks == ["write_answer"]


def test_a_repair_is_booked_by_field_service() -> None:
    walk = Walk().do(
        "check_facts", cause="defect", delivered_on=date(2026, 11, 1), damage_text="Die Pumpe steht still."
    )
    walk.do("decide_remedy", remedy="repair", reason="Der Kunde wünscht Reparatur")
    assert walk.tasks == ["book_visit"]
    assert walk.groups("book_visit") == ("field_service",)

    walk.do("book_visit", visit_on=date(2026, 11, 20), visit_time="14:30", chargeable="warranty")

    assert walk.tasks == ["write_answer"]


AT_HOME = {"street": "Am Hang 3", "letter_address": "Frau\nMara Beispiel\nAm Hang 3\n50939 Köln"}


def test_a_letter_is_made_for_where_the_customer_lives_now() -> None:
    walk = decided().do(
        "write_answer", answer_channel="letter", subject="Ihr Kessel C-DEMO-1", answer="Brief"
    )
    assert walk.inputs("know_address") == {"afresh": True}
    walk.do("know_address", **AT_HOME)
    assert walk.inputs("make_letter") == {
        "template": "answer",
        "language": "de",
        "name": "C-DEMO-1",
        "replaces": None,
        "values": {
            "firm": walk.case["firm"],
            "case_no": "C-DEMO-1",
            "address": AT_HOME["letter_address"],
            "subject": "Ihr Kessel",
            "answer": "Brief",
        },
    }
    assert walk.do("make_letter", document="7").tasks == ["print_and_post"]


def test_without_an_address_the_answer_is_asked_again_and_kept() -> None:
    walk = decided().do("write_answer", answer_channel="letter", answer="Brief")
    walk.do("know_address", street=None, letter_address="Frau\nMara Beispiel")
    assert (walk.tasks, walk.case["answer"], walk.case["no_address"]) == (["write_answer"], "Brief", True)
    walk.do("write_answer", **BY_MAIL)
    assert (walk.jobs, walk.case["no_address"]) == ({"send_answer"}, False)


def test_a_letter_that_cannot_be_posted_goes_back_to_the_answer() -> None:
    walk = decided().do("write_answer", answer_channel="letter", answer="Brief")
    walk.do("know_address", **AT_HOME).do("make_letter", document="7").do(
        "print_and_post", posted_failed=True
    )
    assert walk.tasks == ["write_answer"]

    walk.do("write_answer", answer_channel="letter").do("know_address", **AT_HOME)
    assert walk.inputs("make_letter")["replaces"] == "7"
    walk.do("make_letter", document="8").do("print_and_post", posted_failed=False)

    assert sorted(wait.message for wait in walk.step.waits) == ["customer_replied", "customer_wrote"]


def test_a_letter_that_was_posted_is_replaced_by_no_other() -> None:
    walk = decided().do("write_answer", answer_channel="letter", answer="Brief").do("know_address", **AT_HOME)
    walk.do("make_letter", document="7").do("print_and_post", posted_failed=False)
    walk.reply().do("read_reply", reply_kind="question", note=None)
    walk.do("write_answer", answer_channel="letter", answer="Noch einer").do("know_address", **AT_HOME)
    assert walk.inputs("make_letter")["replaces"] is None


def test_a_question_is_answered_and_the_answer_begins_anew(waiting: Walk) -> None:
    waiting.reply().do("read_reply", reply_kind="question", note=None)

    assert waiting.tasks == ["write_answer"]
    assert waiting.case["answer"] is None


def test_the_third_round_is_decided_by_supervisors(waiting: Walk) -> None:
    waiting.reply().do("read_reply", reply_kind="objection", note="Zu wenig")
    assert waiting.groups("decide_remedy") == ()
    waiting.do("decide_remedy", **VOUCHER).do("write_answer", **BY_MAIL).do("send_answer").reply()
    waiting.do("read_reply", reply_kind="objection", note="Immer noch zu wenig")

    assert waiting.case["rounds"] == 3
    assert waiting.groups("decide_remedy") == ("supervisors",)


def test_silence_brings_one_reminder_and_then_the_end(waiting: Walk) -> None:
    (timer,) = waiting.step.timers
    assert timer.due == MONDAY + timedelta(days=3)
    waiting.ring("after_3_days")
    assert waiting.inputs("notice_reminder")["event"] == "answer_reminder"
    assert waiting.inputs("notice_reminder")["values"]["date"] == date(2026, 11, 30)

    waiting.do("notice_reminder").ring("after_14_days")

    assert waiting.now == MONDAY + timedelta(days=14)
    assert waiting.step.finished
    assert waiting.case["outcome"] == "settled_silent"


def test_an_explanation_that_nobody_answers_ends_as_refused() -> None:
    walk = Walk().do("notice_received").do("check_facts", cause="wear", damage_text="Dichtung nach 6 Jahren")
    walk.do("decide_remedy", remedy="explain", reason="Verschleiß nach Laufzeit")
    walk.do("write_answer", **BY_MAIL).do("send_answer").ring("after_3_days").do("notice_reminder")

    walk.ring("after_14_days")

    assert walk.step.finished
    assert walk.case["outcome"] == "refused"


def test_a_reply_after_the_reminder_still_counts(waiting: Walk) -> None:
    waiting.ring("after_3_days").do("notice_reminder").reply().do("read_reply", reply_kind="withdrawn")

    assert waiting.step.finished
    assert waiting.case["outcome"] == "withdrawn"


def test_words_of_danger_are_reported_before_anyone_reads_and_only_once() -> None:
    walk = Walk(subject="Gasgeruch im Keller", text="Sonst gehe ich zum Anwalt.")
    assert sorted(walk.raised) == ["case.legal_threat", "case.safety_risk"]
    assert walk.tasks == ["check_facts"]

    walk.do("check_facts", **RUDE, safety=True, legal_threat=True)

    assert len(walk.raised) == 2
    assert walk.tasks == ["decide_remedy"]


def test_danger_that_an_agent_ticks_is_reported_beside_the_flow() -> None:
    walk = Walk().do("check_facts", **RUDE, safety=True, legal_threat=False)

    assert walk.raised == ["case.safety_risk"]
    assert walk.tasks == ["decide_remedy"]


def test_a_mail_without_subject_or_text_is_no_obstacle() -> None:
    assert Walk(subject=None, text=None).tasks == ["check_facts"]


def test_a_reopened_case_begins_with_the_reply() -> None:
    walk = Walk(at="customer_replied", reply_kind="accepted")
    assert walk.tasks == ["read_reply"]
    assert walk.case["reply_kind"] is None

    walk.do("read_reply", reply_kind="objection", note="Doch nicht")

    assert walk.tasks == ["decide_remedy"]
    assert walk.case["rounds"] == 2
