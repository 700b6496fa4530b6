"""The new text of a reply: what others wrote before and the signature are cut, German and English.

Rules on lines, in one pass; whatever would leave nothing is not done: an empty answer helps nobody.
"""

import re
from collections.abc import Sequence

from cpm.channels.mail import quote_marks as marks

#: Longer lines are never marks; it bounds the time that the patterns take.
_LONGEST_LINE = 600
_LONGEST_SIGNATURE = 10


def new_text(full_text: str) -> str:
    """The text without quotes, their introductions and the signature; the full text if nothing else is left."""
    lines = _without_armour(full_text.split("\n"))
    kept = _without_quotes(lines)
    kept = _without_signature(kept)
    return "\n".join(kept).strip() or full_text.strip()


def _without_armour(lines: list[str]) -> list[str]:
    """What OpenPGP puts around and into a signed text (RFC 9580 7): its head, its signature, dashes before dashes."""
    if marks.SIGNED not in lines:
        return lines
    first = lines.index(marks.SIGNED)
    start = next((number for number in range(first, len(lines)) if not lines[number].strip()), len(lines))
    end = next((number for number in range(start, len(lines)) if lines[number] == marks.SIGNATURE_BEGINS), -1)
    if end < 0:
        return lines
    after = next((number for number in range(end, len(lines)) if lines[number] == marks.SIGNATURE_ENDS), end)
    inside = [line.removeprefix("- ") for line in lines[start + 1 : end]]
    return [*lines[:first], *inside, *lines[after + 1 :]]


def _without_quotes(lines: Sequence[str]) -> list[str]:
    """Everything before the first introduction; what stands between and below `>` lines is kept too."""
    kept: list[str] = []
    worded = quoting = False
    answered = _answered_below(lines)
    number = 0
    while number < len(lines):
        length = _introduction(lines, number)
        if length and worded and not answered[number + length]:
            break
        if length or marks.QUOTED.match(lines[number]):
            quoting = True
            number += length or 1
            continue
        kept.append(lines[number])
        worded = worded or bool(lines[number].strip())
        number += 1
    return _without_last_rule(kept) if quoting or number < len(lines) else kept


def _introduction(lines: Sequence[str], start: int) -> int:
    """How many lines from here introduce a quote; 0 for none."""
    line = lines[start]
    if len(line) > _LONGEST_LINE or not line.strip():
        return 0
    if (
        marks.ORIGINAL.fullmatch(line)
        or marks.FORWARDED.fullmatch(line)
        or marks.SENDER_FIRST.fullmatch(line)
        or marks.GOES_ON.fullmatch(line)
    ):
        return 1
    joined = ""
    for length, piece in enumerate(lines[start : start + 4], start=1):
        joined += (" " if joined else "") + piece.strip()
        if len(joined) > _LONGEST_LINE or not piece.strip():
            break
        if (
            joined.rstrip().endswith((":", "wrote"))  # first: it is the cheapest to ask
            and re.search(r"\d|@", joined)
            and marks.ATTRIBUTION.fullmatch(joined)
        ):
            return length
    return _before_quoted_lines(lines, start) or _header_block(lines, start)


def _before_quoted_lines(lines: Sequence[str], start: int) -> int:
    """In any language: a line with a time or an address, ended by a colon, if need be in the next line; then `>`."""
    for length in (1, 2):
        piece = lines[start : start + length]
        if (
            len(piece) < length
            or len(piece[-1]) > _LONGEST_LINE
            or not (marks.TIME_OR_ADDRESS.search(piece[0]) or marks.SAID.fullmatch(piece[0]))
        ):
            return 0
        if piece[-1].rstrip().endswith(":"):
            below = next((line for line in lines[start + length : start + length + 3] if line.strip()), "")
            return length if marks.QUOTED.match(below) else 0
    return 0


def _header_block(lines: Sequence[str], start: int) -> int:
    """Outlook's way: "Von: ... Gesendet: ... An: ... Betreff: ..." in the middle of the text."""
    if not marks.FIRST_HEADER.match(lines[start]):
        return 0
    names: set[str] = set()
    length = 0
    for offset, line in enumerate(lines[start : start + 8]):
        if (found := marks.HEADER.match(line)) and found[1].lower() not in names:
            names.add(found[1].lower())
            length = offset + 1
    return length if len(names) >= 3 else 0


def _answered_below(lines: Sequence[str]) -> list[bool]:
    """For each line, whether from there on somebody answers below a quote; else all below may be cut.

    Unquoted words behind quoted ones are an answer, unless a signature or a mailing list's foot begins with them.
    What begins unquoted is Outlook's way of quoting, and has none. One pass from below: asking at each introduction
    would be quadratic.
    """
    inside, answered = False, [False]  # the former counts unquoted words at once, the latter below `>` only
    for line in reversed(lines):
        quoted = bool(marks.QUOTED.match(line))
        if line.strip():
            inside = inside if quoted else not _ends_the_text(line)
        answered.append(inside if quoted else answered[-1] and not line.strip())
    return answered[::-1]


def _ends_the_text(line: str) -> bool:
    patterns = (marks.LIKE_SIGNATURE, marks.RULE, marks.DEVICE, marks.ADVERTISEMENT, marks.FORWARDED)
    return len(line) <= _LONGEST_LINE and any(pattern.fullmatch(line) for pattern in patterns)


def _without_last_rule(kept: list[str]) -> list[str]:
    """The rule or the greeter's dashes just above the quote belong to the quote."""
    while kept and (not kept[-1].strip() or marks.RULE.fullmatch(kept[-1])):
        kept.pop()
    return kept


def _without_signature(kept: Sequence[str]) -> list[str]:
    """Nothing from the signature's dashes on, nor the advertisement that telephones add below."""
    first = next((number for number, line in enumerate(kept) if line.strip()), len(kept))
    candidates = range(first + 1, len(kept))
    end = next((number for number in candidates if _begins_signature(kept, number)), len(kept))
    lines = list(kept[:end])
    while lines and (not lines[-1].strip() or _advertises(lines)):
        lines.pop()
    return lines


def _begins_signature(lines: Sequence[str], number: int) -> bool:
    """A line of dashes: with the standard's blank behind them, or with little text below."""
    if not marks.LIKE_SIGNATURE.fullmatch(lines[number]):
        return False
    below = lines[number + 1 : number + 1 + 5 * _LONGEST_SIGNATURE]
    return (
        bool(marks.SIGNATURE.fullmatch(lines[number]))
        or len(list(filter(str.strip, below))) <= _LONGEST_SIGNATURE
    )


def _advertises(lines: Sequence[str]) -> bool:
    """Only below an empty line, if it could be a customer's own last words: "Gesendet mit der Post"."""
    if len(lines[-1]) > _LONGEST_LINE:
        return False
    apart = len(lines) < 2 or not lines[-2].strip()
    return bool(marks.ADVERTISEMENT.fullmatch(lines[-1])) or (
        apart and bool(marks.DEVICE.fullmatch(lines[-1]))
    )
