"""The order as it ships, walked without database or network: every way through it ends as it should."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cpm import bpmn, forms
from rules import dmn

ROOT = Path(__file__).parents[2]
PROCESSES = ROOT / "processes"
FILES = ("order.bpmn", "order_ways.bpmn", "approval.bpmn")
PROGRAM = bpmn.prepare(
    {name: (PROCESSES / name.removesuffix(".bpmn") / name).read_bytes() for name in FILES}, main="order.bpmn"
)
TABLES = {
    name: dmn.read((ROOT / "rules" / f"{name}.dmn").read_bytes(), f"{name}.dmn") for name in PROGRAM.decisions
}
BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 11, 16, 10, 0, tzinfo=BERLIN)
SOON, LATER = date(2026, 11, 20), date(2026, 12, 1)
CASE: dict[str, Any] = {
    "case_no": "C-000042-7",
    "process": "order",
    "channel": "phone",
    "language": "de",
    "customer_id": "7",
    "customer_kind": "company",
    "customer_status": "prospect",
    "customer_value": "B",
    "email": "einkauf@sonnenhof.example.com",
    "salutation": "Sehr geehrte Damen und Herren,",
    "name_spoken": "Sonnenhof GmbH",
    "subject": "Module und Haken",
    "text": "Geht das bis Freitag?",
    "firm": "Sonnenschein AG",
    "due": MONDAY + timedelta(days=1),
}
KNOWN = {
    **dict.fromkeys(("vat_id", "gender_address", "title", "first_name", "last_name", "phone")),
    "company_name": "Sonnenhof GmbH",
    "street": "Am Hang 3",
    "postcode": "50939",
    "city": "Köln",
    "country": "DE",
    "email": CASE["email"],
    "letter_address": "Sonnenhof GmbH\nAm Hang 3\n50939 Köln",
}
LINES = [
    {"sku": "SO-1001", "qty": Decimal(8), "wanted_on": SOON},
    {"sku": "SO-3001", "qty": Decimal(100), "wanted_on": SOON},
    {"sku": "SO-3002", "qty": Decimal(5), "wanted_on": SOON},
]
PRICES = {"SO-1001": Decimal(129), "SO-3001": Decimal("8.90"), "SO-3002": Decimal("7.40")}
TERMS = {
    "status": "prospect",
    "blocked": False,
    "credit_limit": None,
    "credit_used": Decimal(0),
    "credit_free": None,
    "overdue": Decimal(0),
}


def decide(decision: str, facts: Any) -> bpmn.Decided:
    result = TABLES[decision].evaluate(decision, facts, now=MONDAY)
    return bpmn.Decided(result.value, result.evidence)


def checked(lines: list[dict[str, Any]], *, there: Decimal | int = 60, **terms: Any) -> dict[str, Any]:
    """What an ERP says that has so many of SO-3001 on Friday, and the rest on the first of December."""
    told, left = [], {"SO-3001": Decimal(there)}
    for pos, line in enumerate(lines, 1):
        price, wanted = PRICES.get(line["sku"], Decimal(100)), line["wanted_on"]
        stock = left.get(line["sku"], Decimal(1000)) if wanted < LATER else Decimal(1000)
        available = min(line["qty"], stock)
        told.append(
            {
                **{name: line[name] for name in ("sku", "qty", "wanted_on")},
                "pos": pos,
                "product": f"Ware {line['sku']}",
                "unit": "Stück",
                "price": price,
                "total": price * line["qty"],
                "available": available,
                "earliest": wanted if available == line["qty"] else LATER,
                "days_late": 0 if available == line["qty"] else (LATER - wanted).days,
                "short": available < line["qty"],
                "alternative": None if available == line["qty"] else "SO-3002",
                "alternative_product": None if available == line["qty"] else "Dachhaken starr ($1)",
            }
        )
    untaxed = sum((line["total"] for line in told), Decimal(0))
    return {
        "lines": told,
        "untaxed": untaxed,
        "tax": untaxed * Decimal("0.19"),
        "total": untaxed * Decimal("1.19"),
        "all_ok": not any(line["short"] for line in told),
        "terms": {**TERMS, **terms},
        "source": "live",
    }


def ordered(lines: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    of_lines = [
        {
            "sku": line["sku"],
            "product": f"Ware {line['sku']}",
            "unit": "Stück",
            "qty": line["qty"],
            "price": PRICES.get(line["sku"], Decimal(100)),
            "total": PRICES.get(line["sku"], Decimal(100)) * line["qty"],
            "wanted_on": line["wanted_on"],
        }
        for line in lines
    ]
    untaxed = sum((line["total"] for line in of_lines), Decimal(0))
    usual = {
        "order_no": "100235",
        "state": "quotation",
        "untaxed": untaxed,
        "tax": untaxed * Decimal("0.19"),
        "total": untaxed * Decimal("1.19"),
        "lines": of_lines,
        "shipment": "none",
        "invoice": "none",
        "invoice_nos": [],
        "invoiced": Decimal(0),
        "credited": Decimal(0),
    }
    return {**usual, **more}


class Walk:
    """One case, led from the outside: complete a task or job, ring a timer, bring a message."""

    def __init__(self, **facts: object) -> None:
        self.now = MONDAY
        self.take(bpmn.start(PROGRAM, CASE | facts, now=self.now, decide=decide))

    def take(self, step: bpmn.Step) -> None:
        assert not step.faults, step.faults
        self.step = step

    def resume(self, happened: bpmn.Happened) -> "Walk":
        self.take(
            bpmn.resume(PROGRAM, self.step.state, self.step.scopes, happened, now=self.now, decide=decide)
        )
        return self

    def do(self, element: str, **variables: object) -> "Walk":
        return self.resume(bpmn.Completed(self.node(element), variables))

    def fail(self, element: str, code: str) -> "Walk":
        assert bpmn.catches(PROGRAM, self.step.state, self.node(element), code)
        return self.resume(bpmn.Errored(self.node(element), code, "so it is"))

    def ring(self, element: str) -> "Walk":
        timer = next(timer for timer in self.step.timers if timer.element == element)
        self.now = timer.due.astimezone(BERLIN)
        return self.resume(bpmn.Fired(timer.node))

    def hear(self, name: str, key: str, **payload: object) -> "Walk":
        wait = next(each for each in self.step.waits if each.message == name and each.key == key)
        return self.resume(bpmn.Fired(wait.node, payload))

    def due(self, element: str) -> datetime:
        """As the house's clock shows it."""
        return next(timer.due for timer in self.step.timers if timer.element == element).astimezone(BERLIN)

    def node(self, element: str) -> int:
        open_ones = [*self.step.tasks, *self.step.jobs]
        found = [each.node for each in open_ones if each.element == element]
        assert found, f"expected {element}, but the case is at {[each.element for each in open_ones]}"
        return found[0]

    @property
    def tasks(self) -> list[str]:
        return [task.element for task in self.step.tasks]

    @property
    def jobs(self) -> set[str]:
        return {job.element for job in self.step.jobs}

    def inputs(self, element: str) -> dict[str, Any]:
        return dict(next(job for job in self.step.jobs if job.element == element).inputs)

    def sees(self, element: str) -> dict[str, Any]:
        task = next(task for task in self.step.tasks if task.element == element)
        return dict(task.visible) if hasattr(task, "visible") else {}

    @property
    def case(self) -> dict[str, Any]:
        return dict(self.step.scopes[""])

    # the usual way, in portions

    def known(self, **more: object) -> "Walk":
        self.do("know_customer", **KNOWN, customer_kind="company", customer_complete=True, **more)
        return self.do("save_customer", customer_no="17", erp_version="1")

    def check(self, **how: Any) -> "Walk":
        return self.do("check_order", check=checked(self.inputs("check_order")["lines"], **how))

    def save(self, **more: Any) -> "Walk":
        order = ordered(self.inputs("save_order")["lines"], **more)
        return self.do("save_order", order=order, order_no="100235")

    def confirm(self) -> "Walk":
        self.do("confirm_order", accepted="yes", send_to=self.case["send_to"])
        order = {**self.case["order"], "state": "processing", "shipment": "waiting"}
        self.do("confirm_in_erp", order=order, order_no="100235")
        self.do("purchases", purchases=["SO-1001"], fields=["solar"])
        self.do("make_confirmation", document=5, documents=[5])
        self.do("set_status", customer_status="customer", fields=["solar"])
        return self.do("keep_place", places=self.case.get("places"), place=None)

    def state(self, at: str = "read_state", **more: Any) -> "Walk":
        return self.do(at, order={**self.case["order"], **more}, order_no="100235")


