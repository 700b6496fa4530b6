"""Which names a component looks at while it shows: what makes a form react to what is typed."""

from collections.abc import Iterator

from cpm.forms.field import PLACEHOLDER, Component, Field, Note, flat
from rules.feel import Expression


def reacts(components: tuple[Component, ...]) -> bool:
    """Whether what is typed may change how a form looks; a list always may, and tags become ticks."""
    inside = tuple(flat(components))
    fields = [each for each in inside if isinstance(each, Field)]
    keys = {field.key for field in fields}
    ours = any(
        field.rows or field.kind == "taglist" or (field.lookup and field.lookup.fill) for field in fields
    )
    return ours or any(not keys.isdisjoint(names_read(component)) for component in inside)


def names_read(component: Component) -> set[str]:
    """The names of variables and fields that decide whether and how it shows, not whether an answer fits."""
    names = {name for expression in _expressions(component) for name in expression.variables}
    if isinstance(component, Note):
        texts = (component.words.de, component.words.en)
        names |= {match[1] for text in texts for match in PLACEHOLDER.finditer(text)}
    return names


def _expressions(component: Component) -> Iterator[Expression]:
    yield from component.hides
    if isinstance(component, Note):
        yield from (each for each in (component.computed, component.columns_from) if each is not None)
    if isinstance(component, Field):
        found = (
            component.required_if,
            component.locked,
            component.prefill,
            component.choose,
            component.compute,
            component.files.several if component.files else None,
        )
        yield from (each for each in found if isinstance(each, Expression))
