"""A form whose conditions go in a circle has no state to stand in."""

from pathlib import Path

import pytest

from cpm.forms import read
from cpm.forms.circles import circles

SHIPPED = sorted(Path(__file__).parents[3].glob("processes/*/*.form"))


def field(key, hide=None):
    condition = {"conditional": {"hide": hide}} if hide else {}
    return {"type": "textfield", "key": key, "label": key, **condition}


@pytest.mark.parametrize(
    ("components", "found"),
    [
        ([field("a"), field("b", "=a = null")], {}),
        ([field("a", "=a = null")], {"a": ("a",)}),
        ([field("a", "=b = null"), field("b", "=a = null")], {"a": ("b", "a"), "b": ("a", "b")}),
        (
            [{"type": "group", "id": "g", "conditional": {"hide": "=a = null"}, "components": [field("a")]}],
            {"a": ("a",)},
        ),
        (
            [
                field("a", "=twice = null"),
                {"type": "expression", "key": "twice", "expression": "=a"},
                field("c", "=a = 1"),
            ],
            {"a": ("twice", "a")},
        ),
        ([{"type": "expression", "key": "count", "expression": "=count + 1"}], {}),
        (
            [{"type": "dynamiclist", "path": "l", "label": "L", "components": [field("a", "=a = 1")]}],
            {"a": ("a",)},
        ),
    ],
)
def test_what_hides_itself_is_found_with_the_way(file, components, found):
    assert dict(circles(read(file(*components), "demo.form"))) == found


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_no_shipped_form_has_any(path):
    assert list(circles(read(path.read_bytes(), path.name))) == []
