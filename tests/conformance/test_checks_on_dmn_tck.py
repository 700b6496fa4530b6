"""The checks against DMN's own suite: what has an answer there is nowhere called an error."""

from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from rules import checks
from rules.checks import Finding, Severity
from rules.dmn.elements import children
from rules.dmn.requirements import key_of
from rules.xml import parse

#: False beside a number is false, and a mistake nevertheless.
_BESIDE = ("beside “and”", "beside “or”")


@pytest.fixture(scope="module")
def found(corpora: Path) -> list[tuple[Path, Finding]]:
    files = sorted((corpora / "dmn-tck").rglob("*.dmn"))
    assert len(files) > 100
    return [(file, each) for file in files for each in checks.check(file.read_bytes(), file.name)]


@pytest.mark.slow
def test_nothing_that_has_an_answer_is_called_an_error(found: list[tuple[Path, Finding]]):
    errors = [(file, each) for file, each in found if each.severity == Severity.ERROR]
    wrong = [str(each) for file, each in errors if each.table in _answered(file)]

    assert len(errors) > 100
    assert [line for line in wrong if not any(beside in line for beside in _BESIDE)] == []


@pytest.mark.slow
def test_its_tables_have_gaps_and_no_rules_that_overlap_or_never_fire(found: list[tuple[Path, Finding]]):
    codes = [each.code for _, each in found]

    assert {"overlap", "unreachable", "never", "unchecked"} & set(codes) == set()
    assert codes.count("gap") > 10


@cache
def _answered(file: Path) -> frozenset[str]:
    """The decisions of which a case beside the document expects a value other than null."""
    expected = [
        node
        for cases in file.parent.glob("*.xml")
        for node in etree.parse(cases).getroot().iter("{*}resultNode")
        if node.get("errorResult") != "true" and b'nil="true"' not in etree.tostring(node)
    ]
    names = {node.get("name") for node in expected}
    return frozenset(
        key_of(node)
        for node in children(parse(file.read_bytes()), "decision", "businessKnowledgeModel")
        if node.get("name") in names
    )
