"""How files and folders are called, by the convention of the house: `Sonnenschein AG_AB 100235_Re 000523.pdf`.

What comes out is one part of a path that Windows, macOS and Linux all take; whatever went in, it leads nowhere else.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence

#: Of documents: quote, confirmation, delivery note, invoice, credit note, dunning, complaint, privacy.
KINDS: dict[str, tuple[str, str]] = {
    "AN": ("Angebot", "quote"),
    "AB": ("Auftragsbestätigung", "order confirmation"),
    "LS": ("Lieferschein", "delivery note"),
    "Re": ("Rechnung", "invoice"),
    "GS": ("Gutschrift", "credit note"),
    "MA1": ("1. Mahnung", "first reminder"),
    "MA2": ("2. Mahnung", "second reminder"),
    "MA3": ("3. Mahnung", "third reminder"),
    "RK": ("Reklamation", "complaint"),
    "DS": ("Datenschutz", "privacy"),
}
LONGEST = 80  #: characters of a name by itself
_LONGEST_FILE = 180  #: of a file, with kinds and numbers
_LONGEST_BYTES = 240  #: UTF-8; Linux takes 255, and " (12)" may follow
_LONGEST_ENDING = 12
_FORBIDDEN = re.compile(r'[\\/:*?"<>|]')
_BLANKS = re.compile(r"\s+")
#: learn.microsoft.com/windows/win32/fileio/naming-a-file; with any ending, too
_RESERVED = re.compile(r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)[0-9¹²³])\s*(\.|$)", re.IGNORECASE)


def safe(text: str, *, longest: int = LONGEST, longest_bytes: int = _LONGEST_BYTES) -> str:
    """One part of a path, never empty: no separators, controls, reserved words, nor what turns the writing round."""
    text = "".join(_shown(each) for each in unicodedata.normalize("NFC", text))
    text = _BLANKS.sub(" ", _FORBIDDEN.sub("-", text)).strip()
    if _RESERVED.match(text):
        text = f"_{text}"
    text = _cut(text, longest, longest_bytes).rstrip(". ")
    return text or "_"


def file_name(kind: str | None, customer: str, numbers: Sequence[str] = (), *, ending: str = "") -> str:
    """`AB`, `Sonnenschein AG`, [`100235`, `Re 523`] is `Sonnenschein AG_AB 100235_Re 000523`.

    A number without a word before it is one of this kind. Of more numbers than a name can hold the last are left out.
    """
    customer = safe(customer, longest_bytes=_LONGEST_BYTES // 2)
    words = [number_word(kind, number) for number in numbers] or ([_word(kind)] if kind else [])
    ending = _ending(ending)
    name = customer
    for word in words:
        longer = f"{name}_{word}"
        if len(longer) + len(ending) > _LONGEST_FILE or _bytes(longer + ending) > _LONGEST_BYTES:
            break
        name = longer
    return f"{name}{ending}"


def number_word(kind: str | None, number: str) -> str:
    """`AB 100235`: with its kind, and at least six digits."""
    word, _, figure = number.strip().rpartition(" ")
    word = _word(word or kind or "")
    figure = safe(figure, longest=40, longest_bytes=60)
    figure = figure.zfill(6) if figure.isascii() and figure.isdecimal() else figure
    return f"{word} {figure}" if word else figure


def folder_name(number: str, customer: str) -> str:
    """`K-000042-7 Sonnenschein AG`."""
    return safe(f"{safe(number, longest=40)} {safe(customer)}", longest=_LONGEST_FILE)


def with_ending(name: str, longest: int = _LONGEST_FILE) -> str:
    """A stranger's file name made safe; it keeps its ending, however long it is."""
    stem, ending = split(name)
    ending = _ending(ending)
    room = _LONGEST_BYTES - _bytes(ending)
    return f"{safe(stem, longest=longest - len(ending), longest_bytes=room)}{ending}"


def another(name: str, taken: Collection[str]) -> str:
    """The name, or with the first of ` (2)`, ` (3)` that is free; upper and lower case are the same, as on Windows."""
    return _free(name, {_folded(each) for each in taken}, 1)[0]


def each_once(names: Iterable[str]) -> Iterator[str]:
    """As `another`, one after the other: the same picture comes with every mail, a thousand times."""
    taken: set[str] = set()
    last: dict[str, int] = {}
    for name in names:
        same = _folded(name)
        found, last[same] = _free(name, taken, last.get(same, 1))
        taken.add(_folded(found))
        yield found


def _free(name: str, taken: Collection[str], count: int) -> tuple[str, int]:
    """With its number; those below `count` are known to be taken."""
    stem, ending = split(name)
    found = name if count == 1 else f"{stem} ({count}){ending}"
    while _folded(found) in taken:
        count += 1
        found = f"{stem} ({count}){ending}"
    return found, count


def split(name: str) -> tuple[str, str]:
    """Stem and ending with its dot; what only looks like an ending, `Nr. 5 von 2026`, is none."""
    stem, dot, ending = name.rpartition(".")
    if not stem.strip(". ") or not (ending.isalnum() and len(ending) < _LONGEST_ENDING):
        return name, ""
    return stem, dot + ending


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _ending(ending: str) -> str:
    found = re.sub(r"[^A-Za-z0-9]", "", ending)[:_LONGEST_ENDING]
    return f".{found}" if found else ""


def _word(kind: str | None) -> str:
    return safe(kind, longest=40, longest_bytes=60).replace("_", "-") if kind else ""


def _shown(each: str) -> str:
    """Controls become a dash; marks that nobody sees, among them those that turn the writing round, go."""
    match unicodedata.category(each):
        case "Cc" if not each.isspace():
            return "-"
        case "Zs" | "Zl" | "Zp":
            return " "
        case "Cf" | "Cs" | "Cn" | "Co":
            return ""
        case _:
            return each


def _cut(text: str, longest: int, longest_bytes: int) -> str:
    text = text[:longest]
    return text.encode()[:longest_bytes].decode(errors="ignore")


def _bytes(text: str) -> int:
    return len(text.encode())
