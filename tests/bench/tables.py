"""Decision tables for `tests.bench.rules`: ours with evidence, and SpiffWorkflow's own engine, which leaves none."""

from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace

from lxml import etree
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.dmn.engine.DMNEngine import DMNEngine
from SpiffWorkflow.dmn.parser.BpmnDmnParser import BpmnDmnParser

from rules.dmn import read
from tests.unit.dmn.documents import document, table

#: The last rule matches, so that all are looked at. Cells that mean the same in FEEL and in Python.
FOUR = [['"gold"', "&gt; 10", "1"], ['"gold"', "&gt; 5", "2"], ['"silver"', "&gt; 5", "3"], ['"silver"', "&gt; 0", "4"]]  # fmt: skip


def ours(xml: bytes, facts: dict[str, object]) -> Callable[[], object]:
    model = read(xml)

    def decided() -> object:
        result = model.evaluate("d", facts)
        assert result.evidence[0].rules
        return result.value

    return decided


def spiff(xml: bytes, facts: dict[str, object]) -> Callable[[], object]:
    root = etree.fromstring(xml)
    for number, element in enumerate(root.iter()):
        element.set("id", element.get("id", f"e{number}"))  # it wants one everywhere
        element.set("label", element.get("label", ""))
    parser = BpmnDmnParser()
    parser.add_dmn_xml(root)
    (found,) = parser.dmn_parsers.values()
    found.parse()
    engine = DMNEngine(found.decision.decisionTables[0])
    task = SimpleNamespace(data=facts, workflow=SimpleNamespace(script_engine=PythonScriptEngine()))
    return lambda: engine.result(task)["x"]


def simple(rules: int) -> tuple[bytes, dict[str, object]]:
    """Words, ranges and booleans; the last but one rule matches."""
    cells = [
        [f'"p{at % 9}"', f"[{at * 10}..{at * 10 + 10})", "true" if at % 2 else "-", str(at)]
        for at in range(rules)
    ]
    at = rules - 2
    facts = {"a": f"p{at % 9}", "b": Decimal(at * 10 + 3), "c": True}
    return document(table(["a", "b", "c"], ["x"], cells, policy="FIRST")), facts


def tables(micros: Callable[[Callable[[], object], object], float]) -> None:
    four = document(table(["status", "amount"], ["x"], FOUR)), {"status": "silver", "amount": 3}
    mine, theirs = micros(ours(*four), 4), micros(spiff(*four), 4)
    print(f"{'Tables':24}{'ours us':>10}{'other us':>12}{'ratio':>8}{'promised':>10}")
    print(f"{'4 rules, SpiffWorkflow':24}{mine:10.2f}{theirs:12.1f}{theirs / mine:8.1f}{'>= 3':>10}")
    few, many = micros(ours(*simple(50)), 48), micros(ours(*simple(500)), 498)
    print(f"{'500 rules, 50 rules':24}{many:10.2f}{few:12.1f}{many / few:8.2f}{'<= 3':>10}")
