"""Whoever intervenes leaves in the journal what the case stood at before and after, and which data changed by it.

`told` writes an entry of its own; `shown` completes one that a command writes anyway.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from cpm import values
from cpm.commands import evidence, variables
from cpm.model import Case
from cpm.queries.situation import Standing, situation
from cpm.uow import UnitOfWork

__all__ = ["Standing", "finish", "shown", "situation", "told", "until_the_end"]

#: Of a case with a thousand instances nobody reads more: those that changed come first.
MOST = 20


@dataclass(frozen=True, slots=True)
class _Before:
    standing: tuple[Standing, ...]
    data: Mapping[str, Any]  #: the case's own variables


@contextmanager
def told(uow: UnitOfWork, case: Case, what: str, **particulars: Any) -> Iterator[None]:
    """Record `what` with `before` and `after`: the entry stands before those of what follows within the block.

    Say `why` among the particulars.
    """
    before = _look(uow, case)
    uow.record(case, what, **particulars)
    entry = uow.journal[-1]
    yield
    _complete(uow, case, entry, before)


@contextmanager
def shown(uow: UnitOfWork, case: Case, what: str) -> Iterator[None]:
    """Complete the first entry `what` that is recorded within the block."""
    before, first = _look(uow, case), len(uow.journal)
    yield
    for entry in uow.journal[first:]:
        if entry["what"] == what and entry["case_id"] == case.id:
            return _complete(uow, case, entry, before)


def until_the_end(uow: UnitOfWork, case: Case) -> None:
    """What was recorded last lets an act through that comes after it: its entry is completed as the command ends."""
    uow.interventions.append((case, uow.journal[-1], _look(uow, case)))


def finish(uow: UnitOfWork) -> None:
    """Complete what `until_the_end` left, unless the act itself tells it."""
    for case, entry, before in uow.interventions:
        if not any("after" in each["particulars"] for each in uow.journal if each["case_id"] == case.id):
            _complete(uow, case, entry, before)


def _look(uow: UnitOfWork, case: Case) -> _Before:
    return _Before(situation(uow, case), dict(variables.load(uow, case).get("", {})))


def _complete(uow: UnitOfWork, case: Case, entry: Mapping[str, Any], before: _Before) -> None:
    after = _look(uow, case)
    entry["particulars"]["before"] = _kept(before.standing, after.standing)
    entry["particulars"]["after"] = _kept(after.standing, before.standing)
    if changed := _changed(before.data, after.data):
        entry["particulars"]["changed"] = changed


def _kept(these: Sequence[Standing], others: Sequence[Standing]) -> list[dict[str, Any]]:
    """Those that differ come first where there are too many, and how many are left out comes last.

    What is the same is told in both or in neither: who compares them finds no more differences than there are.
    """
    if max(len(these), len(others)) <= MOST:
        return [each.told() for each in these]
    differ, same = _apart(these, others)
    room = max(0, MOST - max(len(differ), len(_apart(others, these)[0])))
    kept = [each.told() for each in [*differ[:MOST], *same[:room]]]
    left_out = len(these) - len(kept)
    return [*kept, {"kind": "more", "count": left_out}] if left_out else kept


def _apart(these: Sequence[Standing], others: Sequence[Standing]) -> tuple[list[Standing], list[Standing]]:
    """Those that differ, and those that are the same."""
    known = frozenset(others)
    differ = [each for each in these if each not in known]
    return differ, [each for each in these if each in known]


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """By name, each with what it was and what it is; null for what was not or is no more there."""
    return {
        name: {"was": evidence.kept(before.get(name)), "is": evidence.kept(after.get(name))}
        for name in {**before, **after}
        if not _same(before.get(name), after.get(name))
    }


def _same(was: Any, becomes: Any) -> bool:
    return was is becomes or (was == becomes and values.dumps(was) == values.dumps(becomes))
