"""Values from JSON and as JSON."""

import json
from decimal import Decimal

from rules.feel.errors import Unfit
from rules.feel.frames import Run
from rules.feel.limits import DEEPEST_VALUE
from rules.feel.numbers import CONTEXT, number_text
from rules.feel.temporal.make import nanosecond_of
from rules.feel.temporal.wide import WIDE, DateTime, kind_of
from rules.feel.temporal.writing import clock_text, date_text
from rules.feel.temporal.zones import zone_name
from rules.feel.text import to_string
from rules.feel.values import YearsMonths


def _no_number(_text: str) -> None:
    raise Unfit


def from_json(run: Run, text: str) -> object:
    """Numbers keep all their digits; dates stay texts, because JSON does not tell them from texts."""
    run.spend(len(text))
    number = CONTEXT.create_decimal
    return json.loads(text, parse_float=number, parse_int=number, parse_constant=_no_number)


def to_json(run: Run, value: object) -> str:
    return _json(value, run, 0)


def _json(value: object, run: Run, depth: int) -> str:
    run.spend(1)
    if depth > DEEPEST_VALUE:
        raise Unfit
    if isinstance(value, str):
        run.spend_text(len(value))
        return json.dumps(value, ensure_ascii=False)
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, list):
        return f"[{','.join(_json(item, run, depth + 1) for item in value)}]"
    if isinstance(value, dict):
        entries = (f"{_json(key, run, depth)}:{_json(item, run, depth + 1)}" for key, item in value.items())
        return f"{{{','.join(entries)}}}"
    if isinstance(value, YearsMonths) or kind_of(value) in WIDE:
        return f'"{_temporal(value, run)}"'
    raise Unfit


def _temporal(value: object, run: Run) -> str:
    """As ISO 8601 has it; a zone stands behind its offset in brackets."""
    if isinstance(value, DateTime) and (name := zone_name(value)):
        return f"{date_text(value)}T{clock_text(value, nanosecond_of(value), by_offset=True)}[{name}]"
    return to_string(value, run)
