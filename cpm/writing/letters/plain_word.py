"""Is this a plain Word document: text, pictures and tables, and nothing that runs, grows or reads other files?

Looked at before anything else opens it, and as a parser reads it: an attribute may be written in many ways.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from cpm.writing.faults import TemplateFault
from rules import xml

_MOST_FILES = 300
_LARGEST = 30 * 1024**2  #: bytes, unpacked
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})  # Python unpacks the others without a bound
_FORBIDDEN_PARTS = re.compile(
    r"vbaProject|vbaData|embeddings/|activeX|oleObject|\.bin$|afchunk|attachedTemplate", re.IGNORECASE
)
_XML = (".xml", ".rels", ".vml", ".svg")
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".wdp", ".odttf")
_FIELDS = re.compile(
    r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|MACROBUTTON|DATABASE|AUTOTEXT|RD)\b"
)
_TARGETS = ("https://", "http://", "mailto:")
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    EOFError,
    ValueError,
    RuntimeError,
    OSError,
)
Reason = tuple[str, str]  #: English and German
_FOREIGN = "it holds macros, objects or strange files", "es enthält Makros, Objekte oder fremde Dateien"
_TOO_MUCH = "it unpacks to far too much", "es entpackt sich zu viel zu viel"
_OUTSIDE = "it leads to files outside of it", "es verweist auf Dateien außerhalb"
_READS = "it has a field that reads other files", "es hat ein Feld, das andere Dateien liest"


def check(content: bytes) -> None:
    """Raises TemplateFault for what is no plain Word document."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            for english, german in _against(file):
                raise TemplateFault(
                    None,
                    f"Expected a plain Word document (.docx), but {english}.",
                    de=f"Die Vorlage ist kein einfaches Word-Dokument (.docx): {german}.",
                )
    except _UNREADABLE as error:
        raise TemplateFault(
            None,
            "Expected a Word document (.docx), but it cannot be opened.",
            de="Die Vorlage ist kein Word-Dokument (.docx) oder beschädigt.",
        ) from error


def _against(file: zipfile.ZipFile) -> Iterator[Reason]:
    entries = [each for each in file.infolist() if not each.is_dir()]
    if len(entries) > _MOST_FILES or sum(each.file_size for each in entries) > _LARGEST:
        yield _TOO_MUCH
        return
    names = {each.filename for each in entries}
    if "word/document.xml" not in names or "[Content_Types].xml" not in names:
        yield "it holds no document", "es enthält kein Dokument"
    if len(names) < len(entries) or any(_is_foreign(each) for each in entries):
        yield _FOREIGN
    left = _LARGEST
    for each in entries:
        with file.open(each) as part:
            content = part.read(min(left, each.file_size) + 1)
        left -= len(content)
        if left < 0 or len(content) > each.file_size:
            yield _TOO_MUCH
            return
        if each.filename.lower().endswith(_XML):
            yield from _in_part(content)


def _is_foreign(entry: zipfile.ZipInfo) -> bool:
    name = entry.filename
    return (
        name.startswith(("/", "\\"))
        or ".." in name
        or _FORBIDDEN_PARTS.search(name) is not None
        or not name.lower().endswith((*_XML, *_PICTURES))
        or entry.compress_type not in _METHODS
    )


def _in_part(content: bytes) -> Iterator[Reason]:
    try:
        root = xml.parse(content)
    except xml.Refused as refused:
        found = refused.findings[0]
        yield f"one of its parts is refused: {found.reason}".rstrip("."), found.because("de").rstrip(".")
        return
    if any(_is_macro(each) for each in root.iter()):
        yield "it may hold macros", "es darf Makros enthalten"
    if any(_leads_outside(each) for each in root.iter()):
        yield _OUTSIDE
    if _FIELDS.search(_fields(root).upper()):
        yield _READS


def _is_macro(element: Any) -> bool:
    return "macroenabled" in element.get("ContentType", "").lower()


def _leads_outside(element: Any) -> bool:
    """A relationship; a link that somebody clicks is none that Word follows by itself."""
    if element.get("TargetMode", "").strip().lower() != "external":
        return False
    link = element.get("Type", "").endswith("/relationships/hyperlink")
    return not (link and element.get("Target", "").strip().lower().startswith(_TARGETS))


def _fields(root: Any) -> str:
    """What its fields say, each in a line: Word joins the pieces that an instruction is split into."""
    said: list[str] = []
    for each in root.iter():
        match str(each.tag).rpartition("}")[2]:
            case "instrText" | "delInstrText":
                said.append(each.text or "")
            case "fldChar" | "fldSimple":
                said.append("\n")
        said += [f"\n{value}\n" for name, value in each.attrib.items() if name.rpartition("}")[2] == "instr"]
    return "".join(said)
