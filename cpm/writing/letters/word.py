"""Word documents by docxtpl, with our sandbox in place of its own: the same formats, and data stays text.

What `plain_word` has not looked at never comes here.
"""

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cpm import values as exact
from cpm.writing import rendering
from cpm.writing.faults import MissingPlaceholder, TemplateFault

_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def answer(path: Path, make: str, options: Mapping[str, Any]) -> bytes | dict[str, Any]:
    """In the child: the document, the names it asks for as JSON, or what is wrong."""
    try:
        if make == "docx-names":
            return exact.dumps(sorted(_names(path))).encode()
        return _filled(path, exact.loads(options["values"]), options)
    except MissingPlaceholder as missing:
        return {"line": None, "message": f"cpm:missing:{missing.name}"}
    except TemplateFault as fault:
        return {"line": None, "message": _shortened(str(fault))}
    except (
        ValueError,
        KeyError,
        TypeError,
        LookupError,
        SyntaxError,
    ) as error:  # what docxtpl says of a file that is none
        return {
            "line": None,
            "message": f"it is no Word document that can be filled in ({type(error).__name__})",
        }


def _names(path: Path) -> set[str]:
    """What all parts of the document ask for."""
    sandbox = _Sandbox({}, "de", "UTC", gather=True)
    _document(path).render({}, sandbox)
    return sandbox.names


def _filled(path: Path, values: Mapping[str, object], options: Mapping[str, Any]) -> bytes:
    template = _document(path)
    template.render({}, _Sandbox(values, options["language"], options["zone"]))
    made = io.BytesIO()
    template.save(made)
    return _steady(made.getvalue())


def _document(path: Path) -> Any:
    from docxtpl import DocxTemplate  # noqa: PLC0415 - only in the child: it takes a second

    return DocxTemplate(str(path))


class _Sandbox:
    """What docxtpl takes for a jinja2 environment: it compiles and fills in by our rules, as XML."""

    autoescape = True

    def __init__(
        self, values: Mapping[str, object], language: str, zone: str, *, gather: bool = False
    ) -> None:
        self._values = {name: _clean(value) for name, value in values.items()}
        self._language, self._zone, self._gather = language, ZoneInfo(zone), gather
        self.names: set[str] = set()

    def from_string(self, source: str) -> "_Text":
        return _Text(source, self)

    def filled(self, source: str) -> str:
        if not self._gather:
            return rendering.render_xml(source, self._values, self._language, self._zone)
        self.names |= rendering.names_of_xml(source)
        return re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", "", source, flags=re.DOTALL)


class _Text:
    def __init__(self, source: str, sandbox: _Sandbox) -> None:
        self._source, self._sandbox = source, sandbox

    def render(self, _context: object) -> str:
        return self._sandbox.filled(self._source)


def _clean(value: object) -> Any:
    """Without what XML cannot hold, and what docxtpl would take for its own signs."""
    match value:
        case str():
            return _UNREADABLE.sub("\ufffd", value.replace("\r\n", "\n").replace("\r", "\n"))
        case Mapping():
            return {key: _clean(each) for key, each in value.items()}
        case list() | tuple():
            return [_clean(each) for each in value]
    return value


def _shortened(text: str) -> str:
    """Lines are those of XML, which nobody sees."""
    return re.sub(r"\bline \d+ ", "it ", text.partition(", but ")[2] or text)[:500]


def _steady(content: bytes) -> bytes:
    """The same input, the same bytes: each part is dated as the first day that a zip knows."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.infolist():
            new.writestr(zipfile.ZipInfo(each.filename), old.read(each), zipfile.ZIP_DEFLATED)
    return made.getvalue()
