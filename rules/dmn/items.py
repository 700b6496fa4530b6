"""Item definitions: the types that a document names, with their allowed values."""

from collections.abc import Callable

from rules.dmn.elements import Element, child, children, name_of, text_of, type_of
from rules.dmn.findings import Document, Names
from rules.feel.compiler import CellCode
from rules.feel.frames import Run, Top
from rules.feel.syntax import AllowedType, ContextType, FunctionType, ListType, NamedType, Type
from rules.feel.types import TYPE_NAMES

_ANY = NamedType("Any")


def read_types(root: Element, document: Document) -> dict[str, Type]:
    """All item definitions; first their names, because they may refer to one another."""
    definitions = {name_of(item): item for item in children(root, "itemDefinition")}
    types: dict[str, Type] = dict.fromkeys(definitions, _ANY)
    document.types = types
    for name, item in definitions.items():
        if name in TYPE_NAMES:
            document.refuse(item, f"Expected a new name for a type, but “{name}” is one of FEEL.")
        types[name] = _item(item, document)
        if (values := child(item, "allowedValues")) is not None:
            document.allowed_values[name] = values
    for name, item in definitions.items():
        if _is_circular(name, types):
            document.refuse(item, f"Expected “{name}” to be made of other types, but it is only itself.")
            types[name] = _ANY
    return types


def _item(item: Element, document: Document) -> Type:
    kind = _base(item, document)
    allowed = child(item, "allowedValues")
    if item.get("isCollection") == "true" and not isinstance(kind, ListType):
        return _constrained(item, ListType(_allowing(kind, allowed, document)), document)
    return _constrained(item, _allowing(kind, allowed, document), document)


def _base(item: Element, document: Document) -> Type:
    function = child(item, "functionItem")
    if function is not None:
        parameters = [document.type(each, type_of(each)) or _ANY for each in children(function, "parameters")]
        result = document.type(function, function.get("outputTypeRef")) or _ANY
        return FunctionType(tuple(parameters), result)
    fields = tuple((name_of(each), _item(each, document)) for each in children(item, "itemComponent"))
    return ContextType(fields) if fields else document.type(item, type_of(item)) or _ANY


def _constrained(item: Element, kind: Type, document: Document) -> Type:
    """DMN 1.5 can test a list as a whole, beside its items."""
    return _allowing(kind, child(item, "typeConstraint"), document)


def _allowing(kind: Type, values: Element | None, document: Document) -> Type:
    if values is None or not text_of(values):
        return kind
    cell = document.cell(values, Names(frozenset()))
    return kind if cell is None else AllowedType(kind, _test(cell))


def _test(cell: CellCode) -> Callable[[object, Run], bool]:
    return lambda value, run: cell(value, Top({}, run)) is True


def _is_circular(name: str, types: dict[str, Type]) -> bool:
    """A type that is another name for itself, with nothing in between, would never be found."""
    seen = set()
    kind = types[name]
    while True:
        while isinstance(kind, AllowedType):
            kind = kind.of
        if not isinstance(kind, NamedType) or kind.name not in types:
            return False
        if kind.name in seen:
            return True
        seen.add(kind.name)
        kind = types[kind.name]
