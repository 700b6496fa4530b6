"""Rows of 16 columns, as form-js has them."""

import pytest

from cpm.forms.layout import Layout, widths
from rules.xml import Refused


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ([(None, None), (None, None)], [(16, True), (16, True)]),
        ([(None, 8), (None, 8)], [(8, True), (8, True)]),
        ([("a", 8), ("a", None), ("a", None), ("b", None)], [(8, True), (4, False), (4, False), (16, True)]),
        ([("a", 16), ("a", None)], [(16, True), (2, False)]),
        ([("a", 4), ("b", 4), ("a", 4)], [(4, True), (4, True), (4, True)]),
        ([], []),
    ],
)
def test_a_row_shares_what_is_left(rows, wanted):
    assert widths([Layout(row, columns) for row, columns in rows]) == wanted


def test_what_is_hidden_leaves_its_place_to_the_others(form, now):
    asked = form(
        {"type": "checkbox", "key": "a", "layout": {"row": "r", "columns": 8}},
        {"type": "checkbox", "key": "b", "layout": {"row": "r"}, "conditional": {"hide": "=a"}},
        {"type": "checkbox", "key": "c", "layout": {"row": "r", "columns": None}},
    )

    def placed(values):
        return [(each["key"], each["columns"]) for each in asked.present({}, values, now=now)]

    assert placed({}) == [("a", 8), ("b", 4), ("c", 4)]
    assert placed({"a": True}) == [("a", 8), ("c", 8)]


@pytest.mark.parametrize("layout", [{"columns": 17}, {"columns": "8"}, {"row": 1}, {"wide": True}, "r"])
def test_a_layout_that_nobody_draws_is_refused(form, layout):
    with pytest.raises(Refused):
        form({"type": "checkbox", "key": "a", "layout": layout})


@pytest.mark.parametrize("key", ["_a", "_asked", "csrf_token"])
def test_names_that_pages_post_are_no_keys(form, key):
    with pytest.raises(Refused, match="pages keep for themselves"):
        form({"type": "checkbox", "key": key})


@pytest.mark.parametrize(
    ("component", "reacts"),
    [
        ({"type": "checkbox", "key": "b", "conditional": {"hide": "=a = 1"}}, True),
        ({"type": "checkbox", "key": "b", "conditional": {"hide": "=z = 1"}}, False),
        ({"type": "checkbox", "key": "b", "readonly": "=a"}, True),
        ({"type": "checkbox", "key": "b", "properties": {"cpm:requiredIf": "a"}}, True),
        ({"type": "checkbox", "key": "b", "properties": {"cpm:check": "a"}}, False),
        ({"type": "select", "key": "b", "valuesExpression": "=a"}, True),
        ({"type": "text", "id": "t", "text": "{{a}}"}, True),
        ({"type": "text", "id": "t", "text": "=string(a)"}, True),
        ({"type": "group", "id": "g", "conditional": {"hide": "=a"}, "components": []}, True),
    ],
)
def test_a_form_reacts_if_what_is_typed_changes_what_shows(form, component, reacts):
    assert form({"type": "checkbox", "key": "a"}, component).reacts is reacts


def test_a_field_that_nobody_was_asked_is_a_problem_of_its_own(form, problems, now):
    asked = form(
        {"type": "checkbox", "key": "a"},
        {"type": "textfield", "key": "b", "conditional": {"hide": "=a != true"}},
    )
    found = asked.validate({"a": False}, {}, now=now, asked=frozenset({"a"}))
    assert found == {"a": False}
    with pytest.raises(Exception, match="passen noch nicht") as refused:
        asked.validate({"a": True}, {}, now=now, asked=frozenset({"a"}))
    assert [key for key, _ in refused.value.problems] == ["b"]
    assert asked.validate({"a": True}, {}, now=now) == {"a": True, "b": None}
