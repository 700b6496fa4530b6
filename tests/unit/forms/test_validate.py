"""An answer is taken whole and typed, or refused with all that is wrong with it, in the user's language."""

import json
import time
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpm.errors import Invalid
from cpm.forms import read

CAUSE = {
    "type": "select",
    "key": "cause",
    "label": "Ursache",
    "values": [
        {"label": "Mangel", "value": "defect", "cpm:label.en": "Defect"},
        {"label": "Verspätung", "value": "late", "cpm:label.en": "Late"},
    ],
    "validate": {"required": True},
    "properties": {"cpm:label.en": "Cause"},
}
AMOUNT = {"type": "number", "key": "amount", "decimalDigits": 2, "validate": {"min": 0, "max": 1000}}
EVERYTHING = [
    CAUSE,
    AMOUNT,
    {"type": "textfield", "key": "name"},
    {"type": "textarea", "key": "note"},
    {"type": "radio", "key": "way", "values": [{"label": "Post", "value": "post"}]},
    {"type": "checkbox", "key": "safe"},
    {"type": "checklist", "key": "parts", "values": [{"value": "a"}, {"value": "b"}]},
    {"type": "datetime", "key": "day", "subtype": "date"},
    {"type": "datetime", "key": "hour", "subtype": "time"},
    {"type": "datetime", "key": "moment", "subtype": "datetime"},
]


def test_a_full_answer_becomes_typed_values(form, now):
    typed = {
        "cause": "Mangel",
        "amount": "12,50",
        "name": " Muster ",
        "note": "a\r\nb",
        "way": "post",
        "safe": "ja",
        "parts": "b,a",
        "day": "21.11.2026",
        "hour": "14:30",
        "moment": "21.11.2026 14:30",
    }
    taken = form(*EVERYTHING).validate(typed, {}, now=now)
    assert taken["cause"] == "defect"
    assert taken["amount"] == Decimal("12.50")
    assert taken["name"] == "Muster"
    assert taken["note"] == "a\nb"
    assert taken["safe"] is True
    assert taken["parts"] == ["a", "b"]
    assert taken["day"] == date(2026, 11, 21)
    assert taken["hour"].isoformat() == "14:30:00"
    assert taken["moment"] == datetime(2026, 11, 21, 13, 30, tzinfo=UTC)
    assert list(taken) == list(typed)


def test_what_is_left_empty_is_stored_as_empty(form, now):
    taken = form(*EVERYTHING).validate({"cause": "late"}, {}, now=now)
    assert taken.pop("cause") == "late"
    assert taken.pop("safe") is False
    assert taken.pop("parts") == []
    assert set(taken.values()) == {None}


def test_what_is_not_mentioned_stays_as_it_was_shown_and_what_is_emptied_is_empty(form, now):
    scope = {"name": "Muster", "cause": "defect", "amount": Decimal(5), "day": date(2026, 1, 2)}
    asked = form(CAUSE, AMOUNT, {"type": "textfield", "key": "name"}, {"type": "datetime", "key": "day"})
    assert asked.validate({}, scope, now=now) == scope
    assert asked.validate({"name": "", "amount": None}, scope, now=now) == {
        **scope,
        "name": None,
        "amount": None,
    }


def test_a_default_stands_in_until_somebody_says_otherwise(form, now):
    asked = form(
        {**CAUSE, "defaultValue": "late"},
        {"type": "number", "key": "n", "defaultValue": "1.5"},
        {"type": "checkbox", "key": "c", "defaultValue": True},
    )
    assert asked.validate({}, {}, now=now) == {"cause": "late", "n": Decimal("1.5"), "c": True}
    assert asked.validate({"c": "nein"}, {"cause": "defect"}, now=now)["cause"] == "defect"
    assert asked.validate({"c": "nein"}, {}, now=now)["c"] is False


def test_all_problems_come_at_once_in_the_language_of_the_user(form, now):
    asked = form(CAUSE, {**AMOUNT, "label": "Betrag"})
    with pytest.raises(Invalid) as refused:
        asked.validate({"amount": "abc"}, {}, now=now)
    assert refused.value.problems == (
        ("cause", "Bitte bei „Ursache“ etwas auswählen."),
        ("amount", "„Betrag“ muss eine Zahl sein, zum Beispiel 1.234,5."),
    )
    assert "2" in str(refused.value)
    with pytest.raises(Invalid) as refused:
        asked.validate({"amount": "abc"}, {}, now=now, language="en")
    assert refused.value.problems[0] == ("cause", "Please choose something for “Cause”.")