def notes(path: str, scope: Mapping[str, object], language: str) -> str:
    """The texts of a form that somebody reads."""
    form = forms.read((PROCESSES / path).read_bytes(), path)
    shown = form.present(scope, now=MONDAY, language=language)
    return "\n".join(str(each["label"]) for each in shown if each["kind"] == "text")


def confirmed(lines: list[dict[str, Any]] = LINES, **facts: object) -> Walk:
    walk = Walk(**facts).known().do("capture_lines", lines=lines).check(there=1000)
    return walk.save().confirm()


def paid(walk: Walk, invoice: str, left: int = 0) -> Walk:
    return walk.hear(
        "payment_received", invoice, invoice_no=invoice, order_no="100235", open_amount=Decimal(left)
    )


def invoiced(walk: Walk, invoice: str = "000523") -> Walk:
    walk.hear(
        "invoice_posted",
        "100235",
        order_no="100235",
        invoice_no=invoice,
        invoice_total=Decimal(100),
        due_on=date(2026, 12, 10),
    )
    walk.do("file_invoice", document=5)
    return walk.state(invoice="awaiting_payment")


def test_an_order_that_is_there_in_time_goes_from_the_call_to_the_payment() -> None:
    walk = Walk()
    assert (walk.jobs, walk.tasks) == ({"know_customer"}, [])
    walk.known().do("capture_lines", lines=LINES).check(there=1000)
    assert walk.inputs("save_order")["prepay_percent"] == 0
    assert walk.save().tasks == ["confirm_order"]
    assert "Neukunden bis 2.500 €" in walk.case["terms_de"]

    walk.confirm()
    assert walk.jobs == {"notice_confirmed"}
    assert walk.inputs("notice_confirmed")["attachments"] == [5]
    walk.do("notice_confirmed")
    walk.hear("delivery_sent", "100235", shipment_no="LS-1", shipped_on=SOON, all_shipped=True, parts=[])
    walk.state(shipment="shipped")
    invoiced(walk)
    paid(walk, "000523").do(
        "read_after_payment", order={**walk.case["order"], "invoice": "paid", "shipment": "shipped"}
    )

    assert walk.step.finished
    assert walk.case["outcome"] == "paid"


