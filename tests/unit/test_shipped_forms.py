"""The forms of the complaint hold the line: what the house forbids cannot be entered."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from cpm import forms
from cpm.errors import Invalid

PROCESSES = Path(__file__).parents[2] / "processes"
FORMS = {
    path.stem: forms.read(path.read_bytes(), path.name)
    for process in ("complaint", "approval")
    for path in (PROCESSES / process).glob("*.form")
}
NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
GOODWILL = "Kulanz, ohne Anerkennung einer Rechtspflicht."
DEFECT = {"cause": "defect", "damage_text": "Steht still."}
CHOICE = {"remedy": "voucher", "goodwill_amount": "50", "reason": "Eine Geste genügt hier"}
ANSWER = {"answer_channel": "email", "subject": "Antwort", "answer": GOODWILL}
KNOWN = {"email": "mara.beispiel@example.org", "customer_kind": "person"}


@pytest.mark.parametrize("form", ["complaint/check_facts", "order/capture_lines"])
def test_a_form_offers_the_mood_that_the_tables_ask_for(form: str):
    path = PROCESSES / f"{form}.form"
    [mood] = [one for one in forms.read(path.read_bytes(), path.name).fields if one.key == "mood"]
    offered = {str(choice.value) for choice in mood.options}
    for table in ("guidance", "next_action"):
        assert '"upset"' in (PROCESSES.parent / "rules" / f"{table}.dmn").read_text()
    assert offered == {"calm", "upset"}


def fill(form: str, values: Mapping[str, object], **scope: object) -> dict[str, object]:
    return FORMS[form].validate(values, KNOWN | scope, now=NOW)


@pytest.mark.parametrize(
    ("form", "values", "scope", "key"),
    [
        ("check_facts", {}, {}, "cause"),
        ("check_facts", {"cause": "late"}, {}, "damage_text"),
        ("check_facts", DEFECT, {}, "delivered_on"),
        ("check_facts", DEFECT | {"delivered_on": "2026-11-17"}, {}, "delivered_on"),
        (
            "check_facts",
            {"cause": "late", "damage_text": "Spät."},
            {"customer_kind": "company"},
            "notified_in_time",
        ),
        ("check_facts", {"cause": "late", "damage_text": "x" * 2001}, {}, "damage_text"),
        (
            "check_facts",
            {"cause": "late", "damage_text": "Spät.", "claim_amount": "100000"},
            {},
            "claim_amount",
        ),
        ("decide_remedy", CHOICE | {"goodwill_amount": None}, {"basis": "goodwill"}, "goodwill_amount"),
        ("decide_remedy", CHOICE | {"goodwill_amount": "0"}, {"basis": "goodwill"}, "goodwill_amount"),
        ("decide_remedy", CHOICE | {"goodwill_amount": "1,005"}, {"basis": "goodwill"}, "goodwill_amount"),
        ("decide_remedy", CHOICE | {"remedy": "replace"}, {"ways": ["apology", "voucher"]}, "remedy"),
        ("decide_remedy", CHOICE | {"reason": "Zu kurz"}, {}, "reason"),
        ("write_answer", ANSWER, {"email": None}, "answer_channel"),
        ("write_answer", ANSWER | {"subject": "x" * 121}, {}, "subject"),
        ("write_answer", ANSWER | {"answer": f"{{{{salutation}}}} {GOODWILL}"}, {}, "answer"),
        ("write_answer", ANSWER | {"answer": "Ein Gutschein."}, {"as_goodwill": True}, "answer"),
        ("write_answer", ANSWER | {"promise_date": "2026-11-15"}, {}, "promise_date"),
        ("print_and_post", {}, {}, "posted_on"),
        ("print_and_post", {"posted_on": "2026-11-17"}, {}, "posted_on"),
        ("read_reply", {}, {}, "reply_kind"),
        ("read_reply", {"reply_kind": "objection"}, {}, "note"),
        ("book_visit", {"visit_on": "2026-11-20", "visit_time": "25:00"}, {}, "visit_time"),
        ("approve", {"approved": "no"}, {"amount": Decimal(120)}, "approval_reason"),
        (
            "approve",
            {"approved": "yes", "approval_amount": "121"},
            {"amount": Decimal(120)},
            "approval_amount",
        ),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(
    form: str, values: dict[str, object], scope: dict[str, object], key: str
) -> None:
    with pytest.raises(Invalid) as refused:
        fill(form, values, **scope)

    assert key in [problem for problem, _ in refused.value.problems]


@pytest.mark.parametrize(
    ("form", "values", "scope"),
    [
        ("check_facts", DEFECT | {"delivered_on": "2026-11-16"}, {}),
        ("check_facts", {"cause": "late", "damage_text": "Spät."}, {}),
        ("decide_remedy", CHOICE, {"basis": "goodwill", "ways": ["apology", "voucher"]}),
        (
            "decide_remedy",
            {"remedy": "apology", "reason": "Ein Wort genügt hier"},
            {"basis": "goodwill", "ways": ["apology", "voucher"]},
        ),
        (
            "decide_remedy",
            {"remedy": "repair", "reason": "Der Kunde wünscht es"},
            {"basis": "statutory", "ways": ["repair", "replace"]},
        ),
        ("write_answer", ANSWER | {"promise_date": "2026-11-16"}, {"as_goodwill": True}),
        ("write_answer", ANSWER | {"answer": "Gern."}, {"as_goodwill": True, "reply_kind": "question"}),
        ("write_answer", ANSWER | {"answer_channel": "letter"}, {"email": None}),
        ("print_and_post", {"posted_failed": True}, {}),
        ("print_and_post", {"posted_on": "2026-11-16"}, {}),
        ("read_reply", {"reply_kind": "accepted"}, {}),
        ("read_reply", {"reply_kind": "objection", "note": "Zu wenig"}, {}),
        ("book_visit", {"visit_on": "2026-11-20", "visit_time": "14:30", "chargeable": "warranty"}, {}),
        ("approve", {"approved": "yes", "approval_amount": "120"}, {"amount": Decimal(120)}),
        ("approve", {"approved": "no", "approval_reason": "Zu viel."}, {"amount": Decimal(120)}),
    ],
)
def test_what_fits_is_taken(form: str, values: dict[str, object], scope: dict[str, object]) -> None:
    taken = fill(form, values, **scope)

    assert values.keys() <= taken.keys()


def test_only_the_remedies_that_are_taken_are_offered() -> None:
    def offered(ways: object) -> list[str]:
        parts = FORMS["decide_remedy"].present(KNOWN | {"ways": ways}, now=NOW)
        return [value for part in parts if part["key"] == "remedy" for value, _ in part["options"]]

    assert offered(["repair", "price_cut"]) == ["repair", "price_cut", "refund", "voucher"]
    assert len(offered(None)) == 9


def test_values_arrive_with_their_types() -> None:
    taken = fill("check_facts", DEFECT | {"delivered_on": "16.11.2026", "claim_amount": "1.234,50"})

    assert taken["delivered_on"] == date(2026, 11, 16)
    assert taken["claim_amount"] == Decimal("1234.5")
    assert taken["safety"] is False


def test_a_note_shows_what_came_back_and_nothing_otherwise() -> None:
    capture, lines = (
        forms.read((PROCESSES / "order" / name).read_bytes(), name)
        for name in ("capture_customer.form", "capture_lines.form")
    )

    def shown(form: forms.Form = FORMS["decide_remedy"], **scope: object) -> str:
        parts = form.present(KNOWN | scope, now=NOW)
        return " ".join(str(part["label"]) for part in parts)

    assert "Zu viel." in shown(back_note="Zu viel.")
    assert "Zurückgegeben" not in shown(back_note=None)
    for form in (capture, lines):
        assert "Am Hang 3 (kam zurück). Bitte" in shown(form, unreachable="Am Hang 3 (kam zurück)")
        assert "nicht erreichbar" not in shown(form, unreachable=None)
    assert "Kulanz." in shown(basis="goodwill")
    assert "gesetzlicher Anspruch" not in shown(basis="goodwill")


@pytest.mark.parametrize("form", ["capture_lines", "change_order", "order_webform"])
@pytest.mark.parametrize(
    ("unit", "qty", "fits"),
    [("Stück", "2,5", False), ("Stück", "2", True), ("Meter", "2,5", True), (None, "2,5", True)],
)
def test_what_is_sold_by_the_piece_is_ordered_in_whole_ones(
    form: str, unit: str | None, qty: str, fits: bool
) -> None:
    read = forms.read((PROCESSES / "order" / f"{form}.form").read_bytes(), f"{form}.form")
    row = {"sku": "SO-1001", "qty": qty, "wanted_on": "2026-12-01", "unit": unit}
    scope = {"lines": [row]}
    more = {"change_kind": "qty_up"} if form == "change_order" else {}
    try:
        read.validate({"lines": [{"_row": "0", **row}], **more}, scope, now=NOW, language="de")
        told = ""
    except Invalid as refused:
        told = dict(refused.problems).get("lines[0].qty", "")
    assert ("nur ganze" in told) is not fits
