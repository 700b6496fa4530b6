"""Walks through boxed expressions, as `rules.dmn.boxed` compiles them, and gives the types of what they make."""

from collections.abc import Callable

from rules.checks import sentences
from rules.checks.cells import can_be, check_cells
from rules.checks.expressions import Expressions
from rules.checks.items import Items
from rules.checks.kinds import BOOLEAN, Kind, is_a, known_scalar
from rules.checks.places import Place
from rules.checks.rows import check_rows
from rules.checks.scope import Scope
from rules.checks.sheet import sheet
from rules.dmn.elements import Element, child, children, kind, name_of, text_of
from rules.feel.errors import FeelError
from rules.feel.parser import parse_expression


class Boxed:
    """Of one document."""

    def __init__(self, items: Items, words: frozenset[str]) -> None:
        self.items = items
        self.words = words  #: all names that are more than one word

    def inside(self, parent: Element | None, scope: Scope, place: Place) -> Kind | None:
        """Of the one expression in an element, which is there or not."""
        expression = child(parent, *_HOW)
        return None if expression is None else self.kind(expression, scope, place)

    def kind(self, expression: Element, scope: Scope, place: Place) -> Kind | None:
        """Its declared type, or else what it certainly makes; reported is what goes against the declared one."""
        at = place.at(expression)
        found = _HOW[kind(expression)](self, expression, scope, at)
        if kind(expression) in ("functionDefinition", "decisionTable"):
            return found
        return self.typed(found, expression, at)

    def typed(self, found: Kind | None, element: Element | None, place: Place) -> Kind | None:
        declared = self.items.of(element)
        if declared is None:
            return found
        if found is not None and not can_be(found, declared):
            place.report("type", sentences.other_result(declared, found))
        return declared


def _literal(boxed: Boxed, element: Element, scope: Scope, place: Place) -> Kind | None:
    text = text_of(element)
    if not text:
        return None
    try:
        node = parse_expression(text, boxed.words | _several_words(scope))
    except FeelError:
        return None  # whoever reads the document says so
    return Expressions(place.report).kind(node, scope)


def _several_words(scope: Scope) -> set[str]:
    return {name for name in scope.names if not name.isidentifier()}


def _table(boxed: Boxed, element: Element, scope: Scope, place: Place) -> Kind | None:
    table = sheet(element, boxed.items, boxed.words | _several_words(scope))
    kinds = check_cells(table, scope, place)
    check_rows(table, kinds, place)
    if table.policy not in ("UNIQUE", "ANY", "FIRST", "PRIORITY"):
        return None
    if len(table.outputs) == 1:
        return table.outputs[0].kind
    return Kind("context", entries=tuple((name_of(each.element), each.kind) for each in table.outputs))


def _context(boxed: Boxed, element: Element, scope: Scope, place: Place) -> Kind | None:
    entries: dict[str, Kind | None] = {}
    for entry in children(element, "contextEntry"):
        variable = child(entry, "variable")
        found = boxed.typed(boxed.inside(entry, scope, place), variable, place.at(entry))
        if variable is None:
            return found
        entries[name_of(variable)] = found
        scope = scope.binding({name_of(variable): found})
    return Kind("context", entries=tuple(entries.items()))


def _list(boxed: Boxed, element: Element, scope: Scope, place: Place) -> Kind:
    for item in children(element, *_HOW):
        boxed.kind(item, scope, place)
    return Kind("list")


def _relation(boxed: Boxed, element: Element, scope: Scope, place: Place) -> Kind:
    for row in children(element, "row"):
        for cell in children(row, *_HOW):
            boxed.kind(cell, scope, place)
    return Kind("list")


def _function(boxed: Boxed, element: Element, scope: Scope, place: Place) -> Kind:
    if element.get("kind", "FEEL") == "FEEL":
        given = {name_of(each): boxed.items.of(each) for each in children(element, "formalParameter")}
        boxed.inside(element, scope.binding(given), place)
    return Kind("function")


def _invocation(boxed: Boxed, element: Element, scope: Scope, place: Place) -> None:
    boxed.inside(element, scope, place)
    for binding in children(element, "binding"):
        boxed.inside(binding, scope, place)


def _conditional(boxed: Boxed, element: Element, scope: Scope, place: Place) -> Kind | None:
    condition = boxed.inside(child(element, "if"), scope, place)
    if condition is not None and known_scalar(condition) and not is_a(condition, "boolean"):
        place.report("type", sentences.other_type(sentences.after("if"), BOOLEAN, condition))
    boxed.inside(child(element, "then"), scope, place)
    boxed.inside(child(element, "else"), scope, place)
    return None


def _filter(boxed: Boxed, element: Element, scope: Scope, place: Place) -> Kind | None:
    source = boxed.inside(child(element, "in"), scope, place)
    item = source.of if source is not None and is_a(source, "list") else None
    boxed.inside(child(element, "match"), scope.filtering(item), place)
    return source


def _iteration(boxed: Boxed, element: Element, scope: Scope, place: Place) -> Kind | None:
    source = boxed.inside(child(element, "in"), scope, place)
    item = source.of if source is not None and is_a(source, "list") else None
    inner = scope.binding({element.get("iteratorVariable") or "": item, "partial": Kind("list")})
    boxed.inside(child(element, "return", "satisfies"), inner, place)
    return Kind("list") if kind(element) == "for" else BOOLEAN


_HOW: dict[str, Callable[[Boxed, Element, Scope, Place], Kind | None]] = {
    "literalExpression": _literal,
    "decisionTable": _table,
    "context": _context,
    "list": _list,
    "relation": _relation,
    "functionDefinition": _function,
    "invocation": _invocation,
    "conditional": _conditional,
    "filter": _filter,
    "for": _iteration,
    "some": _iteration,
    "every": _iteration,
}
