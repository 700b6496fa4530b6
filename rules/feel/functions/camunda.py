"""What Camunda's FEEL has beyond the standard, in one place; models made for Camunda 8 use it.

https://docs.camunda.io/docs/components/modeler/feel/builtin-functions/feel-built-in-functions-introduction/
Left out: `uuid` and `random number`, because an expression gives the same result every time.
"""

import base64

from rules.feel.errors import FeelAssertion, Unfit
from rules.feel.frames import Run
from rules.feel.functions.lists import distinct_values, index_of
from rules.feel.functions.registry import builtin
from rules.feel.patterns import compiled
from rules.feel.temporal.days import last_day
from rules.feel.temporal.make import make_date
from rules.feel.temporal.wide import Date
from rules.feel.text import to_string


@builtin("get or else", "value: any, default: any")
def get_or_else(value: object, default: object) -> object:
    return default if value is None else value


@builtin("is defined", "value: any")
def is_defined(value: object) -> bool:
    return value is not None


@builtin("assert", "value: any, condition: any, cause: any?", wants_run=True)
def assertion(run: Run, value: object, condition: object, cause: object = None) -> object:
    """The value; if the condition is not true, the whole evaluation fails with FeelAssertion."""
    if condition is not True:
        raise FeelAssertion(
            to_string(cause, run) if cause is not None else "Expected the asserted condition to be true."
        )
    return value


@builtin("trim", "string: string")
def trim(text: str) -> str:
    return text.strip()


@builtin("is blank", "string: string")
def is_blank(text: str) -> bool:
    return not text.strip()


@builtin("extract", "string: string, pattern: string", wants_run=True)
def extract(run: Run, text: str, pattern: str) -> list[object]:
    """All that matches the pattern."""
    return [found.group() for found in compiled(pattern, None).matches(text, run)]


@builtin("to base64", "value: string")
def to_base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@builtin("is empty", "list: list")
def is_empty(values: list[object]) -> bool:
    return not values


@builtin("duplicate values", "list: list", wants_run=True)
def duplicate_values(run: Run, values: list[object]) -> list[object]:
    """Each value that is there more than once."""
    run.spend(len(values) ** 2)
    return [value for value in distinct_values(run, values) if len(index_of(run, values, value)) > 1]


@builtin("partition", "list: list, size: integer")
def partition(values: list[object], size: int) -> list[object]:
    """Lists of that size; the last one may be shorter."""
    if size < 1:
        raise Unfit
    return [values[at : at + size] for at in range(0, len(values), size)]


@builtin("last day of month", "date: day")
def last_day_of_month(day: Date) -> Date:
    return make_date(day.year, day.month, last_day(day.year, day.month))
