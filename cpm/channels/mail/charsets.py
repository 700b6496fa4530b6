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
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "utf-16": "utf-16",
}
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def to_text(data: bytes, charset: str = "") -> str:
    """The bytes in the declared charset; where that is unknown or wrong, UTF-8, then Windows-1252."""
    for name in (_codec(charset), "utf-8"):
        if name:
            try:
                return data.decode(name)
            except (UnicodeError, LookupError):
                continue
    declared = _codec(charset)
    if declared and declared not in ("utf-8", "cp1252"):
        return _replaced(data, declared)
    return data.decode("cp1252", "replace")


def clean(text: str) -> str:
    r"""Line ends as \n; no control characters but tab and \n; half surrogates become U+FFFD."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNPRINTABLE.sub(lambda found: "\ufffd" if found[0] >= "\ud800" else "", text)


def one_line(text: str) -> str:
    """The text on one line, for a subject or a name: line ends and runs of blanks become one blank."""
    return " ".join(clean(text).split())


def _codec(charset: str) -> str:
    """The name of a Python text codec, or "" where there is none that may be used."""
    try:
        name = codecs.lookup(charset.strip().strip("\"'").replace(" ", "")[:60]).name
    except (LookupError, ValueError):  # ValueError: a NUL or a non-ASCII letter in the name
        return ""
    return "" if name in _FORBIDDEN else _MEANT.get(name, name)


def _replaced(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec, "replace")
    except (UnicodeError, LookupError):  # "hex" and its like are codecs, but not from bytes to text
        return data.decode("cp1252", "replace")
