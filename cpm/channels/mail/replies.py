"""The new text of a reply: what others wrote before and the signature are cut, German and English.

Rules on lines, in one pass; whatever would leave nothing is not done: an empty answer helps nobody.
"""

import re
from collections.abc import Sequence

_ORIGINAL = re.compile(
    r"[>\s]*(?:[-_*]{2,}\s*)(?:original(?: message| ?nachricht)|ursprüngliche(?: nachricht|-mail)|urspr(?:ü|ue)ngliche mail"
    r"|(?:forwarded|weitergeleitete) (?:message|nachricht)|antwort weitergeleitet|reply above this line)\b.*",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"\s*(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)|original message processed by)\b.*",
    re.IGNORECASE,
)
#: "On 3 May 2026 at 10:00, A. Example <a@example.org> wrote:", "Am 03.05.26 um 10:00 schrieb A. Beispiel:",
#: and the same in the neighbours' languages. Matched against one to four joined lines.
_ATTRIBUTION = re.compile(
    r"[-\u2013>\s]*(?:On|Am|Le|El|Il|Op|Den|Dnia|W dniu|Em|På|tor|fre|lör|sön|mån|tis|ons)\b.{5,400}?"
    r"(?:\bwrote|\bschrieb|\ba écrit|\bescribió|\bha scritto|\bschreef|\bskrev|\bnapisał(?:\(a\)|a)?|\bescreveu|\bgeschrieben)"
    r"(?:.{0,200}?:)?\s*",
    re.IGNORECASE,
)
#: "A. Example <a@example.org> schrieb am 3. Mai 2026 um 10:00:", "a@example.org wrote:",
#: "2026-05-03 10:00 GMT+02:00 A. Example <a@example.org>:", "> On 3 May 2026, at 10:00, ..."
_SENDER_FIRST = re.compile(
    r"[>\s]*(?:.{0,120}[\w.+-]{1,64}@[\w.-]{3,250}.{0,40}?(?:wrote|schrieb|writes|schreibt|hat geschrieben)\b.{0,80}"
    r"|.{0,100}\b(?:schrieb|wrote) (?:am|on) .{0,60}\d.{0,60}"
    r"|\d{1,4}[./-]\d{1,2}[./-]\d{2,4}.{0,160}<[^<>@\s]{1,64}@[^<>@\s]{1,250}>.{0,40}"
    r"|\d{4}年.{0,160}|(?:\w{2,4} )?\d{1,2}\.? \w{3,9}\.? \d{4} kl\. .{0,160}skrev .{0,160}):\s*",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"[>\s]*\*?(from|von|fra|från|van|od|de|sent|gesendet|sendt|skickat|verzonden|wysłano|date|datum|to|an|til|till|aan|do"
    r"|cc|kopie|subject|betreff|emne|ämne|onderwerp|temat|reply-to|antwort an)\*?\s*:\*?(?:\s|$)",
    re.IGNORECASE,
)
_FIRST_HEADERS = frozenset(
    {
        "from",
        "von",
        "fra",
        "från",
        "van",
        "od",
        "sent",
        "gesendet",
        "sendt",
        "skickat",
        "subject",
        "betreff",
        "date",
        "datum",
    }
)
#: A line of dashes, or with words between them ("-----Oprindelig meddelelse-----").
_RULE = re.compile(r"[>\s]*(?:(?:[_\-=*]\s?){4,}|-{3,}\s?[^-]{3,60}-{3,})\s*")
_TIME_OR_ADDRESS = re.compile(r"\d{1,2}[:.]\d{2}|\b\d{4}\b|@")
_QUOTED = re.compile(r"\s{0,3}>")
_SIGNATURE = re.compile(r"(?:--|—)[ \t\xa0]*")
_DEVICE = re.compile(
    r"\s*(?:(?:sent|gesendet) (?:from|with|via|von|mit)\s(?:my |mein(?:em|er) |a )?(?=[^.!?]*$)(?:\S+\s?){1,6}"
    r"|von (?:meinem|meiner|unterwegs)\b.{0,40}gesendet\.?"
    r"|get outlook for \w+.*|(?:holen sie sich|laden sie) outlook .*|outlook für (?:ios|android).*"
    r"|diese (?:nachricht|e-mail|mail) wurde (?:von|mit) .{0,80}gesendet\.?)\s*",
    re.IGNORECASE,
)
_LONGEST_LINE = 600