def test_what_is_short_is_talked_over_line_by_line_and_checked_again() -> None:
    """Scenario a: forty of a hundred are missing, and come later."""
    walk = Walk().known().do("capture_lines", lines=LINES).check()
    assert walk.tasks == ["find_way"]
    (inside,) = [values for key, values in walk.step.scopes.items() if "way_options" in values]
    assert [option["value"] for option in inside["way_options"]] == [
        "part_delivery",
        "alternative",
        "fewer",
        "later_date_hold",
        "drop_line",
    ]
    assert inside["ways"][0] == "60 pünktlich, den Rest am 01.12.2026; der Versand wird nur einmal berechnet"
    assert inside["ways"][1] == "etwas Gleichwertiges, das sofort da ist: Dachhaken starr ($1)"

    walk.do("find_way", way="part_delivery", qty_now=Decimal(60), new_date=LATER, agreed=True)

    wanted = walk.inputs("check_order")["lines"]
    assert [(line["sku"], line["qty"], line["wanted_on"]) for line in wanted] == [
        ("SO-1001", 8, SOON),
        ("SO-3001", 60, SOON),
        ("SO-3001", 40, LATER),
        ("SO-3002", 5, SOON),
    ]
    walk.check().save().confirm()
    assert "ab_part" in walk.case["blocks"]
    assert "ab_welcome" in walk.case["blocks"]


@pytest.mark.parametrize(
    ("chosen", "left"),
    [
        ({"way": "later_date_hold", "new_date": LATER}, ("SO-3001", 100, LATER)),
        ({"way": "alternative", "alternative_sku": "SO-3002"}, ("SO-3002", 100, SOON)),
        ({"way": "fewer", "qty_now": Decimal(60)}, ("SO-3001", 60, SOON)),
        ({"way": "drop_line"}, None),
    ],
)
def test_each_way_changes_the_line_as_agreed(chosen: dict[str, Any], left: tuple[Any, ...] | None) -> None:
    walk = Walk().known().do("capture_lines", lines=LINES[:2]).check()
    walk.do("find_way", **chosen, agreed=True)

    rest = [(line["sku"], line["qty"], line["wanted_on"]) for line in walk.inputs("check_order")["lines"][1:]]
    assert rest == ([left] if left else [])


def test_while_purchasing_is_asked_the_other_lines_go_on() -> None:
    """Scenario b."""
    walk = Walk().known().do("capture_lines", lines=LINES[:2]).check()
    walk.do("find_way", way="ask_purchasing", agreed=True)

    assert walk.tasks == ["call_back"]
    assert [line["sku"] for line in walk.inputs("check_order")["lines"]] == ["SO-1001"]
    walk.do("call_back", reached="yes", result="Im Januar.").check().save().confirm()
    assert walk.jobs == {"notice_confirmed"}


@pytest.mark.parametrize(
    ("language", "known", "unknown", "fewer"),
    [
        (
            "de",
            "1.497,5 pünktlich, den Rest am 01.12.2026; der Versand wird nur einmal berechnet",
            "1.497,5 pünktlich, und nach dem Rest frage ich beim Einkauf und rufe Sie binnen 4 Stunden zurück",
            "nur 1.497,5 bestellen",
        ),
        (
            "en",
            "1,497.5 on time, the rest on 1 Dec 2026; shipping is charged once",
            "1,497.5 on time, and for the rest I ask our purchasing and call you back within 4 hours",
            "order 1,497.5 only",
        ),
    ],
)
def test_what_is_read_aloud_names_numbers_and_days_as_people_do(
    language: str, known: str, unknown: str, fewer: str
) -> None:
    """Nobody can read a question mark aloud: what nobody knows is left out."""
    many = [{**LINES[1], "qty": Decimal(2000)}]
    for says, earliest in ((known, LATER), (unknown, None)):
        walk = Walk(language=language).known().do("capture_lines", lines=many)
        told = checked(many, there=Decimal("1497.5"))
        if earliest is None:
            told["lines"][0] |= {"earliest": None, "days_late": None}
        walk.do("check_order", check=told)
        (inside,) = [values for values in walk.step.scopes.values() if "way_options" in values]
        assert inside["ways"][0] == says
        assert fewer in inside["ways"]
        label = "label" if language == "de" else "cpm:label.en"
        assert [option[label] for option in inside["way_options"]] == inside["ways"]
        assert "?" not in "".join(inside["ways"])


def test_with_nothing_left_the_lines_are_captured_again() -> None:
    walk = Walk().known().do("capture_lines", lines=LINES[1:2]).check()

    assert walk.do("find_way", way="drop_line", agreed=True).tasks == ["capture_lines"]


