"""Which variable scopes a token sees. Nothing of it is stored: it follows from the token's place."""

from collections.abc import Iterator

from cpm.bpmn.spiff import Token
from cpm.bpmn.variables import ROOT


def chain(token: Token) -> Iterator[str]:
    """The scopes a token sees: its own, its multi-instance body's, that of what was chosen with it in an ad-hoc
    subprocess, its subprocess's, ... its process's. What undoes an activity sees, after its own, what was kept of that's.
    """
    while True:
        for each in (token, token.parent) if "i" in token.internal_data else (token,):
            yield str(each.id)
            if undone := each.internal_data.get("undoes"):
                yield str(undone)
        if "chosen" in token.internal_data:
            yield str(token.internal_data["chosen"])
        host = token.workflow.host
        if host is None:
            yield ROOT
            return
        if host.task_spec.calls:
            yield f"{host.id}/"
            return
        token = host


def outer(token: Token) -> list[str]:
    """The scopes around the token's own."""
    return list(chain(token))[1:]
