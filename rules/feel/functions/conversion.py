"""number(), string() and not(); DMN 1.5 table 73 and 74."""

import re
from decimal import Decimal

from rules.feel.errors import Unfit
from rules.feel.frames import Run
from rules.feel.functions.arguments import of_type
from rules.feel.functions.registry import builtin
from rules.feel.numbers import CONTEXT
from rules.feel.text import to_string

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


@builtin("not", "negand: one")
def negation(value: object) -> bool | None:
    return not value if isinstance(value, bool) else None


@builtin("string", "from: any", wants_run=True)
def string(run: Run, value: object) -> str | None:
    return None if value is None else to_string(value, run)


@builtin("number", "from: one")
def number(value: object) -> Decimal:
    return value if isinstance(value, Decimal) else _number(of_type(value, str))


@builtin("number", "from: string, grouping separator: one, decimal separator: one")
def number_with_separators(text: str, grouping: object, point: object) -> Decimal:
    """Separators may be null, which means none."""
    if grouping not in (None, " ", ",", ".") or point not in (None, ",", "."):
        raise Unfit
    if grouping is not None and grouping == point:
        raise Unfit
    if isinstance(grouping, str):
        text = text.replace(grouping, "")
    return _number(text.replace(point, ".") if isinstance(point, str) else text)


def _number(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise Unfit
    return CONTEXT.create_decimal(text)
