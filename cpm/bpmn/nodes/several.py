"""Multiple events: one token for the event, and one that hangs at it for each thing it waits for (10.5.5)."""

from collections.abc import Mapping
from typing import Any

from cpm.bpmn.model import Event
from cpm.bpmn.nodes.events import BoundaryEvent, CatchEvent, Listener, Waiting
from cpm.bpmn.spiff import STARTED, Token


class Several(Waiting):
    """Happens with the first of its things, or, parallel, once all have come."""

    def rearm(self, token: Token) -> None:
        """What has not come yet goes on waiting as before; what has, for its next."""
        assert self.event is not None
        next_ones = [(part, part.task_spec.following(part)) for part in token.children]
        left = [(part, data) for part, data in next_ones if data is not None]
        if not left or (self.event.all_of and len(left) < len(self.parts)):
            return
        runner = token.runner
        again = runner.send(token.workflow, self.name, token.parent if token.hangs else None)
        runner.wait(again)
        for part, data in left:
            following = runner.send(token.workflow, part.task_spec.name, again, **data)
            if "fault" in data:
                following._set_state(STARTED)
            else:
                runner.wait(following)


class SeveralCatch(Several, CatchEvent):
    pass


class SeveralBoundary(Several, BoundaryEvent):
    pass


class SeveralListener(Several, Listener):
    pass


class Part(Waiting):
    """One thing. Of a parallel multiple event it stays, with the variables it brought, until all others have come."""

    told = False  # the event is
    part = True

    def __init__(self, scope: Any, owner: Waiting, number: int, event: Event) -> None:
        super().__init__(scope, f"{owner.name}~{number}", owner.node, owner.process)
        self.attend(event)
        self.owner = owner
        self.listens, self.interrupting = owner.listens, owner.interrupting

    def enter(self, token: Token) -> bool:
        return self.wait(token)

    def seer(self, token: Token) -> Token:
        return self.owner.seer(token.parent)

    def following(self, token: Token) -> dict[str, Any] | None:
        """What waits in its place after the event has happened."""
        came = "came" in token.internal_data
        return self.rearmed(token) if came else token.internal_data


def divide(scope: Any, event: Waiting) -> None:
    """Put the things that a multiple event waits for beside it."""
    assert event.event is not None
    parts = [Part(scope, event, number, each) for number, each in enumerate(event.event.each, 1)]
    event.parts = tuple(part.name for part in parts)


def come(token: Token, values: Mapping[str, Any]) -> dict[str, Any] | None:
    """One thing has come: what the whole event brings, or None if it still waits for others."""
    event, parts = token.parent, token.parent.children
    token.internal_data["came"] = 1 + sum("came" in part.internal_data for part in parts)
    token._set_state(STARTED)
    if not event.task_spec.event.all_of:
        return dict(values)
    variables = token.runner.variables
    variables.local(str(token.id), values)
    if any("came" not in part.internal_data for part in parts):
        return None
    brought: dict[str, Any] = {}
    for part in sorted(parts, key=lambda part: part.internal_data["came"]):
        brought.update(variables.get(str(part.id)))
    return brought
