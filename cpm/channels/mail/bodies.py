"""From the parts to one readable text and the attachments; every leaf ends up in one of them."""

import re
import unicodedata
from collections.abc import Iterator

from cpm.channels import Attachment
from cpm.channels.mail import html
from cpm.channels.mail.charsets import one_line
from cpm.channels.mail.fields import split
from cpm.channels.mail.parts import Part
from cpm.channels.mail.words import decode

_ENDINGS = {
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "image/gif": ".gif",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "message/delivery-status": ".txt",
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/plain": ".txt",
    "text/rfc822-headers": ".txt",
}
#: Path separators, and marks that write a name backwards to hide its ending ("exe.pdf").
_FOREIGN = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def text(part: Part) -> str:
    """The text a person sees: of alternatives the plain one, HTML only where there is none."""
    return "\n\n".join(found for found in _texts(part) if found.strip()).strip("\n")


def attachments(part: Part) -> tuple[Attachment, ...]:
    """All leaves that are no body text: also inline pictures, forwarded messages and delivery reports."""
    leaves = [leaf for leaf in part.leaves() if not is_body(leaf)]
    return tuple(
        Attachment(_name(leaf, number), leaf.media_type, leaf.content)
        for number, leaf in enumerate(leaves, start=1)
    )


def is_body(part: Part) -> bool:
    return (
        part.media_type in ("text/plain", "text/html")
        and part.disposition != "attachment"
        and not part.filename
        and not part.children
    )


def _texts(part: Part) -> Iterator[str]:
    if part.media_type == "multipart/alternative":
        plain_first = sorted(part.children, key=_is_plain, reverse=True)
        yield next((words for words in map(text, plain_first) if words.strip()), "")
    elif part.children:
        for child in part.children:
            yield from _texts(child)
    elif is_body(part):
        yield html.to_text(part.text) if part.media_type == "text/html" else part.text


def _is_plain(part: Part) -> bool:
    return all(leaf.media_type == "text/plain" for leaf in part.leaves() if is_body(leaf))


def _name(part: Part, number: int) -> str:
    """Never empty, at most 150 characters, no folders."""
    given = _FOREIGN.sub("", one_line(part.filename)).replace("\\", "/").rpartition("/")[2].strip()
    if not given and part.media_type == "message/rfc822":
        given = re.sub(r"[/\\:]+", "-", decode(split(part.content)[0].first("subject")))[:100]
        given = f"{given}.eml" if given else ""
    name = (
        unicodedata.normalize("NFC", given).lstrip(".")
        or f"part-{number}{_ENDINGS.get(part.media_type, '.bin')}"
    )
    stem, dot, ending = name.rpartition(".")
    return name if len(name) <= 150 else f"{(stem or ending)[:130]}{dot}{ending[:15]}"
