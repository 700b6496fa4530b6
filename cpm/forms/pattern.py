"""Regular expressions of designers, run by RE2: its time grows with the text, whatever the pattern."""

from collections.abc import Callable

import re2  # type: ignore[import-untyped]  # google-re2 1.1 has no type information

LONGEST = 500


def whole_match(pattern: str) -> Callable[[str], bool]:
    """A test whether the whole text matches. Raises ValueError for what RE2 does not know, such as
    looking ahead and back references: they are what makes patterns hang.
    """
    if len(pattern) > LONGEST:
        raise ValueError(f"Expected a pattern of at most {LONGEST} characters, but it has {len(pattern)}")
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    try:
        compiled = re2.compile(pattern, options)
    except re2.error as error:
        raise ValueError(f"Expected a pattern that RE2 knows, but {_reason(error)}") from error
    return lambda text: compiled.fullmatch(text) is not None


def _reason(error: Exception) -> str:
    told = error.args[0] if error.args else ""
    return told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)