def new_text(full_text: str) -> str:
    """The text without quotes, their introductions and the signature; the full text if nothing else is left."""
    lines = full_text.split("\n")
    kept = _without_quotes(lines)
    kept = _without_signature(kept)
    return "\n".join(kept).strip() or full_text.strip()


def _without_quotes(lines: Sequence[str]) -> list[str]:
    """Everything before the first introduction; what stands between and below `>` lines is kept too."""
    kept: list[str] = []
    quoting = False
    number = 0
    while number < len(lines):
        length = _introduction(lines, number)
        if length and _cuts_all_below(lines, number, length, kept):
            break
        if length or _QUOTED.match(lines[number]):
            quoting = True
            number += length or 1
            continue
        kept.append(lines[number])
        number += 1
    return _without_last_rule(kept) if quoting or number < len(lines) else kept


def _introduction(lines: Sequence[str], start: int) -> int:
    """How many lines from here introduce a quote; 0 for none."""
    line = lines[start]
    if len(line) > _LONGEST_LINE or not line.strip():
        return 0
    if _ORIGINAL.fullmatch(line) or _FORWARDED.fullmatch(line) or _SENDER_FIRST.fullmatch(line):
        return 1
    joined = ""
    for length, piece in enumerate(lines[start : start + 4], start=1):
        joined += (" " if joined else "") + piece.strip()
        if len(joined) > _LONGEST_LINE or not piece.strip():
            break
        if (
            _ATTRIBUTION.fullmatch(joined)
            and re.search(r"\d|@", joined)
            and joined.rstrip().endswith((":", "wrote"))
        ):
            return length
    return _before_quoted_lines(lines, start) or _header_block(lines, start)


def _before_quoted_lines(lines: Sequence[str], start: int) -> int:
    """In any language: a line with a time or an address, ended by a colon, if need be in the next line; then `>`."""
    for length in (1, 2):
        piece = lines[start : start + length]
        if len(piece) < length or len(piece[-1]) > _LONGEST_LINE or not _TIME_OR_ADDRESS.search(piece[0]):
            return 0
        if piece[-1].rstrip().endswith(":"):
            below = next((line for line in lines[start + length : start + length + 3] if line.strip()), "")
            return length if _QUOTED.match(below) else 0
    return 0


def _header_block(lines: Sequence[str], start: int) -> int:
    """Outlook's way: "Von: ... Gesendet: ... An: ... Betreff: ..." in the middle of the text."""
    first = _HEADER.match(lines[start])
    if not first or first[1].lower() not in _FIRST_HEADERS:
        return 0
    names, length = set(), 0
    for offset, line in enumerate(lines[start : start + 8]):
        if (found := _HEADER.match(line)) and found[1].lower() not in names:
            names.add(found[1].lower())
            length = offset + 1
    return length if len(names) >= 3 else 0


def _cuts_all_below(lines: Sequence[str], start: int, length: int, kept: Sequence[str]) -> bool:
    """Whether the quote goes on to the end: there is new text above, and below nobody answers between the lines."""
    if not any(line.strip() for line in kept):
        return False
    below = [line for line in lines[start + length :] if line.strip()]
    if not below or not _QUOTED.match(below[0]):
        return True
    return not _answers_inside(below)


def _answers_inside(below: Sequence[str]) -> bool:
    """Unquoted words after quoted ones, other than a signature and a mailing list's foot."""
    for line in below:
        if (
            _SIGNATURE.fullmatch(line)
            or _RULE.fullmatch(line)
            or _DEVICE.fullmatch(line)
            or _FORWARDED.fullmatch(line)
        ):
            return False
        if not _QUOTED.match(line):
            return True
    return False


def _without_last_rule(kept: list[str]) -> list[str]:
    """The rule or the greeter's dashes just above the quote belong to the quote."""
    while kept and (not kept[-1].strip() or _RULE.fullmatch(kept[-1])):
        kept.pop()
    return kept


def _without_signature(kept: Sequence[str]) -> list[str]:
    """From the line "-- " (RFC 3676 4.3) on, and the advertisement that telephones add."""
    for number, line in enumerate(kept):
        if _SIGNATURE.fullmatch(line) and any(above.strip() for above in kept[:number]):
            kept = kept[:number]
            break
    return [line for line in kept if len(line) > _LONGEST_LINE or not _DEVICE.fullmatch(line)]
