"""Conditions that hide what they look at: such a form has no state to stand in."""

from collections.abc import Iterable, Iterator, Mapping

from cpm.forms.field import Component, Field, flat
from cpm.forms.form import Form
from rules.feel import Expression


def circles(form: Form) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The key of each field that hides itself by its value, and the fields by way of which, itself last.

    A hidden field is null to all expressions, so it would show again, and hide again. Rows are looked at by their own
    keys; what they read as `this.key` is not followed.
    """
    yield from _circles(form.components)
    for field in form.fields:
        if field.rows is not None:
            yield from _circles(field.rows.components)


def _circles(components: tuple[Component, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    fields = {field.key: field for field in _fields(components)}
    for key, field in fields.items():
        if way := _way(field, fields):
            yield key, way


def _fields(components: tuple[Component, ...]) -> Iterator[Field]:
    return (component for component in flat(components) if isinstance(component, Field))


def _way(field: Field, fields: Mapping[str, Field]) -> tuple[str, ...]:
    """The shortest from its conditions to itself; the conditions of the groups around it are its own."""
    ways: dict[str, tuple[str, ...]] = {name: (name,) for name in sorted(_names(field.hides))}
    queue = list(ways)
    for name in queue:
        if name == field.key:
            return ways[name]
        other = fields.get(name)
        computed = (other.compute,) if other and other.compute else ()
        for read in sorted(_names((*other.hides, *computed)) if other else ()):
            if read not in ways:
                ways[read] = (*ways[name], read)
                queue.append(read)
    return ()


def _names(expressions: Iterable[Expression]) -> set[str]:
    return {name for expression in expressions for name in expression.variables}
