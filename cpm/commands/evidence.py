"""What the journal keeps of a decision, so that anybody can see later why it came out as it did."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from rules import dmn
from rules.feel import YearsMonths

#: A fact may be a whole letter; the journal is there to tell why, not to keep it once more.
_LONGEST = 500
_KEPT_AS_IT_IS = (bool, int, Decimal, datetime, date, time, timedelta, YearsMonths, type(None))


def told(decision: str, version: int | None, result: dmn.Result) -> dict[str, Any]:
    """One decision as an entry's particulars: which version of its table, rules that fired, facts seen, outcome.

    The rules are those of the decision itself; the facts are all that it and what it requires have looked at. A
    fact that is not named was not known.
    """
    fired = result.evidence[-1].rules if result.evidence else ()
    facts = {label: value for each in result.evidence for label, value in each.inputs if value is not None}
    return {
        "decision": decision,
        "version": version,
        "rules": [{"number": rule.number, "id": rule.id, "note": rule.annotation} for rule in fired],
        "facts": kept(facts),
        "result": kept(result.value),
    }


def unanswered(decision: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The same of a decision that could not answer: the facts it was to answer for, without the case's data."""
    known = {name: kept(value) for name, value in facts.items() if value is not None and name != "data"}
    return {"decision": decision, "version": None, "rules": [], "facts": known, "result": None}


def kept(value: object) -> Any:
    """The value as the journal can keep it: long texts cut, what is no data (functions, ranges) as its text."""
    match value:
        case str():
            return value if len(value) <= _LONGEST else value[: _LONGEST - 1] + "…"
        case Mapping():
            return {str(key): kept(entry) for key, entry in value.items()}
        case list() | tuple():
            return [kept(item) for item in value]
        case _ if isinstance(value, _KEPT_AS_IT_IS):
            return value
    return kept(str(value))
