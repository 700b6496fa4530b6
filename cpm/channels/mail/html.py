"""HTML to plain text: the words, the line breaks, quotes as `> `; no scripts, no styles, nothing is fetched.

Not built on `html.parser`: that of Python 3.11 needs 22 s for 200 kB of `<a<a<a` and 70 s for 400 kB of
`<!--<!--` (measured); this reader's time grows with the length.
"""

import html
import re
from collections.abc import Iterator

from cpm.channels.mail.charsets import clean

_MOST = 500_000
#: A tag with `>` inside quoted values; what is longer than the window below ends at the next `>` instead.
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]{0,30})((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>")
_WINDOW = 1_000
#: No character has such a number, and `int`, which `html.unescape` asks, refuses 4,300 digits.
_NO_CHARACTER = re.compile(r"&#[0-9]{9,};?")
_TAG_NAME = re.compile(r"<([/!?]?)([a-zA-Z0-9:]{0,30})")
_SILENT = frozenset({"script", "style", "head", "title", "template", "noscript", "object", "svg"})
_BLOCKS = frozenset(
    "address article blockquote body center dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 header hr li main ol p pre"  # noqa: SIM905 - a list of strings reads worse
    " section table tbody tr ul".split()
)
_SPACED = frozenset({"p", "h1", "h2", "h3", "h4", "table", "ul", "ol", "blockquote"})


def to_text(source: str) -> str:
    """The readable text; a citation (`blockquote`) gets `> ` before each line, a rule becomes `____`."""
    page = _Page()
    for kind, value in _tokens(source[:_MOST]):
        match kind:
            case "text":
                page.write(value)
            case "open":
                page.open(value)
            case _:
                page.close(value)
    return page.text()


class _Page:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.words: list[str] = []
        #: whether the line being filled holds more than blanks; asking `words` each time would be quadratic
        self.filled = False
        #: whether an empty line is due before the next one
        self.gap = False
        self.quotes = 0
        self.silent = ""
        self.verbatim = False

    def write(self, text: str) -> None:
        if self.silent:
            return
        text = (
            clean(html.unescape(_NO_CHARACTER.sub("\ufffd", text))).replace("\xa0", " ").replace("\u200b", "")
        )
        if self.verbatim:
            *ended, text = text.split("\n")
            for line in ended:
                self.add(line)
                self.end_line()
            self.add(text)
        else:
            self.add(re.sub(r"\s+", " ", text))

    def add(self, words: str) -> None:
        self.words.append(words)
        self.filled = self.filled or bool(words.strip())

    def open(self, tag: str) -> None:
        if self.silent:
            return
        if tag in _SILENT:
            self.silent = tag
        elif tag == "br":
            self.end_line()
        elif tag in _BLOCKS:
            self.begin_block(spaced=tag in _SPACED)
            self.verbatim = self.verbatim or tag == "pre"
            self.quotes += tag == "blockquote"
            if tag == "li":
                self.words = ["- "]
            if tag == "hr":
                self.add("____")
                self.end_line()
        elif tag in ("td", "th") and self.filled:
            self.words.append(" ")

    def close(self, tag: str) -> None:
        if self.silent:
            self.silent = "" if tag == self.silent else self.silent
        elif tag in _BLOCKS:
            self.begin_block(spaced=tag in _SPACED)
            self.verbatim = self.verbatim and tag != "pre"
            self.quotes = max(0, self.quotes - (tag == "blockquote"))

    def begin_block(self, *, spaced: bool) -> None:
        if self.filled:
            self.end_line()
        self.words = []
        self.gap = self.gap or spaced

    def end_line(self) -> None:
        line = "".join(self.words)
        if self.gap and self.lines:
            self.lines.append("")
        quote = ">" * min(self.quotes, 9) + " " * bool(self.quotes)
        self.lines.append((quote + (line if self.verbatim else " ".join(line.split()))).rstrip())
        self.words, self.filled, self.gap = [], False, False

    def text(self) -> str:
        self.end_line()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.lines)).strip()


def _tokens(source: str) -> Iterator[tuple[str, str]]:
    """("text", words), ("open", tag) and ("close", tag), each character looked at a bounded number of times."""
    position = 0
    while (start := source.find("<", position)) >= 0:
        yield "text", source[position:start]
        if source.startswith("<!--", start):
            position = _after(source, "-->", start + 4)
        elif tag := _TAG.match(source, start, start + _WINDOW):
            yield "close" if tag[1] else "open", tag[2].lower()
            if tag[3].endswith("/") and tag[2].lower() in _SILENT:
                yield "close", tag[2].lower()
            position = tag.end()
        elif name := _TAG_NAME.match(source, start):
            if not name[1] and not name[2][:1].isalpha():  # "3 < 4"
                yield "text", "<"
                position = start + 1
                continue
            position = _after(source, ">", start)
            if name[2] and name[1] != "!":
                yield "close" if name[1] else "open", name[2].lower()
    yield "text", source[position:]


def _after(source: str, mark: str, start: int) -> int:
    """Behind the mark, or the end: what a browser makes of something unclosed."""
    found = source.find(mark, start)
    return len(source) if found < 0 else found + len(mark)
