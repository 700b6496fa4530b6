"""Collects what speaks against a document, and compiles its FEEL texts into what can be run."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import cast

from rules.dmn.elements import Element, id_of, text_of
from rules.dmn.index import Simple, simple
from rules.dmn.telling import told_place
from rules.feel.compiler import CellCode, Code, Place, Text, compile_cell, compile_node
from rules.feel.errors import FeelError
from rules.feel.explaining import Where, watched_cell, watched_expression
from rules.feel.frames import Run, Top
from rules.feel.parser import parse_expression, parse_unary_tests
from rules.feel.syntax import ExpressionTest, NamedType, Test, Type
from rules.feel.types import TYPE_NAMES
from rules.xml import Finding

#: Types that other tools write for numbers.
_ALIASES = {"integer": "number", "long": "number", "double": "number", "Boolean": "boolean"}
#: What stands before a mistake, in German; where a mistake itself has no German, nothing does.
_PLACES = (
    ("Default output: ", "Standardergebnis: "),
    ("Output values: ", "Werte des Ergebnisses: "),
    ("Input ", "Eingabe "),
    ("Rule ", "Zeile "),
    (", input ", ", Eingabe "),
    (", output ", ", Ergebnis "),
)
_OPERATOR = re.compile(r"\s*[-+*/.]\s*")


@dataclass(frozen=True, slots=True)
class Names:
    """The names that an expression may read, by where it stands."""

    bound: frozenset[str]
    members: frozenset[str] = frozenset()  #: those of what is imported, which follow a dot
    nested: bool = False
    in_filter: bool = False

    def binding(self, *names: str) -> "Names":
        return replace(self, bound=self.bound | set(names), nested=True)

    def filtering(self) -> "Names":
        return replace(self.binding("item"), in_filter=True)


@dataclass(slots=True)
class Document:
    """One file while it is read."""

    file: str
    root: Element
    namespace: str = ""
    prefix: str = ""  #: of the keys of its nodes, so that documents may use the same ids
    imports: "dict[str, tuple[str, Document]]" = field(
        default_factory=dict
    )  #: by namespace: name and document
    vocabulary: frozenset[str] = frozenset()  #: names with spaces that may follow a dot or bind a value
    node_names: frozenset[str] = frozenset()  #: names of nodes that look like sums, as “Pre-bureau risk”
    types: dict[str, Type] = field(default_factory=dict)
    own_types: frozenset[str] = frozenset()  #: those that it defines itself
    allowed_values: dict[str, Element] = field(default_factory=dict)  #: of types, by their names
    findings: list[Finding] = field(
        default_factory=list
    )  #: one list for all documents that are read together
    looked_up: dict[tuple[str, Names], Simple | None] = field(default_factory=dict)
    compiled: "dict[tuple[str, Names, _Build, Where | None], _Compiled]" = field(default_factory=dict)
    watched: bool = False  #: whether its texts tell how their values came about
    decides: str = ""  #: the name of the decision or function that is being read
    #: Free names that count as facts; None if the document declares its input data, so that they are mistakes.
    facts: set[str] | None = None

    def refuse(self, element: Element, reason: str, german: str | None) -> None:
        """`german` is None for what an expression's error says in English only."""
        line = cast("int | None", element.sourceline)
        self.findings.append(Finding(self.file, line, id_of(element), reason, german))

    def _no_feel(self, element: Element, where: str, error: FeelError) -> None:
        at = where
        for english, told in _PLACES:
            at = at.replace(english, told)
        german = None if error.german == str(error) else f"{at}{error.german}"
        self.refuse(element, f"{where}{error}", german)

    def expression(self, element: Element, names: Names, where: str = "") -> Code:
        """The code of the FEEL text in an element; it gives null if there is none."""
        text = self._text(element)
        if not text:
            return _null
        try:
            code, about = self._compiled(text, names, _expression, where)
        except FeelError as error:
            self._no_feel(element, where, error)
            return _null
        self._check_names(element, about, names, where)
        return cast("Code", code)

    def cell(self, element: Element, names: Names, where: str = "") -> CellCode | None:
        """The code of unary tests; None if they hold for everything."""
        text = self._text(element)
        if text in ("", "-"):
            return None
        try:
            code, about = self._compiled(text, names, _cell, where)
        except FeelError as error:
            self._no_feel(element, where, error)
            return _never
        self._check_names(element, about, names, where)
        return cast("CellCode", code)

    def _compiled(self, text: str, names: Names, build: "_Build", where: str) -> "_Compiled":
        """The same cell stands in a table again and again; it is compiled once, or once a place if watched."""
        place_told = told_place(self.decides, where) if self.watched else None
        key = (text, names, build, place_told)
        if key not in self.compiled:
            place = Place(Text(self.types), names.bound, names.nested, names.in_filter)
            vocabulary = self._vocabulary(names)
            code = (
                build(text, vocabulary, place)
                if place_told is None
                else _WATCHED[build](text, vocabulary, place, place_told)
            )
            self.compiled[key] = code, place.text
        return self.compiled[key]

    def _vocabulary(self, names: Names) -> frozenset[str]:
        """A node “a-b” hides the difference of `a` and `b` only where it can be read (DMN 1.5 10.3.1.2)."""
        read = names.bound | names.members
        unread = {name for name in self.node_names - read if not _is_operation(name, names.bound)}
        return self.vocabulary | read | unread

    def simple(self, element: Element, names: Names) -> Simple | None:
        """What a cell matches, if that can be looked up."""
        text = text_of(element)
        if text in ("", "-"):
            return None
        if (text, names) not in self.looked_up:
            try:
                found = simple(parse_unary_tests(text, self._vocabulary(names)))
            except FeelError:  # a finding says so
                found = None
            self.looked_up[text, names] = found
        return self.looked_up[text, names]

    def values(self, element: Element) -> tuple[object, ...]:
        """The values that unary tests list, in their order."""
        try:
            tests = parse_unary_tests(self._text(element), self.vocabulary).tests
            codes = [self._value(test) for test in tests]
            return tuple(code(Top({}, Run())) for code in codes)
        except FeelError as error:
            self._no_feel(element, "", error)
            return ()

    def _value(self, test: Test) -> Code:
        if not isinstance(test, ExpressionTest):
            raise FeelError(
                "Expected values with commas between them, but found a comparison.",
                german="Hier stehen Werte mit Kommas dazwischen, kein Vergleich.",
            )
        return compile_node(test.expression, Place(Text(self.types)))

    def _text(self, element: Element) -> str:
        language = element.get("expressionLanguage") or ""
        if language and "feel" not in language.lower():
            self.refuse(element, *other_language(language))
            return "null"
        return text_of(element)

    def _check_names(self, element: Element, text: Text, names: Names, where: str) -> None:
        if self.facts is not None:
            self.facts |= text.variables - names.bound
            return
        for name in sorted(text.certain - names.bound):
            self._no_feel(
                element,
                where,
                FeelError(
                    f"Expected “{name}” to be an input or a required decision, but it is neither.",
                    german=f"„{name}“ ist weder eine Eingabe noch eine Entscheidung, die hier gebraucht wird.",
                ),
            )

    def type(self, element: Element, reference: str | None) -> Type | None:
        """The type that is meant; None for any."""
        name = self.type_name(element, reference)
        if not name or name == "Any":
            return None
        if name not in TYPE_NAMES and name not in self.types:
            self.refuse(
                element,
                f"Expected a type of FEEL or one that is defined here, but “{reference}” is neither.",
                f"Den Typ „{reference}“ gibt es nicht, weder in FEEL noch als Definition in dieser Datei.",
            )
            return None
        return NamedType(name)

    def values_of_type(self, element: Element, reference: str | None) -> Element | None:
        """The allowed values of a type, or of that which it is another name for."""
        name, seen = self.type_name(element, reference), set[str]()
        while name not in self.allowed_values:
            kind = self.types.get(name)
            if not isinstance(kind, NamedType) or name in seen:
                return None
            seen.add(name)
            name = kind.name
        return self.allowed_values[name]

    def type_name(self, element: Element, reference: str | None) -> str:
        """What `types` knows it by: `imp.tPerson` is imported, and in DMN 1.1 so may be `prefix:tPerson`."""
        prefix, _, local = (reference or "").rpartition(":")
        imported = self.imports.get(element.nsmap.get(prefix, "") if prefix else "")
        if imported is not None and f"{imported[1].prefix}{local}" in self.types:
            return f"{imported[1].prefix}{local}"
        if local not in self.types and local.removeprefix("feel.") in TYPE_NAMES:
            return local.removeprefix("feel.")
        return local if local in self.types else _ALIASES.get(local, local)


_Build = Callable[[str, frozenset[str], Place], Code | CellCode]
_Compiled = tuple[Code | CellCode, Text]


def _expression(text: str, vocabulary: frozenset[str], place: Place) -> Code:
    return compile_node(parse_expression(text, vocabulary), place)


def _cell(text: str, vocabulary: frozenset[str], place: Place) -> CellCode:
    return compile_cell(parse_unary_tests(text, vocabulary), place)


_WATCHED: dict[_Build, Callable[[str, frozenset[str], Place, Where], Code | CellCode]] = {
    _expression: watched_expression,
    _cell: watched_cell,
}


def other_language(language: str) -> tuple[str, str]:
    """That an expression is not FEEL, in English and German."""
    return (
        f"Expected the expression language FEEL, but found {language}.",
        f"Ausdrücke sind FEEL; hier steht als Sprache {language}.",
    )


def _is_operation(name: str, bound: frozenset[str]) -> bool:
    """Could the name be meant as an operation with names that can be read?"""
    return all(part in bound or part[:1].isdigit() for part in _OPERATOR.split(name))


def _null(_frame: object) -> None:
    return None


def _never(_value: object, _frame: object) -> bool:
    return False
