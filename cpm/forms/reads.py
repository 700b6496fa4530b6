"""The names that the expressions and the placeholders of a form read from outside of themselves."""

from collections.abc import Iterator

from cpm.forms.field import PLACEHOLDER, Component, Field, Group, Note
from cpm.forms.form import Form
from rules.feel import Expression

#: What expressions in a row know beside its fields, as form-js has it.
OF_ROWS = frozenset({"i", "parent", "this"})


def own_names(form: Form) -> frozenset[str]:
    """The keys of its fields, those in rows too."""
    return frozenset(each.key for each in _components(form.components) if isinstance(each, Field))


def names_read(form: Form) -> Iterator[tuple[str, str]]:
    """Each with the key or the id of the component that reads it; in a row also those that only rows know."""
    for component in _components(form.components):
        at = component.key if isinstance(component, Field) else component.id
        for expression in _expressions(component):
            for name in sorted(expression.certain):
                yield at, name
        if isinstance(component, Note):
            for words in (component.words.de, component.words.en):
                for placeholder in PLACEHOLDER.finditer(words):
                    yield at, placeholder[1]


def _components(components: tuple[Component, ...]) -> Iterator[Component]:
    for component in components:
        yield component
        if isinstance(component, Group):
            yield from _components(component.components)
        elif isinstance(component, Field) and component.rows is not None:
            yield from _components(component.rows.components)


def _expressions(component: Component) -> Iterator[Expression]:
    found: list[object] = list(component.hides)
    match component:
        case Note():
            found += [component.computed, component.columns_from]
        case Field():
            limits = component.limits
            found += [component.required_if, component.locked, component.check, component.prefill]
            found += [component.choose, component.compute, limits.minimum, limits.maximum]
            found += [component.files.several] if component.files else []
    yield from (each for each in found if isinstance(each, Expression))
