"""Reading a form file: what we honour is taken whole, the rest is refused with key and reason."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpm.forms import Group, Note, read
from rules.xml import Refused

SHIPPED = sorted(Path(__file__).parents[3].glob("processes/*/*.form"))


def findings(data, file="demo.form"):
    with pytest.raises(Refused) as refused:
        read(data, file)
    assert all(finding.file == file for finding in refused.value.findings)
    for finding in refused.value.findings:
        assert finding.german, finding.reason
        assert finding.german != finding.reason
    return [(finding.element, finding.reason) for finding in refused.value.findings]


def reasons(data):
    return " | ".join(f"{element}: {reason}" for element, reason in findings(data))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_every_shipped_form_is_read_and_speaks_both_languages(path):
    form = read(path.read_bytes(), path.name)
    assert form.id == path.stem
    assert form.labels("de").keys() == form.labels("en").keys() != set()


def test_what_the_modeler_writes_is_read(file):
    form = read(
        file(
            {
                "type": "group",
                "id": "group_1",
                "label": "Adresse",
                "properties": {"cpm:label.en": "Address"},
                "showOutline": True,
                "layout": {"row": "Row_1", "columns": None},
                "components": [
                    {
                        "type": "textfield",
                        "key": "city",
                        "label": "Ort",
                        "layout": {"row": "Row_2"},
                        "validate": {"required": True},
                    },
                    {"type": "separator", "id": "line"},
                    {"type": "spacer", "id": "gap", "height": 60},
                ],
            },
            {"type": "text", "id": "text_1", "text": "Hallo {{ name }}"},
            {
                "type": "datetime",
                "key": "on",
                "subtype": "date",
                "dateLabel": "Am",
                "timeSerializingFormat": "utc_offset",
            },
            exporter={"name": "Camunda Modeler", "version": "5.40.0"},
            executionPlatform="Camunda Cloud",
            executionPlatformVersion="8.8.0",
            schemaVersion=18,
        )
    )
    group, text, on = form.components
    assert isinstance(group, Group)
    assert isinstance(text, Note)
    assert group.words.of("en") == "Address"
    assert [type(component).__name__ for component in group.components] == ["Field", "Note", "Note"]
    assert [(field.key, field.kind, field.required) for field in form.fields] == [
        ("city", "textfield", True),
        ("on", "date", False),
    ]
    assert form.labels("en") == {"city": "Ort", "on": "on"}
    assert on.label("de") == "on"


def test_date_and_time_take_their_labels_where_form_js_keeps_them(file):
    data = json.loads(file())
    data["components"] = [
        {"type": "datetime", "key": "day", "subtype": "date", "dateLabel": "Tag"},
        {"type": "datetime", "key": "hour", "subtype": "time", "timeLabel": "Uhrzeit"},
    ]
    assert read(json.dumps(data).encode()).labels("de") == {"day": "Tag", "hour": "Uhrzeit"}


def test_a_byte_order_mark_is_no_harm(file):
    assert read(b"\xef\xbb\xbf" + file()).id == "demo"


@pytest.mark.parametrize(
    ("component", "element", "said"),
    [
        ({"type": "table", "id": "lines"}, "lines", "columnsExpression"),
        ({"type": "html", "id": "h"}, "h", "no HTML"),
        ({"id": "nothing"}, "nothing", "it is ''"),
        ({"type": ["select"], "key": "a"}, "a", "type"),
        ({"type": "textfield", "key": "a", "validate": {"minimum": 3}}, "a", "validate.minimum"),
        ({"type": "number", "key": "a", "validate": {"maxLength": 3}}, "a", "validate.maxLength"),
        ({"type": "textfield", "key": "a", "validate": {"min": 3}}, "a", "validate.min"),
        ({"type": "textfield", "key": "a", "dissabled": True}, "a", "dissabled"),
        ({"type": "textfield", "key": "a", "decimalDigits": 2}, "a", "decimalDigits"),
        ({"type": "textfield", "key": "a", "properties": {"cpm:requierdIf": "x"}}, "a", "cpm:requierdIf"),
        ({"type": "textfield", "key": "a", "conditional": {"show": "=x"}}, "a", "conditional.show"),
        ({"type": "textfield", "key": "a", "conditional": {"hide": "x"}}, "a", "the sign is missing"),
        (
            {"type": "textfield", "key": "a", "conditional": {"hide": "=if"}},
            "a",
            "conditional.hide to be FEEL, but it is not. Expected",
        ),
        ({"type": "textfield", "key": "a", "conditional": "hide"}, "a", "an object"),
        ({"type": "textfield", "key": "a", "properties": {"cpm:check": "1 +"}}, "a", "cpm:check to be FEEL"),
        (
            {"type": "textfield", "key": "a", "properties": {"cpm:check": "contans(a, b)"}},
            "a",
            "“contains” is known",
        ),
        ({"type": "textfield", "key": "a", "validate": {"required": "yes"}}, "a", "true or false"),
        ({"type": "textfield", "key": "a", "validate": {"minLength": -1}}, "a", "whole number"),
        ({"type": "textfield", "key": "a", "validate": {"maxLength": 1.5}}, "a", "whole number"),
        ({"type": "textfield", "key": "a", "validate": {"maxLength": 10**9}}, "a", "whole number"),
        (
            {"type": "textfield", "key": "a", "validate": {"minLength": 5, "maxLength": 4}},
            "a",
            "at most maxLength",
        ),
        ({"type": "number", "key": "a", "validate": {"min": 5, "max": 4}}, "a", "at most max"),
        ({"type": "number", "key": "a", "validate": {"min": True}}, "a", "a number"),
        ({"type": "number", "key": "a", "decimalDigits": 99}, "a", "whole number"),
        ({"type": "number", "key": "a", "serializeToString": True}, "a", "exact"),
        ({"type": "textfield", "key": "a", "validate": {"validationType": "url"}}, "a", "email or phone"),
        ({"type": "textfield", "key": "a", "validate": {"pattern": "("}}, "a", "RE2"),
        ({"type": "textfield", "key": "a", "validate": {"pattern": r"(a)\1"}}, "a", "RE2"),
        ({"type": "textfield", "key": "a", "validate": {"pattern": "(?=a)"}}, "a", "RE2"),
        ({"type": "textfield", "key": "a", "validate": {"pattern": "a" * 501}}, "a", "500"),
        ({"type": "textfield", "key": "a", "validate": {"pattern": "((a{1000}){1000}){1000}"}}, "a", "RE2"),
        ({"type": "textfield", "key": "a.b"}, "a.b", "name of a variable"),
        ({"type": "textfield", "key": ""}, None, "name of a variable"),
        ({"type": "textfield", "key": "é"}, "\\xe9", "name of a variable"),
        ({"type": "textfield", "key": "a", "label": ""}, "a", "there is none"),
        ({"type": "textfield", "key": "a", "label": 5}, "a", "a text"),
        ({"type": "textfield", "key": "a", "label": "\x00"}, "a", "printable"),
        ({"type": "textfield", "key": "a", "label": "\ud800"}, "a", "printable"),
        ({"type": "datetime", "key": "a", "subtype": "week"}, "a", "subtype"),
        ({"type": "select", "key": "a"}, "a", "there are none"),
        ({"type": "select", "key": "a", "values": "abc"}, "a", "a list"),
        ({"type": "select", "key": "a", "values": ["abc"]}, "a", "list of objects"),
        ({"type": "select", "key": "a", "values": [{"label": "A"}]}, "a", "values[0].value"),
        ({"type": "select", "key": "a", "values": [{"value": "x"}, {"value": "x"}]}, "a", "values[1].value"),
        ({"type": "select", "key": "a", "values": [{"value": 1}]}, "a", "values[0].value"),
        ({"type": "select", "key": "a", "values": [{"value": "x", "hint": ""}]}, "a", "values[0].hint"),
        ({"type": "select", "key": "a", "valuesKey": "list"}, "a", "valuesKey"),
        (
            {"type": "select", "key": "a", "values": [{"value": "x"}], "defaultValue": "y"},
            "a",
            "defaultValue",
        ),
        ({"type": "select", "key": "a", "valuesExpression": "=x", "defaultValue": "y"}, "a", "defaultValue"),
        ({"type": "number", "key": "a", "defaultValue": "many"}, "a", "defaultValue"),
        ({"type": "group", "id": "g", "path": "address", "components": []}, "g", "path"),
        ({"type": "text", "id": "t", "text": "{{ a + b }}"}, "t", "placeholders"),
        ({"type": "text", "id": "t", "text": "=1 +"}, "t", "FEEL"),
    ],
)
def test_what_cannot_be_honoured_is_refused_by_key_and_reason(file, component, element, said):
    found = findings(file(component))
    assert element in [each for each, _ in found]
    assert said in " | ".join(reason for _, reason in found)
    assert all(reason.startswith("Expected") and reason.endswith(".") for _, reason in found)


def test_all_that_is_wrong_is_told_at_once(file):
    found = findings(
        file(
            {"type": "html", "id": "one"},
            {"type": "textfield", "key": "two", "validate": {"pattern": "(", "minLength": "x"}},
            {"type": "group", "id": "g", "components": [{"type": "number", "key": "two", "label": "Zwei"}]},
        )
    )
    assert [element for element, _ in found] == ["one", "two", "two", "two"]


def test_a_broken_expression_is_told_once(file):
    [(element, reason)] = findings(file({"type": "expression", "key": "a", "expression": "=sum(1"}))
    assert element == "a"
    assert reason.startswith("Expected expression to be FEEL, but it is not. Expected “)”")
    assert reason.endswith("“)”.")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "JSON"),
        (b"{", "JSON"),
        (b"[]", "JSON object"),
        (b"null", "JSON object"),
        (b'"form"', "JSON object"),
        (b"{}", "id"),
        (b"\xff\xfe", "UTF-8"),
        (b'{"id": "a", "id": "b"}', "twice"),
        (b'{"id": NaN}', "NaN"),
        (b'{"id": -Infinity}', "Infinity"),
        (b'{"id": 1e999999, "type": "default"}', "id to be a text"),
        (b'{"id": ' + b"9" * 100_000 + b"}", "JSON"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"components":' * 5000 + b"[]" + b"}" * 5000, "nested too deep"),
        (b" " * (1024 * 1024 + 1), "bytes"),
        (b'{"id": "demo", "type": "default", "components": {}}', "a list"),
        (b'{"id": "demo", "type": "default", "components": [1, null]}', "list of objects"),
        (b'{"id": "de mo", "type": "default"}', "id"),
        (b'{"id": "demo", "type": "wizard"}', "type"),
        (b'{"id": "demo", "type": "default", "script": "x"}', "script"),
    ],
    ids=lambda value: value[:20] if isinstance(value, bytes) else None,
)
def test_what_is_no_form_is_refused(data, said):
    assert said in reasons(data)


def test_bad_json_is_refused_with_its_line():
    with pytest.raises(Refused) as refused:
        read(b'{"id": "demo",\n"type" "default"}', "demo.form")
    assert str(refused.value).startswith("demo.form:2: ")


def test_forms_are_bounded_in_size_and_depth(file):
    many = [{"type": "separator", "id": f"s{number}"} for number in range(301)]
    assert "300" in reasons(file(*many))
    nested = {"type": "separator", "id": "core"}
    for number in range(12):
        nested = {"type": "group", "id": f"g{number}", "components": [nested]}
    assert "deep" in reasons(file(nested))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=8), children, max_size=3)
    ),
    max_leaves=8,
)
members = st.sampled_from(
    [
        "validate",
        "properties",
        "conditional",
        "values",
        "valuesExpression",
        "defaultValue",
        "label",
        "appearance",
        "components",
        "text",
        "path",
        "readonly",
        "disabled",
        "subtype",
        "decimalDigits",
        "description",
        "key",
    ]
)
types = st.sampled_from(
    ["textfield", "number", "select", "checklist", "datetime", "group", "text", "checkbox"]
)


@given(types, st.dictionaries(members, json_values, max_size=5))
def test_any_component_is_read_or_refused(type_, component):
    data = {
        "id": "demo",
        "type": "default",
        "components": [{"key": "a", "label": "A", **component, "type": type_}],
    }
    try:
        read(json.dumps(data).encode())
    except Refused as refused:
        assert refused.findings  # noqa: PT017 - both outcomes are right
