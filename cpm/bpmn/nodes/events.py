"""Events that wait, and places without more."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from cpm.bpmn.formula import Trouble
from cpm.bpmn.model import Event
from cpm.bpmn.nodes.node import Kernel
from cpm.bpmn.spiff import Token
from cpm.bpmn.timing.cycles import Due
from cpm.bpmn.timing.timers import due
from rules.feel import to_string

LONGEST_NAME = 200  #: characters of a message's or signal's name and of a correlation key


class StartEvent(Kernel):
    """Which start event begins the process is chosen outside."""


class Waiting(Kernel):
    """Waits for what happens outside: for what exactly is settled as the token comes, and kept with it."""

    waits = True

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.attend(self.node.event)

    def attend(self, event: Event | None) -> None:
        self.event = event
        self.asks = event is not None and event.kind == "conditional"
        self.watched = event.watched if event is not None else frozenset()

    def enter(self, token: Token) -> bool:
        if token.hangs and token.parent.task_spec.chooses:
            self.map_inputs(token)  # it is told of when it happens
        else:
            super().enter(token)
        if token.internal_data.get("done"):
            return True  # it has come already: the process begins by it
        return self.wait(token)

    def wait(self, token: Token) -> bool:
        """Begin to wait; a multiple event for each of its things."""
        token.internal_data.update(self.subscribe(self.seer(token)))
        token.runner.wait(token)
        for part in self.parts:
            token.runner.enter(token.runner.send(token.workflow, part, token))
        return False

    def seer(self, token: Token) -> Token:
        """The token whose variables it sees."""
        return token

    def subscribe(self, token: Token) -> dict[str, Any]:
        """The data to keep with the waiting token, from the variables that `token` sees."""
        assert self.event is not None
        runner, event = token.runner, self.event
        match event.kind:
            case "timer":
                assert event.value is not None
                assert runner.now is not None
                return _timer_data(due(event.timer, runner.value(token, event.value), runner.now))
            case "message":
                return {"message": name_of(token, event), "key": key_of(token, event)}
            case "signal":
                return {"signal": name_of(token, event)}
        return {}

    def rearmed(self, token: Token) -> dict[str, Any] | None:
        """What the next of a repeated event waits for; None when there is no next."""
        assert self.event is not None
        data = token.internal_data
        match self.event.kind:
            case "timer":
                return self._next_ring(token) if "due" in data else None
            case "message":
                return {"message": data["message"], "key": data["key"]} if "key" in data else None
            case "signal":
                return {"signal": data["signal"]} if "signal" in data else None
            case "conditional":
                return {"met": True}  # it has to be false before it can come true again (10.5.2)
        return {}

    def _next_ring(self, token: Token) -> dict[str, Any] | None:
        assert token.runner.now is not None
        following = timer_of(token).following(token.runner.now)
        if following is None:
            return None
        ring, missed = following
        if missed:
            token.runner.note("missed", token, missed)
        return _timer_data(ring)

    def comes_true(self, token: Token) -> bool:
        """Does the condition hold, which did not? What is neither true nor false does not hold (as in Camunda 8)."""
        assert self.event is not None
        assert self.event.value is not None
        held = token.internal_data.get("met", False)
        token.internal_data["met"] = token.runner.value(self.seer(token), self.event.value) is True
        return token.internal_data["met"] and not held

    def rearm(self, token: Token) -> None:
        """It happened without interrupting: the next of it begins to wait, if there is a next."""
        again = self.rearmed(token)
        if again is not None:
            parent = token.parent if token.hangs else None
            token.runner.wait(token.runner.send(token.workflow, self.name, parent, **again))


class CatchEvent(Waiting):
    """A cycle that ends lets a token go on each time it rings (13.5.2: once the event occurs, its flows are followed).

    Camunda 8 refuses cycles here, and so do we if they never end.
    """

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        event = self.event
        self.repeats = event is not None and event.kind == "timer" and event.timer == "timeCycle"

    def enter(self, token: Token) -> bool:
        waits = super().enter(token)
        if self.repeats and not token.hangs and timer_of(token).left is None:
            raise Trouble("endless_cycle", "Expected a cycle that ends, but this one never does.")
        return waits


class ReceiveTask(Waiting):
    """As a catch event, with boundary events of its own."""


class BoundaryEvent(Waiting):
    """Hangs at its host, sees the host's variables while it waits and its process's when it happens."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.interrupting = self.node.interrupting

    def enter(self, token: Token) -> bool:
        return self.wait(token)

    def seer(self, token: Token) -> Token:
        return token.parent if token.hangs else token

    def arm(self, token: Token) -> None:
        """Nothing waits at an event."""


class Listener(Waiting):
    """Waits beside its scope for the event that starts an event subprocess."""

    told = False  # the start event inside is
    listens = True

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.interrupting = self.node.interrupting
        self.handler = ""  #: name of the event subprocess

    def enter(self, token: Token) -> bool:
        return self.wait(token)


class PassingEvent(Kernel):
    """A none event, or a link: it is only a place."""


def name_of(token: Token, event: Event) -> str:
    """The name of the message or signal, which may be an expression (as in Camunda 8)."""
    assert event.value is not None
    name = token.runner.value(token, event.value)
    if not isinstance(name, str) or not name:
        raise Trouble(
            f"no_{event.kind}_name", f"Expected the {event.kind}'s name to be text, but it is {name!r}."
        )
    return _fit(f"no_{event.kind}_name", f"the {event.kind}'s name", name)


def key_of(token: Token, event: Event) -> str:
    """The correlation key: text or a number, as in Camunda 8."""
    assert event.key is not None
    key = token.runner.value(token, event.key)
    if isinstance(key, bool) or not isinstance(key, (str, int, Decimal)) or key == "":
        said = "null" if key is None else repr(key)
        raise Trouble(
            "no_correlation_key",
            f"Expected {event.key.text} to give the correlation key, but it is {said}.",
        )
    text = key if isinstance(key, str) else to_string(key)
    return _fit("no_correlation_key", f"the correlation key {event.key.text}", text)


def _fit(code: str, what: str, text: str) -> str:
    """Names and keys are looked up in an index, and what a customer wrote may stand in one."""
    if len(text) > LONGEST_NAME:
        raise Trouble(
            code, f"Expected {what} to have at most {LONGEST_NAME} characters, but it has {len(text)}."
        )
    if any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in text):
        raise Trouble(code, f"Expected {what} to be readable characters, but it holds others.")
    return text


def timer_of(token: Token) -> Due:
    data = token.internal_data
    at, since = datetime.fromisoformat(data["due"]), data.get("since")
    return Due(
        at,
        data.get("left", 1),
        data.get("every", ""),
        datetime.fromisoformat(since) if since else None,
        data.get("n", 0),
        data.get("zone", ""),
    )


def _timer_data(timer: Due) -> dict[str, Any]:
    data: dict[str, Any] = {"due": timer.at.isoformat()}
    if timer.every:
        data |= {"left": timer.left, "every": timer.every}
    if timer.since:
        data |= {"since": timer.since.isoformat(), "n": timer.n}
    if timer.zone:
        data["zone"] = timer.zone
    return data
