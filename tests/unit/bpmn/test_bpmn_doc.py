"""docs/bpmn.md names the test that each construct rests on; here it is held to that."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[3]
HERE = Path(__file__).parent
SECTION = re.compile(r"\b\d+\.\d+")
ROW = re.compile(r"`((?:tests/)?[\w/]+\.py)::(\w+)`")


def rows():
    """Those of the tables, without head and rule."""
    lines = (ROOT / "docs/bpmn.md").read_text().splitlines()
    tables = lines[lines.index("## Constructs") :]
    return [line for line in tables if line.startswith("| ") and not line.startswith("| Construct |")]


@cache
def functions_of(path):
    """Each with what its docstring and its file's say."""
    tree = ast.parse(path.read_text())
    functions = [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)]
    return {each.name: f"{ast.get_docstring(tree)} {ast.get_docstring(each)}" for each in functions}


def path_of(file):
    return ROOT / file if file.startswith("tests/") else HERE / file


def test_every_construct_rests_on_a_test_that_there_is():
    """What is promised to designers is proved, and by what they can look up."""
    assert len(rows()) > 50, "the tables were not found"
    missing = []
    for row in rows():
        named = ROW.findall(row)
        if not named:
            missing.append(row)
        for file, test in named:
            path = path_of(file)
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
    assert [row for row in rows() if not SECTION.search(row.split("|")[3])] == []


def test_the_tests_of_constructs_cite_the_standard():
    """Whoever changes one sees by what it is right."""
    named = {found for row in rows() for found in ROW.findall(row)}
    told = {(file, test): functions_of(path_of(file))[test] for file, test in named}
    assert [each for each, text in told.items() if not SECTION.search(text)] == []