def test_after_three_rounds_somebody_calls_back() -> None:
    walk = Walk().known().do("capture_lines", lines=LINES[1:2])
    for _ in range(3):
        walk.check(there=1).do("find_way", way="fewer", qty_now=Decimal(2), agreed=True)
    walk.check(there=1)

    assert walk.tasks == ["call_back"]
    assert walk.do("call_back", reached="no", result="Morgen.").tasks == ["capture_lines"]


def test_finance_may_refuse_a_large_first_order_and_prepayment_is_offered() -> None:
    """Scenario c."""
    large = [{"sku": "X-1", "qty": Decimal(110), "wanted_on": SOON}]
    walk = Walk().known().do("capture_lines", lines=large).check()
    assert walk.tasks == ["approve"]
    walk.do("approve", approved="no", approval_reason="Erst Vorkasse.")

    assert walk.inputs("save_order")["prepay_percent"] == 100
    walk.save().do("confirm_order", accepted="no", no_reason="price")
    walk.do("cancel_quote", order=ordered(large, state="cancelled"))
    assert (walk.step.finished, walk.case["outcome"], walk.case["outcome_reason"]) == (
        True,
        "no_order",
        "price",
    )


def test_a_discount_over_the_limit_is_approved_once() -> None:
    walk = Walk().known().do("capture_lines", lines=LINES, discount_percent=Decimal(8)).check(there=1000)
    assert walk.tasks == ["approve"]
    walk.do("approve", approved="yes")
    assert walk.inputs("save_order")["discount_percent"] == 8

    short = Walk().known().do("capture_lines", lines=LINES, discount_percent=Decimal(8)).check()
    short.do("approve", approved="yes").do(
        "find_way", way="part_delivery", agreed=True, qty_now=Decimal(60), new_date=LATER
    )
    assert short.check().jobs == {"save_order"}, "nobody is asked again for what they approved"

    back = Walk().known().do("capture_lines", lines=LINES, discount_percent=Decimal(8)).check(there=1000)
    assert back.do("approve", approved="no", approval_reason="Zu viel.").tasks == ["capture_lines"]
    assert back.case["back_note"] == "Zu viel."


def offered(until: date = date(2026, 11, 30), **facts: object) -> Walk:
    """The customer needs time; the quote is made and mailed."""
    walk = Walk(**facts).known().do("capture_lines", lines=LINES).check(there=1000).save()
    walk.do("confirm_order", accepted="later", valid_until=until, send_to=CASE["email"])
    return walk.do("make_quote", document=4).do("notice_quote")


def test_a_quote_waits_for_the_customers_word_or_its_end() -> None:
    assert offered().hear("customer_replied", CASE["case_no"]).tasks == ["confirm_order"]
    walk = offered()
    assert walk.due("quote_ends") == datetime(2026, 11, 30, 18, 0, tzinfo=BERLIN)
    assert walk.ring("quote_ends").tasks == ["confirm_order"]


def test_a_quote_ends_in_the_evening_by_the_clock_also_after_the_clocks_change() -> None:
    assert offered(date(2027, 3, 29)).due("quote_ends") == datetime(2027, 3, 29, 18, 0, tzinfo=BERLIN)


def test_a_quote_is_a_letter_of_its_own_numbered_and_mailed() -> None:
    walk = Walk(customer_kind="person").known().do("capture_lines", lines=LINES).check(there=1000).save()
    walk.do("confirm_order", accepted="later", valid_until=date(2026, 11, 30), send_to=CASE["email"])
    made = walk.inputs("make_quote")
    assert (made["template"], made["kind"], made["number"]) == ("quote_consumer", "AN", "100235")
    assert made["blocks"] == ["an_head", "an_prepay", "ab_withdrawal", "an_close"]
    assert made["values"]["valid_until"] == date(2026, 11, 30)
    walk.do("make_quote", document=4)

    told = walk.inputs("notice_quote")
    assert (told["event"], told["attachments"], told["to"]) == ("quote_sent", [4], CASE["email"])
    assert {wait.message for wait in walk.step.waits} == {"customer_replied", "quote_answered"}, (
        "no mail server holds it up"
    )


def test_three_days_before_a_quote_ends_somebody_calls() -> None:
    walk = offered()
    assert walk.due("follow_up_due") == datetime(2026, 11, 27, 9, 0, tzinfo=BERLIN)
    assert walk.ring("follow_up_due").tasks == ["follow_up_quote"]

    walk.do("follow_up_quote", quote_result="later", valid_until=date(2026, 11, 30))
    assert walk.jobs == set()
    assert walk.due("quote_ends") < walk.due("follow_up_due"), "nobody is called twice"


def test_who_calls_about_a_quote_need_not_write() -> None:
    walk = offered().hear("quote_answered", "100235")
    assert walk.tasks == ["follow_up_quote"]
    assert walk.do("follow_up_quote", quote_result="yes").tasks == ["confirm_order"]

    asked = offered().hear("quote_answered", "100235")
    asked.do("follow_up_quote", quote_result="later", valid_until=date(2026, 11, 30))
    assert asked.due("follow_up_due") == datetime(2026, 11, 27, 9, 0, tzinfo=BERLIN), (
        "as if nobody had called"
    )
    assert "quote_answered" in {wait.message for wait in asked.step.waits}


def test_nobody_answers_a_quote_once_the_order_runs() -> None:
    assert "quote_answered" not in {wait.message for wait in confirmed().step.waits}


