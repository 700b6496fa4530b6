"""docs/bpmn.md names the test that each construct rests on; here it is held to that."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
HERE = Path(__file__).parent
ROW = re.compile(r"`((?:tests/)?[\w/]+\.py)::(\w+)`")


def rows():
    """Those of the tables, without head and rule."""
    lines = (ROOT / "docs/bpmn.md").read_text().splitlines()
    table = "## Constructs"
    return [
        line
        for line in lines[lines.index(table) :]
        if line.startswith("| ") and line.count("|") == 5 and not line.startswith("| Construct |")
    ]


def functions_of(path):
    tree = ast.parse(path.read_text())
    return {each.name for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)}


def test_every_construct_rests_on_a_test_that_there_is():
    assert len(rows()) > 8, "the table was not found"
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


def test_every_construct_names_its_section():
    assert [row for row in rows() if not re.search(r"\b\d+\.\d+", row.split("|")[3])] == []
