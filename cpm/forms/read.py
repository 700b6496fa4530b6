"""Reads a `.form` file of the Camunda Modeler (form-js, type "default") and refuses what it cannot honour."""

import re
from collections.abc import Mapping
from dataclasses import replace

from cpm.forms import json_text
from cpm.forms.field import PLACEHOLDER, Component, Field, Group, Note, fields_of
from cpm.forms.form import Form
from cpm.forms.layout import COLUMNS, Layout
from cpm.forms.read_field import TYPES, bilingual, no_stray_cpm, read_field
from cpm.forms.read_more import against_order, read_computed, read_list
from cpm.forms.read_shown import INSTEAD, is_true, read_preview, read_table, summed_up
from cpm.forms.reads import OF_ROWS
from cpm.forms.source import Findings, Source
from rules.feel import Expression
from rules.xml import Finding, Refused

MOST_COMPONENTS = 300
DEEPEST = 10

_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,99}")
#: Inputs that nobody types into as they are.
_MORE = frozenset({"dynamiclist", "expression"})
_NOTES = frozenset({"text", "separator", "spacer"})
_SHOWN = {"table": read_table, "documentPreview": read_preview}
_OF_THE_EDITOR = ("exporter", "executionPlatform", "executionPlatformVersion", "schemaVersion", "versionTag")

_Hides = tuple[Expression, ...]


def read(data: bytes, file: str = "") -> Form:
    """The form, all its expressions and patterns compiled. Raises Refused with every finding at once;
    a finding's element is the key (or the id) of the component.
    """
    document = json_text.parse(data, file)
    if not isinstance(document, dict):
        raise Refused(
            [
                Finding(
                    file,
                    None,
                    None,
                    "Expected a form as a JSON object, but it is something else.",
                    "Ein Formular ist ein JSON-Objekt, dies ist etwas anderes.",
                )
            ]
        )
    reader = _Reader(Findings(file))
    form = reader.form(document)
    if reader.findings.all:
        raise Refused(reader.findings.all)
    return form