def test_a_quote_of_two_days_is_not_followed_up() -> None:
    walk = offered(date(2026, 11, 18))

    assert walk.due("quote_ends") < walk.due("follow_up_due")


@pytest.mark.parametrize(
    ("result", "job", "task"),
    [
        ({"quote_result": "yes"}, None, "confirm_order"),
        ({"quote_result": "change", "quote_note": "Nur vier."}, None, "capture_lines"),
        ({"quote_result": "no", "no_reason": "price"}, "cancel_quote", None),
        ({"quote_result": "later", "valid_until": date(2026, 12, 14)}, "make_quote", None),
    ],
)
def test_what_the_customer_says_of_a_quote_is_what_happens(
    result: dict[str, Any], job: str | None, task: str | None
) -> None:
    walk = offered().ring("follow_up_due").do("follow_up_quote", **result)

    assert (walk.jobs, walk.tasks) == ({job} - {None}, [task] if task else [])
    if job == "make_quote":
        assert walk.inputs(job)["replaces"] == 4, "the quote's next version"
    if task == "capture_lines":
        assert walk.case["back_note"] == "Nur vier."


def test_what_the_erp_finds_out_at_the_last_moment_is_talked_over() -> None:
    walk = Walk().known().do("capture_lines", lines=LINES).check(there=1000).save()
    walk.do("confirm_order", accepted="yes", send_to=CASE["email"]).fail("confirm_in_erp", "stock_changed")
    assert walk.check().tasks == ["find_way"]


def test_who_reads_out_again_is_told_why() -> None:
    walk = Walk().known().do("capture_lines", lines=LINES).check(there=1000).save()
    walk.do("confirm_order", accepted="yes", send_to=CASE["email"]).fail("confirm_in_erp", "stock_changed")
    walk.check(there=1000).save()

    assert "read it out again" in notes("order/confirm_order.form", walk.case, "en")
    walk.do("confirm_order", accepted="yes", send_to=CASE["email"])
    assert "read it out again" not in notes("order/confirm_order.form", walk.case, "en")


@pytest.mark.parametrize(("code", "why"), [("credit_refused", "credit"), ("customer_blocked", "blocked")])
def test_finance_is_told_what_the_erp_refused_and_how_to_go_on(code: str, why: str) -> None:
    """Approved, refused, asked again: without a word why that would go round for ever."""
    walk = Walk().known().do("capture_lines", lines=LINES).check(there=1000).save()
    walk.do("confirm_order", accepted="yes", send_to=CASE["email"]).fail("confirm_in_erp", code)
    known = {"status": "customer", "credit_limit": Decimal(500), "credit_free": Decimal(80)}
    walk.do("read_terms", check=checked(walk.inputs("read_terms")["lines"], there=1000, **known))

    assert walk.tasks == ["approve"]
    told = {name: value for values in walk.step.scopes.values() for name, value in values.items()}
    assert (told["erp_refused"], told["credit_limit"], told["credit_free"]) == (why, 500, 80)
    assert told["summary"] == "Module und Haken: vom ERP abgelehnt"
    for language, cures in (("de", ("80 EUR frei", "entsperren")), ("en", ("80 EUR are free", "Unblock"))):
        read = notes("approval/approve.form", told, language)
        assert [cure in read for cure in cures] == [why == "credit", why == "blocked"]
    walk.do("approve", approved="yes")
    assert walk.jobs == {"save_order"}
    assert walk.case["erp_refused"] is None


@pytest.mark.parametrize(("free", "needed"), [(10_000, 13_029), (12_829, None), (None, None)])
def test_finance_reads_before_the_quote_what_the_erp_must_refuse(
    free: int | None, needed: int | None
) -> None:
    """12,828.20 EUR with half of it as a deposit; 200 are used already. A limit counts the whole order."""
    large = [{"sku": "X-1", "qty": Decimal(110), "wanted_on": SOON}]
    limit = None if free is None else Decimal(free + 200)
    known = {
        "credit_limit": limit,
        "credit_used": Decimal(200),
        "credit_free": None if free is None else Decimal(free),
    }
    walk = Walk().known().do("capture_lines", lines=large)
    walk.check(**known)

    told = {name: value for values in walk.step.scopes.values() for name, value in values.items()}
    assert (walk.case["prepay_percent"], told["credit_needed"]) == (50, needed)
    for language, cure in (("de", "auf mindestens 13.029 EUR"), ("en", "at least 13,029 EUR")):
        assert (cure in notes("approval/approve.form", told, language)) == (needed is not None)


@pytest.mark.parametrize("why", [None, "Stammkunde"])
def test_who_approves_a_discount_reads_it_as_people_write_it_and_no_reason_that_nobody_gave(
    why: str | None,
) -> None:
    given = {"discount_percent": Decimal("12.5"), "discount_reason": why}
    walk = Walk().known().do("capture_lines", lines=LINES, **given).check(there=1000)
    assert walk.tasks == ["approve"]
    told = {name: value for values in walk.step.scopes.values() for name, value in values.items()}

    for language, discount, reason in (
        ("de", "Rabatt:** 12,5\N{NO-BREAK SPACE}%", "Begründung: Stammkunde"),
        ("en", "Discount:** 12.5%", "Reason: Stammkunde"),
    ):
        said = notes("approval/approve.form", told, language)
        assert discount in said
        assert (reason in said) == (why is not None)
        assert ("Begründung" in said or "Reason" in said) == (why is not None)


