"""Reads XML that strangers wrote: no DTD, no entities, bounded in size, depth and number of nodes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Never
from xml.parsers import expat

from lxml import etree

LARGEST = 5 * 1024 * 1024
DEEPEST = 100
MOST_NODES = 200_000  #: elements and attributes together


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason why a file is refused, at its place."""

    file: str
    line: int | None
    element: str | None  #: the id of the element, as the designer knows it
    reason: str
    german: str | None = None  #: the reason, where there is one in German
    says_where: bool = False  #: does the reason itself name the place, so that the id adds nothing?

    def told(self, language: str) -> str:
        """The whole line: file and line, element, reason."""
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        element = None if self.says_where else self.element
        where = " ".join(part for part in (place, element) if part)
        reason = self.because(language)
        return f"{where}: {reason}" if where else reason

    def because(self, language: str) -> str:
        """The reason; in English where there is no other."""
        return (self.german if language == "de" else None) or self.reason

    def __str__(self) -> str:
        return self.told("en")


class Refused(ValueError):
    """A file is not taken; `findings` says everything that speaks against it."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))


def parse(data: bytes, file: str = "") -> etree._Element:
    """The root element, without comments and processing instructions; every element knows its `sourceline`.

    Raises Refused with the line for what is not well-formed, declares a document type or is too large.
    """
    if len(data) > LARGEST:
        reason = f"Expected at most {LARGEST} bytes of XML, but there are {len(data)}."
        german = f"Die Datei ist zu groß: {len(data)} Bytes XML, höchstens sind es {LARGEST}."
        raise Refused([Finding(file, None, None, reason, german)])
    _Scan(file).read(data)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise _not_well_formed(file, error.lineno, error.msg) from error


def _not_well_formed(file: str, line: int | None, why: str | None) -> Refused:
    """`why` is what the parser says; it speaks English."""
    reason, german = f"Expected well-formed XML, but {why}.", f"Das ist kein wohlgeformtes XML: {why}."
    return Refused([Finding(file, line, None, reason, german)])


class _Scan:
    """A first pass with expat, which stops at the first bad event and builds no tree."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.depth = self.nodes = 0
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._doctype

    def read(self, data: bytes) -> None:
        try:
            self.parser.Parse(data, True)
        except expat.ExpatError as error:
            raise _not_well_formed(self.file, error.lineno, expat.ErrorString(error.code)) from error
        except Refused:  # by a handler
            raise
        except (ValueError, LookupError) as error:  # pyexpat asks Python's codecs for odd encodings
            german = f"Die Zeichenkodierung der Datei ist unbekannt: {error}."
            self._refuse(f"Expected a known text encoding, but {error}.", german, error)

    def _start(self, _name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.nodes += 1 + len(attributes)
        if self.depth > DEEPEST:
            self._refuse(
                f"Expected elements at most {DEEPEST} deep, but here is one deeper.",
                f"Elemente liegen höchstens {DEEPEST} tief ineinander, hier ist es mehr.",
            )
        if self.nodes > MOST_NODES:
            self._refuse(
                f"Expected at most {MOST_NODES} elements and attributes, but here is one more.",
                f"Die Datei hat mehr als {MOST_NODES} Elemente und Attribute.",
            )

    def _end(self, _name: str) -> None:
        self.depth -= 1

    def _doctype(self, *_declaration: object) -> None:
        self._refuse(
            "Expected no document type declaration, but here is one.",
            "Eine Deklaration des Dokumenttyps (DOCTYPE) wird nicht angenommen.",
        )

    def _refuse(self, reason: str, german: str, cause: Exception | None = None) -> Never:
        raise Refused([Finding(self.file, self.parser.CurrentLineNumber, None, reason, german)]) from cause
