"""Reports that our mail was not delivered: by the standard (RFC 3464), and as servers wrote them before it and still do."""

import email
import re
from collections.abc import Iterator

from flufl.bounce import all_failures

from cpm.channels import Bounce, Undelivered
from cpm.channels.mail import addresses
from cpm.channels.mail.charsets import one_line
from cpm.channels.mail.fields import Fields, split
from cpm.channels.mail.parts import Part

#: Also in UTF-8 (RFC 6533).
_STATUS = frozenset({"message/delivery-status", "message/global-delivery-status"})
_RETURNED = frozenset(
    {
        "message/rfc822",
        "message/global",
        "text/rfc822-headers",
        "message/rfc822-headers",
        "message/global-headers",
    }
)
_BLANK_LINE = re.compile(rb"\r?\n[ \t]*\r?\n")
_ACTIONS = frozenset({"failed", "delayed", "delivered", "relayed", "expanded"})
_CODE = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_XTEXT = re.compile(r"\+([0-9A-F]{2})")  # RFC 3461 4
_MESSAGE_ID = re.compile(r"^[> \t]*+message-id:[ \t]*+(<[^<>\s]{3,900}>)", re.IGNORECASE | re.MULTILINE)
#: What is read of a report that follows no standard: the words of the server stand first.
_BEGINNING = 200_000
_MOST_RECIPIENTS = 100
#: The standard library goes into each message in a message, and for each line through all of them again.
_MOST_NESTED = 20
_LONGEST_WORDS = 1_000


def read(raw: bytes, tree: Part, text: str) -> Bounce | None:
    """What an automatic message says of our mail; None if it says nothing of the kind. `text` is its readable text."""
    found = tuple(_by_standard(tree)) or tuple(_by_custom(raw, text))
    if not found:
        return None
    return Bounce(_returned(tree, text), found[:_MOST_RECIPIENTS])


def _by_standard(tree: Part) -> Iterator[Undelivered]:
    """Each group of fields behind the first tells of one recipient."""
    for leaf in tree.leaves():
        if leaf.media_type in _STATUS:
            for group in _BLANK_LINE.split(leaf.content.strip()):
                if (recipient := _recipient(split(group)[0])) is not None:
                    yield recipient


def _recipient(fields: Fields) -> Undelivered | None:
    """The address is the one that we wrote to, where the report knows it; else the last one it was sent on to."""
    values = (fields.first("original-recipient"), fields.first("final-recipient"))
    address = next((found for found in map(_address, values) if found), "")
    if not address:
        return None
    code = _CODE.search(fields.first("status"))
    diagnostic = one_line(fields.first("diagnostic-code").partition(";")[2])[:_LONGEST_WORDS]
    said = _CODE.search(diagnostic)
    status = code[1] if code else said[1] if said else ""
    if status.endswith(".0.0") and said and said[1][0] == status[0]:
        status = said[1]  # "5.0.0" says nothing; what the server itself said does
    action = fields.first("action").split("(")[0].strip().lower()
    return Undelivered(address, action if action in _ACTIONS else _action(status), status, diagnostic)


def _address(value: str) -> str:
    """RFC 3464 2.3.1: the type, a semicolon, and the address, maybe in xtext; some leave the type out."""
    written = value.rpartition(";")[2]
    return (
        addresses.address(_XTEXT.sub(lambda code: chr(int(code[1], 16)), written)) if "@" in written else ""
    )


def _action(status: str) -> str:
    return {"2": "delivered", "4": "delayed"}.get(status[:1], "failed")


def _by_custom(raw: bytes, text: str) -> Iterator[Undelivered]:
    """As programs write it that follow no standard; what these look like is kept by a library."""
    temporary, permanent = _failures(raw[:_BEGINNING])
    code = _CODE.search(text)
    status = code[1] if code else ""
    for found, action in ((permanent, "failed"), (temporary, "delayed")):
        for each in sorted(found):
            if address := addresses.address(each.decode("utf-8", "replace")):
                fits = status[:1] == ("5" if action == "failed" else "4")
                yield Undelivered(address, action, status if fits else "", "")


def _failures(beginning: bytes) -> tuple[frozenset[bytes], frozenset[bytes]]:
    if beginning.lower().count(b"message/") > _MOST_NESTED:
        return frozenset(), frozenset()
    try:
        temporary, permanent = all_failures(email.message_from_bytes(beginning))
    except Exception:  # noqa: BLE001 - it reads hostile bytes, and a report that it cannot read is none
        return frozenset(), frozenset()
    return frozenset(temporary), frozenset(permanent)


def _returned(tree: Part, text: str) -> str | None:
    """The Message-ID of our mail: from the part that returns it, else from the text."""
    for leaf in tree.leaves():
        if leaf.media_type in _RETURNED and (written := split(leaf.content)[0].first("message-id")):
            return "".join(one_line(written).split())
    found = _MESSAGE_ID.search(text[:_BEGINNING])
    return found[1] if found else None
