"""Functions on texts; DMN 1.5 table 75. Positions count characters from 1, or from the end below 0."""

from decimal import Decimal

from rules.feel.errors import Unfit
from rules.feel.frames import Run
from rules.feel.functions.registry import builtin
from rules.feel.patterns import compiled, finds, replaced, split_at


@builtin("substring", "string: string, start position: integer, length: integer?")
def substring(text: str, position: int, length: int | None = None) -> str:
    start = position - 1 if position > 0 else len(text) + position
    if position == 0 or not 0 <= start <= len(text) or (length is not None and length < 1):
        raise Unfit
    return text[start:] if length is None else text[start : start + length]


@builtin("string length", "string: string")
def string_length(text: str) -> Decimal:
    return Decimal(len(text))


builtin("upper case", "string: string")(str.upper)
builtin("lower case", "string: string")(str.lower)
builtin("starts with", "string: string, match: string")(str.startswith)
builtin("ends with", "string: string, match: string")(str.endswith)


@builtin("contains", "string: string, match: string")
def contains(text: str, match: str) -> bool:
    return match in text


@builtin("substring before", "string: string, match: string")
def substring_before(text: str, match: str) -> str:
    return text.partition(match)[0] if match and match in text else ""


@builtin("substring after", "string: string, match: string")
def substring_after(text: str, match: str) -> str:
    return text.partition(match)[2] if match else text


@builtin("matches", "input: string, pattern: string, flags: any?", wants_run=True)
def matches(run: Run, text: str, pattern: str, flags: object = None) -> bool:
    return finds(text, compiled(pattern, flags, run), run)


@builtin("replace", "input: string, pattern: string, replacement: string, flags: any?", wants_run=True)
def replace(run: Run, text: str, pattern: str, replacement: str, flags: object = None) -> str:
    return replaced(text, compiled(pattern, flags, run), replacement, run, literal="q" in str(flags or ""))


@builtin("split", "string: string, delimiter: string", wants_run=True)
def split(run: Run, text: str, delimiter: str) -> list[object]:
    return split_at(text, compiled(delimiter, None, run), run)


@builtin("string join", "list: list, delimiter: any?", wants_run=True)
def string_join(run: Run, items: list[object], delimiter: object = None) -> str:
    """Without a delimiter there is nothing in between; null items are left out."""
    between = "" if delimiter is None else delimiter
    parts = [item for item in items if isinstance(item, str)]
    if not isinstance(between, str) or len(parts) < sum(item is not None for item in items):
        raise Unfit
    run.spend_text(sum(map(len, parts)) + len(between) * len(parts))
    return between.join(parts)
