"""The conformance suite of DMN (github.com/dmn-tck/tck, Apache-2.0): all of level 2, nearly all of level 3.

What is not met is named in UNMET and in docs/dmn.md, with the reason. Functions in Java are set aside: there is no Java.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from rules.dmn import EvaluationError, Model, Source, addresses, read
from rules.feel import compile_expression
from rules.feel.comparison import equal, order
from rules.feel.frames import Run
from rules.xml import parse

ROOT = Path(__file__).parents[2]
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
NOW = dt.datetime(2026, 11, 21, 9, 0, tzinfo=dt.UTC)
NUMBERS = {"decimal", "double", "float", "integer", "int", "long"}
FUNCTIONS = {
    "date": "date", "time": "time", "dateTime": "date and time",
    "duration": "duration", "dayTimeDuration": "duration", "yearMonthDuration": "duration",
}  # fmt: skip
FOREIGN = {"0076-feel-external-java"}
#: From (suite, case, result) to the reason; docs/dmn.md has the same table.
UNMET: dict[tuple[str, str, str], str] = {}


@dataclass
class Expectation:
    suite: str
    case: str
    node: str
    expected: object
    got: object

    @property
    def met(self) -> bool:
        return same(self.expected, self.got)


def expectations(folder: Path) -> Iterator[Expectation]:
    for suite in sorted(path for path in folder.iterdir() if path.name not in FOREIGN):
        for path in sorted(suite.glob("*.xml")):
            cases = parse(path.read_bytes(), path.name)
            model = model_of(suite / texts(cases, "modelName")[0])
            for case in children(cases, "testCase"):
                yield from results(suite.name, case, model)


def model_of(path: Path) -> Model:
    """What it imports lies beside it."""
    beside = {}
    for file in path.parent.glob("*.dmn"):
        beside[addresses(file.read_bytes())[0]] = Source(file.name, file.read_bytes())
    return read(path.read_bytes(), lenient=True, imports=beside.get)


def results(suite: str, case: etree._Element, model: Model) -> Iterator[Expectation]:
    facts = {fact_name(node, model): value(node) for node in children(case, "inputNode")}
    for node in children(case, "resultNode"):
        got = outcome(model, case, node.get("name"), facts)
        expected = children(node, "expected")  # not there where nothing but an error is expected
        yield Expectation(
            suite, case.get("id"), node.get("name"), value(expected[0]) if expected else None, got
        )


def fact_name(node: etree._Element, model: Model) -> str:
    """An input of an imported model may be told from others of its name by its namespace."""
    namespace = node.get("namespace")
    return node.get("name") if namespace in (None, model.namespace) else f"{{{namespace}}}{node.get('name')}"


def outcome(model: Model, case: etree._Element, name: str, facts: dict[str, object]) -> object:
    """A service may give several results at once; the suite asks for each by its name."""
    try:
        if case.get("type") in ("decisionService", "bkm"):
            asked = case.get("invocableName") or name
            found = next((key for key, node in model.nodes.items() if node.name == asked), "")
            given = model.invoke(found, facts, NOW).value
            return given[name] if asked != name and isinstance(given, dict) and name in given else given
        found = next((key for key, decision in model.decisions.items() if decision.name == name), "")
        return model.evaluate(found, facts, NOW).value
    except EvaluationError:
        return None


def value(element: etree._Element) -> object:
    for child in element:
        kind = etree.QName(child).localname
        if child.get(f"{XSI}nil") == "true":
            return None
        if kind == "value":
            return scalar(child)
        if kind == "list":
            return [value(item) for item in children(child, "item")]
        if kind == "component":
            return {each.get("name"): value(each) for each in children(element, "component")}
    return None


def scalar(element: etree._Element) -> object:
    kind, text = (element.get(f"{XSI}type") or "string").rpartition(":")[2], element.text or ""
    if kind in NUMBERS:
        return Decimal(text.strip())
    if kind == "boolean":
        return text.strip() in ("true", "1")
    if kind not in FUNCTIONS:
        return text
    found = compile_expression(f"{FUNCTIONS[kind]}(text)")({"text": text.strip()})
    return text if found is None else found


def same(expected: object, got: object) -> bool:
    """Numbers to eight digits, as the suite asks."""
    if isinstance(expected, Decimal) and isinstance(got, Decimal):
        return abs(expected - got) <= Decimal("1e-8") * max(1, abs(expected))
    if isinstance(expected, list) and isinstance(got, list):
        return len(expected) == len(got) and all(map(same, expected, got))
    if isinstance(expected, dict) and isinstance(got, dict):
        return expected.keys() == got.keys() and all(same(expected[key], got[key]) for key in expected)
    return equal(expected, got, Run()) is True and order(expected, got) in {0, None}  # = lets fractions pass


def children(element: etree._Element, kind: str) -> list[etree._Element]:
    return [each for each in element if etree.QName(each).localname == kind]


def texts(element: etree._Element, kind: str) -> list[str]:
    return [(each.text or "").strip() for each in children(element, kind)]


def unmet(all_of_them: list[Expectation]) -> str:
    return "\n".join(str(each) for each in all_of_them if not each.met)


def test_all_of_level_2_is_met(corpora):
    found = list(expectations(corpora / "dmn-tck" / "compliance-level-2"))
    assert len(found) > 100
    assert not unmet(found)


def test_nearly_all_of_level_3_is_met(corpora):
    found = list(expectations(corpora / "dmn-tck" / "compliance-level-3"))
    assert len(found) > 2000
    met = sum(each.met for each in found)
    assert met / len(found) >= 0.99, unmet(found)


def test_what_is_not_met_is_named_with_its_reason(corpora):
    """One that is met since must be removed from the table, so that the table can be believed."""
    found = list(expectations(corpora / "dmn-tck" / "compliance-level-3"))
    assert {(each.suite, each.case, each.node) for each in found if not each.met} == set(UNMET)
    documented = (ROOT / "docs" / "dmn.md").read_text()
    assert [suite for suite, _, _ in UNMET if suite not in documented] == []


@pytest.mark.parametrize("expected", ["a", None, Decimal(1), [Decimal(1)], {"a": None}])
def test_a_wrong_result_would_be_noticed(expected):
    assert same(expected, expected)
    assert not same(expected, Decimal(2))
