"""Kinds that are text: pages, drawings, mails, tables, and what is merely readable."""

import codecs
import re

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_HTML = re.compile(
    r"<(!doctype\s+html|html|head|body|script|iframe|table|a|title|style|div|br|p|h1|meta|img|form)(?=[\s>/])",
    re.IGNORECASE,
)
_SVG = re.compile(r"<svg[\s>]", re.IGNORECASE)
_MAIL = re.compile(r"^[A-Za-z][A-Za-z0-9-]{1,60}:[ \t]*\S")
_OF_MAIL = re.compile(
    r"^(from|received|return-path|message-id|subject|date|to|mime-version|delivered-to):",
    re.IGNORECASE | re.MULTILINE,
)
#: C0 but tab, line feed, form feed, carriage return, escape: no text has them
_BINARY = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")


def kind(head: bytes, name: str) -> str | None:
    """None if it is no text. A page is one however it is called: browsers look inside, too."""
    if (text := readable(head)) is None:
        return None
    begins = text.lstrip("\ufeff \t\r\n\f")[:1024]
    if _SVG.search(begins) and begins.startswith("<"):
        return "image/svg+xml"
    if _is_page(begins):
        return "text/html"
    if begins.startswith("<?xml"):
        return "text/xml"
    if _MAIL.match(text) and len(_OF_MAIL.findall(text)) > 1:
        return "message/rfc822"
    match name.lower().rpartition(".")[2]:
        case "csv":
            return "text/csv"
        case "ics" | "ical" if begins.startswith("BEGIN:VCALENDAR"):
            return "text/calendar"
        case "vcf" if begins.startswith("BEGIN:VCARD"):
            return "text/vcard"
    return "text/plain"


def readable(head: bytes) -> str | None:
    """As text, whatever its encoding; None if it is none. Cut anywhere, so its last character may be half."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            text = head.decode(encoding, errors="ignore")
            return None if _BINARY.search(text) else text
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        text = head.decode("cp1252", errors="replace")
        if text.count("\ufffd") * 50 > len(text):
            return None
    return None if _BINARY.search(text) else text


def _is_page(begins: str) -> bool:
    """What browsers take for a page (mimesniff.spec.whatwg.org, 7.1), and what follows a comment or a prologue."""
    is_xml = begins.startswith("<?xml")
    while begins.startswith(("<!--", "<?xml")):
        end = "-->" if begins.startswith("<!--") else "?>"
        _, closed, begins = begins.partition(end)
        if not closed:
            return False
        begins = begins.lstrip()
    found = _HTML.match(begins)
    return found is not None and (not is_xml or "html" in found[1].lower())
