"""The types that a document declares, as far as the checks need them."""

from collections.abc import Mapping

from rules.checks.kinds import ALIASES, SCALARS, WHOLE, Kind
from rules.dmn.elements import Element, child, children, name_of, text_of, type_of
from rules.feel.errors import FeelError
from rules.feel.parser import parse_unary_tests
from rules.feel.syntax import Tests


def plain(reference: str) -> Kind | None:
    """One of FEEL's own types; None for any."""
    name = reference.rpartition(":")[2]  # DMN 1.1 writes the prefix of FEEL's namespace before its types
    base = ALIASES.get(name, name)
    if base in SCALARS:
        return Kind(base, whole=name in WHOLE)
    return Kind(base) if base in ("list", "context", "range") else None


class Items:
    """Item definitions by name."""

    def __init__(self, root: Element) -> None:
        self._defined: Mapping[str, Element] = {
            name_of(item): item for item in children(root, "itemDefinition")
        }
        self._known: dict[str, Kind | None] = {}

    def kind(self, reference: str | None) -> Kind | None:
        """The type of that name; None for any, for one of another document, and for one that is none."""
        if reference is None:
            return None
        name = reference.strip()
        if name in self._defined:
            if name not in self._known:
                self._known[name] = None  # a type that is made of itself
                self._known[name] = self._item(self._defined[name])
            return self._known[name]
        return plain(name)

    def of(self, element: Element | None) -> Kind | None:
        """The type that the element refers to."""
        return self.kind(type_of(element))

    def _item(self, item: Element) -> Kind | None:
        if child(item, "functionItem") is not None:
            return Kind("function")
        fields = tuple((name_of(each), self._item(each)) for each in children(item, "itemComponent"))
        kind = Kind("context", entries=fields) if fields else self.kind(type_of(item))
        if item.get("isCollection") == "true":
            return Kind("list", kind)
        allowed = allowed_by(child(item, "allowedValues"))
        if kind is not None and allowed is not None:
            return Kind(kind.name, kind.of, kind.entries, allowed)
        return kind


def allowed_by(element: Element | None) -> Tests | None:
    """The tests that values must pass; None if there are none, or they cannot be read."""
    try:
        tests = parse_unary_tests(text_of(element))
    except FeelError:
        return None
    return tests if tests.tests else None
