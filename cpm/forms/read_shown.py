"""Reads what is only to be read: tables, documents, and groups that sum up what their fields hold."""

from dataclasses import replace

from cpm.forms.field import Column, Component, Field, Group, Note
from cpm.forms.read_field import bilingual, no_stray_cpm
from cpm.forms.source import Source
from cpm.forms.words import Words
from rules.feel import Expression

#: A page of more columns nobody reads.
MOST_COLUMNS = 20
#: Rows of a page in form-js; here it is how many stand there at once.
_MOST_ROWS = 1000

_Hides = tuple[Expression, ...]

#: What form-js has and pages do not: why, and what to take instead.
INSTEAD = {
    "button": Words(
        "Ein Formular hat keinen Knopf, weil die Seite ihre eigenen hat",
        "no button, because the page has its own",
    ),
    "image": Words(
        "Ein Formular hat kein Bild, weil Seiten nichts von anderswo zeigen; documentPreview zeigt Dateien des Vorgangs",
        "no image, because pages show nothing from elsewhere; a documentPreview shows files of the case",
    ),
    "html": Words(
        "Ein Formular hat kein HTML; ein Text hat Überschriften, Listen und Links, eine Tabelle hat Zeilen",
        "no HTML; a text view has headings, lists and links, a table has rows",
    ),
    "iframe": Words(
        "Ein Formular hat keinen iFrame, weil Seiten nichts von anderswo zeigen",
        "no iFrame, because pages show nothing from elsewhere",
    ),
}


def read_table(source: Source, hides: _Hides) -> Note:
    source.ignore("columnsLabel")
    source.whole("rowCount", _MOST_ROWS)
    properties = source.part("properties")
    words = _label(source, properties)
    no_stray_cpm(properties)
    columns = tuple(_column(part) for part in source.parts("columns"))
    listed = source.feel("columnsExpression")
    if not columns and listed is None:
        source.complain(
            "columns",
            "columns, or columnsExpression to list them",
            "there are none",
            "es fehlen Spalten; columnsExpression kann sie auch aufzählen",
        )
    if len(columns) > MOST_COLUMNS:
        source.complain(
            "columns",
            f"at most {MOST_COLUMNS} columns",
            "there are more",
            f"höchstens {MOST_COLUMNS} Spalten",
        )
    data = _data(source)
    return Note(source.element or "", "table", words, hides, data, columns=columns, columns_from=listed)


def read_preview(source: Source, hides: _Hides) -> Note:
    source.ignore("maxHeight")
    properties = source.part("properties")
    words = _label(source, properties)
    no_stray_cpm(properties)
    return Note(source.element or "", "documentPreview", words, hides, _data(source))


def is_true(properties: Source, key: str) -> bool:
    text = properties.text(key)
    if text not in {None, "true", "false"}:
        properties.complain(key, "true or false", "it is not", "es gibt true und false")
    return text == "true"


def summed_up(source: Source, components: tuple[Component, ...]) -> tuple[Component, ...]:
    """The components as nobody may change them, so nothing is demanded of them either."""
    return tuple(_locked(source, each) for each in components)


def _locked(source: Source, component: Component) -> Component:
    match component:
        case Group():
            return replace(component, components=summed_up(source, component.components), summary=True)
        case Note(kind="table" | "documentPreview"):
            return component
        case Note():
            source.complain(
                "components",
                "fields, tables and documents in a summary",
                "there is a text",
                "eine Zusammenfassung hat Felder, Tabellen und Dokumente, keinen Text",
            )
            return component
        case Field(rows=rows):
            calm = replace(component, required=False, required_if=None, check=None, prefill=None, lookup=None)
            if rows is not None:
                rows = replace(rows, components=summed_up(source, rows.components), least=0, first=0)
                rows = replace(rows, movable=False, carried=())
            return replace(calm, locked=True, rows=rows)


def _label(source: Source, properties: Source) -> Words:
    german = source.text("label") or source.text("title") or ""
    if not german:
        source.complain(
            "label",
            "a text that tells people what they see",
            "there is none",
            "es fehlt der Text, der sagt, was zu sehen ist",
        )
    return bilingual(german, properties.text("cpm:label.en"))


def _data(source: Source) -> Expression | None:
    found = source.feel("dataSource")
    if found is None and not source.raw("dataSource"):
        source.complain(
            "dataSource",
            'a FEEL expression after "="',
            "there is none",
            "es fehlt ein FEEL-Ausdruck nach „=“",
        )
    return found


def _column(part: Source) -> Column:
    key, label = part.text("key"), part.text("label")
    found = Column(key or "", bilingual(label or key or "", part.text("cpm:label.en")), part.text("cpm:unit"))
    part.finish()
    if not key:
        part.complain(
            "key",
            "the name of what stands in the column",
            "there is none",
            "es fehlt der Name dessen, was in der Spalte steht",
        )
    return found
