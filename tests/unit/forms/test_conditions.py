"""Conditions: what hides, what is required, what must agree, and what there is to choose."""

from datetime import date
from decimal import Decimal

import pytest

from cpm.errors import Invalid

SAME = {
    "type": "radio",
    "key": "same",
    "values": [{"value": "yes"}, {"value": "no"}],
    "validate": {"required": True},
}
SURVIVOR = {
    "type": "textfield",
    "key": "survivor",
    "conditional": {"hide": '=same != "yes"'},
    "validate": {"required": True},
}
ENDLESS = "count(for a in 1..10000 return for b in 1..10000 return a * b) > 0"


def test_a_hidden_field_asks_nothing_and_stores_nothing(form, problems, now):
    asked = form(SAME, SURVIVOR)
    assert asked.validate({"same": "no", "survivor": "left over"}, {}, now=now) == {"same": "no"}
    assert asked.validate({"same": "no", "survivor": ["rubbish"]}, {}, now=now) == {"same": "no"}
    assert list(problems(asked, {"same": "yes"})) == ["survivor"]


def test_a_condition_sees_the_case_beneath_the_answer(form, now):
    asked = form({"type": "textfield", "key": "vat", "conditional": {"hide": '=kind = "person"'}})
    assert asked.validate({"vat": "DE"}, {"kind": "person"}, now=now) == {}
    assert asked.validate({"vat": "DE"}, {"kind": "company"}, now=now) == {"vat": "DE"}


def test_what_was_typed_counts_more_than_what_the_case_knew(form, now):
    assert form(SAME, SURVIVOR).validate({"same": "no"}, {"same": "yes"}, now=now) == {"same": "no"}


def test_conditions_work_whatever_the_order_of_the_fields(form, now):
    assert form(SURVIVOR, SAME).validate({"same": "no", "survivor": "x"}, {}, now=now) == {"same": "no"}


def test_hiding_one_field_hides_those_that_hang_on_it(form, now):
    asked = form(
        SAME,
        {**SURVIVOR, "validate": {}},
        {"type": "textfield", "key": "why", "conditional": {"hide": "=survivor = null"}},
    )
    typed = {"same": "no", "survivor": "old", "why": "because"}
    assert asked.validate(typed, {"survivor": "older"}, now=now) == {"same": "no"}


def test_fields_that_would_hide_each_other_end_hidden(form, now):
    asked = form(
        {"type": "textfield", "key": "a", "conditional": {"hide": "=b = null"}},
        {"type": "textfield", "key": "b", "conditional": {"hide": "=a = null"}},
    )
    assert asked.validate({"a": "1", "b": "2"}, {}, now=now) == {"a": "1", "b": "2"}
    assert asked.validate({"a": "1"}, {}, now=now) == {}


def test_a_hidden_group_hides_all_within(form, now):
    inner = {"type": "group", "id": "inner", "components": [{"type": "textfield", "key": "x", "label": "X"}]}
    asked = form(
        SAME, {"type": "group", "id": "g", "conditional": {"hide": '=same = "no"'}, "components": [inner]}
    )
    assert asked.validate({"same": "no", "x": "1"}, {}, now=now) == {"same": "no"}
    assert asked.validate({"same": "yes", "x": "1"}, {}, now=now) == {"same": "yes", "x": "1"}
    assert [shown["key"] for shown in asked.present({"same": "no"}, now=now)] == ["same"]


def test_a_condition_that_is_null_hides_nothing(form, now):
    asked = form({"type": "textfield", "key": "a", "conditional": {"hide": "=missing > 3"}})
    assert asked.validate({"a": "1"}, {}, now=now) == {"a": "1"}


def test_required_may_depend_on_other_answers(form, problems):
    note = {"type": "textarea", "key": "note", "properties": {"cpm:requiredIf": '=same = "no"'}}
    assert problems(form(SAME, note), {"same": "yes"}) == {}
    assert list(problems(form(SAME, note), {"same": "no"})) == ["note"]


DELIVERED = {
    "type": "datetime",
    "subtype": "date",
    "key": "delivered_on",
    "properties": {
        "cpm:check": "delivered_on <= today()",
        "cpm:check.de": "Der Liefertag liegt in der Zukunft.",
        "cpm:check.en": "The day of delivery lies in the future.",
    },
}


