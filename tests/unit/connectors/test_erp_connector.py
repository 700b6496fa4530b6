"""What a call `erp.*` is given and brings, on the demo member."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cpm.connectors import Call, Done, ErpConnector, Failed, Outcome, Retry, Systems
from cpm.connectors.erp import Party, PostalAddress
from cpm.connectors.erp.demo import DemoErp, People, faults
from cpm.erp_settings import ErpSettings
from tests.clock import MONDAY, FakeClock

MARA = Party(
    "K-000001-9", "Mara Beispiel", company=False, addresses=(PostalAddress("Weg 1", "50667", "Köln", "DE"),)
)
HOOK = "SO-3001"  #: 60 are there, 200 come in ten days
Ask = Callable[..., Outcome]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "erp-demo.db"


@pytest.fixture
def people(file: Path) -> People:
    return People(file, MONDAY.date)


@pytest.fixture
def ask(file: Path) -> Ask:
    connector = ErpConnector(Systems(ErpSettings(demo=file), ZoneInfo("Europe/Berlin"), FakeClock()))

    def asked(
        verb: str,
        *,
        key: str = "C-1/x/1",
        met: Mapping[str, Any] | None = None,
        party: Party = MARA,
        known_as: frozenset[str] = frozenset(),
        **inputs: Any,
    ) -> Outcome:
        return connector(
            Call(
                operation=f"erp.{verb}",
                inputs=inputs,
                headers={},
                key=key,
                attempt=1,
                case_number="C-000001-9",
                case_id=1,
                message_id="",
                texts={},
                now=MONDAY,
                erp="demo",
                party=party,
                known_as=known_as,
                met=met,
            )
        )

    return asked


def brought(outcome: Outcome) -> dict[str, Any]:
    assert isinstance(outcome, Done), outcome
    return dict(outcome.variables)


def test_a_check_says_what_comes_when_and_what_stands_in_for_it(ask: Ask):
    lines = [
        {"sku": HOOK, "qty": Decimal(100), "wanted_on": date(2026, 3, 4)},
        {"sku": "SO-1001", "qty": 10, "wanted_on": "2026-03-04", "discount_percent": 10},
        {"sku": "GE-2001", "qty": 1},
    ]
    check = brought(ask("check_order", lines=lines, discount_percent=Decimal(50)))["check"]
    hook, module, probe = check["lines"]
    assert (hook["short"], hook["available"], hook["earliest"]) == (True, 60, date(2026, 3, 12))
    assert (hook["days_late"], hook["alternative"], hook["total"]) == (8, "SO-3002", 445)
    assert hook["alternative_product"] == "Dachhaken starr (Demo)"
    assert (module["short"], module["days_late"], module["total"]) == (False, 0, Decimal("580.50"))
    assert (probe["short"], probe["earliest"], probe["days_late"]) == (True, None, None)
    assert check["all_ok"] is False
    assert (check["source"], check["checked_at"]) == ("live", MONDAY)
    assert check["terms"]["status"] == "prospect"


def test_two_days_of_one_product_share_what_is_there(ask: Ask):
    now, later = {"sku": HOOK, "qty": 60, "wanted_on": MONDAY.date()}, {"sku": HOOK, "qty": 40}
    both = [{**later, "wanted_on": date(2026, 3, 12)}, now]
    assert brought(ask("check_order", lines=both))["check"]["all_ok"]
    assert not brought(ask("check_order", lines=[now, {**later, "wanted_on": MONDAY.date()}]))["check"][
        "all_ok"
    ]


def test_an_order_is_saved_confirmed_amended_and_followed(ask: Ask, people: People):
    made = brought(ask("save_order", lines=[{"sku": HOOK, "qty": 10}], net_days=7, customer_ref="B 12"))
    assert made["order"]["state"] == "quotation"
    total = made["order"]["total"]
    assert brought(ask("confirm_order", expected_total=total))["order"]["state"] == "processing"
    assert brought(ask("confirm_order", expected_total=total))["order_no"] == made["order_no"]
    amended = brought(ask("amend_order", lines=[{"sku": HOOK, "qty": 4}]))["order"]
    assert (amended["total"], amended["lines"][0]["qty"]) == (Decimal("42.36"), 4)
    people.ship(made["order_no"])
    number = people.invoice(made["order_no"])
    items = brought(ask("open_items"))
    assert [(item["invoice_no"], item["order_no"]) for item in items["items"]] == [(number, made["order_no"])]
    assert items["open_amount"] == Decimal("42.36")
    people.pay(number, Decimal(40))
    assert brought(ask("open_items", invoice_no=number))["open_amount"] == Decimal("2.36")
    assert ask("amend_order", lines=[{"sku": HOOK, "qty": 1}]).code == "amendment_refused"
    assert ask("cancel_order").code == "amendment_refused"
    assert brought(ask("order_state"))["order"]["invoice"] == "partly_paid"
    assert brought(ask("purchases")) == {"purchases": [HOOK], "fields": ["solar"], "demo": True}


def test_what_a_credit_note_of_the_order_covers_is_said_beside_its_invoice(ask: Ask, people: People):
    """Both stay open over there until people set them off."""
    made = brought(ask("save_order", lines=[{"sku": HOOK, "qty": 10}]))
    ask("confirm_order")
    people.ship(made["order_no"])
    number = people.invoice(made["order_no"])
    total = made["order"]["total"]
    assert brought(ask("open_items", invoice_no=number))["taken_back"] == 0
    note = brought(ask("credit_note", key="C-000001-9/credit/1", amount=total - 5, reason="Zurück"))
    found = brought(ask("open_items", invoice_no=number))
    assert (found["open_amount"], found["taken_back"]) == (total, total - 5)
    assert brought(ask("open_items", invoice_no=note["credit_note_no"]))["taken_back"] == 0
    people.pay(number, Decimal(10))
    assert brought(ask("open_items", invoice_no=number))["taken_back"] == total - 10, "no more than is open"


def test_nobody_is_told_of_another_s_invoice(ask: Ask, people: People):
    made = brought(ask("save_order", lines=[{"sku": HOOK, "qty": 1}]))
    ask("confirm_order")
    number = people.invoice(made["order_no"])
    other = replace(MARA, key="K-000002-7")
    refused = ask("open_items", invoice_no=number, party=other)
    assert refused == Failed(
        "not_found", f"Expected invoice {number} to be one of customer K-000002-7, but it is another's."
    )
    merged = ask("open_items", invoice_no=number, party=other, known_as=frozenset({MARA.key}))
    assert brought(merged)["open_amount"] == made["order"]["total"]


def test_somebody_else_who_has_our_customer_number_there_is_not_taken_for_ours(ask: Ask, file: Path):
    """An earlier installation without a prefix counted its customers as we do."""
    demo = DemoErp(file, MONDAY.date)
    demo.save_party(replace(MARA, name="Sonnenhof GmbH", email="info@sonnenhof.example"))
    for verb in ("save_customer", "save_order"):
        refused = ask(verb, lines=[{"sku": HOOK, "qty": 1}])
        assert isinstance(refused, Failed)
        assert refused.code == "duplicate_key"
        assert "to be Mara Beispiel, but it is Sonnenhof GmbH" in refused.why
        assert "CPM_ERP_PREFIX" in refused.why
    assert demo.orders_with_keys("") == []
    assert isinstance(ask("save_customer", known_as=frozenset({MARA.key})), Done)


@pytest.mark.parametrize("alike", [{"name": "mara  beispiel"}, {"email": "Mara@Example.org"}])
def test_who_is_there_under_our_number_from_an_attempt_whose_answer_was_lost_is_ours(
    ask: Ask, file: Path, alike: dict[str, str]
):
    there = replace(MARA, name="Marah Beispiel", email="mara@example.org")
    DemoErp(file, MONDAY.date).save_party(replace(there, **alike))
    mine = replace(MARA, name=alike.get("name", MARA.name), email="mara@example.org")
    assert isinstance(ask("save_customer", party=mine), Done)


def test_a_credit_note_over_another_amount_is_told(ask: Ask):
    """The step was made before, over what was typed then; somebody has put the amount right since."""
    first = brought(ask("credit_note", amount=Decimal("11.90")))
    assert brought(ask("credit_note", amount=Decimal("11.90"))) == first
    other = ask("credit_note", amount=Decimal("11.91"))
    assert isinstance(other, Failed)
    assert other.code == "payment_mismatch"
    assert f"a credit note over 11.91 EUR, but {first['credit_note_no']}" in other.why


def test_what_the_model_may_catch_comes_as_its_code(ask: Ask, people: People, file: Path):
    ask("save_order", lines=[{"sku": HOOK, "qty": 1}])
    for kind, code in (("stock", "stock_changed"), ("credit", "credit_refused")):
        faults.order(file, kind, times=1)
        assert ask("confirm_order").code == code
    people.block(MARA.key)
    assert ask("confirm_order").code == "customer_blocked"
    people.block(MARA.key, blocked=False)
    people.allow(MARA.key, Decimal(1))
    assert ask("confirm_order").code == "credit_refused"
    assert brought(ask("order_state"))["order"]["state"] == "quotation"


def test_what_may_pass_is_asked_again_and_the_rest_is_not(ask: Ask, file: Path):
    faults.order(file, "away", times=1)
    assert isinstance(ask("order_state"), Retry)
    faults.order(file, "auth", times=1)
    assert ask("order_state") == Failed(
        "auth_failed", "Expected to sign in at the demo ERP, but it was asked to refuse us."
    )
    assert ask("order_state").code == "not_found"


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({}, "Expected lines to be a list of 1 to 200 lines, but there is none."),
        ({"lines": []}, "Expected lines to be a list"),
        ({"lines": ["SO-3001"]}, "Expected lines[1] to have sku and qty, but it is 'SO-3001'."),
        (
            {"lines": [{"sku": HOOK, "qty": "10"}]},
            "Expected lines[1].qty to be a number that is not negative",
        ),
        (
            {"lines": [{"sku": HOOK, "qty": 1}, {"sku": HOOK, "qty": 0}]},
            "Expected lines[2].qty to be more than 0",
        ),
        ({"lines": [{"sku": HOOK, "qty": Decimal("NaN")}]}, "Expected lines[1].qty"),
        ({"lines": [{"sku": HOOK, "qty": True}]}, "Expected lines[1].qty"),
        ({"lines": [{"qty": 1}]}, "Expected lines[1].sku to be a short text, but there is none."),
        ({"lines": [{"sku": "x\0", "qty": 1}]}, "Expected lines[1].sku"),
        ({"lines": [{"sku": "NO-1", "qty": 1}]}, "Expected a product of the demo ERP, but NO-1 is none."),
        ({"lines": [{"sku": HOOK, "qty": 1, "wanted_on": datetime(2026, 3, 4, tzinfo=UTC)}]}, "to be a date"),
        (
            {"lines": [{"sku": HOOK, "qty": 1, "wanted_on": "morgen"}]},
            "Expected lines[1].wanted_on to be a date",
        ),
        (
            {"lines": [{"sku": HOOK, "qty": 1, "discount_percent": 101}]},
            "to be 0 to 100 percent, but it is 101.",
        ),
        ({"lines": [{"sku": HOOK, "qty": 1}], "net_days": Decimal("7.5")}, "Expected net_days"),
        ({"lines": [{"sku": HOOK, "qty": 1}], "ship_to": {"street": "Weg 1"}}, "Expected ship_to.postcode"),
    ],
)
def test_an_input_that_does_not_fit_is_named(ask: Ask, inputs: dict[str, Any], said: str):
    outcome = ask("save_order", **inputs)
    assert isinstance(outcome, Failed)
    assert outcome.code == "validation_refused"
    assert said in outcome.why


def test_a_saved_customer_gets_what_was_changed_here_and_keeps_what_was_changed_there(
    ask: Ask, people: People, file: Path
):
    ask("save_customer")
    erp = DemoErp(file)
    met = {
        "name": MARA.name,
        "vat_id": None,
        "email": None,
        "phone": None,
        "language": "de",
        "address": ["Weg 1", "50667", "Köln", "DE"],
    }
    people.change_customer(MARA.key, phone="+492211234567")
    here = Party(
        **{**{name: getattr(MARA, name) for name in ("key", "company", "addresses")}, "name": "Mara Muster"}
    )
    assert brought(ask("save_customer", party=here, met=met))["customer_no"] == MARA.key
    saved = erp.party(MARA.key)
    assert saved is not None
    assert (saved.name, saved.phone) == ("Mara Muster", "+492211234567")


def test_a_replacement_is_of_what_the_order_had(ask: Ask):
    ask("save_order", lines=[{"sku": HOOK, "qty": 3}])
    number = brought(ask("confirm_order"))["order_no"]
    done = ask("replacement", order_no=number)
    assert brought(done)["replacement_no"].startswith("DEMO-EL-")
    assert done == ask("replacement", order_no=number)
    (of_order,) = [link for link in done.links if link.kind == "order"]
    assert (of_order.key, of_order.state["lines"][0][:3]) == ("C-1/x/1", [HOOK, 3, 0])


def test_one_who_surely_is_there_under_another_key_is_not_made_once_more(ask: Ask, file: Path):
    demo = DemoErp(file, MONDAY.date)
    demo.save_party(replace(MARA, key="D-7", name="M. Beispiel", email="mara@example.org"))
    refused = ask("save_customer", party=replace(MARA, email="Mara@example.org"))
    assert isinstance(refused, Failed)
    assert (refused.code, "M. Beispiel (D-7)" in refused.why) == ("duplicate_key", True)
    assert demo.party(MARA.key) is None
    assert isinstance(ask("save_customer", party=replace(MARA, email="other@example.org")), Done)
