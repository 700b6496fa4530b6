"""The HTML part of an outgoing mail: its text, escaped, with links and quotes; nothing else can be in it."""

import html
import re
from itertools import groupby

#: A full stop or a bracket behind an address belongs to the sentence.
_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]}]")
_QUOTE = re.compile(r"> ?")
_BESIDE = "margin:0 0 0 .8em;padding-left:.8em;border-left:2px solid #ccc;color:#555"


def of_text(text: str, *, language: str = "", marker: str = "") -> str:
    """A whole page. `marker` stands in it where people do not see it, and their mail programs quote it."""
    hidden = (
        f'<div style="display:none;font-size:1px;color:#fff">{html.escape(marker)}</div>' if marker else ""
    )
    spoken = f' lang="{html.escape(language)}"' if language else ""
    return (
        f'<!doctype html><html{spoken}><head><meta charset="utf-8"></head>'
        f'<body style="font-family:sans-serif">{_blocks(text.strip().splitlines())}{hidden}</body></html>\n'
    )


def _blocks(lines: list[str]) -> str:
    """Lines as they stand; those that begin with > as a quote, one level of it."""
    made = []
    for quoted, group in groupby(lines, key=lambda line: line.startswith(">")):
        if quoted:
            inner = "<br>\n".join(_line(_QUOTE.sub("", line, count=1)) for line in group)
            made.append(f'<blockquote type="cite" style="{_BESIDE}">{inner}</blockquote>')
        else:
            inner = "<br>\n".join(map(_line, group))
            made.append(f"<div>{inner}</div>")
    return "\n".join(made)


def _line(text: str) -> str:
    parts, end = [], 0
    for found in _LINK.finditer(text):
        address = html.escape(found[0])
        parts += [html.escape(text[end : found.start()]), f'<a href="{address}">{address}</a>']
        end = found.end()
    return "".join([*parts, html.escape(text[end:])])