def test_a_check_speaks_in_its_own_words(form, problems):
    asked = form(DELIVERED)
    assert problems(asked, {"delivered_on": "2026-11-21"}) == {}
    assert problems(asked, {"delivered_on": "2026-11-22"}) == {
        "delivered_on": ["Der Liefertag liegt in der Zukunft."]
    }
    english = problems(asked, {"delivered_on": "2026-11-22"}, language="en")
    assert english == {"delivered_on": ["The day of delivery lies in the future."]}


def test_a_check_that_is_null_passes_an_empty_field_only(form, problems):
    assert problems(form(DELIVERED), {}) == {}
    asked = form({"type": "number", "key": "a", "properties": {"cpm:check": "a < limit"}})
    assert problems(asked, {"a": "1"}, {"limit": Decimal(2)}) == {}
    assert "übrigen Angaben" in problems(asked, {"a": "1"})["a"][0]


def test_a_check_may_demand_one_of_two_empty_fields(form, problems):
    asked = form(
        {"type": "textfield", "key": "phone"},
        {"type": "textfield", "key": "email", "properties": {"cpm:check": "phone != null or email != null"}},
    )
    assert list(problems(asked, {})) == ["email"]
    assert problems(asked, {"phone": "+49 221 0000000"}) == {}


REMEDY = {
    "type": "select",
    "key": "remedy",
    "values": [
        {"label": "Reparatur", "value": "repair", "cpm:label.en": "Repair"},
        {"label": "Gutschein", "value": "voucher", "cpm:label.en": "Voucher"},
    ],
    "valuesExpression": "=ways",
}


def test_choices_may_come_from_the_case_and_keep_their_fixed_labels(form, problems, now):
    asked = form(REMEDY)
    scope = {
        "ways": [
            "repair",
            "explain",
            {"value": "x", "label": "Iks", "cpm:label.en": "Eks"},
            5,
            {"label": "no"},
        ]
    }
    (shown,) = asked.present(scope, now=now, language="en")
    assert shown["options"] == [("repair", "Repair"), ("explain", "explain"), ("x", "Eks")]
    assert asked.validate({"remedy": "Reparatur"}, scope, now=now) == {"remedy": "repair"}
    assert "Auswahl" in problems(asked, {"remedy": "voucher"}, scope)["remedy"][0]


@pytest.mark.parametrize("ways", [None, "repair", Decimal(3), {}, []])
def test_a_list_that_is_none_offers_nothing(form, problems, now, ways):
    asked = form(REMEDY)
    assert asked.present({"ways": ways}, now=now)[0]["options"] == []
    assert list(problems(asked, {"remedy": "repair"}, {"ways": ways})) == ["remedy"]


def test_choices_may_depend_on_the_answer_above(form, problems):
    asked = form(SAME, {**REMEDY, "valuesExpression": '=if same = "yes" then ["repair"] else ["voucher"]'})
    assert problems(asked, {"same": "yes", "remedy": "repair"}) == {}
    assert list(problems(asked, {"same": "no", "remedy": "repair"})) == ["remedy"]


@pytest.mark.parametrize(
    "component",
    [
        {"type": "textfield", "key": "a", "properties": {"cpm:check": ENDLESS}},
        {"type": "textfield", "key": "a", "properties": {"cpm:requiredIf": ENDLESS}},
        {"type": "textfield", "key": "a", "readonly": f"={ENDLESS}"},
        {"type": "select", "key": "a", "valuesExpression": f"=[{ENDLESS}]"},
        {"type": "number", "key": "a", "validate": {"max": f"={ENDLESS}"}, "defaultValue": 1},
    ],
)
def test_a_rule_that_runs_away_is_a_sentence_and_the_form_still_shows(form, problems, now, component):
    asked = form(component)
    assert "zu lange" in problems(asked, {})["a"][0]
    assert asked.present({}, now=now)[0]["key"] == "a"


def test_a_condition_that_runs_away_hides_nothing(form, now):
    asked = form({"type": "textfield", "key": "a", "conditional": {"hide": f"={ENDLESS}"}})
    assert asked.validate({"a": "x"}, {}, now=now) == {"a": "x"}


def test_the_case_handed_in_is_left_alone(form, now):
    scope = {"same": "yes", "survivor": "me", "day": date(2026, 1, 1)}
    before = dict(scope)
    with pytest.raises(Invalid):
        form(SAME, SURVIVOR).validate({"same": "maybe"}, scope, now=now)
    form(SAME, SURVIVOR).validate({"survivor": "you"}, scope, now=now)
    assert scope == before
