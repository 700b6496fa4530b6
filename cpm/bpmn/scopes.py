"""Which variable scopes a token sees. Nothing of it is stored: it follows from the token's place."""

from collections.abc import Iterator

from cpm.bpmn.spiff import Token
from cpm.bpmn.variables import ROOT


def chain(token: Token) -> Iterator[str]:
    """The scopes a token sees: its own, its multi-instance body's, that of what was chosen with it in an ad-hoc
    subprocess, its subprocess's, ... its process's. What undoes an activity sees, after its own, what was kept of that's.
    """
    while True:
        yield str(token.id)
        if token.internal_data:
            yield from _beside(token)
        host = token.workflow.host
        if host is None:
            yield ROOT
            return
        if host.task_spec.calls:
            yield f"{host.id}/"
            return
        token = host


def _beside(token: Token) -> Iterator[str]:
    data = token.internal_data
    if undone := data.get("undoes"):
        yield str(undone)
    if "i" in data:
        yield str(token.parent.id)
        if undone := token.parent.internal_data.get("undoes"):
            yield str(undone)
    if "chosen" in data:
        yield str(data["chosen"])


def outer(token: Token) -> list[str]:
    """The scopes around the token's own."""
    return list(chain(token))[1:]
