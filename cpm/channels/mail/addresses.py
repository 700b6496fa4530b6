"""Mailboxes in address fields (RFC 5322 3.4), read before their names are decoded.

Decoding first is the classic hole: an encoded name that holds `<somebody@else>` would become the address.
One pass, no recursion: the standard library's reader recurses into comments.
"""

import re
from collections.abc import Iterator

from cpm.channels.mail.words import decode
from cpm.mail_addresses import lowered

_MOST = 100_000
_TOKEN = re.compile(
    r'(=\?[^?*\s]{1,60}\?[bBqQ]\?[^?\s]{0,1000}\?=)|"((?:[^"\\]|\\.)*)"?|<([^<>]*)>?|([,;])|([()])|\\(.)|((?:[^"<>,;()\\=]|=(?!\?))+)|(.)',
    re.DOTALL,
)
#: An address we can answer to and store; quoted local parts are not among those seen in years of mail.
_ADDRESS = re.compile(r"[^\s\"(),:;<>@\[\]\\\x00-\x1f\x7f]{1,64}@[^\s\"(),:;<>@\\\x00-\x1f\x7f]{1,253}")


def mailboxes(value: str) -> list[tuple[str, str]]:
    """(name, address) pairs; addresses in lower case. What is no address is left out."""
    return [pair for pair in map(_mailbox, _entries(value[:_MOST])) if pair[1]]


def address(text: str) -> str:
    """The one address in this text, lower case, or ""."""
    found = _ADDRESS.search(text)
    return lowered(found[0].strip(".'")) if found else ""


def plain_address(text: str) -> str:
    """Lower case, and without what stands behind a plus (RFC 5233): box+abc@example.org is box@example.org."""
    local, at, domain = lowered(text.strip()).rpartition("@")
    return f"{local.partition('+')[0] or local}{at}{domain}"


def _entries(value: str) -> Iterator[tuple[str, str, str]]:
    """(words, what stood in angle brackets, comment) of each entry of a list; group names stay in the words."""
    words, angle, comment, depth = "", "", "", 0
    for token in _TOKEN.finditer(value):
        encoded, quoted, bracketed, separator, bracket, escaped, plain, odd = token.groups()
        if bracket:
            depth = max(0, depth + (1 if bracket == "(" else -1))
        elif depth:
            comment += token[0]
        elif separator == "," and words.strip() and "@" not in words and not angle:
            words += separator  # Meier, Anna <a@example.org>
        elif separator:
            yield words, angle, comment
            words, angle, comment = "", "", ""
        elif bracketed is not None:
            angle = bracketed or angle
        elif quoted is not None:
            words += quoted.replace("\\", "")
        else:
            words += encoded or escaped or plain or odd
    yield words, angle, comment


def _mailbox(entry: tuple[str, str, str]) -> tuple[str, str]:
    words, angle, comment = entry
    if found := address(angle.rpartition(":")[2]):  # "<@relay,@other:me@example.org>", RFC 5322 4.4
        return decode(words).strip("'\" "), found
    found = address(words.rpartition(":")[2]) or address(words)  # "A group: me@example.org"
    name = comment if found else ""
    return decode(name).strip("'\" "), found
