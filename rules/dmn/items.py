"""Item definitions: the types that a document names, with their allowed values."""

from collections.abc import Callable, Mapping

from rules.dmn.elements import Element, child, children, name_of, text_of, type_of
from rules.dmn.findings import Document, Names
from rules.feel.compiler import CellCode
from rules.feel.frames import Run, Top
from rules.feel.syntax import AllowedType, ContextType, FunctionType, ListType, NamedType, RangeType, Type
from rules.feel.types import TYPE_NAMES

_ANY = NamedType("Any")


def read_types(document: Document) -> None:
    """All item definitions, after those of imported documents; first their names, because they may refer to one another."""
    for name, imported in document.imports.values():
        _import(name, imported, document)
    definitions = {name_of(item): item for item in children(document.root, "itemDefinition")}
    types = document.types
    document.own_types = frozenset(definitions)
    for name, item in definitions.items():
        if name in TYPE_NAMES or name in types:
            whose, wessen = ("FEEL", "FEEL") if name in TYPE_NAMES else ("what is imported", "Importiertem")
            document.refuse(
                item,
                f"Expected a new name for a type, but “{name}” is one of {whose}.",
                f"„{name}“ heißt schon ein Typ von {wessen}; ein eigener braucht einen anderen Namen.",
            )
        types[name] = _ANY
    for name, item in definitions.items():
        types[name] = _item(item, document)
        if (values := child(item, "allowedValues")) is not None:
            document.allowed_values[name] = values
    for name, item in definitions.items():
        if _is_circular(name, types):
            document.refuse(
                item,
                f"Expected “{name}” to be made of other types, but it is only itself.",
                f"Der Typ „{name}“ besteht nur aus sich selbst; er braucht einen anderen als Grundlage.",
            )
            types[name] = _ANY


def _import(name: str, imported: Document, document: Document) -> None:
    """Types keep one name everywhere, with their namespace; `imp.tPerson` is another word for it here."""
    known = {local: _everywhere(local, imported) for local in imported.types}
    for local, whole in known.items():
        if local in imported.own_types or local == whole:
            document.types[whole] = _renamed(imported.types[local], known)
        if local in imported.own_types:
            document.types[f"{name}.{local}" if name else local] = NamedType(whole)
    for local, values in imported.allowed_values.items():
        document.allowed_values[known[local]] = values


def _everywhere(local: str, document: Document) -> str:
    """The name of a type beyond its own document."""
    if local in document.own_types:
        return f"{document.prefix}{local}"
    if local.startswith("{"):
        return local
    alias = document.types[local]
    assert isinstance(alias, NamedType)
    return alias.name


def _renamed(kind: Type, names: Mapping[str, str]) -> Type:
    match kind:
        case NamedType(name):
            return NamedType(names.get(name, name))
        case ListType(of):
            return ListType(_renamed(of, names))
        case RangeType(of):
            return RangeType(_renamed(of, names))
        case AllowedType(of, allows):
            return AllowedType(_renamed(of, names), allows)
        case ContextType(fields):
            return ContextType(tuple((name, _renamed(of, names)) for name, of in fields))
        case FunctionType(parameters, result):
            return FunctionType(tuple(_renamed(each, names) for each in parameters), _renamed(result, names))


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