class _Reader:
    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.keys: set[str] = set()
        self.count = 0
        self.in_rows = False
        self.figure: str | None = None  #: the key of the one there is

    def form(self, document: dict[str, object]) -> Form:
        source = Source(document, self.findings, None)
        source.ignore(*_OF_THE_EDITOR)
        form_id = source.text("id") or ""
        if not _ID.fullmatch(form_id):
            source.complain(
                "id",
                "a name of letters, digits, dots and dashes",
                "it is not",
                "ein Name aus Buchstaben, Ziffern, Punkten und Strichen",
            )
        if source.text("type") != "default":
            source.complain("type", '"default"', "it is not", "hier steht „default“")
        components = self.components(source, (), 0)
        against_order(fields_of(components), self.findings)
        source.finish()
        return Form(form_id, components)

    def components(self, parent: Source, hides: _Hides, depth: int) -> tuple[Component, ...]:
        if depth > DEEPEST:
            parent.complain(
                "components",
                f"at most {DEEPEST} groups deep",
                "they are deeper",
                f"Gruppen liegen höchstens {DEEPEST} tief ineinander",
            )
            return ()
        found = [self.component(source, hides, depth) for source in parent.parts("components")]
        return tuple(component for component in found if component is not None)

    def component(self, source: Source, hides: _Hides, depth: int) -> Component | None:
        self.count += 1
        if self.count == MOST_COMPONENTS + 1:
            self.findings.add(
                None,
                f"Expected at most {MOST_COMPONENTS} components, but there are more.",
                f"Ein Formular hat höchstens {MOST_COMPONENTS} Bestandteile, dieses hat mehr.",
            )
        if self.count > MOST_COMPONENTS:
            return None
        source.element, source.path = _name(source), ""
        source.ignore("id")
        layout = _layout(source)
        kind = source.text("type") or ""
        component = self.of_kind(kind, source, (*hides, *_condition(source)), depth)
        if component is None:
            self.unknown(kind, source)
            return None
        source.finish()
        return replace(component, layout=layout)

    def of_kind(self, kind: str, source: Source, hides: _Hides, depth: int) -> Component | None:
        if kind == "group":
            return self.group(source, hides, depth)
        if kind in _NOTES:
            return self.note(source, kind, hides)
        if kind in TYPES:
            return self.claim(read_field(source, kind, hides))
        if kind in _SHOWN:
            return _SHOWN[kind](source, hides)
        if kind == "expression":
            return self.claim(read_computed(source, hides))
        if kind == "dynamiclist":
            return self.claim(self.list(source, hides, depth))
        return None

    def unknown(self, kind: str, source: Source) -> None:
        if kind in INSTEAD:
            instead = INSTEAD[kind]
            self.findings.add(source.element, f"Expected {instead.en}, but here is one.", f"{instead.de}.")
            return
        known = ", ".join(sorted({"group"} | _MORE | _NOTES | TYPES | _SHOWN.keys()))
        source.complain(
            "type",
            f"one of {known}",
            f"it is {kind[:60]!r}",
            f"{kind[:60]!r} gibt es hier nicht, sondern {known}",
        )

    def list(self, source: Source, hides: _Hides, depth: int) -> Field:
        if self.in_rows:
            self.findings.add(
                source.element,
                "Expected no list within the rows of a list, but here is one.",
                "In den Zeilen einer Liste steht keine weitere Liste.",
            )
        around, self.keys, self.in_rows = self.keys, set(), True
        # Its own conditions hide it as a whole; those of its rows are asked row by row.
        components = self.components(source, (), depth + 1)
        self.keys, self.in_rows = around, False
        against_order(fields_of(components), self.findings)
        return read_list(source, hides, components)

    def group(self, source: Source, hides: _Hides, depth: int) -> Group:
        source.ignore("showOutline", "verticalAlignment")
        if source.text("path"):
            source.complain(
                "path",
                "empty, because variables lie side by side",
                "it has a name",
                "bleibt leer, weil Variablen nebeneinander liegen",
            )
        properties = source.part("properties")
        words = bilingual(source.text("label") or "", properties.text("cpm:label.en"))
        summary = is_true(properties, "cpm:summary")
        no_stray_cpm(properties)
        components = self.components(source, hides, depth + 1)
        if summary:
            components = summed_up(source, components)
        return Group(source.element or "", words, hides, components, summary=summary)

    def note(self, source: Source, kind: str, hides: _Hides) -> Note:
        source.ignore("height")
        if kind != "text":
            source.ignore("properties")
            return Note(source.element or "", kind, bilingual("", None), hides)
        properties = source.part("properties")
        text, english = source.text("text") or "", properties.text("cpm:text.en")
        no_stray_cpm(properties)
        if text.startswith("="):
            return Note(source.element or "", kind, bilingual("", None), hides, source.feel("text"))
        for each in (text, english or ""):
            if "{{" in PLACEHOLDER.sub("", each):
                source.complain(
                    "text",
                    "a text whose {{placeholders}} are names",
                    "one of them is more",
                    "in {{Platzhaltern}} stehen nur Namen",
                )
        return Note(source.element or "", kind, bilingual(text, english), hides)

    def claim(self, field: Field) -> Field:
        key = field.key
        if key in self.keys:
            self.findings.add(
                key,
                f"Expected every key once, but {key} is there twice.",
                f"Jeder Schlüssel kommt einmal vor, {key} zweimal.",
            )
        if self.in_rows and key in OF_ROWS:
            kept = ", ".join(sorted(OF_ROWS))
            self.findings.add(
                key,
                f"Expected keys other than {kept} in a row, but here is {key}.",
                f"In einer Zeile heißt kein Feld {kept}; hier heißt eines {key}.",
            )
        if self.in_rows and field.prefill is not None:
            self.findings.add(
                key,
                "Expected no cpm:prefill in the rows of a list, but here is one.",
                "In den Zeilen einer Liste gibt es kein cpm:prefill.",
            )
        if field.figure and (self.in_rows or self.figure is not None):
            self.findings.add(
                key,
                "Expected one cpm:figure in a form, outside of lists, but here is another.",
                "Ein Formular hat ein cpm:figure, außerhalb von Listen; hier ist noch eines.",
            )
        self.figure = key if field.figure else self.figure
        self.keys.add(key)
        return field


def _condition(source: Source) -> _Hides:
    condition = source.part("conditional")
    hide = condition.feel("hide")
    condition.finish()
    return () if hide is None else (hide,)


def _layout(source: Source) -> Layout:
    part = source.part("layout")
    row, columns = part.text("row"), part.whole("columns", COLUMNS)
    part.finish()
    return Layout(row or None, columns or None)


def _name(source: Source) -> str | None:
    """How the designer finds the component: its key, or the id that the editor gave it."""
    members: Mapping[str, object] = source.members
    path = members.get("path") if members.get("type") == "dynamiclist" else None
    for name in (members.get("key"), path, members.get("id")):
        if isinstance(name, str) and name:
            return name[:100].encode("ascii", "backslashreplace").decode()
    return None
