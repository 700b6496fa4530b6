"""New jobs at a node of a case's process."""

from typing import Any

from cpm.model import Case, Job, JobKind, JobState


def at_node(case: Case, node: int | None, element: str | None, kind: JobKind, **more: Any) -> Job:
    """A job that waits in the engine's queue unless `more` says otherwise; its key is the same however often it is made."""
    key = f"{case.number}/{element}/{node}" + ("" if kind == JobKind.CALL else f"/{kind}")
    usual = {"queue": "engine", "state": JobState.WAITING, "payload": {}}
    return Job(case_id=case.id, node=node, element=element, kind=kind, key=key, **{**usual, **more})
