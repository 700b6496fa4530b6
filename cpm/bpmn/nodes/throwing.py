"""Events that throw: what happens then, `cpm.bpmn.throwing` does once the token has moved."""

from dataclasses import dataclass

from cpm.bpmn.formula import Trouble
from cpm.bpmn.mapping import path_of
from cpm.bpmn.model import Event
from cpm.bpmn.nodes.activities import ServiceTask
from cpm.bpmn.nodes.events import key_of, name_of
from cpm.bpmn.nodes.node import Kernel
from cpm.bpmn.spiff import Token
from cpm.bpmn.step import Sent

MOST_SENT = 1_000  #: messages, and signals, of one step; they all have to be written down
MOST_HEARD = 20_000  #: times that something may hear a signal thrown by an event, within one step


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


class Sending(Kernel):
    """A send task or message event that nobody does: it sends its message itself (10.3.3, 10.5.4).

    The message carries what the input mappings make, and nothing else.
    """

    def act(self, token: Token) -> bool:
        assert self.event is not None
        _send(token, self.event)
        token.internal_data["done"] = True  # even if it cannot be left yet
        return True


class SeveralThrows(ServiceTask):
    """Throws several things, and sends its messages by a job if it has one."""

    def act(self, token: Token) -> bool:
        assert self.event is not None
        parts = self.event.parts()
        token.throws = tuple(_settled(token, event) for event in parts if event.kind != "message")
        token.runner.throwing.append(token)
        if self.zeebe.task_type is not None:
            super().act(token)
        else:
            _send(token, *(event for event in parts if event.kind == "message"))
        return False


def _send(token: Token, *events: Event) -> None:
    """All of them, or none with the trouble that one of them makes."""
    runner = token.runner
    messages = [_message(token, event) for event in events]
    _refuse_too_many(len(runner.sent) + len(messages), MOST_SENT, "messages")
    for message in messages:
        runner.note("sent", token, message.message)
        runner.sent.append(message)


def _message(token: Token, event: Event) -> Sent:
    spec, own = token.task_spec, token.runner.variables.get(str(token.id))
    name, key = name_of(token, event), key_of(token, event) if event.key else ""
    mapped = {path_of(target)[0] for target, _ in spec.zeebe.inputs}
    brings = {variable: own[variable] for variable in sorted(mapped & own.keys())}
    return Sent(token.id, spec.element, name, key, brings)


def _refuse_too_many(number: int, most: int, what: str) -> None:
    if number > most:
        raise Trouble("too_many", f"Expected at most {most} {what} in one step, but there are more.")


def _settled(token: Token, event: Event) -> Thrown:
    if event.kind == "signal":
        return Thrown(event, _signal(token, event))
    if event.kind in {"error", "escalation"}:
        return Thrown(event, _code(token, event))
    return Thrown(event)


def _signal(token: Token, event: Event) -> str:
    name, runner = name_of(token, event), token.runner
    _refuse_too_many(len(runner.signals) + 1, MOST_SENT, "signals")
    runner.heard += len(runner.awaited.hearers(name))
    _refuse_too_many(runner.heard, MOST_HEARD, "waiting events to hear signals")
    return name


def _code(token: Token, event: Event) -> str:
    """May be an expression (as in Camunda 8)."""
    code = token.runner.value(token, event.value) if event.value else event.code
    if not isinstance(code, str) or not code:
        raise Trouble(
            f"no_{event.kind}_code", f"Expected the code of the {event.kind} to be text, but it is {code!r}."
        )
    return code