def test_terms_that_differ_from_the_mailed_quote_are_said_when_it_is_read_out() -> None:
    large = [{"sku": "X-1", "qty": Decimal(110), "wanted_on": SOON}]
    walk = Walk().known().do("capture_lines", lines=large).check().do("approve", approved="yes").save()
    assert "terms_changed" not in said_to(walk)
    walk.do("confirm_order", accepted="later", valid_until=date(2026, 11, 30), send_to="post")
    walk.do("make_quote", document=4).do("notice_quote").hear("customer_replied", CASE["case_no"])
    assert "terms_changed" not in said_to(walk), "it is what was offered"
    walk.do("confirm_order", accepted="yes", send_to="post").fail("confirm_in_erp", "credit_refused")
    walk.do("read_terms", check=checked(walk.inputs("read_terms")["lines"], there=1000))
    walk.do("approve", approved="no", approval_reason="Zu viel.").save()

    assert said_to(walk)["terms_changed"] is True
    assert walk.case["prepay_percent"] == 100


def said_to(walk: Walk) -> dict[str, Any]:
    """What the sentences of the open step may name."""
    values = {name: value for scope in walk.step.scopes.values() for name, value in scope.items()}
    return {name: value for name, value in values.items() if value is not None}


def test_what_finance_agreed_to_is_read_out_and_not_that_it_is_looked_at() -> None:
    large = [{"sku": "X-1", "qty": Decimal(110), "wanted_on": SOON}]
    walk = Walk().known().do("capture_lines", lines=large).check()
    told = {name: value for values in walk.step.scopes.values() for name, value in values.items()}
    assert told["summary"] == "Module und Haken", "the reason stands once"
    assert "der erste Auftrag einer Firma" in told["requester_note"]
    walk.do("approve", approved="yes", approval_reason="Gern.").save()

    assert walk.case["terms_de"] == "mit 50 % Anzahlung, den Rest innerhalb von 14 Tagen"
    assert walk.case["terms_en"] == "with a 50% deposit, the rest within 14 days"
    assert "Gern." in notes("order/confirm_order.form", walk.case, "de")


PLACES = [
    {
        "value": "1",
        "label": "Am Hang 3",
        "street": "Am Hang 3",
        "postcode": "50939",
        "city": "Köln",
        "country": "DE",
    },
    {
        "value": "2",
        "label": "Ring 1",
        "street": "Ring 1",
        "postcode": "1010",
        "city": "Wien",
        "country": "AT",
    },
]
SITE = {"ship_street": "Baustelle 7", "ship_postcode": "50667", "ship_city": "Köln", "ship_country": "DE"}


@pytest.mark.parametrize(
    ("chosen", "read"),
    [
        ({}, "Am Hang 3, 50939 Köln"),
        ({"ship_to": "2"}, "Ring 1, 1010 Wien, AT"),
        ({"ship_to": "other", **SITE}, "Baustelle 7, 50667 Köln"),
    ],
)
def test_what_is_read_out_says_where_the_goods_go(chosen: dict[str, Any], read: str) -> None:
    walk = Walk().known(places=PLACES).do("capture_lines", lines=LINES, **chosen)
    at = walk.inputs("check_order")["ship_to"]
    walk.check(there=1000).save()

    said = [values["ship_text"] for values in walk.step.scopes.values() if "ship_text" in values]
    assert said == [read]
    walk.do("confirm_order", accepted="yes", send_to="post").do("confirm_in_erp", order=walk.case["order"])
    walk.do("purchases", fields=[]).do("make_confirmation", document=5).do(
        "set_status", customer_status="customer"
    )
    new = at if chosen.get("ship_to") == "other" else None
    assert walk.inputs("keep_place")["address"] == new


def test_a_part_payment_leaves_the_case_open() -> None:
    """Scenario g."""
    walk = invoiced(confirmed().do("notice_confirmed"))
    paid(walk, "000523", left=40)

    assert walk.case["open_amount"] == 40
    assert not walk.jobs
    paid(walk, "000523").do("read_after_payment", order={**walk.case["order"], "invoice": "paid"})
    assert not walk.step.finished, "the goods are still to come"
    walk.hear("delivery_sent", "100235", shipment_no="LS-1", shipped_on=SOON, parts=[])
    assert walk.state(shipment="shipped", invoice="paid").step.finished


def test_two_invoices_are_both_waited_for() -> None:
    walk = invoiced(invoiced(confirmed().do("notice_confirmed")), "000531")
    assert walk.case["invoice_nos"] == ["000523", "000531"]
    paid(walk, "000531").do("read_after_payment", order=walk.case["order"])
    paid(walk, "000523")

    assert walk.jobs == {"read_after_payment"}


def test_an_overdue_invoice_is_told_to_the_dunning_once() -> None:
    walk = invoiced(confirmed().do("notice_confirmed"))
    assert walk.due("is_overdue") == datetime(2026, 12, 11, 6, 0, tzinfo=BERLIN)
    walk.ring("is_overdue")

    (sent,) = walk.step.sent
    assert (sent.message, sent.key) == ("invoice_overdue", "000523")
    assert "is_overdue" not in [timer.element for timer in walk.step.timers]
    paid(walk, "000523")


