"""Reads an expression without running it: the type it has, the names nobody knows, the types that do not fit.

One function for each class of nodes; what has none gives an unknown type, and its parts are still looked at.
"""

from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass

from rules.checks import sentences
from rules.checks.calls import call, named_call
from rules.checks.constants import NOT_CONSTANT, constant
from rules.checks.finding import Severity
from rules.checks.kinds import BOOLEAN, Kind, calculated, common, is_a, kind_of, known_scalar, part_of
from rules.checks.scope import Scope
from rules.feel import syntax
from rules.feel.comparison import order
from rules.feel.functions import FUNCTIONS
from rules.said import Said

Report = Callable[[str, Said, Severity], None]
_MOST_UNKNOWN, _DEEPEST = 20, 150


class Expressions:
    """`report` is told what is wrong, by code."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self._unknown = self._depth = 0

    def kind(self, node: syntax.Node, scope: Scope) -> Kind | None:
        """The type of what the expression gives; None if nobody knows."""
        if self._depth == _DEEPEST:
            return None  # who compiles it refuses it
        self._depth += 1
        how = _HOW.get(type(node))
        found = None if how is None else how(self, node, scope)
        if how is None:
            for part in _parts(node):
                self.kind(part, scope)
        self._depth -= 1
        return found

    def is_unknown(self, name: str, scope: Scope) -> bool:
        """Is it worth telling that nobody knows the name? Of one text only so often: it takes long to find what was meant."""
        if self._unknown == _MOST_UNKNOWN or scope.knows(name) or scope.open:
            return False
        self._unknown += 1
        return True

    def wrong(self, code: str, reason: Said, severity: Severity = Severity.ERROR) -> None:
        self.report(code, reason, severity)

    def expect(self, wanted: Kind, node: syntax.Node, scope: Scope, where: Said) -> None:
        kind = self.kind(node, scope)
        if kind is not None and kind.name != wanted.name and (known_scalar(kind) or is_a(kind, "function")):
            self.wrong("type", sentences.other_type(where, wanted, kind))

    def compare(self, operator: str, left: Kind | None, right: Kind | None) -> None:
        """Values of different types are neither equal nor in order: the answer is always null."""
        if left is None or right is None or not (known_scalar(left) and known_scalar(right)):
            return
        if not calculated(operator, left.name, right.name):
            self.wrong("type", sentences.incomparable(operator, left, right))


def _parts(node: syntax.Node) -> Iterable[syntax.Node]:
    if isinstance(node, tuple):
        return [part for part in node if is_dataclass(part) or isinstance(part, tuple)]
    if not is_dataclass(node):
        return ()
    return [getattr(node, each.name) for each in fields(node)]


def _literal(_reader: Expressions, node: syntax.Literal, _scope: Scope) -> Kind | None:
    return kind_of(node.value)


def _name(reader: Expressions, node: syntax.Name, scope: Scope) -> Kind | None:
    if node.name in scope.names:
        return scope.names[node.name]
    if node.name in FUNCTIONS:
        return Kind("function")
    if reader.is_unknown(node.name, scope) and scope.suspects(node.name):
        reader.wrong("name", scope.unknown(node.name), Severity.ERROR if scope.sure else Severity.WARNING)
    return None


def _path(reader: Expressions, node: syntax.Path, scope: Scope) -> Kind | None:
    of = reader.kind(node.of, scope)
    if of is None:
        return None
    if of.name == "context" and of.entries:
        entries = dict(of.entries)
        if node.name not in entries:
            reader.wrong("name", sentences.unknown_entry(node.name, entries), Severity.WARNING)
        return entries.get(node.name)
    if known_scalar(of):
        found = part_of(of.name, node.name)
        if not found and not node.name.startswith("time"):  # an offset is null where there is none
            reader.wrong("type", sentences.no_part(node.name, of))
        return common(found)
    return None


def _negation(reader: Expressions, node: syntax.Negation, scope: Scope) -> Kind | None:
    return reader.kind(node.of, scope)


def _arithmetic(reader: Expressions, node: syntax.Arithmetic, scope: Scope) -> Kind | None:
    left = reader.kind(node.first, scope)
    for operator, operand in node.rest:
        right = reader.kind(operand, scope)
        if left is None or right is None or not (known_scalar(left) and known_scalar(right)):
            left = None
            continue
        results = calculated(operator, left.name, right.name)
        if not results:
            reader.wrong("type", sentences.no_operation(operator, left, right))
        left = common(results)
    return left


def _comparison(reader: Expressions, node: syntax.Comparison, scope: Scope) -> Kind:
    left, right = reader.kind(node.left, scope), reader.kind(node.right, scope)
    reader.compare(node.operator, left, right)
    return BOOLEAN


def _between(reader: Expressions, node: syntax.Between, scope: Scope) -> Kind:
    value = reader.kind(node.value, scope)
    for bound in (node.low, node.high):
        reader.compare("<=", value, reader.kind(bound, scope))
    low, high = constant(node.low), constant(node.high)
    if low is not NOT_CONSTANT and high is not NOT_CONSTANT:
        check_range(reader, low, high, included=True)
    return BOOLEAN


def check_range(reader: Expressions, low: object, high: object, *, included: bool) -> None:
    """Both ends are constants; the wrong way round, or with nothing in between, the range is of no use."""
    position = order(low, high)
    if position == 1:
        reader.wrong("range", sentences.reversed_range(low, high))
    elif position == 0 and not included:
        reader.wrong("range", sentences.empty_range(low, high))


def _range(reader: Expressions, node: syntax.RangeOf, scope: Scope) -> Kind:
    kinds = [reader.kind(end, scope) for end in (node.start, node.end) if end is not None]
    if len(kinds) == 2:
        reader.compare("<", *kinds)
        low, high = constant(node.start), constant(node.end)
        if low is not NOT_CONSTANT and high is not NOT_CONSTANT:
            check_range(reader, low, high, included=node.start_included and node.end_included)
    return Kind("range", common(kinds))


def _in(reader: Expressions, node: syntax.In, scope: Scope) -> Kind:
    check_tests(reader, node.tests, reader.kind(node.value, scope), scope)
    return BOOLEAN


def check_tests(reader: Expressions, tests: syntax.Tests, value: Kind | None, scope: Scope) -> None:
    """Could each of the tests hold for a value of this type?"""
    for test in tests.tests:
        if isinstance(test, syntax.ComparisonTest):
            reader.compare(test.operator, value, reader.kind(test.operand, scope))
        else:
            _expression_test(reader, test.expression, value, scope)


def _expression_test(reader: Expressions, node: syntax.Node, value: Kind | None, scope: Scope) -> None:
    if isinstance(node, syntax.Name) and not scope.knows(node.name):
        if reader.is_unknown(
            node.name, scope
        ):  # alone it is nearly always a text without its quotation marks
            reader.wrong("name", scope.unknown(node.name))
        return
    kind = reader.kind(node, scope.binding({"?": value}))
    if is_a(kind, "boolean") and constant(node) is NOT_CONSTANT:
        return  # a condition
    if kind is not None and kind.name in ("list", "range"):
        kind = kind.of
    if value is None or kind is None or not (known_scalar(value) and known_scalar(kind)):
        return
    if kind.name != value.name and not calculated("=", value.name, kind.name):
        reader.wrong("type", sentences.other_cell(value, kind))


def _logic(reader: Expressions, node: syntax.And | syntax.Or, scope: Scope) -> Kind:
    word = "and" if isinstance(node, syntax.And) else "or"
    for part in node.parts:
        reader.expect(BOOLEAN, part, scope, sentences.beside(word))
    return BOOLEAN


def _if(reader: Expressions, node: syntax.If, scope: Scope) -> Kind | None:
    reader.expect(BOOLEAN, node.condition, scope, sentences.after("if"))
    return common([reader.kind(node.then, scope), reader.kind(node.otherwise, scope)])


def _list(reader: Expressions, node: syntax.ListOf, scope: Scope) -> Kind:
    return Kind("list", common([reader.kind(item, scope) for item in node.items]))


def _context(reader: Expressions, node: syntax.ContextOf, scope: Scope) -> Kind:
    entries: dict[str, Kind | None] = {}
    for name, value in node.entries:
        entries[name] = reader.kind(value, scope)
        scope = scope.binding({name: entries[name]})
    return Kind("context", entries=tuple(entries.items()))


def _filter(reader: Expressions, node: syntax.Filter, scope: Scope) -> Kind | None:
    of = reader.kind(node.of, scope)
    item = of.of if of is not None and of.name == "list" else None
    by = reader.kind(node.by, scope.filtering(item))
    return item if is_a(by, "number") else of


def _for(reader: Expressions, node: syntax.For, scope: Scope) -> Kind:
    inside = _turns(reader, node.iterators, scope)
    return Kind("list", reader.kind(node.body, inside.binding({"partial": Kind("list")})))


def _quantified(reader: Expressions, node: syntax.Quantified, scope: Scope) -> Kind:
    inside = _turns(reader, node.iterators, scope)
    reader.expect(BOOLEAN, node.condition, inside, sentences.after("satisfies"))
    return BOOLEAN


def _turns(reader: Expressions, iterators: tuple[syntax.Iterator, ...], scope: Scope) -> Scope:
    for iterator in iterators:
        over = reader.kind(iterator.over, scope)
        if iterator.until is not None:
            reader.kind(iterator.until, scope)
            item = over
        else:
            item = over.of if over is not None and over.name in ("list", "range") else None
        scope = scope.binding({iterator.name: item})
    return scope


def _function(reader: Expressions, node: syntax.FunctionOf, scope: Scope) -> Kind:
    reader.kind(node.body, scope.binding({name: None for name, _ in node.parameters}))
    return Kind("function")


def _instance_of(reader: Expressions, node: syntax.InstanceOf, scope: Scope) -> Kind:
    reader.kind(node.value, scope)
    return BOOLEAN


_HOW: dict[type, Callable[..., Kind | None]] = {
    syntax.Literal: _literal,
    syntax.Name: _name,
    syntax.Path: _path,
    syntax.Call: call,
    syntax.NamedCall: named_call,
    syntax.Negation: _negation,
    syntax.Arithmetic: _arithmetic,
    syntax.Comparison: _comparison,
    syntax.Between: _between,
    syntax.RangeOf: _range,
    syntax.In: _in,
    syntax.And: _logic,
    syntax.Or: _logic,
    syntax.If: _if,
    syntax.ListOf: _list,
    syntax.ContextOf: _context,
    syntax.Filter: _filter,
    syntax.For: _for,
    syntax.Quantified: _quantified,
    syntax.FunctionOf: _function,
    syntax.InstanceOf: _instance_of,
}
