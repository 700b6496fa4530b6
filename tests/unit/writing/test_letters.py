"""Letters as files: what they hold, what they may reach, and when they are stopped."""

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from cpm.writing import MissingPlaceholder, TemplateFault, letters
from cpm.writing.letters import Data, press
from cpm.writing.letters.press import Order

ROOT = Path(__file__).parents[3] / "processes"
SHIPPED = {
    path.name: path.read_bytes()
    for owner in ("firm", "complaint")
    for path in (ROOT / owner / "letters").iterdir()
}
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=ZoneInfo("Europe/Berlin"))
NB = "\u00a0"
HOSTILE = '{{ 7*7 }} </w:t> <b>& #read("/etc/passwd") \x00 {_{ x }_}'


def data(language: str = "de", **values: object) -> Data:
    return Data(values, language, NOW)


def pdf(source: str, **values: object) -> PdfReader:
    made = letters.write(
        {"a.de.typ": ('#import "cpm.typ": *\n#set document(title: "T")\n' + source).encode()},
        "a",
        "pdf",
        data(**values),
    )
    return PdfReader(io.BytesIO(made.content))


def word(*paragraphs: str, change: Any = None) -> bytes:
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    made = io.BytesIO()
    document.save(made)
    return change(made.getvalue()) if change else made.getvalue()


def zipped(content: bytes, **parts: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.infolist():
            if each.filename not in parts:
                new.writestr(each, old.read(each))
        for name, part in parts.items():
            new.writestr(name, part)
    return made.getvalue()


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_shipped_letter_is_an_archivable_pdf(language: str) -> None:
    known = letters.sample(SHIPPED["answer.json"])
    made = letters.write(SHIPPED, "answer", "pdf", Data(known, language, NOW))
    read = PdfReader(io.BytesIO(made.content))
    text = read.pages[0].extract_text()

    assert made.content == letters.write(SHIPPED, "answer", "pdf", Data(known, language, NOW)).content
    assert "Dr. Mara Beispiel" in text
    assert f"120,00{NB}€" in text
    assert ("Seite 1 von 1" if language == "de" else "Page 1 of 1") in text
    assert read.root_object["/Lang"] == ("de-DE" if language == "de" else "en-GB")
    assert read.root_object["/MarkInfo"]["/Marked"]
    assert read.metadata is not None
    assert str(read.metadata.title).endswith("C-000042")
    xmp = read.root_object["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in xmp
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in xmp
    fonts = [font.get_object() for font in read.pages[0]["/Resources"]["/Font"].values()]
    inner = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts]
    assert all({"/FontFile2", "/FontFile3"} & set(each) for each in inner)


def test_the_address_stands_in_the_window() -> None:
    """DIN 5008 form B: 20 to 105 mm from the left, 45 to 90 mm from the top."""
    found: list[tuple[str, float, float]] = []
    made = letters.write(SHIPPED, "answer", "pdf", Data(letters.sample(SHIPPED["answer.json"]), "de", NOW))

    def seen(text: str, cm: Any, tm: Any, _font: object, _size: object) -> None:
        left = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        up = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        found.append((text, left / 72 * 25.4, 297 - up / 72 * 25.4))

    PdfReader(io.BytesIO(made.content)).pages[0].extract_text(visitor_text=seen)
    places = [(left, top) for text, left, top in found if "Am Sonnenhang 12" in text or "50939" in text]

    assert places
    assert all(20 < left < 105 and 45 < top < 90 for left, top in places)


def test_what_customers_wrote_stays_text_in_a_pdf() -> None:
    read = pdf('#value("a") #prose("b")', a='#read("x") *fett* {{ 7*7 }}', b="eins\n\nzwei\ndrei")

    assert '#read("x") *fett* {{ 7*7 }}' in read.pages[0].extract_text()


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ('#read("/etc/passwd")', "file not found"),
        ('#read("../../../etc/passwd")', "escape the project root"),
        ('#read("../order.json")', "escape the project root"),
        ('#import "@pre" + "view/cetz:0.3.0"', "line 3"),
        ('#image("/etc/hostname")', "file not found"),
        ("#let f(x) = f(x)\n#f(1)", "maximum function call depth"),
        ("#let x = (", "unclosed delimiter"),
        ('#value("a" + "b")', "with texts in quotes"),
        ('#value("a|kaputt")', "line 3 has the format"),
        ('#value("a.__class__")', "names .__class__"),
        ('#rows("a + b", "c")', "the name of a list"),
    ],
)
def test_a_letter_reaches_nothing_but_its_parts(source: str, sentence: str) -> None:
    with pytest.raises(TemplateFault, match=sentence) as fault:
        pdf(source, a=1)

    assert "/tmp" not in str(fault.value)


@pytest.mark.parametrize("source", ["#while true { }", '#let x = "a" * 1000\n#while true { x = x + x }'])
def test_a_letter_that_does_not_end_is_stopped(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "LONGEST_SECONDS", 2)

    with pytest.raises(TemplateFault):
        pdf(source)


