"""The page that designers read knows every function, and its examples can be read."""

import re
from pathlib import Path

import pytest

from rules.feel import compile_expression
from rules.feel.functions import FUNCTIONS

PAGE = (Path(__file__).parents[3] / "docs" / "feel.md").read_text()
EXAMPLES = re.search("```feel\n(.*?)```", PAGE, re.DOTALL)[1].splitlines()


def test_every_function_is_documented():
    assert {name for name in FUNCTIONS if f"`{name}(" not in PAGE} == set()


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_can_be_read(example):
    assert compile_expression(example).variables <= {"order", "customer", "price"}
