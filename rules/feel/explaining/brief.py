"""A value as a short text for people, whatever its size."""

from decimal import Decimal

from rules.feel.errors import FeelLimit
from rules.feel.frames import Run
from rules.feel.text import to_string
from rules.feel.values import Function

_LONGEST = 120
_MOST_ITEMS = 5
_MOST_DIGITS = 34
_DEEPEST = 3


def brief(value: object) -> str:
    """In FEEL, with an ellipsis for what is left out; texts are quoted."""
    return shortened(_text(value, 0))


def shortened(text: str, most: int = _LONGEST) -> str:
    text = " ".join(text[: 2 * most].split())
    return text if len(text) <= most else text[: most - 1] + "…"


def _text(value: object, depth: int) -> str:
    if isinstance(value, str):
        return to_string([value[:_LONGEST]])[1:-1]
    if isinstance(value, list):
        return f"[{_several([_text(item, depth + 1) for item in value[:_MOST_ITEMS]], len(value), depth)}]"
    if isinstance(value, dict):
        first = list(value.items())[:_MOST_ITEMS] if depth < _DEEPEST else []
        entries = [f"{key[:_LONGEST]}: {_text(item, depth + 1)}" for key, item in first]
        return f"{{{_several(entries, len(value), depth)}}}"
    if isinstance(value, Decimal) and abs(value.adjusted()) > _MOST_DIGITS:
        return str(value.normalize())
    if isinstance(value, Function):
        return f"function {value.name}".strip()
    try:
        return to_string(value, Run(steps=_LONGEST))
    except FeelLimit:  # a range of long texts
        return "…"


def _several(parts: list[str], count: int, depth: int) -> str:
    if depth >= _DEEPEST:
        return "…" if count else ""
    return ", ".join(parts) + (f", … ({count})" if count > len(parts) else "")
