"""What a terminal or a template is given to show."""

from datetime import date
from decimal import Decimal

import pytest

AMOUNT = {
    "type": "number",
    "key": "amount",
    "label": "Betrag",
    "description": "Ohne Steuer.",
    "decimalDigits": 2,
    "appearance": {"suffixAdorner": "EUR"},
    "validate": {"required": True, "min": 0, "max": "=limit"},
    "properties": {"cpm:label.en": "Amount", "cpm:description.en": "Without tax."},
}


def test_a_field_comes_with_all_that_is_needed_to_draw_it(form, now):
    (shown,) = form(AMOUNT).present({"limit": Decimal(100), "amount": Decimal("1234.50")}, now=now)
    assert shown == {
        "key": "amount",
        "kind": "number",
        "label": "Betrag",
        "help": "Ohne Steuer.",
        "unit": "EUR",
        "required": True,
        "readonly": False,
        "options": [],
        "value": Decimal("1234.50"),
        "shown": "1234,50",
        "prefill": None,
        "min": Decimal(0),
        "max": Decimal(100),
        "min_length": 0,
        "max_length": 10_000,
        "digits": 2,
        "form": None,
        "figure": False,
        "autocomplete": None,
        "columns": 16,
        "first": True,
    }


def test_the_same_in_english(form, now):
    (shown,) = form(AMOUNT).present({"amount": Decimal("1234.50")}, now=now, language="en")
    assert (shown["label"], shown["help"], shown["shown"], shown["max"]) == (
        "Amount",
        "Without tax.",
        "1234.50",
        None,
    )


def test_help_may_be_given_in_both_languages_by_our_own_property(form, now):
    asked = form(
        {"type": "checkbox", "key": "a", "properties": {"cpm:help.de": "Hilfe", "cpm:help.en": "Help"}}
    )
    assert asked.present({}, now=now)[0]["help"] == "Hilfe"
    assert asked.present({}, now=now, language="en")[0]["help"] == "Help"


def test_values_are_shown_as_people_write_them(form, now):
    asked = form(
        {"type": "datetime", "key": "day", "subtype": "date"},
        {"type": "checkbox", "key": "tick"},
        {"type": "checklist", "key": "parts", "values": [{"value": "a", "label": "Eins"}, {"value": "b"}]},
    )
    scope = {"day": date(2026, 11, 2), "tick": True, "parts": ["a", "b"]}
    german = [field["shown"] for field in asked.present(scope, now=now)]
    assert german == ["02.11.2026", "ja", "Eins, b"]
    assert [field["shown"] for field in asked.present(scope, now=now, language="en")] == [
        "2 Nov 2026",
        "yes",
        "Eins, b",
    ]


def test_what_was_typed_stays_even_if_it_does_not_fit(form, now):
    asked = form(AMOUNT, {"type": "textfield", "key": "name"})
    amount, name = asked.present({"name": "old"}, {"amount": "viel", "name": "new"}, now=now)
    assert (amount["value"], amount["shown"]) == (None, "viel")
    assert name["shown"] == "new"


def test_what_a_mail_brought_shows_its_control_characters_instead_of_obeying_them(form, now):
    """Case variables come from strangers; a terminal must not run their escape sequences."""
    asked = form({"type": "text", "id": "t", "text": "{{sender}}"}, {"type": "textfield", "key": "subject"})
    text, field = asked.present({"subject": "\x1b[2JHallo", "sender": "\x1b[2JHallo"}, now=now)
    assert text["label"] == field["shown"] == "�[2JHallo"


def test_a_note_shows_any_kind_of_value(form, now):
    asked = form({"type": "text", "id": "t", "text": "{{items}} · {{on}} · {{none}} · {{facts}}"})
    scope = {"items": [Decimal("1.5"), True], "on": date(2026, 1, 2), "facts": {"a": Decimal(1)}}
    assert asked.present(scope, now=now)[0]["label"] == "1,5, ja · 02.01.2026 ·  · a: 1"