def test_a_missing_value_is_named_where_it_is_asked_for() -> None:
    assert "da" in pdf('#if given("note") [#value("note")] else [da]').pages[0].extract_text()
    with pytest.raises(MissingPlaceholder) as missing:
        pdf('#rows("lines", "price|money").flatten().join()', lines=[{"price": 1}, {"price": None}])
    assert missing.value.name == "lines[1].price"


def test_word_is_filled_in_as_text() -> None:
    source = word(
        "Betrag {{amount}} bis {{due|long_date}}", "{{note}}", "{% for l in lines %}{{l.a}};{% endfor %}"
    )
    made = letters.write(
        {"a.de.docx": source},
        "a",
        "docx",
        data(amount=Decimal("1234.5"), due=date(2026, 3, 1), note=HOSTILE, lines=[{"a": "ä"}, {"a": "ß"}]),
    )

    texts = [each.text for each in Document(io.BytesIO(made.content)).paragraphs]

    assert texts[0] == f"Betrag 1.234,50{NB}€ bis 1.{NB}März 2026"
    assert texts[1].startswith('{{ 7*7 }} </w:t> <b>& #read("/etc/passwd") \ufffd')
    assert texts[2] == "ä;ß;"


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__ }}",
        "{{ 7*7 }}",
        "{% for a in range(10**9) %}{% endfor %}",
        "{{ note|safe }}",
        "{{ note.upper() }}",
        "{% include 'x' %}",
        "{{ note",
    ],
)
def test_word_templates_are_held_to_the_same_rules(text: str) -> None:
    with pytest.raises(TemplateFault):
        letters.write({"a.de.docx": word(text)}, "a", "docx", data(note="x"))


def _macros(content: bytes) -> bytes:
    return zipped(content, **{"word/vbaProject.bin": b"x"})


def _external(content: bytes) -> bytes:
    rels = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" Target="http://example.org/x.dotm" TargetMode="External"/></Relationships>'
    return zipped(content, **{"word/_rels/settings.xml.rels": rels})


def _entities(content: bytes) -> bytes:
    return zipped(
        content, **{"word/document.xml": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'}
    )


def _bomb(content: bytes) -> bytes:
    return zipped(content, **{"word/media/a.xml": b"\0" * 40_000_000})


def _field(content: bytes) -> bytes:
    field = b'<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:instrText>INCLUDETEXT "c:/x"</w:instrText></w:r>'
    return zipped(content, **{"word/footer9.xml": field})


@pytest.mark.parametrize(
    "change",
    [_macros, _external, _entities, _bomb, _field, lambda _: b"PK\x03\x04", lambda content: content[:2000]],
    ids=["macros", "external", "entities", "bomb", "field", "stub", "cut"],
)
def test_word_files_that_hold_more_than_a_document_are_refused(change: Any) -> None:
    with pytest.raises(TemplateFault, match="Word document"):
        letters.write({"a.de.docx": word("x", change=change)}, "a", "docx", data())


def test_tables_calculate_nothing() -> None:
    table = b'title = "Posten"\nrows = "lines"\n[[columns]]\nheading = "=A1"\nvalue = "a"\n[[columns]]\nheading = "Betrag"\nvalue = "b"\nmoney = true\n'
    rows = [
        {"a": "=1+1", "b": Decimal("1.5")},
        {"a": "+49 221 5550100", "b": Decimal("2.5")},
        {"a": "https://example.org", "b": None},
    ]
    written = {
        form: letters.write({"a.de.toml": table}, "a", form, data(lines=rows)) for form in ("csv", "xlsx")
    }

    sheet = load_workbook(io.BytesIO(written["xlsx"].content)).active
    assert sheet is not None
    assert [cell.value for cell in sheet["A"]] == ["=A1", "=1+1", "+49 221 5550100", "https://example.org"]
    assert {cell.data_type for cell in sheet["A"]} == {"s"}
    assert written["csv"].content.decode("utf-8-sig").splitlines()[1:] == [
        "'=1+1;1,5",
        "+49 221 5550100;2,5",
        "https://example.org;",
    ]


def test_the_child_knows_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CPM_SMTP_PASSWORD", "geheim")
    assert "CPM_SMTP_PASSWORD" not in press._environment(Path("/tmp"))
    with pytest.raises(TemplateFault):
        press.make(Order("pdf", "none.typ", {}, {"timestamp": 0}))


def test_only_the_letter_that_takes_too_much_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The child makes them one after the other, and is stopped at the second."""

    def stopped(root: Path) -> bool:
        (root / "0" / "made").write_bytes(b"PDF")
        return True

    monkeypatch.setattr(press, "_run", stopped)
    files = {f"{name}.{language}.typ": b"Text" for name in ("a", "m", "z") for language in ("de", "en")}

    assert [(fault.file, "20 seconds" in fault.english) for fault in letters.check(files, files)] == [
        ("a.en.typ", True)
    ]


@pytest.mark.parametrize("ending", ["typ", "txt"])
def test_what_is_no_text_is_told(ending: str) -> None:
    files = {f"a.de.{ending}": b"\xff", f"a.en.{ending}": b"x"}
    assert "UTF-8" in letters.check(files, files)[0].english
