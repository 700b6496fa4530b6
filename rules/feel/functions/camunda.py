"""What Camunda's FEEL has beyond the standard, in one place; models made for Camunda 8 use it.

https://docs.camunda.io/docs/components/modeler/feel/builtin-functions/feel-built-in-functions-introduction/
Left out: `uuid` and `random number`, because an expression gives the same result every time; `and()` and `or()`,
old names of `all` and `any` that are operators in the standard. `date and time(date, timezone)` stands in `temporal`.
"""

import base64

from rules.feel.errors import FeelAssertion, Unfit
from rules.feel.frames import Run
from rules.feel.functions.arguments import whole
from rules.feel.functions.contexts import context_merge, context_put, get_entries, get_value
from rules.feel.functions.lists import tally
from rules.feel.functions.registry import builtin
from rules.feel.functions.strings import string_join
from rules.feel.json_text import from_json, to_json
from rules.feel.patterns import compiled
from rules.feel.temporal.days import last_day
from rules.feel.temporal.make import make_date
from rules.feel.temporal.wide import Date, Duration
from rules.feel.text import to_string
from rules.feel.values import YearsMonths


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
        if cause is None:
            raise FeelAssertion(
                "Expected the asserted condition to be true.",
                german="Die zugesicherte Bedingung (assert) trifft nicht zu.",
            )
        raise FeelAssertion(to_string(cause, run))
    return value


@builtin("fromAi", "value: any, description: any?, type: any?, schema: any?, options: any?")
def from_ai(value: object, *_about: object) -> object:
    """The value itself; the rest describes it for whoever makes it."""
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
    return [found.group() for found in compiled(pattern, None, run).matches(text, run)]


@builtin("to base64", "value: string")
def to_base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@builtin("string join", "list: list, delimiter: any, prefix: string, suffix: string", wants_run=True)
def string_join_between(run: Run, items: list[object], delimiter: object, prefix: str, suffix: str) -> str:
    return f"{prefix}{string_join(run, items, delimiter)}{suffix}"


@builtin("is empty", "list: list")
def is_empty(values: list[object]) -> bool:
    return not values


@builtin("duplicate values", "list: list", wants_run=True)
def duplicate_values(run: Run, values: list[object]) -> list[object]:
    """Each value that is there more than once."""
    return [value for value, times in tally(run, values) if times > 1]


@builtin("partition", "list: list, size: integer")
def partition(values: list[object], size: int) -> list[object]:
    """Lists of that size; the last one may be shorter."""
    if size < 1:
        raise Unfit
    return [values[at : at + size] for at in range(0, len(values), size)]


@builtin("last day of month", "date: day")
def last_day_of_month(day: Date) -> Date:
    return make_date(day.year, day.month, last_day(day.year, day.month))


@builtin("cycle", "interval: any")
def cycle(interval: object) -> str:
    """The text of an ISO 8601 repeat, for a timer's cycle."""
    return repeat(None, interval)


@builtin("cycle", "repetitions: any, interval: any")
def repeat(repetitions: object, interval: object) -> str:
    """So many times; for ever if that is null."""
    times = "" if repetitions is None else whole(repetitions)
    if not isinstance(interval, YearsMonths | Duration):
        raise Unfit
    return f"R{times}/{to_string(interval)}"


builtin("from json", "value: string", wants_run=True)(from_json)
builtin("to json", "value: any", wants_run=True)(to_json)

# The first parameter is `m` in the standard.
builtin("get value", "context: context, key: any")(get_value)
builtin("get entries", "context: context")(get_entries)

builtin("put", "context: context, key: any, value: any")(context_put)


@builtin("put all", "contexts: any...")
def put_all(contexts: list[object]) -> dict[str, object]:
    """The older name of `context merge`, with the contexts one by one or as a list."""
    first = contexts[0]
    return context_merge(first if len(contexts) == 1 and isinstance(first, list) else contexts)
