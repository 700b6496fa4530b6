"""Where a case stands, kept so that it can be brought back there: its state, and what its steps and subprocesses know.

Its tasks, jobs and waits are no part of it: they follow from the state as after any step.
"""

import base64
from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import Table, insert, select

from cpm import bpmn
from cpm.commands import cases, process
from cpm.errors import Invalid
from cpm.model import Case, Variable
from cpm.uow import UnitOfWork

_TABLE = cast("Table", Variable.__table__)


def keep(uow: UnitOfWork, case: Case) -> dict[str, Any]:
    """Of an open case that is about to end; Invalid if it does so many things at once that its state lies in several rows."""
    assert case.tokens is not None, "an open case has a state"
    if not bpmn.is_whole(case.tokens):
        raise Invalid(
            f"Expected case {case.number} to do few things at once, but it works through a long list just now: wait until it is through",
            de=f"Der Vorgang {case.number} arbeitet gerade eine lange Liste ab. Bitte warten, bis er damit fertig ist.",
        )
    uow.session.flush()
    inner = select(_TABLE.c.id).where(
        _TABLE.c.case_id == case.id, _TABLE.c.scope != "", _TABLE.c.until.is_(None)
    )
    return {
        "tokens": base64.b64encode(case.tokens).decode(),
        "inner": list(uow.rows.scalars(inner)),
        "owner": case.owner,
        "definition": case.definition_id,
    }


def bring_back(uow: UnitOfWork, case: Case, kept: Mapping[str, Any]) -> None:
    """Open the case again where it stood; what it waited for is there anew, and times that passed meanwhile ring at once.

    If another case was opened with its business key meanwhile, the key stays with that one.
    """
    lost = cases.lost_key(uow, case)
    case.move("reopen")
    case.outcome = case.closed_at = None
    case.business_key = None if lost else case.business_key
    case.tokens, case.owner = base64.b64decode(kept["tokens"]), kept["owner"]
    uow.record(case, "case.brought_back", lost=lost)
    _bring_inner(uow, case, [int(each) for each in kept["inner"]])
    uow.known.pop(case.id, None)  # what was read while it was closed had no inner variables
    process.resume(uow, case, bpmn.Changed({}))


def _bring_inner(uow: UnitOfWork, case: Case, ids: list[int]) -> None:
    """As new rows, so that the history tells when they were away."""
    uow.session.flush()
    columns = [column for column in _TABLE.c if column.name not in ("id", "since", "until")]
    for begin in range(0, len(ids), _AT_ONCE):
        query = select(*columns).where(_TABLE.c.id.in_(ids[begin : begin + _AT_ONCE]))
        rows = [dict(row) for row in uow.rows.execute(query).mappings()]
        uow.rows.execute(insert(_TABLE), [{**row, "since": case.rev, "until": None} for row in rows])


_AT_ONCE = 500
