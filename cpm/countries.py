"""Countries by their codes (ISO 3166-1 alpha-2), with their names in German and English: what `countries.txt` lists."""

import functools
from collections.abc import Mapping
from pathlib import Path

#: Where the firm posts its letters.
HOME = "DE"
_FILE = Path(__file__).with_name("countries.txt")


@functools.cache
def names() -> Mapping[str, tuple[str, str]]:
    """Code -> German and English name."""
    lines = (line.split("|") for line in _FILE.read_text(encoding="utf-8").splitlines())
    return {code: (german, english) for code, german, english in lines}


def name(code: str, language: str) -> str:
    """The code itself where there is no such country."""
    known = names().get(code)
    return code if known is None else known[language == "en"]


def code_of(written: str) -> str | None:
    """The code of a country as people write it: its code, or its name in either language."""
    sought = written.strip().casefold()
    return _by_name().get(sought)


@functools.cache
def _by_name() -> Mapping[str, str]:
    found = {name.casefold(): code for code, both in names().items() for name in (code, *both)}
    return {**found, "brd": HOME, "d": HOME, "a": "AT", "uk": "GB", "usa": "US", "großbritannien": "GB"}
