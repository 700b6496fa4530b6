"""Fill a template with values: as plain text, as HTML or as the XML of a Word document."""

import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import tzinfo
from functools import lru_cache

from jinja2 import Template, TemplateSyntaxError, meta

from cpm.writing import grammar
from cpm.writing.faults import MissingPlaceholder, TemplateFault
from cpm.writing.formats import Reader
from cpm.writing.sandbox import BOUNDS, UNFIT, Bounds, Sandbox

LARGEST_TEMPLATE = 100_000  #: characters
_LARGEST_XML = 5_000_000  #: of a part of a Word document
_KEPT = 4096  #: compiled; what ships has 1,250 texts, and with room for fewer each would push out the next
_NAME = "<letter>"
_SANDBOXES = {html: Sandbox(html=html) for html in (False, True)}


def render(template: str, values: Mapping[str, object], language: str, zone: tzinfo) -> str:
    """The text with all values filled in, moments in the zone of the firm.

    Raises `MissingPlaceholder`, null counting as missing, and `TemplateFault`.
    """
    return _filled(_compiled(template, html=False), values, Reader(language, zone))


def render_html(template: str, values: Mapping[str, object], language: str, zone: tzinfo) -> str:
    """As `render`, of a template that is HTML: what is filled in is text there, whatever it looks like."""
    return _filled(_compiled(template, html=True), values, Reader(language, zone))


def render_xml(part: str, values: Mapping[str, object], language: str, zone: tzinfo) -> str:
    """As `render_html`, of a part of a Word document, which is long; kept for nobody."""
    return _filled(_compile(part, html=True, most=_LARGEST_XML), values, Reader(language, zone))


def names_of_xml(part: str) -> frozenset[str]:
    return _compile(part, html=True, most=_LARGEST_XML).names


def placeholders(template: str) -> frozenset[str]:
    """The names a text needs values for. Raises `TemplateFault`."""
    return _compiled(template, html=False).names


def check(template: str) -> None:
    """Raises `TemplateFault` for a text that is no template."""
    _compiled(template, html=False)


@dataclass(frozen=True, slots=True)
class _Compiled:
    template: Template
    names: frozenset[str]


@lru_cache(maxsize=_KEPT)
def _compiled(source: str, *, html: bool) -> _Compiled:
    return _compile(source, html=html, most=LARGEST_TEMPLATE)


def _compile(source: str, *, html: bool, most: int) -> _Compiled:
    if len(source) > most:
        raise TemplateFault(
            None,
            f"Expected a template of at most {most} characters, but it has {len(source)}.",
            de=f"Eine Vorlage hat höchstens {most} Zeichen, diese hat {len(source)}.",
        )
    sandbox = _SANDBOXES[html]
    try:
        tree = sandbox.parse(source)
        grammar.check(tree)
        names = frozenset(meta.find_undeclared_variables(tree))
        grammar.prepare(tree)
        code = sandbox.compile(tree, None, _NAME)
        return _Compiled(Template.from_code(sandbox, code, {}), names)
    except TemplateSyntaxError as error:
        raise _unreadable(error.lineno, error.message or "") from error
    except (RecursionError, MemoryError, SyntaxError, ValueError) as error:
        raise _unreadable(None, "it is nested too deeply") from error


def _filled(compiled: _Compiled, values: Mapping[str, object], reader: Reader) -> str:
    bounds = Bounds(reader)
    known = {name: values[name] for name in compiled.names if name in values}
    with _told(compiled.template):
        context = compiled.template.new_context({**known, BOUNDS: bounds})
        return "".join(bounds.take(chunk) for chunk in compiled.template.root_render_func(context))


@contextmanager
def _told(template: Template) -> Iterator[None]:
    """What does not fit is told by its line."""
    try:
        yield
    except (MissingPlaceholder, TemplateFault):
        raise
    except UNFIT as error:
        lines = [
            frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == _NAME
        ]
        line = template.get_corresponding_lineno(lines[-1] or 1) if lines else None
        raise TemplateFault(
            line,
            f"Expected values that fit the template, but line {line} cannot write one of them: {error}.",
            de=f"Zeile {line} der Vorlage kann einen Wert so nicht schreiben: {error}.",
        ) from error


def _unreadable(line: int | None, why: str) -> TemplateFault:
    at = "" if line is None else f" in line {line}"
    told = "" if line is None else f" Zeile {line}:"
    return TemplateFault(
        line,
        f"Expected a template that can be read, but{at} {why.rstrip('.')}.",
        de=f"Die Vorlage lässt sich nicht lesen.{told} {why.rstrip('.')}.",
    )
