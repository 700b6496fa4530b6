"""Bytes to text, whatever the sender declared: never fails, never leaves what a database cannot store."""

import codecs
import re

#: Python codecs that no mail may choose: they are not charsets, or are slow or noisy on hostile input.
_FORBIDDEN = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
)
#: What mail programs write and what they mean (WHATWG Encoding does the same).
_MEANT = {
    "iso8859-1": "cp1252",
    "ascii": "utf-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "utf-16": "utf-16",
}
#: Names that Python does not know, as they were seen in mail.
_NICKNAMES = {
    "ansi": "cp1252",
    "ansi_x3.110-1983": "cp1252",
    "cp-850": "cp850",
    "default": "cp1252",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-8-i": "iso-8859-8",
    "mac": "mac_roman",
    "mac-roman": "mac_roman",
    "sjis": "cp932",
    "unicode": "utf-8",
    "utf8mb4": "utf-8",
}
#: What stands between the shift to two bytes a character and the next shift (RFC 1468).
_JAPANESE = re.compile(rb"\x1b\$[@B]([\x21-\x7e]*)")
_ESCAPE = re.compile(rb"\x1b\([BJ]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def to_text(data: bytes, charset: str = "") -> str:
    """The bytes in the declared charset; where that is unknown or wrong, UTF-8, then Windows-1252."""
    declared = _codec(charset)
    if _JAPANESE.search(data) and declared in ("", "utf-8", "iso2022_jp"):
        return _japanese(data)
    for name in (declared, "" if data.isascii() else "utf-8"):
        if name:
            try:
                return data.decode(name)
            except (UnicodeError, LookupError):
                continue
    if declared and declared not in ("utf-8", "cp1252"):
        return _replaced(data, declared)
    return _damaged(data)


def clean(text: str) -> str:
    r"""Line ends as \n; no control characters but tab and \n; half surrogates become U+FFFD."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNPRINTABLE.sub(lambda found: "\ufffd" if found[0] >= "\ud800" else "", text)


def one_line(text: str) -> str:
    """The text on one line, for a subject or a name: line ends and runs of blanks become one blank."""
    return " ".join(clean(text).split())


def _codec(charset: str) -> str:
    """The name of a Python text codec, or "" where there is none that may be used."""
    written = charset.strip().strip("\"'").replace(" ", "").lower()[:60].removeprefix("x-")
    try:
        name = codecs.lookup(_NICKNAMES.get(written, written)).name
    except (LookupError, ValueError):  # ValueError: a NUL or a non-ASCII letter in the name
        return ""
    return "" if name in _FORBIDDEN else _MEANT.get(name, name)


def _damaged(data: bytes) -> str:
    """UTF-8 with a character cut in two somewhere is still UTF-8; what has more wrong than right is none."""
    text = data.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    right = sum(not character.isascii() for character in text) - wrong if wrong else 0
    return text if right >= wrong else data.decode("cp1252", "replace")


def _japanese(data: bytes) -> str:
    """ISO-2022-JP as Windows writes it, with signs such as ① that the standard and Python's codec do not know."""

    def shifted(found: re.Match[bytes]) -> bytes:
        return bytes(code | 0x80 for code in found[1]).decode("euc_jisx0213", "replace").encode("utf-8")

    return _ESCAPE.sub(b"", _JAPANESE.sub(shifted, data)).decode("utf-8", "replace")


def _replaced(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec, "replace")
    except (UnicodeError, LookupError):  # "hex" and its like are codecs, but not from bytes to text
        return data.decode("cp1252", "replace")
