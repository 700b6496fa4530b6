"""docs/bpmn.md names the test that each construct rests on; here it is held to that."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[3]
HERE = Path(__file__).parent
ROW = re.compile(r"`((?:tests/)?[\w/]+\.py)::(\w+)`")


def rows():
    """Those of the tables, without head and rule."""
    lines = (ROOT / "docs/bpmn.md").read_text().splitlines()
    tables = lines[lines.index("## Constructs") :]
    return [line for line in tables if line.startswith("| ") and not line.startswith("| Construct |")]


@cache
def functions_of(path):
    tree = ast.parse(path.read_text())
    return {each.name for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)}


def test_every_construct_rests_on_a_test_that_there_is():
    """What is promised to designers is proved, and by what they can look up."""
    assert len(rows()) > 50, "the tables were not found"
    missing = []
    for row in rows():
        named = ROW.findall(row)
        if not named:
            missing.append(row)
        for file, test in named:
            path = ROOT / file if file.startswith("tests/") else HERE / file
            if not path.exists() or test not in functions_of(path):
                missing.append(f"{file}::{test}")
    assert missing == []


def test_every_construct_stands_in_four_columns_once():
    """A stray bar would hide the last column, where the test is."""
    assert [row for row in rows() if row.count("|") != 5] == []
    names = [row.split("|")[1] for row in rows()]
    assert len(names) == len(set(names))


def test_every_construct_names_its_section():
    """Whoever doubts that it runs as the standard says can look there."""
    assert [row for row in rows() if not re.search(r"\b\d+\.\d+", row.split("|")[3])] == []
