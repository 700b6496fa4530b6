"""What an event throws reaches those who wait for it: signals all of them, errors and escalations the nearest."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cpm.bpmn import compensation
from cpm.bpmn.awaited import waits
from cpm.bpmn.catching import catcher, fire
from cpm.bpmn.happened import Signalled
from cpm.bpmn.nodes import complex_gateway
from cpm.bpmn.nodes.throwing import Thrown
from cpm.bpmn.spiff import Token
from cpm.bpmn.step import Raised

if TYPE_CHECKING:
    from cpm.bpmn.runner import Runner


def throw(runner: "Runner", token: Token) -> None:
    """One thing after the other, unless what was thrown ends the token; then it goes on.

    An error that nothing catches holds its token as a fault. To try that again is to throw all of it again.
    """
    given = dict(runner.variables.get(str(token.id)))
    for thrown in token.throws:
        if not _can_go_on(runner, token):
            break
        match thrown.event.kind:
            case "signal":
                runner.note("signalled", token, thrown.name)
                runner.signals.append(Signalled(thrown.name, given))
                hear(runner, thrown.name, given)
            case "error":
                _error(runner, token, thrown, given)
            case "escalation":
                _escalation(runner, token, thrown, given)
            case "terminate":
                _terminate(runner, token)
    token.throws = ()
    if _can_go_on(runner, token) and "job" not in token.internal_data:
        runner.finish(token)


def hear(runner: "Runner", name: str, variables: Mapping[str, Any], element: str | None = None) -> None:
    """All that waits at this moment hears the signal (10.5.7), unless another that heard it has ended it."""
    for token in runner.awaited.hearers(name):
        if waits(token) and element in {None, token.task_spec.element}:
            runner.note("heard", token, name)
            fire(runner, token, variables)


def uncaught(runner: "Runner", token: Token, code: str, name: str) -> None:
    runner.errors.append(Raised(token.task_spec.element, code, name))
    runner.park(token, code, name or f"Expected something to catch the error {code!r}, but nothing does.")


def _can_go_on(runner: "Runner", token: Token) -> bool:
    return token.id in runner.tokens and "fault" not in token.internal_data


def _error(runner: "Runner", token: Token, thrown: Thrown, given: Mapping[str, Any]) -> None:
    caught = catcher(token, "error", thrown.name)
    if caught is None:
        uncaught(runner, token, thrown.name, thrown.event.name)
    else:
        runner.note("erred", caught, thrown.name)
        fire(runner, caught, given)


def _escalation(runner: "Runner", token: Token, thrown: Thrown, given: Mapping[str, Any]) -> None:
    caught = catcher(token, "escalation", thrown.name)
    if caught is None:
        runner.escalations.append(Raised(token.task_spec.element, thrown.name, thrown.event.name))
    else:
        runner.note("escalated", caught, thrown.name)
        fire(runner, caught, given)


def _terminate(runner: "Runner", token: Token) -> None:
    """Its process or subprocess ends with all other tokens in it (10.5.3)."""
    complex_gateway.forget(token.workflow)
    compensation.leave_rest(token.workflow)
    for other in token.workflow.live():
        if other is not token and other.id in runner.tokens and not other.hangs:
            runner.withdraw(other)
