"""What a table must be like so that it can steer cases; asked when it is deployed, before anybody depends on it."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from cpm import calendars, next_actions
from cpm.model import Remedy, Role
from cpm.next_actions import Deed
from cpm.policies import Verdict
from rules import dmn

#: The decisions the engine asks, and the columns it reads.
COLUMNS = {
    "assignment": {"team", "priority"},
    "deadlines": {"first_answer", "due", "calendar"},
    "exceptions": {"team", "title_de", "title_en", "severity", "due", "calendar", "remedies"},
    "customer_value": {"value"},
    "guidance": {"tone", "tip_de", "tip_en"},
    "next_action": {"kind", "action", "title_de", "title_en", "reason_de", "reason_en"},
    "intake": {"process", "team", "priority", "sure"},
    "case_match": {"level", "why_de", "why_en", "ask"},
    "identity": {"level", "why_de", "why_en"},
    "policies": {"verdict", "policy", "reason_de", "reason_en", "approver", "override"},
    "notices": {"send", "kind", "hours", "reason_de", "reason_en"},
}
#: Of these every row that matches counts; of the others, one.
SEVERAL = frozenset({"next_action", "policies"})
#: Columns that may say that they leave things as they are, which null does.
_OPEN = {
    "intake": frozenset({"team", "priority"}),
    "case_match": frozenset({"why_de", "why_en"}),
    "identity": frozenset({"why_de", "why_en"}),
    "policies": frozenset({"approver", "override"}),
    "next_action": frozenset({"does", "due"}),
}
#: What the tables may offer: also what a later release will be able to do.
REMEDIES = frozenset(remedy.value for remedy in Remedy)
#: When a next action is due: before the case is wrapped up, or if it fits.
KINDS = ("queued", "suggested")
#: How surely a message belongs to a case.
LEVELS = ("certain", "suggested", "new")
#: How surely it is known who writes.
KNOWN = ("known", "maybe", "none")
#: How a customer is told something, what sort of news it is, and at which hours it may reach them.
WAYS = ("email", "letter", "phone", "none")
SORTS = ("service", "legal", "advertising", "none")
HOURS = ("any", "calls", "advertising")
#: Columns that the engine reads if they are there.
_MAY_BE_THERE = {"escalate_to", "auto", "skills", "keep_owner", "does", "due"}
#: What may happen by itself: it can be done twice without harm.
_BY_ITSELF = re.compile(r"retry after (\S.*)")
_ANY_DAY = datetime(2026, 3, 2, tzinfo=UTC)


def astray(model: dmn.Model, key: str) -> list[str]:
    """Steering decisions that stand in another file than their own, or do not stand in it.

    Else a second file would silently outvote the first, and a policy would be gone once its decision is renamed.
    """
    elsewhere = sorted(COLUMNS.keys() & model.decisions.keys() - {key})
    told = [
        f"Expected decision {decision} to stand in {decision}.dmn, but it is in {key}.dmn."
        for decision in elsewhere
    ]
    if key in COLUMNS and key not in model.decisions:
        told.append(f"Expected {key}.dmn to hold decision {key}, but it has none of this id.")
    return told


def shortcomings(model: dmn.Model, teams: frozenset[str], hours: frozenset[str]) -> list[str]:
    """Why a table cannot steer: no row for unknown facts, a column is missing, or a row says what nobody knows.

    Without any `teams` none is looked for: the first ones may be added later. `hours` are the calendars there are.
    """
    asked = sorted(COLUMNS.keys() & model.decisions.keys())
    return [
        told
        for decision in asked
        for told in (*_of_shape(model, decision), *_of_rows(model, decision, teams, hours))
    ] + [told for decision in asked if decision in _OF_ITS_OWN for told in _OF_ITS_OWN[decision](model)]


def after(auto: str) -> str:
    """The time in "retry after PT15M", the one remedy that is safe without a person; ValueError for another."""
    if (found := _BY_ITSELF.fullmatch(auto.strip())) is None:
        raise ValueError(f'Expected an automatic remedy such as "retry after PT15M", but it is {auto!r:.60}')
    return found[1]


def answer(decision: str, result: dmn.Result) -> Mapping[str, object]:
    """By column; a table with one output answers with the bare value. Empty if no row matched."""
    if isinstance(result.value, dict):
        return result.value
    return {} if result.value is None else dict.fromkeys(COLUMNS[decision], result.value)


def answers(decision: str, result: dmn.Result) -> list[Mapping[str, object]]:
    """As `answer`, of all rows that matched, for one of `SEVERAL`."""
    values = result.value if isinstance(result.value, list) else [result.value]
    return [found for value in values if (found := answer(decision, replace(result, value=value)))]


def _of_shape(model: dmn.Model, decision: str) -> Iterator[str]:
    try:
        result = model.evaluate(decision, {})
    except dmn.EvaluationError as error:
        yield f"Expected decision {decision} to answer when nothing is known, but it does not: {error}"
        return
    found = answers(decision, result)
    if not found:
        yield f"Expected decision {decision} to have a last row that matches everything, but it has none."
    elif isinstance(result.value, list) != (decision in SEVERAL):
        wanted = (
            "all rows that match, as hit policy RULE ORDER does, but it gives one"
            if decision in SEVERAL
            else "one row, as hit policy FIRST does, but it gives a list"
        )
        yield f"Expected decision {decision} to answer with {wanted}."
    elif missing := COLUMNS[decision] - found[0].keys():
        yield f"Expected decision {decision} to answer with {', '.join(sorted(missing))} as well."


def _of_rows(model: dmn.Model, decision: str, teams: frozenset[str], hours: frozenset[str]) -> Iterator[str]:
    """What rows say outright; what an expression comes to is known only when a case asks for it."""
    checks = _checks(teams, hours)
    for column in sorted((COLUMNS[decision] | _MAY_BE_THERE) & checks.keys()):
        wanted, fits = checks.get(f"{decision}.{column}") or checks[column]
        for written in model.literals[decision].get(column, ()):
            left_open = written.value is None and column in _OPEN.get(decision, ())
            if not left_open and not fits(written.value):
                row = "the default output" if written.rule is None else f"row {written.rule}"
                yield f"Expected decision {decision}, {row}, to answer with {wanted}, but {column} is {written.value!r:.60}."


def _of_policies(model: dmn.Model) -> list[str]:
    """What nobody could approve would stand still; and what nothing is known of must be allowed."""
    verdicts, approvers = _columns(model, "policies", "verdict", "approver")
    told = [
        f"Expected decision policies, row {rule}, to name the team that approves, but approver is null."
        for rule, verdict in verdicts.items()
        if verdict == Verdict.APPROVAL and rule in approvers and approvers[rule] is None
    ]
    last = max((rule for rule in verdicts if rule is not None), default=None)
    if last is not None and verdicts[last] != Verdict.ALLOW:
        told.append(
            f"Expected the last row of decision policies to allow, but its verdict is {verdicts[last]!r:.60}."
        )
    return told


def _of_exceptions(model: dmn.Model) -> list[str]:
    """What is to be tried again by itself must be among what may be done about it."""
    autos, remedies = _columns(model, "exceptions", "auto", "remedies")
    return [
        f"Expected decision exceptions, row {rule}, to have retry among its remedies, because auto is {auto!r:.60}."
        for rule, auto in autos.items()
        if auto is not None and isinstance(offered := remedies.get(rule), list) and "retry" not in offered
    ]


#: What a decision must be like beside its columns.
_OF_ITS_OWN: Mapping[str, Callable[[dmn.Model], list[str]]] = {
    "exceptions": _of_exceptions,
    "policies": _of_policies,
}


def _columns(model: dmn.Model, decision: str, *columns: str) -> Iterator[dict[int | None, object]]:
    """What each row says outright, by its number."""
    return (
        {written.rule: written.value for written in model.literals[decision].get(column, ())}
        for column in columns
    )


def _checks(
    teams: frozenset[str], hours: frozenset[str]
) -> Mapping[str, tuple[str, Callable[[object], bool]]]:
    """By column: what is wanted, and whether a value is that."""

    def is_team(value: object) -> bool:
        return isinstance(value, str) and (not teams or value in teams)

    return {
        "team": ("a team that is there", is_team),
        "escalate_to": ("a team that is there", lambda value: value is None or is_team(value)),
        "calendar": (
            f"one of the calendars {', '.join(sorted(hours))}",
            lambda value: isinstance(value, str) and value in hours,
        ),
        "due": ("a time such as 4bh", _is_time),
        "first_answer": ("a time such as 4bh or null", lambda value: value is None or _is_time(value)),
        "priority": ("a number", lambda value: isinstance(value, Decimal)),
        "kind": (f"one of {', '.join(sorted(KINDS))}", lambda value: value in KINDS),
        "does": (f"one of {', '.join(Deed)}, and behind a colon with what", next_actions.fits),
        "level": (f"one of {', '.join(LEVELS)}", lambda value: value in LEVELS),
        "identity.level": (f"one of {', '.join(KNOWN)}", lambda value: value in KNOWN),
        "ask": ("true or false", lambda value: isinstance(value, bool)),
        "notices.kind": (f"one of {', '.join(SORTS)}", lambda value: value in SORTS),
        "send": (f"one of {', '.join(WAYS)}", lambda value: value in WAYS),
        "hours": (f"one of {', '.join(HOURS)}", lambda value: value in HOURS),
        "sure": (
            "a number from 0 to 1",
            lambda value: isinstance(value, Decimal) and 0 <= value <= 1,
        ),
        "auto": ('"retry after" and a time, such as retry after PT15M, or null', _is_auto),
        "skills": ("a list of texts", _are_texts),
        "keep_owner": ("true or false", lambda value: isinstance(value, bool)),
        "remedies": (f"a list of remedies, of {', '.join(sorted(REMEDIES))}", _are_remedies),
        "verdict": (f"one of {', '.join(Verdict)}", lambda value: value in tuple(Verdict)),
        "policy": ("the key of a policy", lambda value: isinstance(value, str) and bool(value)),
        "approver": ("a team that is there", is_team),
        "override": (f"one of the roles {', '.join(Role)}", lambda value: value in tuple(Role)),
    }


def _is_time(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        calendars.due(_ANY_DAY, value, calendars.calendar(calendars.ALWAYS))
    except ValueError:
        return False
    return True


def _is_auto(value: object) -> bool:
    if value is None:
        return True
    try:
        return isinstance(value, str) and _is_time(after(value))
    except ValueError:
        return False


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _are_remedies(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) and word in REMEDIES for word in value)
