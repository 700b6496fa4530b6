"""What a token settles from the variables as it comes: texts, names, moments and numbers, or Trouble."""

from collections.abc import Mapping
from typing import Any

from cpm.bpmn.formula import Formula, Trouble
from cpm.bpmn.spiff import Token
from cpm.bpmn.timing.timers import moment


def truth(
    token: Token,
    formula: Formula,
    what: str,
    extra: Mapping[str, Any] | None = None,
    *,
    lenient: bool = False,
) -> bool:
    """What is neither true nor false is Trouble; of what is skipped (`lenient`) it just does not hold, results are missing."""
    if lenient:
        return known(token, formula, extra) is True
    found = token.runner.value(token, formula, extra)
    if not isinstance(found, bool):
        said = "null" if found is None else repr(found)
        raise Trouble(
            "not_a_boolean", f"Expected {what} {formula.text} to be true or false, but it is {said:.80}."
        )
    return found


def known(token: Token, formula: Formula, extra: Mapping[str, Any] | None = None) -> Any:
    """The value, or None if it cannot be had: what a skipped step would have brought is missing."""
    try:
        return token.runner.value(token, formula, extra)
    except Trouble:
        return None


def text(token: Token, formula: Formula | None, what: str) -> str | None:
    value = token.runner.value(token, formula) if formula else None
    if value is not None and not isinstance(value, str):
        raise Trouble("not_a_text", f"Expected {what} to be text, but it is {value!r}.")
    return value


def names(token: Token, formula: Formula | None, what: str) -> list[str]:
    """Camunda 8: a comma-separated text, or an expression that gives a list of texts."""
    value = token.runner.value(token, formula) if formula else None
    if value is None:
        return []
    if isinstance(value, str):
        return [name.strip() for name in value.split(",") if name.strip()]
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise Trouble("not_names", f"Expected {what} to be a list of texts, but it is {value!r}.")
    return list(value)


def when(token: Token, formula: Formula | None, what: str) -> str | None:
    value = token.runner.value(token, formula) if formula else None
    try:
        return None if value is None else moment(value).isoformat()
    except ValueError as error:
        raise Trouble(
            "not_a_time", f"Expected {what} to be a date and time with an offset, but {error}."
        ) from error


def whole(token: Token, formula: Formula | None, what: str, most: int | None = None) -> int | None:
    """`most` is the largest that makes sense; then nothing below zero does either."""
    value = token.runner.value(token, formula) if formula else None
    try:
        number = None if value is None else int(value)
    except (ValueError, TypeError, OverflowError) as error:
        raise Trouble(
            "not_a_number", f"Expected {what} to be a whole number, but it is {value!r:.80}."
        ) from error
    if number is None:
        return None
    if isinstance(value, bool) or (not isinstance(value, str) and number != value):
        raise Trouble("not_a_number", f"Expected {what} to be a whole number, but it is {value!s:.80}.")
    if most is not None and not 0 <= number <= most:
        raise Trouble("not_a_number", f"Expected {what} to be from 0 to {most}, but it is {value!s:.80}.")
    return number
