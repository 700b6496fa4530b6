"""What a table must be like so that it can steer cases; asked when it is deployed, before anybody depends on it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from cpm.commands import steering_values
from cpm.policies import Verdict
from rules import dmn
from rules.said import Said

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
#: Columns that the engine reads if they are there.
_MAY_BE_THERE = {"escalate_to", "auto", "skills", "keep_owner", "does", "due"}


def astray(model: dmn.Model, key: str) -> list[Said]:
    """Steering decisions that stand in another file than their own, or do not stand in it.

    Else a second file would silently outvote the first, and a policy would be gone once its decision is renamed.
    """
    elsewhere = sorted(COLUMNS.keys() & model.decisions.keys() - {key})
    told = [
        Said(
            f"Expected decision {decision} to stand in {decision}.dmn, but it is in {key}.dmn.",
            f"Die Entscheidung {decision} gehört in {decision}.dmn, steht aber in {key}.dmn.",
        )
        for decision in elsewhere
    ]
    if key in COLUMNS and key not in model.decisions:
        told.append(
            Said(
                f"Expected {key}.dmn to hold decision {key}, but it has none of this id.",
                f"In {key}.dmn fehlt die Entscheidung mit der id {key}.",
            )
        )
    return told


def shortcomings(model: dmn.Model, teams: frozenset[str], hours: frozenset[str]) -> list[Said]:
    """Why a table cannot steer: no row for unknown facts, a column is missing, or a row says what nobody knows.

    Without any `teams` none is looked for: the first ones may be added later. `hours` are the calendars there are.
    """
    asked = sorted(COLUMNS.keys() & model.decisions.keys())
    return [
        told
        for decision in asked
        for told in (*_of_shape(model, decision), *_of_rows(model, decision, teams, hours))
    ] + [told for decision in asked if decision in _OF_ITS_OWN for told in _OF_ITS_OWN[decision](model)]


def answer(decision: str, result: dmn.Result) -> Mapping[str, object]:
    """By column; a table with one output answers with the bare value. Empty if no row matched."""
    if isinstance(result.value, dict):
        return result.value
    return {} if result.value is None else dict.fromkeys(COLUMNS[decision], result.value)


def answers(decision: str, result: dmn.Result) -> list[Mapping[str, object]]:
    """As `answer`, of all rows that matched, for one of `SEVERAL`."""
    values = result.value if isinstance(result.value, list) else [result.value]
    return [found for value in values if (found := answer(decision, replace(result, value=value)))]


def _of_shape(model: dmn.Model, decision: str) -> Iterator[Said]:
    try:
        result = model.evaluate(decision, {})
    except dmn.EvaluationError as error:
        yield Said(
            f"Expected decision {decision} to answer when nothing is known, but it does not: {error}",
            f"Die Entscheidung {decision} muss auch antworten, wenn nichts bekannt ist; das tut sie nicht: {error.german}",
        )
        return
    found = answers(decision, result)
    if not found:
        yield Said(
            f"Expected decision {decision} to have a last row that matches everything, but it has none.",
            f"Der Entscheidung {decision} fehlt eine letzte Zeile, die auf alles passt.",
        )
    elif isinstance(result.value, list) != (decision in SEVERAL):
        yield _every_row(decision) if decision in SEVERAL else _one_row(decision)
    elif missing := ", ".join(sorted(COLUMNS[decision] - found[0].keys())):
        yield Said(
            f"Expected decision {decision} to answer with {missing} as well.",
            f"Der Entscheidung {decision} fehlen Ergebnisspalten: {missing}.",
        )


def _every_row(decision: str) -> Said:
    return Said(
        f"Expected decision {decision} to answer with all rows that match, as hit policy RULE ORDER does, but it gives one.",
        f"Die Entscheidung {decision} muss alle Zeilen nennen, die passen, etwa mit der Trefferregel RULE ORDER; "
        f"sie nennt nur eine.",
    )


def _one_row(decision: str) -> Said:
    return Said(
        f"Expected decision {decision} to answer with one row, as hit policy FIRST does, but it gives a list.",
        f"Die Entscheidung {decision} muss eine Zeile nennen, etwa mit der Trefferregel FIRST; sie nennt eine Liste.",
    )


def _of_rows(model: dmn.Model, decision: str, teams: frozenset[str], hours: frozenset[str]) -> Iterator[Said]:
    """What rows say outright; what an expression comes to is known only when a case asks for it."""
    checks = steering_values.checks(teams, hours)
    for column in sorted((COLUMNS[decision] | _MAY_BE_THERE) & checks.keys()):
        wanted, fits = checks.get(f"{decision}.{column}") or checks[column]
        for written in model.literals[decision].get(column, ()):
            left_open = written.value is None and column in _OPEN.get(decision, ())
            if not left_open and not fits(written.value):
                yield _other_value(decision, written.rule, column, wanted, f"{written.value!r:.60}")


def _other_value(decision: str, rule: int | None, column: str, wanted: Said, found: str) -> Said:
    row = Said("the default output", "Standardergebnis")
    if rule is not None:
        row = Said(f"row {rule}", f"Zeile {rule}")
    return Said(
        f"Expected decision {decision}, {row.en}, to answer with {wanted.en}, but {column} is {found}.",
        f"Entscheidung {decision}, {row.de}: {column} ist {found}; erwartet wird {wanted.de}.",
    )


def _of_policies(model: dmn.Model) -> list[Said]:
    """What nobody could approve would stand still; and what nothing is known of must be allowed."""
    verdicts, approvers = _columns(model, "policies", "verdict", "approver")
    told = [
        Said(
            f"Expected decision policies, row {rule}, to name the team that approves, but approver is null.",
            f"Entscheidung policies, Zeile {rule}: Bei approver fehlt das Team, das freigibt.",
        )
        for rule, verdict in verdicts.items()
        if verdict == Verdict.APPROVAL and rule in approvers and approvers[rule] is None
    ]
    last = max((rule for rule in verdicts if rule is not None), default=None)
    if last is not None and verdicts[last] != Verdict.ALLOW:
        told.append(
            Said(
                f"Expected the last row of decision policies to allow, but its verdict is {verdicts[last]!r:.60}.",
                f"Die letzte Zeile der Entscheidung policies muss erlauben; ihr verdict ist {verdicts[last]!r:.60}.",
            )
        )
    return told


def _of_exceptions(model: dmn.Model) -> list[Said]:
    """What is to be tried again by itself must be among what may be done about it."""
    autos, remedies = _columns(model, "exceptions", "auto", "remedies")
    return [
        Said(
            f"Expected decision exceptions, row {rule}, to have retry among its remedies, because auto is {auto!r:.60}.",
            f"Entscheidung exceptions, Zeile {rule}: Zu den remedies muss retry gehören, denn auto ist {auto!r:.60}.",
        )
        for rule, auto in autos.items()
        if auto is not None and isinstance(offered := remedies.get(rule), list) and "retry" not in offered
    ]


#: What a decision must be like beside its columns.
_OF_ITS_OWN: Mapping[str, Callable[[dmn.Model], list[Said]]] = {
    "exceptions": _of_exceptions,
    "policies": _of_policies,
}


def _columns(model: dmn.Model, decision: str, *columns: str) -> Iterator[dict[int | None, object]]:
    """What each row says outright, by its number."""
    return (
        {written.rule: written.value for written in model.literals[decision].get(column, ())}
        for column in columns
    )
