"""New jobs at a node of a case's process."""

from typing import Any, cast

from sqlalchemy import Table, insert

from cpm.model import Case, Job, JobKind, JobState
from cpm.model.job import RETRIES
from cpm.uow import UnitOfWork

_INSERT = insert(cast("Table", Job.__table__))
_USUAL: dict[str, Any] = {
    "queue": "engine",
    "type": None,
    "state": JobState.WAITING,
    "payload": {},
    "retries": RETRIES,
}

#: In the payload of a timer that was set while its case stood still: since when it waits.
SET = "set"


def at_node(case: Case, node: int | None, element: str | None, kind: JobKind, **more: Any) -> dict[str, Any]:
    """A job that waits in the engine's queue unless `more` says otherwise; its key is the same however often it is made."""
    key = f"{case.number}/{element}/{node}" + ("" if kind == JobKind.CALL else f"/{kind}")
    place = {"case_id": case.id, "node": node, "element": element, "kind": kind, "key": key}
    return {**place, **_USUAL, **more}


def put(uow: UnitOfWork, jobs: list[dict[str, Any]]) -> None:
    """Into the queue, in one statement. They are rows and no objects: nobody looks at them in this command."""
    if jobs:
        uow.rows.execute(_INSERT, jobs)