def test_a_later_date_over_there_is_talked_over_while_the_order_goes_on() -> None:
    walk = confirmed().do("notice_confirmed")
    lines = [
        {**line, "wanted_on": LATER} if n == 1 else line for n, line in enumerate(walk.case["order"]["lines"])
    ]
    walk.hear("order_changed_in_erp", "100235", order={**walk.case["order"], "lines": lines})
    assert walk.tasks == ["find_way"]
    assert walk.jobs == {"read_state"}

    walk.do("find_way", way="later_date_hold", new_date=LATER, agreed=True)
    assert walk.inputs("amend_late")["lines"][1]["wanted_on"] == LATER


def test_an_earlier_date_disturbs_nobody() -> None:
    walk = confirmed().do("notice_confirmed")
    lines = [{**line, "wanted_on": date(2026, 11, 18)} for line in walk.case["order"]["lines"]]
    walk.hear("order_changed_in_erp", "100235", order={**walk.case["order"], "lines": lines})

    assert (walk.tasks, walk.jobs) == ([], {"read_state"})


def cancelling(walk: Walk, **state: Any) -> Walk:
    walk.hear("cancel_requested", "100235", message="cancel_requested")
    return walk.state("read_first", **state)


def test_a_customer_cancels_before_anything_is_packed() -> None:
    walk = cancelling(confirmed().do("notice_confirmed"), shipment="waiting")
    assert walk.case["change_kind"] == "cancel_order"
    walk.do("change_order", change_kind="cancel_order")
    walk.state("cancel_order", state="cancelled").state("read_invoiced", state="cancelled")

    assert (walk.step.finished, walk.case["outcome"], walk.case["credit_amount"]) == (True, "cancelled", 0)


def test_after_picking_a_supervisor_agrees_first() -> None:
    """Scenario e."""
    walk = cancelling(confirmed().do("notice_confirmed"), shipment="picked")
    walk.do("change_order", change_kind="cancel_order")
    assert walk.tasks == ["approve"]
    walk.do("approve", approved="yes").state("cancel_order", state="cancelled")
    walk.state("read_invoiced", state="cancelled")

    assert walk.case["outcome"] == "cancelled"


def withdrawing(kind: str, **state: Any) -> Walk:
    """A consumer's order, of which something is on its way already."""
    walk = confirmed(customer_kind="person").do("notice_confirmed")
    walk.hear("change_requested", "100235").state("read_first", **state)
    return walk.do("change_order", change_kind=kind)


@pytest.mark.parametrize(
    ("money", "note", "told"),
    [
        ({"invoiced": Decimal(300)}, 300, 300),
        ({"invoiced": Decimal(300), "credited": Decimal(300)}, None, 300),
        ({"invoiced": Decimal(300), "credited": Decimal(100)}, 200, 300),
        ({}, None, 0),
        ({"credited": Decimal(50)}, None, 0),
    ],
)
def test_who_withdraws_after_a_part_was_sent_is_credited_what_was_invoiced(
    money: dict[str, Any], note: int | None, told: int
) -> None:
    """The rest is taken out of the order first, and what the ERP takes back by itself is not credited twice."""
    walk = withdrawing("withdrawal", shipment="partly_shipped")
    walk.state("cancel_order", shipment="shipped").state("read_invoiced", **money)
    if note is not None:
        assert walk.inputs("credit_return")["amount"] == note
        walk.do("credit_return", credit_note_no="GS-1")

    assert (walk.case["outcome"], walk.case["credit_amount"]) == ("cancelled", told)


def test_what_has_all_left_is_credited_without_being_taken_out() -> None:
    walk = withdrawing("withdrawal", shipment="shipped").fail("cancel_order", "amendment_refused")
    walk.state("read_invoiced", invoiced=Decimal(2000))

    assert walk.inputs("credit_return")["amount"] == 2000


def test_goods_that_come_back_in_part_are_credited_and_the_order_goes_on() -> None:
    walk = confirmed().do("notice_confirmed")
    walk.hear("change_requested", "100235").state("read_first", shipment="shipped", state="done")
    fewer = [{**walk.case["lines"][0], "qty": Decimal(6)}, *walk.case["lines"][2:]]
    walk.do("change_order", change_kind="qty_down", lines=fewer).do("approve", approved="yes")
    walk.state("read_invoiced", invoiced=walk.case["order"]["total"])

    gross = (2 * PRICES["SO-1001"] + 100 * PRICES["SO-3001"]) * Decimal("1.19")
    assert walk.inputs("credit_return")["amount"] == gross
    walk.do("credit_return", credit_note_no="GS-1")
    assert "tell_credit" in [trace.element for trace in walk.step.trace]
    assert not walk.step.finished

    walk.hear("cancel_requested", "100235", message="cancel_requested").state("read_first")
    walk.do("change_order", change_kind="cancel_order").do("approve", approved="yes")
    walk.fail("cancel_order", "amendment_refused").state("read_invoiced")
    assert walk.inputs("credit_return")["amount"] == walk.case["total"] - gross, "nothing is credited twice"


