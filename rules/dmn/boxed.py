"""Boxed expressions: how a decision or function is laid out in the modeller, compiled to code."""

from collections.abc import Callable

from rules.dmn.elements import Element, child, children, kind, name_of, type_of
from rules.dmn.findings import Document, Names
from rules.dmn.loops import conditional, domain, filtered
from rules.dmn.tables import compile_table, typed
from rules.feel.compiler import Code, user_function
from rules.feel.explaining import Where
from rules.feel.frames import Frame, Run
from rules.feel.iteration import Turns, quantifying, repeating, turns_over
from rules.feel.syntax import FunctionType, NamedType, Type
from rules.feel.types import coerced
from rules.feel.values import Function
from rules.feel.vocabulary import tidy

_Owner = tuple[str, str]
_CALL_COST = 10  #: steps; what a call does counts by itself


class Boxed:
    """Compiles the expressions of one decision or function, whose id and name are the `owner`."""

    def __init__(self, document: Document, owner: _Owner) -> None:
        self.document = document
        self.owner = owner

    def inside(self, parent: Element | None, names: Names) -> Code | None:
        """The code of the one expression in an element; None if there is none."""
        expression = child(parent, *HOW)
        return None if expression is None else self.compile(expression, names)

    def compile(self, expression: Element, names: Names) -> Code:
        code = HOW[kind(expression)](self, expression, names)
        if kind(expression) == "functionDefinition":
            return code  # its type is that of the result
        return self.typed(code, expression)

    def typed(self, code: Code, element: Element | None) -> Code:
        """The same code, giving null for a value that is not of the element's type."""
        if element is None:
            return code
        wanted, types = self.document.type(element, type_of(element)), self.document.types
        if wanted is None:
            return code
        where = Where(self.owner[1], self.owner[1])
        return lambda frame: typed(code(frame), wanted, types, frame.run, where)

    def returned(self, code: Code, element: Element | None) -> Code:
        """As `typed`, for what a function returns."""
        wanted, types = self.result_type(element), self.document.types
        if wanted is None:
            return code
        where = Where(self.owner[1], self.owner[1])
        return lambda frame: typed(code(frame), wanted, types, frame.run, where)

    def result_type(self, element: Element | None) -> Type | None:
        """Of a function: the element's type may be that of the function itself. None for any."""
        if element is None:
            return None
        document = self.document
        wanted, types = document.type(element, type_of(element)), document.types
        while isinstance(wanted, NamedType) and wanted.name in types:
            wanted = types[wanted.name]
        if isinstance(wanted, FunctionType):
            wanted = wanted.result
        return None if wanted == NamedType("function") else wanted

    def required(self, parent: Element, names: Names, *path: str) -> Code:
        """The code of the expression at the end of a path of elements, which must be there."""
        element: Element | None = parent
        for step in path:
            element = child(element, step)
        code = self.inside(element, names)
        if code is None:
            self.document.refuse(
                parent,
                f"Expected an expression in {kind(parent)}, but there is none.",
                f"In {kind(parent)} fehlt der Ausdruck.",
            )
        return code or (lambda _frame: None)

    def function(self, definition: Element, names: Names, name: str, result: Element | None) -> Code:
        """The code that makes the function value; `result` has the type of what it returns."""
        language = definition.get("kind", "FEEL")
        if language != "FEEL":
            reason = f"Expected a function in FEEL, but it is one in {language}, which is not supported."
            german = f"Funktionen laufen hier nur in FEEL; diese ist in {language}."
            self.document.refuse(definition, reason, german)
        parameters = list(children(definition, "formalParameter"))
        given = tuple(name_of(each) for each in parameters)
        kinds = [self.document.type(each, type_of(each)) for each in parameters]
        inside = self.inside(definition, names.binding(*given)) if language == "FEEL" else None
        body = inside or (lambda _frame: None)
        body = self.returned(self.returned(body, definition), result)
        types = self.document.types
        returned = self.result_type(result)

        def defined(frame: Frame) -> Function:
            def call(run: Run, values: object) -> object:
                assert isinstance(values, list | tuple)
                taken = [
                    coerced(value, wanted, types, run) for value, wanted in zip(values, kinds, strict=True)
                ]
                return body(Frame(dict(zip(given, taken, strict=True)), frame))

            return user_function(name, given, call, _CALL_COST, (*kinds, returned))

        return defined


def _literal(boxed: Boxed, element: Element, names: Names) -> Code:
    if child(element, "importedValues") is not None:
        boxed.document.refuse(
            element,
            "Expected an expression, but found imported values, which are not supported.",
            "Importierte Werte laufen hier nicht; ein Ausdruck muss es sein.",
        )
    return boxed.document.expression(element, names)


