"""From the parts to one readable text and the attachments; every leaf ends up in one of them."""

import re
import unicodedata
from collections.abc import Iterator

from cpm.channels import Attachment
from cpm.channels.mail import flowed, html, invitation, tnef, uuencoded
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
#: What is read as text, best first; what is left for programs of a few makers comes last.
_RANKS = {
    "text/plain": 0,
    "text/markdown": 0,
    "text/html": 1,
    "text/enriched": 2,
    "text/richtext": 2,
    "text/x-amp-html": 2,
}
_ENRICHED = ("text/enriched", "text/richtext")
_PARAMETER = re.compile(r"<param>[^<]{0,200}</param>", re.IGNORECASE)
#: Path separators, and marks that write a name backwards to hide its ending ("exe.pdf").
_FOREIGN = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def text(part: Part) -> str:
    """The text a person sees: of alternatives the plain one, HTML only where there is none.

    Where no part of the message is text, it is what its invitation or Outlook's container says.
    """
    return _joined(_texts(part)) or _joined(_hidden_texts(part))


def _joined(found: Iterator[str]) -> str:
    return "\n\n".join(words for words in found if words.strip()).strip("\n")


def attachments(part: Part) -> tuple[Attachment, ...]:
    """All leaves that are no body text: also inline pictures, forwarded messages and delivery reports.

    What Outlook packed into winmail.dat is unpacked; what stands in the text in uuencode comes last.
    """
    found: list[Attachment] = []
    for number, leaf in enumerate((leaf for leaf in part.leaves() if not is_body(leaf)), start=1):
        content = leaf.content
        packed = _unpacked(content)
        if packed is None or not (packed.files or packed.text or packed.html):
            found.append(Attachment(_name(leaf, number), leaf.media_type, content))
            continue
        found += [
            Attachment(safe_name(file.name, f"part-{number}.{index}.bin"), file.media_type, file.content)
            for index, file in enumerate(packed.files, start=1)
        ]
    plain = (leaf.text for leaf in part.leaves() if leaf.media_type == "text/plain" and is_body(leaf))
    for words in plain:
        for name, content in uuencoded.files(words):
            found.append(Attachment(safe_name(name, "part.bin"), "application/octet-stream", content))
    return tuple(found)


def _unpacked(content: bytes) -> tnef.Container | None:
    try:
        return tnef.read(content)
    except tnef.NotTnef:
        return None


def is_body(part: Part) -> bool:
    return (
        part.media_type in _RANKS
        and part.disposition != "attachment"
        and not part.filename
        and not part.children
    )


def _texts(part: Part) -> Iterator[str]:
    if part.media_type == "multipart/alternative":
        plain_first = sorted(part.children, key=_rank)
        yield next((words for words in map(text, plain_first) if words.strip()), "")
    elif part.children:
        for child in part.children:
            yield from _texts(child)
    elif is_body(part):
        yield _plain(part) if _RANKS[part.media_type] == 0 else html.to_text(_as_html(part))


def _hidden_texts(part: Part) -> Iterator[str]:
    for leaf in part.leaves():
        if leaf.media_type == "text/calendar":
            yield invitation.words(leaf.text)
        elif (packed := _unpacked(leaf.content)) is not None:
            yield packed.text or html.to_text(packed.html)


def _rank(part: Part) -> int:
    """Of alternatives the best has the least; what holds no text at all is as good as plain."""
    return max((_RANKS[leaf.media_type] for leaf in part.leaves() if is_body(leaf)), default=0)


def _plain(part: Part) -> str:
    words = uuencoded.without(part.text)
    if part.parameters.get("format", "").lower() != "flowed":
        return words
    return flowed.unwrapped(words, without_blank=part.parameters.get("delsp", "").lower() == "yes")


def _as_html(part: Part) -> str:
    """Enriched text is close to it: its marks look the same, and an empty line ends a line (RFC 1896)."""
    if part.media_type not in _ENRICHED:
        return part.text
    return _PARAMETER.sub("", part.text).replace("<<", "&lt;").replace("\n\n", "<br>")


def _name(part: Part, number: int) -> str:
    """Never empty, at most 150 characters, no folders."""
    given = part.filename
    if not given.strip() and part.media_type == "message/rfc822":
        subject = re.sub(r"[/\\:]+", "-", decode(split(part.content)[0].first("subject")))[:100]
        given = f"{subject}.eml" if subject else ""
    return safe_name(given, f"part-{number}{_ENDINGS.get(part.media_type, '.bin')}")


def safe_name(given: str, otherwise: str) -> str:
    """What the sender calls a file, without folders, marks that turn it round and a leading dot; at most 150 characters."""
    last = _FOREIGN.sub("", one_line(given)).replace("\\", "/").rpartition("/")[2].strip()
    name = unicodedata.normalize("NFC", last).lstrip(".") or otherwise
    stem, dot, ending = name.rpartition(".")
    return name if len(name) <= 150 else f"{(stem or ending)[:130]}{dot}{ending[:15]}"