def test_unknown_fields_are_refused_by_name(form, problems):
    found = problems(form(AMOUNT), {"amount": "1", "admin": True, "\x1b[31m" + "x" * 500: 1})
    assert "„admin“" in found["admin"][0]
    assert all(len(key) < 70 and key.isprintable() for key in found)


@pytest.mark.parametrize(
    ("validate", "good", "bad"),
    [
        ({"required": True}, "x", "  "),
        ({"minLength": 3}, "abc", "ab"),
        ({"maxLength": 3}, "abc", "abcd"),
        ({"pattern": "[0-9]{5}"}, "50667", "50667 Köln"),
        ({"pattern": "^[0-9]{5}$"}, "50667", "5066"),
        ({"pattern": "a|b"}, "b", "bc"),
        ({"validationType": "email"}, "mara.beispiel@mail.example.org", "mara@example"),
        ({"validationType": "phone"}, "+49 (221) 123-4567", "call me"),
    ],
)
def test_texts_keep_their_limits(form, problems, validate, good, bad):
    asked = form({"type": "textfield", "key": "a", "validate": validate})
    assert problems(asked, {"a": good}) == {}
    assert len(problems(asked, {"a": bad})["a"]) == 1


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "@example.com",
        "a@",
        "a b@example.com",
        "a@b@example.com",
        "a@example..com",
        ".a@example.com",
        "a..b@example.com",
        "a@-example.com",
        "a@example.c",
        "a@[127.0.0.1]",
        '"a"@example.com',
        "a@exämple.com",
        "a@example.com, b@example.com",
        "a@example.com\nBcc: b@example.com",
        "x" * 65 + "@example.com",
        "a@" + "x" * 250 + ".com",
        "<a@example.com>",
    ],
)
def test_what_is_no_single_address_is_refused(form, problems, address):
    asked = form({"type": "textarea", "key": "a", "validate": {"validationType": "email", "required": True}})
    assert problems(asked, {"a": address})


def test_a_text_without_a_limit_of_its_own_ends_at_ten_thousand(form, problems):
    asked = form({"type": "textarea", "key": "a"})
    assert problems(asked, {"a": "x" * 10_000}) == {}
    assert "10000" in problems(asked, {"a": "x" * 10_001})["a"][0]


def test_no_pattern_can_hang(form, problems):
    """The classic trap for backtracking engines; RE2 takes time in proportion to the text."""
    asked = form({"type": "textarea", "key": "a", "validate": {"pattern": "(a+)+$", "maxLength": 100_000}})
    began = time.perf_counter()
    assert problems(asked, {"a": "a" * 99_000 + "!"})
    assert time.perf_counter() - began < 2


def test_a_pattern_may_bring_its_own_sentence(form, problems):
    asked = form(
        {
            "type": "textfield",
            "key": "a",
            "validate": {"pattern": "[0-9]+"},
            "properties": {"cpm:pattern.de": "Nur Ziffern.", "cpm:pattern.en": "Digits only."},
        }
    )
    assert problems(asked, {"a": "x"}) == {"a": ["Nur Ziffern."]}
    assert problems(asked, {"a": "x"}, language="en") == {"a": ["Digits only."]}


@pytest.mark.parametrize(
    ("typed", "said"), [("-1", "mindestens 0"), ("1000,01", "höchstens 1000"), ("1,234", "2 Nach")]
)
def test_numbers_keep_their_limits(form, problems, typed, said):
    assert said in problems(form(AMOUNT), {"amount": typed})["amount"][0]
    assert problems(form(AMOUNT), {"amount": "1.000,00"}) == {}


def test_a_number_without_decimals_is_whole(form, problems):
    asked = form({"type": "number", "key": "n", "decimalDigits": 0})
    assert problems(asked, {"n": "3,0"}) == {}
    assert "ganze Zahl" in problems(asked, {"n": "3,5"})["n"][0]


def test_a_limit_may_be_computed(form, problems):
    asked = form({"type": "number", "key": "n", "validate": {"max": "=requested"}})
    assert problems(asked, {"n": "5"}, {"requested": Decimal(5)}) == {}
    assert "höchstens 5" in problems(asked, {"n": "5,01"}, {"requested": Decimal(5)})["n"][0]
    assert problems(asked, {"n": "999"}) == {}


