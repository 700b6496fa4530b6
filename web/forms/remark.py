"""The texts between the fields: a small part of Markdown, made of escaped pieces.

Headings, bold, italics, lists, line breaks, and links to http(s) addresses; everything else stands as it was
written. What fills the placeholders is never read as Markdown: it may come from a stranger.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from urllib.parse import quote

from markupsafe import Markup, escape

_HEADING = re.compile(r"(#{1,6}) +(.*)")
_ITEM = re.compile(r" {0,3}(?:[-*+]|(\d{1,3})[.)]) +(.*)")
# Each piece excludes its own end mark, so the time is linear in the text.
_PIECE = re.compile(
    r"\{\{ *(?P<name>[A-Za-z_][A-Za-z0-9_]*) *\}\}"
    r"|\*\*(?P<bold>[^*\n]+)\*\*"
    r"|\*(?P<italic>[^*\n]+)\*"
    r"|\[(?P<words>[^\[\]\n]+)\]\((?P<address>https?://[^()\s]+)\)"
)
_PLACE = re.compile(r"\{\{ *([A-Za-z_][A-Za-z0-9_]*) *\}\}")
_DEEPEST = 3


def remark(text: str, filled: Mapping[str, str], heading: int = 3) -> Markup:
    """The designer's text as HTML. All its headings have one level, so that no page skips one."""
    lines = text.replace("\r\n", "\n").split("\n")
    blocks = groupby(lines, key=_kind)
    return Markup("\n").join(
        block for kind, group in blocks for block in _block(kind, list(group), filled, heading)
    )


def plain(text: str) -> Markup:
    """A text that is nobody's Markdown, with its line breaks."""
    return Markup("<p>{}</p>").format(_broken(text)) if text.strip() else Markup()


def _kind(line: str) -> str:
    if _HEADING.fullmatch(line):
        return "heading"
    if item := _ITEM.fullmatch(line):
        return "ol" if item[1] else "ul"
    return "text" if line.strip() else ""


def _block(kind: str, lines: list[str], filled: Mapping[str, str], heading: int) -> Iterator[Markup]:
    match kind:
        case "heading":
            for line in lines:
                yield Markup("<h{0}>{1}</h{0}>").format(heading, _inline(line.lstrip("# "), filled))
        case "ul" | "ol":
            yield _list(kind, lines, filled)
        case "text":
            inner = Markup("<br>\n").join(_inline(line.strip(), filled) for line in lines)
            yield Markup("<p>{}</p>").format(inner)


def _list(kind: str, lines: list[str], filled: Mapping[str, str]) -> Markup:
    found = (_ITEM.fullmatch(line) for line in lines)
    items = Markup().join(
        Markup("<li>{}</li>").format(_inline(item[2], filled)) for item in found if item is not None
    )
    return Markup("<{0}>{1}</{0}>").format(kind, items)


def _inline(text: str, filled: Mapping[str, str], depth: int = 0) -> Markup:
    if depth > _DEEPEST:
        return escape(text)
    pieces, end = [], 0
    for match in _PIECE.finditer(text):
        pieces += [escape(text[end : match.start()]), _piece(match, filled, depth)]
        end = match.end()
    return Markup().join([*pieces, escape(text[end:])])


def _piece(match: re.Match[str], filled: Mapping[str, str], depth: int) -> Markup:
    match match.lastgroup:
        case "name":
            return _broken(filled.get(match["name"], ""))
        case "bold":
            return Markup("<strong>{}</strong>").format(_inline(match["bold"], filled, depth + 1))
        case "italic":
            return Markup("<em>{}</em>").format(_inline(match["italic"], filled, depth + 1))
        case _:
            address = _PLACE.sub(lambda place: quote(filled.get(place[1], ""), safe=""), match["address"])
            words = _inline(match["words"], filled, depth + 1)
            return Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(address, words)


def _broken(text: str) -> Markup:
    return Markup("<br>\n").join(text.replace("\r\n", "\n").split("\n"))