def _table(boxed: Boxed, element: Element, names: Names) -> Code:
    return compile_table(element, boxed.document, names, boxed.owner)


def _context(boxed: Boxed, element: Element, names: Names) -> Code:
    """Each entry may read those before it; an entry without a name is the result."""
    entries: list[tuple[str | None, Code]] = []
    inside = names.binding()
    for entry in children(element, "contextEntry"):
        variable = child(entry, "variable")
        name = None if variable is None else name_of(variable)
        code = boxed.required(entry, inside)
        entries.append((name, code if _is_function(entry) else boxed.typed(code, variable)))
        inside = inside.binding(name) if name else inside

    def made(frame: Frame) -> object:
        context: dict[str, object] = {}
        inner = Frame(context, frame)
        for name, code in entries:
            if name is None:
                return code(inner)
            context[name] = code(inner)
        return context

    return made


def _is_function(entry: Element) -> bool:
    """Tools write the type of what it returns beside a function, or that of the function."""
    return child(entry, "functionDefinition") is not None


def _list(boxed: Boxed, element: Element, names: Names) -> Code:
    items = [boxed.compile(item, names) for item in children(element, *HOW)]
    return lambda frame: [item(frame) for item in items]


def _relation(boxed: Boxed, element: Element, names: Names) -> Code:
    columns = list(children(element, "column"))
    rows = [[boxed.compile(cell, names) for cell in children(row, *HOW)] for row in children(element, "row")]
    if any(len(row) != len(columns) for row in rows):
        boxed.document.refuse(
            element,
            f"Expected {len(columns)} cells in every row, but one has others.",
            f"Jede Zeile braucht {len(columns)} Zellen, eine je Spalte; eine hat mehr oder weniger.",
        )
    typed_rows = [
        [(name_of(column), boxed.typed(cell, column)) for column, cell in zip(columns, row, strict=False)]
        for row in rows
    ]
    return lambda frame: [{name: cell(frame) for name, cell in row} for row in typed_rows]


def _function(boxed: Boxed, element: Element, names: Names) -> Code:
    return boxed.function(element, names, "", None)


def _invocation(boxed: Boxed, element: Element, names: Names) -> Code:
    called = boxed.required(element, names)
    arguments = [
        (_parameter(binding), boxed.inside(binding, names) or (lambda _frame: None))
        for binding in children(element, "binding")
    ]

    def invoked(frame: Frame) -> object:
        function = called(frame)
        if not isinstance(function, Function):
            return None
        return function.call_named(frame.run, {name: code(frame) for name, code in arguments})

    return invoked


def _parameter(binding: Element) -> str:
    parameter = child(binding, "parameter")
    return "" if parameter is None else name_of(parameter)


def _conditional(boxed: Boxed, element: Element, names: Names) -> Code:
    return conditional(*(boxed.required(element, names, part) for part in ("if", "then", "else")))


def _filter(boxed: Boxed, element: Element, names: Names) -> Code:
    source = boxed.required(element, names, "in")
    return filtered(source, boxed.required(element, names.filtering(), "match"))


def _for(boxed: Boxed, element: Element, names: Names) -> Code:
    name, turns = _turns(boxed, element, names)
    body = boxed.required(element, names.binding(name, "partial"), "return")
    return repeating(turns, body, cost=_CALL_COST, wants_partial=True)


def _some(boxed: Boxed, element: Element, names: Names) -> Code:
    return _quantified(boxed, element, names, every=False)


def _every(boxed: Boxed, element: Element, names: Names) -> Code:
    return _quantified(boxed, element, names, every=True)


def _quantified(boxed: Boxed, element: Element, names: Names, *, every: bool) -> Code:
    name, turns = _turns(boxed, element, names)
    condition = boxed.required(element, names.binding(name), "satisfies")
    return quantifying(turns, condition, cost=_CALL_COST, every=every, strict=True)


def _turns(boxed: Boxed, element: Element, names: Names) -> tuple[str, Turns]:
    name, source = element.get("iteratorVariable") or "", boxed.required(element, names, "in")
    return tidy(name), turns_over([(tidy(name), domain(source))])


HOW: dict[str, Callable[[Boxed, Element, Names], Code]] = {
    "literalExpression": _literal,
    "decisionTable": _table,
    "context": _context,
    "list": _list,
    "relation": _relation,
    "functionDefinition": _function,
    "invocation": _invocation,
    "conditional": _conditional,
    "filter": _filter,
    "for": _for,
    "some": _some,
    "every": _every,
}