def test_sentences_say_money_days_units_and_codes_in_one_way_per_language(form, now):
    text = "{{total}}, {{wanted_on}}, {{qty}} {{unit}}, {{erp_state}}, {{shipment}}"
    asked = form(
        {"type": "text", "id": "t", "text": text},
        {"type": "number", "key": "price", "readonly": True, "appearance": {"suffixAdorner": "EUR"}},
        {"type": "textfield", "key": "unit", "readonly": True},
    )
    scope = {
        "total": Decimal("1149.00"), "wanted_on": date(2026, 12, 1), "qty": Decimal(3), "unit": "Stück",
        "erp_state": "processing", "shipment": "new_here", "price": Decimal("149.00"),
    }  # fmt: skip
    words = {"erp_state.processing": "in progress"}
    english = asked.present(scope, now=now, language="en", words=words)
    assert english[0]["label"] == "€1,149.00, 1 Dec 2026, 3 pcs, in progress, new_here"
    assert [field["shown"] for field in english[1:]] == ["€149.00", "pcs"]
    german = asked.present(scope, now=now)
    assert german[0]["label"] == "1.149,00\u00a0€, 01.12.2026, 3 Stück, processing, new_here"
    assert [field["shown"] for field in german[1:]] == ["149,00\u00a0€", "Stück"]


def test_conditions_follow_what_was_typed(form, now):
    asked = form(
        {"type": "checkbox", "key": "a"},
        {
            "type": "textfield",
            "key": "b",
            "conditional": {"hide": "=a"},
            "properties": {"cpm:requiredIf": "not(a)"},
        },
    )
    shown = asked.present({"a": True}, {"a": "nein"}, now=now)
    assert [(field["key"], field["required"]) for field in shown] == [("a", False), ("b", True)]
    assert [field["key"] for field in asked.present({"a": True}, now=now)] == ["a"]


def test_a_text_block_is_proposed_only_while_the_field_is_empty(form, now):
    asked = form({"type": "textarea", "key": "answer", "properties": {"cpm:prefill": '"answer_" + remedy'}})
    assert asked.present({"remedy": "refund"}, now=now)[0]["prefill"] == "answer_refund"
    assert asked.present({"remedy": None}, now=now)[0]["prefill"] is None
    assert asked.present({"remedy": "refund", "answer": "Hallo"}, now=now)[0]["prefill"] is None


def test_groups_keep_their_fields_together_and_notes_speak(form, now):
    asked = form(
        {
            "type": "group",
            "id": "g",
            "label": "Gruppe",
            "properties": {"cpm:label.en": "Group"},
            "components": [
                {
                    "type": "text",
                    "id": "t",
                    "text": "Hallo {{name}}",
                    "properties": {"cpm:text.en": "Hello {{ name }}"},
                },
                {"type": "text", "id": "c", "text": '="Summe " + string(1 + 1)'},
                {"type": "separator", "id": "s"},
                {"type": "textfield", "key": "x", "label": "X"},
            ],
        }
    )
    (group,) = asked.present({"name": "{{agent}}"}, now=now, language="en")
    assert (group["kind"], group["label"]) == ("group", "Group")
    text, computed, separator, field = group["components"]
    assert text == {
        "key": "t",
        "kind": "text",
        "label": "Hello {{agent}}",
        "text": "Hello {{ name }}",
        "filled": {"name": "{{agent}}"},
        "columns": 16,
        "first": True,
    }
    assert (computed["label"], "text" in computed) == ("Summe 2", False)
    assert separator["kind"] == "separator"
    assert field["key"] == "x"
    assert asked.present({}, now=now)[0]["components"][0]["label"] == "Hallo "


@pytest.mark.parametrize(
    ("rule", "example"),
    [
        (None, "23.11.2026"),
        ("=delivered_on = null or delivered_on <= today()", "20.11.2026"),
        ("=delivered_on > ordered_on", "23.11.2026"),  # nobody knows yet
    ],
)
def test_the_example_of_a_day_is_one_that_the_field_takes(form, now, rule: str | None, example: str):
    day = {"type": "datetime", "subtype": "date", "key": "delivered_on", "dateLabel": "Geliefert am"}
    (shown,) = form({**day, "properties": {"cpm:check": rule} if rule else {}}).present({}, now=now)
    assert shown["example"] == example
