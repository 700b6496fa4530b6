"""Reads the names of types, as they stand after `instance of` and in the parameters of functions."""

from typing import TYPE_CHECKING

from rules.feel.syntax import ContextType, FunctionType, ListType, NamedType, RangeType, Type

if TYPE_CHECKING:
    from rules.feel.reader import Reader


def read_type(reader: "Reader") -> Type:
    reader.deeper()
    name = _name(reader)
    kind = _GENERIC[name](reader) if name in _GENERIC and reader.skip_if("<") else NamedType(name)
    reader.depth -= 1
    return kind


def _name(reader: "Reader") -> str:
    parts = []
    while True:
        token = reader.next()
        if token.kind != "name":
            reader.fail("the name of a type", token)
        parts.append(token.text)
        if not reader.skip_if("."):
            return ".".join(parts)


def _list(reader: "Reader") -> Type:
    of = read_type(reader)
    reader.expect(">")
    return ListType(of)


def _range(reader: "Reader") -> Type:
    of = read_type(reader)
    reader.expect(">")
    return RangeType(of)


def _context(reader: "Reader") -> Type:
    fields = reader.separated(lambda: _field(reader))
    reader.expect(">")
    return ContextType(fields)


def _field(reader: "Reader") -> tuple[str, Type]:
    name = reader.name_until()
    reader.expect(":")
    return name, read_type(reader)


def _function(reader: "Reader") -> Type:
    parameters: tuple[Type, ...] = ()
    if not reader.skip_if(">"):
        parameters = reader.separated(lambda: read_type(reader))
        reader.expect(">")
    reader.expect("->")
    return FunctionType(parameters, read_type(reader))


_GENERIC = {"list": _list, "range": _range, "context": _context, "function": _function}
