"""A decision table as the checks see it: columns with their types, rows with the trees of their cells."""

from dataclasses import dataclass

from rules.checks.items import Items, allowed_by
from rules.checks.kinds import Kind
from rules.dmn.elements import Element, child, children, name_of, text_of, type_of
from rules.feel.errors import FeelError
from rules.feel.parser import parse_expression, parse_unary_tests
from rules.feel.syntax import Name, Node, Path, Tests, names_in


@dataclass(frozen=True, slots=True)
class Column:
    label: str
    element: Element
    text: str
    node: Node | None  #: the expression; None if it cannot be read
    declared: Kind | None
    allowed: tuple[Tests, ...]

    @property
    def path(self) -> tuple[str, ...] | None:
        """The names of an input that is a fact or a part of one; None for one that is calculated."""
        parts: list[str] = []
        node = self.node
        while isinstance(node, Path):
            parts.insert(0, node.name)
            node = node.of
        return (node.name, *parts) if isinstance(node, Name) else None

    @property
    def roots(self) -> frozenset[str]:
        return names_in(self.node)


@dataclass(frozen=True, slots=True)
class Output:
    label: str
    element: Element
    kind: Kind | None
    allowed: tuple[Tests, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    element: Element
    text: str
    tests: Tests | None  #: None if it cannot be read


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    element: Element
    cells: tuple[Cell, ...]
    outputs: tuple[tuple[Element, Node | None], ...]

    @property
    def is_readable(self) -> bool:
        return all(cell.tests is not None for cell in self.cells)

    @property
    def answer(self) -> tuple[str, ...]:
        """The outputs as they are written."""
        return tuple(text_of(element) for element, _ in self.outputs)


@dataclass(frozen=True, slots=True)
class Sheet:
    element: Element
    policy: str
    columns: tuple[Column, ...]
    outputs: tuple[Output, ...]
    rows: tuple[Row, ...]
    has_default: bool


def sheet(table: Element, items: Items, words: frozenset[str]) -> Sheet:
    columns = tuple(_column(each, items, words) for each in children(table, "input"))
    outputs = tuple(_output(each, items) for each in children(table, "output"))
    policy = " ".join((table.get("hitPolicy") or "UNIQUE", table.get("aggregation") or "")).strip()
    return Sheet(
        table,
        policy,
        columns,
        outputs,
        tuple(_row(each, number, words) for number, each in enumerate(children(table, "rule"), 1)),
        any(child(output.element, "defaultOutputEntry") is not None for output in outputs),
    )


def _column(element: Element, items: Items, words: frozenset[str]) -> Column:
    expression = child(element, "inputExpression")
    text = " ".join(text_of(expression).split())
    kind = items.of(expression)
    allowed = [kind.allowed if kind else None, allowed_by(child(element, "inputValues"))]
    label = element.get("label") or text
    node = _parsed(text_of(expression), words)
    return Column(label, element, text, node, kind, tuple(each for each in allowed if each))


def _output(element: Element, items: Items) -> Output:
    kind = items.kind(type_of(element))
    allowed = [kind.allowed if kind else None, allowed_by(child(element, "outputValues"))]
    label = element.get("label") or name_of(element)
    return Output(label, element, kind, tuple(each for each in allowed if each))


def _row(element: Element, number: int, words: frozenset[str]) -> Row:
    cells = tuple(
        Cell(each, text_of(each), _tests(text_of(each), words)) for each in children(element, "inputEntry")
    )
    outputs = tuple((each, _parsed(text_of(each), words)) for each in children(element, "outputEntry"))
    return Row(number, element, cells, outputs)


def _parsed(text: str, words: frozenset[str]) -> Node | None:
    try:
        return parse_expression(text, words) if text else None
    except FeelError:
        return None  # whoever reads the document says so


def _tests(text: str, words: frozenset[str]) -> Tests | None:
    try:
        return parse_unary_tests(text, words) if text else Tests(())
    except FeelError:
        return None
