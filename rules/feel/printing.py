"""Tree to text, with brackets only where they matter: parsing the text gives an equal tree.

Names stand as they are, so whoever parses the text must know those that are more than one word; and no known name
may read like an operation of others, as “a - b” does. Types of a DMN document with allowed values have no text.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from rules.feel import parser
from rules.feel.syntax import (
    And,
    Arithmetic,
    Between,
    Call,
    Comparison,
    ComparisonTest,
    ContextOf,
    ContextType,
    EqualTo,
    ExpressionTest,
    Filter,
    For,
    FunctionOf,
    FunctionType,
    If,
    In,
    InstanceOf,
    Iterator,
    ListOf,
    ListType,
    Literal,
    Name,
    NamedCall,
    NamedType,
    Negation,
    Node,
    Or,
    Path,
    Quantified,
    RangeOf,
    RangeType,
    Test,
    Tests,
    Type,
)
from rules.feel.text import to_string
from rules.feel.vocabulary import WORD

_POWERS: dict[type, int] = {
    **dict.fromkeys((If, For, Quantified, FunctionOf, Or), parser.OR),  # they take all that follows
    And: parser.AND,
    **dict.fromkeys((Comparison, Between, In, InstanceOf), parser.COMPARISON),
    Negation: parser.INSTANCE,
    **dict.fromkeys((Path, Filter, Call, NamedCall), parser.POSTFIX),
}
_SYMBOL_POWERS = {
    "+": parser.SUM,
    "-": parser.SUM,
    "*": parser.PRODUCT,
    "/": parser.PRODUCT,
    "**": parser.POWER,
}


def print_expression(node: Node, power: int = parser.OR) -> str:
    """The text of an expression, in brackets if it binds weaker than `power`."""
    text = _TEXT[type(node)](node)
    return text if _power(node) >= power else f"({text})"


def print_unary_tests(cell: Tests) -> str:
    """The text of a cell."""
    if not cell.tests:
        return "-"
    text = _joined(map(_test, cell.tests))
    match cell:
        case Tests(_, negated=True):
            return f"not({text})"
        case Tests((ExpressionTest(Call(Name("not"), _)),)):  # which would negate the cell
            return f"({text})"
    return text


def print_type(kind: Type) -> str:
    match kind:
        case NamedType(name):
            return name
        case ListType(of):
            return f"list<{print_type(of)}>"
        case RangeType(of):
            return f"range<{print_type(of)}>"
        case ContextType(entries):
            return f"context<{_joined(f'{name}: {print_type(of)}' for name, of in entries)}>"
        case FunctionType(parameters, result):
            return f"function<{_joined(map(print_type, parameters))}>->{print_type(result)}"
    raise TypeError(f"Expected a type that FEEL can write, but got {kind}.")


def _power(node: Node) -> int:
    if isinstance(node, Arithmetic):
        return _SYMBOL_POWERS[node.rest[0][0]]
    return _POWERS.get(type(node), parser.POSTFIX)


def _joined(texts: Iterable[str]) -> str:
    return ", ".join(texts)


def _literal(node: Literal) -> str:
    value = node.value
    if value is None or isinstance(value, bool):
        return to_string(value)
    if isinstance(value, Decimal):
        return str(value)
    return _quoted(value) if isinstance(value, str) else f'@"{to_string(value)}"'


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _name(node: Name) -> str:
    return "(function)" if node.name == "function" else node.name


def _path(node: Path) -> str:
    return f"{print_expression(node.of, parser.POSTFIX)}.{node.name}"


def _filter(node: Filter) -> str:
    return f"{print_expression(node.of, parser.POSTFIX)}[{print_expression(node.by)}]"


def _call(node: Call) -> str:
    arguments = _joined(map(print_expression, node.arguments))
    return f"{print_expression(node.function, parser.POSTFIX)}({arguments})"


def _named_call(node: NamedCall) -> str:
    arguments = _joined(f"{name}: {print_expression(value)}" for name, value in node.arguments)
    return f"{print_expression(node.function, parser.POSTFIX)}({arguments})"


def _negation(node: Negation) -> str:
    return f"-{print_expression(node.of, parser.INSTANCE)}"


def _arithmetic(node: Arithmetic) -> str:
    """A first operand of the same power has brackets; without them it would be one chain with the rest."""
    inside = _power(node) + 1
    rest = (f" {symbol} {print_expression(right, inside)}" for symbol, right in node.rest)
    return print_expression(node.first, inside) + "".join(rest)


def _comparison(node: Comparison) -> str:
    return f"{_compared(node.left)} {node.operator} {print_expression(node.right, parser.SUM)}"


def _compared(left: Node) -> str:
    """What stands before a comparison; after the name of a type, `<` would begin the types inside of it."""
    return print_expression(left, parser.SUM if isinstance(left, InstanceOf) else parser.COMPARISON)


def _between(node: Between) -> str:
    low, high = print_expression(node.low, parser.SUM), print_expression(node.high, parser.SUM)
    return f"{_compared(node.value)} between {low} and {high}"


def _in(node: In) -> str:
    tests = node.tests.tests
    if len(tests) > 1:
        return f"{_compared(node.value)} in ({_joined(map(_test, tests))})"
    return f"{_compared(node.value)} in {_only_test(tests[0])}"


def _only_test(test: Test) -> str:
    """What begins with a bracket would be read as a list of tests, unless it is a range with both ends."""
    if isinstance(test, ComparisonTest):
        return _test(test)
    node = test.expression
    text = print_expression(node, parser.SUM)
    is_range = isinstance(node, RangeOf) and node.start is not None and node.end is not None
    wrapped = _power(node) < parser.SUM
    return f"({text})" if text.startswith("(") and not is_range and not wrapped else text


def _test(test: Test) -> str:
    if isinstance(test, ComparisonTest):
        return f"{test.operator} {print_expression(test.operand, parser.SUM)}"
    return print_expression(test.expression)


def _and(node: And) -> str:
    return " and ".join(print_expression(part, parser.COMPARISON) for part in node.parts)


def _or(node: Or) -> str:
    return " or ".join(print_expression(part, parser.AND) for part in node.parts)


def _if(node: If) -> str:
    condition, then, otherwise = map(print_expression, (node.condition, node.then, node.otherwise))
    return f"if {condition} then {then} else {otherwise}"


def _for(node: For) -> str:
    return f"for {_joined(map(_iterator, node.iterators))} return {print_expression(node.body)}"


def _quantified(node: Quantified) -> str:
    word = "every" if node.every else "some"
    return f"{word} {_joined(map(_iterator, node.iterators))} satisfies {print_expression(node.condition)}"


def _iterator(node: Iterator) -> str:
    until = "" if node.until is None else f"..{print_expression(node.until)}"
    return f"{node.name} in {print_expression(node.over)}{until}"


def _list(node: ListOf) -> str:
    return f"[{_joined(map(print_expression, node.items))}]"


def _range(node: RangeOf) -> str:
    if node.start is None:
        return f"({'<=' if node.end_included else '<'} {print_expression(node.end)})"
    if node.end is None:
        return f"({'>=' if node.start_included else '>'} {print_expression(node.start)})"
    left, right = "[" if node.start_included else "(", "]" if node.end_included else ")"
    return f"{left}{print_expression(node.start)}..{print_expression(node.end)}{right}"


def _equal_to(node: EqualTo) -> str:
    return f"({'!=' if node.negated else '='} {print_expression(node.operand)})"


def _context(node: ContextOf) -> str:
    return f"{{{_joined(f'{_key(name)}: {print_expression(value)}' for name, value in node.entries)}}}"


def _key(name: str) -> str:
    return name if WORD.fullmatch(name) else _quoted(name)


def _function(node: FunctionOf) -> str:
    parameters = (name if kind is None else f"{name}: {print_type(kind)}" for name, kind in node.parameters)
    body = print_expression(node.body)
    return f"function({_joined(parameters)}) " + (f"({body})" if body.startswith("external") else body)


def _instance_of(node: InstanceOf) -> str:
    return f"{print_expression(node.value, parser.POSTFIX)} instance of {print_type(node.type)}"


_TEXT: dict[type, Callable[[Any], str]] = {
    Literal: _literal,
    Name: _name,
    Path: _path,
    Filter: _filter,
    Call: _call,
    NamedCall: _named_call,
    Negation: _negation,
    Arithmetic: _arithmetic,
    Comparison: _comparison,
    Between: _between,
    In: _in,
    And: _and,
    Or: _or,
    If: _if,
    For: _for,
    Quantified: _quantified,
    ListOf: _list,
    RangeOf: _range,
    EqualTo: _equal_to,
    ContextOf: _context,
    FunctionOf: _function,
    InstanceOf: _instance_of,
}
