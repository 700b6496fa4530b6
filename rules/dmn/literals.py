"""What the rows of a table answer with where they say so outright, for those who check a table before it decides."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rules.dmn.elements import Element, child, children, name_of, text_of
from rules.feel.errors import FeelError
from rules.feel.parser import parse_expression
from rules.feel.syntax import ListOf, Literal, Node


@dataclass(frozen=True, slots=True)
class Written:
    """A literal, or a list of literals, in an output column."""

    rule: int | None  #: from 1, as the modeller shows it; None for the default output
    value: object


class _NoLiteral(Exception):
    pass


def literals_of(decision: Element, vocabulary: Collection[str]) -> Mapping[str, tuple[Written, ...]]:
    """By the name of the output column; empty unless the decision is a table."""
    table = child(decision, "decisionTable")
    if table is None:
        return {}
    names = frozenset(vocabulary)
    columns: dict[str, list[Written]] = {name_of(output): [] for output in children(table, "output")}
    for column, rule, entry in _cells(table):
        try:
            columns[column].append(Written(rule, _value(_parsed(text_of(entry), names))))
        except (FeelError, _NoLiteral):
            continue  # what does not parse is refused elsewhere, with its line
    return {name: tuple(written) for name, written in columns.items()}


def _cells(table: Element) -> Iterator[tuple[str, int | None, Element]]:
    outputs = list(children(table, "output"))
    for number, rule in enumerate(children(table, "rule"), 1):
        for output, entry in zip(outputs, children(rule, "outputEntry"), strict=False):
            yield name_of(output), number, entry
    for output in outputs:
        if (default := child(output, "defaultOutputEntry")) is not None:
            yield name_of(output), None, default


@lru_cache(maxsize=1024)  # the same cell stands in a table again and again
def _parsed(text: str, names: frozenset[str]) -> Node:
    return parse_expression(text, names) if text else Literal(None)


def _value(node: Node) -> object:
    match node:
        case Literal(value):
            return value
        case ListOf(items):
            return [_value(item) for item in items]
    raise _NoLiteral