def test_too_late_for_the_erp_goes_back_to_the_agent() -> None:
    walk = cancelling(confirmed().do("notice_confirmed"), shipment="waiting")
    walk.do("change_order", change_kind="cancel_order").fail("cancel_order", "amendment_refused")

    assert walk.tasks == ["change_order"]


def test_fewer_pieces_are_amended_and_confirmed_anew() -> None:
    walk = confirmed().do("notice_confirmed")
    walk.hear("change_requested", "100235", change_kind=None).state("read_first", shipment="waiting")
    less = [{**walk.case["lines"][0], "qty": Decimal(5)}, *walk.case["lines"][1:]]
    walk.do("change_order", change_kind="qty_down", lines=less)
    assert walk.inputs("amend_order")["lines"][0]["qty"] == 5
    walk.state("amend_order").do("keep_new_place", places=None, place=None).do("new_confirmation", document=6)

    assert walk.inputs("notice_changed")["attachments"] == [6]
    assert walk.do("notice_changed").tasks == []


def test_more_pieces_are_checked_first() -> None:
    walk = confirmed().do("notice_confirmed")
    walk.hear("change_requested", "100235").state("read_first", shipment="waiting")
    more = [walk.case["lines"][0], {**walk.case["lines"][1], "qty": Decimal(150)}]
    walk.do("change_order", change_kind="qty_up", lines=more)
    walk.do("check_change", check=checked(walk.inputs("check_change")["lines"]))

    assert walk.tasks == ["find_way"]
    assert walk.do("find_way", way="fewer", qty_now=Decimal(60), agreed=True).jobs == {"amend_order"}


def test_an_order_cancelled_over_there_ends_the_case() -> None:
    walk = confirmed().do("notice_confirmed").hear("order_cancelled_in_erp", "100235")

    assert (walk.step.finished, walk.case["outcome"]) == (True, "cancelled")


def test_a_mail_may_ask_for_a_change() -> None:
    walk = confirmed().do("notice_confirmed")
    walk.hear("customer_replied", CASE["case_no"], reply_text="Bitte stornieren.")
    assert walk.tasks == ["read_message"]
    walk.do("read_message", message_kind="cancel")

    (sent,) = walk.step.sent
    assert (sent.message, sent.key, dict(sent.variables)) == (
        "change_requested",
        "100235",
        {"change_kind": "cancel_order"},
    )


def test_a_deposit_is_asked_for_after_ten_days_and_doubted_after_twenty() -> None:
    walk = (
        Walk()
        .known()
        .do("capture_lines", lines=[{"sku": "X-1", "qty": Decimal(50), "wanted_on": SOON}])
        .check()
    )
    assert walk.inputs("save_order")["prepay_percent"] == 30
    walk.save().confirm().do("notice_confirmed").ring("ten_days").state("read_deposit")
    assert "tell_deposit" in [trace.element for trace in walk.step.trace]
    walk.ring("ten_more_days").state("read_deposit_again")

    assert walk.tasks == ["still_wanted"]


def test_what_was_not_sent_a_working_day_after_its_date_is_told() -> None:
    walk = confirmed().do("notice_confirmed")
    assert walk.due("date_passed") == datetime(2026, 11, 24, 8, 0, tzinfo=BERLIN), (
        "Friday, and one working day over"
    )

    walk.ring("date_passed")
    assert "tell_late" in [trace.element for trace in walk.step.trace]


def test_a_new_caller_is_captured_once_and_compared_with_who_is_known() -> None:
    walk = Walk(customer_kind="person")
    nothing = dict.fromkeys(KNOWN)
    walk.do("know_customer", **nothing, customer_kind="person", customer_complete=False)
    assert walk.tasks == ["capture_customer"]
    typed = {**KNOWN, "customer_kind": "company", "consent_email": False, "consent_phone": False}
    walk.do("capture_customer", **typed)
    assert walk.inputs("save_captured")["street"] == "Am Hang 3"
    told = {**typed, "customer_id": "7", "customer_status": "prospect", "salutation": "S", "name_spoken": "N"}
    options = [{"value": "3", "label": "Sonnenhof GmbH"}, {"value": "new", "label": "Nein"}]
    walk.do("save_captured", **told, saved=False, customer_options=options, back_note=None)
    assert walk.tasks == ["same_customer"]
    walk.do("same_customer", same_as="3")
    assert walk.inputs("save_captured")["same_as"] == "3"

    walk.do("save_captured", **told, saved=True, customer_options=[], back_note=None)
    assert walk.jobs == {"save_customer"}


def test_what_does_not_fit_comes_back_with_its_reason() -> None:
    walk = Walk()
    walk.do("know_customer", **KNOWN, customer_complete=False).do("capture_customer", **KNOWN)
    walk.do("save_captured", **KNOWN, saved=False, customer_options=[], back_note="Fünf Ziffern")

    assert (walk.tasks, walk.case["back_note"]) == (["capture_customer"], "Fünf Ziffern")


def test_a_written_order_is_acknowledged_at_once() -> None:
    assert Walk(channel="webform").jobs == {"notice_received", "know_customer"}
    assert Walk(channel="phone").jobs == {"know_customer"}
