"""The variables of a case as they are now, and what of its process lies apart from its state."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any

from sqlalchemy import Select, Table, bindparam, select

from cpm import bpmn
from cpm.model import Case, Part, Variable
from cpm.queries import one_case
from cpm.uow import Known, UnitOfWork

_TABLE: Table = Variable.__table__  # type: ignore[assignment]  # declared as FromClause, is a Table
_PRESENT = (
    select(_TABLE.c.scope, _TABLE.c.name, _TABLE.c.value)
    .where(_TABLE.c.case_id == bindparam("case"), _TABLE.c.until.is_(None))
    .order_by(
        _TABLE.c.id
    )  # as they came, wherever the database keeps them: what a step changes is written in this order
)
_IN_PARTS = _PRESENT.where(_TABLE.c.part.in_(bindparam("parts", expanding=True)))
_LARGEST = 2**63 - 1  #: whole number that a database can be asked for
#: As many are asked for by number; of more, all are read.
MOST_NAMED = 500


def load(uow: UnitOfWork, case: Case, node: int | None = None) -> bpmn.Scopes:
    """The present variables; the case's own stand under "".

    They are those of every scope; or, if instances lie apart, those of no instance but the one in which `node` is.
    """
    known = uow.known_of(case)
    _read(uow, case, known, {0, bpmn.part_of(node or 0)})
    return known.scopes


def of_case(uow: UnitOfWork, case: Case) -> Mapping[str, Any]:
    """The case's own, in the order in which they came."""
    return one_case.variables(uow, case.id)


def seen_at(uow: UnitOfWork, case: Case, node: int | None) -> Mapping[str, Any]:
    """What a place in the process sees: its own variables over those of the process around it."""
    if node is not None and case.tokens is not None:
        with suppress(bpmn.NotWaiting):  # it has gone on; what the case knows is left
            return at(uow, case, node)
    return load(uow, case)[""]


def at(uow: UnitOfWork, case: Case, node: int) -> Mapping[str, Any]:
    """What a waiting node of an open case sees; raises NotWaiting if it has gone on."""
    assert case.tokens is not None, "an open case has a state"
    known, elsewhere = load(uow, case, node), Elsewhere(uow, case)
    return bpmn.visible(uow.bundle(case).program, case.tokens, known, node, elsewhere)


class Elsewhere:
    """What of a case does not lie in its state, read as it is asked for."""

    def __init__(self, uow: UnitOfWork, case: Case) -> None:
        self._uow, self._case, self._known = uow, case, uow.known_of(case)

    def part(self, number: int) -> bpmn.Part | None:
        parts = self._known.parts
        if number > _LARGEST:  # somebody asks for a place that no case can have
            return None
        if number not in parts:
            parts[number] = self._found(select(Part).where(Part.number == number)).get(number)
        return parts[number]

    def parts_of(self, body: int) -> Mapping[int, bpmn.Part]:
        found = self._found(select(Part).where(Part.body == body))
        self._known.parts.update(found)
        return found

    def scopes(self, parts: Collection[int]) -> bpmn.Scopes:
        _read(self._uow, self._case, self._known, set(parts))
        return {
            scope: values
            for scope, values in self._known.scopes.items()
            if bpmn.part_of_scope(scope) in parts
        }

    def _found(self, query: Select[Part]) -> dict[int, bpmn.Part]:
        query = query.where(Part.case_id == self._case.id)
        rows = self._uow.session.execute(query.with_only_columns(Part.number, Part.body, Part.tokens))
        return {number: bpmn.Part(body, tokens) for number, body, tokens in rows}


def _read(uow: UnitOfWork, case: Case, known: Known, parts: set[int]) -> None:
    """Read the variables in these parts that were not read before."""
    if known.places is None or not (missing := parts - known.places):
        return
    if bpmn.is_whole(case.tokens) or len(missing) > MOST_NAMED:
        rows, known.places = uow.rows.execute(_PRESENT, {"case": case.id}), None
    else:
        rows = uow.rows.execute(_IN_PARTS, {"case": case.id, "parts": sorted(missing)})
        known.places |= missing
    fresh: dict[str, dict[str, Any]] = {}
    for scope, name, value in rows:
        if scope not in known.scopes:
            fresh.setdefault(scope, {})[name] = value
    known.scopes.update(fresh)
    known.scopes.setdefault("", {})
