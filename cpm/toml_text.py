"""TOML that comes from outside: its size is bounded before it is read, its depth before it can cost anything."""

import re
import tomllib
from typing import Any

LARGEST = 1_000_000  #: bytes
#: tomllib's work grows with the square of a key's parts (Python 3.11): 80 KB took it 14 s. Ours have three.
#: Where strings are is not asked: nobody writes sixteen sentences of one word.
_ENDLESS_KEY = re.compile(
    r"""(?:(?:(?<![A-Za-z0-9_-])[A-Za-z0-9_-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){16}"""
)


#: How tomllib says where, at the end of its sentence.
_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)$")


class Unreadable(ValueError):
    def __init__(self, reason: str, german: str) -> None:
        super().__init__(reason)
        self.german = german


def loads(content: bytes, what: str) -> dict[str, Any]:
    """The tables; Unreadable is a sentence in which `what` is, such as "texts"."""
    if len(content) > LARGEST:
        raise Unreadable(
            f"Expected {what} of at most {LARGEST} bytes, but there are {len(content)}.",
            f"Die Datei ist zu groß: {len(content)} Bytes, höchstens sind es {LARGEST}.",
        )
    try:
        text = content.decode()
        if _ENDLESS_KEY.search(text):
            raise Unreadable(
                "Expected keys such as steps.check_facts, but one has more than 16 parts.",
                "Schlüssel sehen aus wie steps.check_facts; einer hat hier mehr als 16 Teile.",
            )
        return tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise Unreadable(f"Expected TOML in UTF-8, but {error}.", "Das ist kein Text in UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        where = "Zeile {}, Spalte {}".format(*place.groups()) if place else "Ende der Datei"
        raise Unreadable(f"Expected TOML in UTF-8, but {error}.", f"Das ist kein TOML ({where}).") from error
    except RecursionError as error:
        raise Unreadable(
            f"Expected TOML of tables and {what}, but it is nested far too deeply.",
            "Hier sind Tabellen und Listen viel zu tief ineinander geschachtelt.",
        ) from error