@pytest.mark.parametrize("subtype", ["date", "datetime"])
def test_the_past_can_be_closed(form, problems, subtype):
    asked = form({"type": "datetime", "key": "d", "subtype": subtype, "disallowPassedDates": True})
    clock = "" if subtype == "date" else " 00:00"
    assert problems(asked, {"d": f"2026-11-21{clock}"}) == {}
    assert "Vergangenheit" in problems(asked, {"d": f"2026-11-20{clock}"})["d"][0]


@pytest.mark.parametrize(("kind", "empty"), [("checkbox", "nein"), ("checklist", []), ("radio", "")])
def test_required_means_ticked_or_chosen(form, problems, kind, empty):
    values = [{"value": "a"}]
    component = {"type": kind, "key": "a", "validate": {"required": True}}
    asked = form(component if kind == "checkbox" else {**component, "values": values})
    assert problems(asked, {"a": empty})
    assert problems(asked, {"a": "ja" if kind == "checkbox" else "a"}) == {}


@pytest.mark.parametrize("lock", [{"disabled": True}, {"readonly": True}, {"readonly": '=status = "closed"'}])
def test_a_locked_field_neither_changes_nor_returns(form, problems, now, lock):
    asked = form({**AMOUNT, **lock}, {"type": "textfield", "key": "name"})
    scope = {"amount": Decimal(5), "status": "closed"}
    assert asked.validate({"name": "x", "amount": "5,00"}, scope, now=now) == {"name": "x"}
    assert asked.validate({"name": "x"}, scope, now=now) == {"name": "x"}
    assert "nicht geändert" in problems(asked, {"amount": "6"}, scope)["amount"][0]
    assert "nicht geändert" in problems(asked, {"amount": "much"}, scope)["amount"][0]


def test_a_readonly_condition_that_does_not_hold_leaves_the_field_open(form, now):
    asked = form({**AMOUNT, "readonly": '=status = "closed"'})
    assert asked.validate({"amount": "6"}, {"status": "open"}, now=now) == {"amount": Decimal(6)}


def test_a_case_variable_of_another_kind_is_told_and_not_stored(form, problems):
    assert "Zahl" in problems(form(AMOUNT), {}, {"amount": {"deep": ["thing"]}})["amount"][0]


deep = None
for _ in range(5000):
    deep = [deep]
HOSTILE = [
    deep,
    "1e999999",
    "NaN",
    float("nan"),
    float("inf"),
    10**4000,
    -1,
    [],
    {},
    [[]],
    {"a": deep},
    "\ud800",
]
HOSTILE += [
    "\x00",
    "\u202e\u2066",
    "'; drop table cases; --",
    "{{7*7}}",
    "=now()",
    "a" * 1_000_000,
    True,
    b"",
    1j,
]


@pytest.mark.parametrize("raw", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_values_are_taken_as_plain_text_or_refused_in_every_field(form, now, raw):
    asked = form(*EVERYTHING)
    for field in asked.fields:
        try:
            taken = asked.validate({"cause": "late", field.key: raw}, {}, now=now)
        except Invalid as refused:
            assert {key for key, _ in refused.problems} == {field.key}  # noqa: PT017 - both outcomes are right
            assert all(len(sentence) < 400 for _, sentence in refused.problems)  # noqa: PT017
        else:
            assert json.dumps(taken, default=str).isprintable()


raws = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.decimals(),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(), children, max_size=3),
    max_leaves=5,
)
ALL_KINDS = read(
    json.dumps(
        {
            "id": "demo",
            "type": "default",
            "components": [{"label": each["key"], **each} for each in EVERYTHING],
        }
    ).encode()
)


@given(
    st.dictionaries(st.sampled_from([each["key"] for each in EVERYTHING]), raws),
    st.sampled_from(["de", "en"]),
)
def test_what_was_taken_once_is_taken_again_unchanged(values, language):
    """Filing an answer, showing it and sending it back must not alter it."""
    now = datetime(2026, 11, 21, tzinfo=UTC)
    try:
        taken = ALL_KINDS.validate(values, {}, now=now, language=language)
    except Invalid as refused:
        assert refused.problems  # noqa: PT017 - both outcomes are right
        return
    assert ALL_KINDS.validate(taken, {}, now=now, language=language) == taken
    assert ALL_KINDS.validate({}, taken, now=now, language=language) == taken
    shown = {each["key"]: each["shown"] for each in ALL_KINDS.present(taken, now=now, language=language)}
    assert ALL_KINDS.validate(shown, {}, now=now, language=language) == taken
