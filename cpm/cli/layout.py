"""Answers as text: tables, named lines and wrapped paragraphs, for a terminal of any width."""

import shutil
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence

from cpm.cli.harmless import harmless

_GAP = "  "


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns as wide as their longest cell; the last one is never padded."""
    lines = [tuple(head), *(tuple(_line(cell) for cell in row) for row in rows)]
    widths = [max(_width(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(_row(line, widths) for line in lines)


def named(pairs: Iterable[tuple[str, str]]) -> str:
    """`name: value` line by line, the values below each other; what is empty is left out."""
    kept = [(name, value) for name, value in pairs if value]
    widest = max((_width(name) for name, _ in kept), default=0)
    return "\n".join(
        paragraph(value, first=f"{name}:{' ' * (widest - _width(name))} ", rest=widest + 2)
        for name, value in kept
    )


def section(title: str, body: str) -> str:
    """Nothing at all when there is nothing to say."""
    return f"\n{title}\n{textwrap.indent(body, '  ')}" if body else ""


def paragraph(text: str, *, first: str = "", rest: int = 0) -> str:
    """Wrapped to the terminal, keeping the text's own line breaks."""
    width = max(40, min(100, shutil.get_terminal_size((100, 24)).columns))
    indent = " " * rest
    lines: list[str] = []
    for number, part in enumerate(text.splitlines() or [""]):
        lines += textwrap.wrap(
            part,
            width,
            initial_indent=first if number == 0 else indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [first.rstrip() if number == 0 else ""]
    return "\n".join(lines)


def _line(text: str) -> str:
    return " ".join(text.split())


def _row(line: Sequence[str], widths: Sequence[int]) -> str:
    *padded, last = [cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)]
    return _GAP.join([*padded, last]).rstrip()


def _width(text: str) -> int:
    """Columns on the screen, as it will be printed: East Asian wide signs take two, combining ones none."""
    text = harmless(text)
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
    return len(text) + wide - sum(unicodedata.combining(sign) > 0 for sign in text)
