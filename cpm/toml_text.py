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


def loads(content: bytes, what: str) -> dict[str, Any]:
    """The tables; ValueError is a sentence in which `what` is, such as "texts"."""
    if len(content) > LARGEST:
        raise ValueError(f"Expected {what} of at most {LARGEST} bytes, but there are {len(content)}.")
    try:
        text = content.decode()
        if _ENDLESS_KEY.search(text):
            raise ValueError("Expected keys such as steps.check_facts, but one has more than 16 parts.")
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"Expected TOML in UTF-8, but {error}.") from error
    except RecursionError as error:
        raise ValueError(f"Expected TOML of tables and {what}, but it is nested far too deeply.") from error
