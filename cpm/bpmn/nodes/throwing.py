"""Events that throw: what happens then, `cpm.bpmn.throwing` does once the token has moved."""

from dataclasses import dataclass

from cpm.bpmn.formula import Trouble
from cpm.bpmn.model import Event
from cpm.bpmn.nodes.activities import ServiceTask
from cpm.bpmn.nodes.events import name_of
from cpm.bpmn.nodes.node import Kernel
from cpm.bpmn.spiff import Token


@dataclass(frozen=True, slots=True)
class Thrown:
    """What an event throws: a signal by its name, an error or escalation by its code."""

    event: Event
    name: str = ""


class ThrowingEvent(Kernel):
    """Throws a signal, error or escalation, ends its scope, or all that; it stays until it is clear who catches it."""

    def act(self, token: Token) -> bool:
        assert self.event is not None
        token.throws = tuple(_settled(token, event) for event in self.event.parts())
        token.runner.throwing.append(token)
        return False


class MessageEvent(ServiceTask):
    """Sends by a job, as in Camunda 8."""


class SeveralThrows(ServiceTask):
    """Throws several things, and sends its message by a job."""

    def act(self, token: Token) -> bool:
        assert self.event is not None
        parts = self.event.parts()
        token.throws = tuple(_settled(token, event) for event in parts if event.kind != "message")
        token.runner.throwing.append(token)
        if len(token.throws) < len(parts):
            super().act(token)
        return False


def _settled(token: Token, event: Event) -> Thrown:
    if event.kind == "signal":
        return Thrown(event, name_of(token, event))
    if event.kind in {"error", "escalation"}:
        return Thrown(event, _code(token, event))
    return Thrown(event)


def _code(token: Token, event: Event) -> str:
    """May be an expression (as in Camunda 8)."""
    code = token.runner.value(token, event.value) if event.value else event.code
    if not isinstance(code, str) or not code:
        raise Trouble(
            f"no_{event.kind}_code", f"Expected the code of the {event.kind} to be text, but it is {code!r}."
        )
    return code
