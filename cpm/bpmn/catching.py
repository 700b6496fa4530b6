"""A waiting event happens. Errors and escalations look for theirs from scope to scope (BPMN 2.0.2, 10.5.7)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from cpm.bpmn import compensation
from cpm.bpmn.nodes import complex_gateway
from cpm.bpmn.nodes.several import come
from cpm.bpmn.spiff import WAITING, Token
from cpm.bpmn.step import Trace

if TYPE_CHECKING:
    from cpm.bpmn.runner import Runner


def catcher(token: Token, kind: str, code: str | None) -> Token | None:
    """The event that would catch it: in the nearest scope, the one with this very code before one for all codes."""
    host: Token | None = token
    while host is not None:
        for events in _places(host):
            found = [event for event in _with_parts(events) if _catches(event, kind, code)]
            if found:
                return min(found, key=lambda event: event.task_spec.event.code is None)
        host = host.workflow.host
    return None


def _places(host: Token) -> Iterator[list[Token]]:
    """At the token, at the body it is an instance of, and in its scope, whose handlers do not catch from themselves."""
    yield host.children
    if "i" in host.internal_data:
        yield host.parent.children
    yield [
        token
        for token in host.workflow.live()
        if token.task_spec.listens and not token.hangs and token.task_spec.handler != host.task_spec.name
    ]


def _with_parts(events: Iterable[Token]) -> Iterator[Token]:
    for event in events:
        yield from event.children if event.task_spec.parts else [event]


def _catches(token: Token, kind: str, code: str | None) -> bool:
    event = token.task_spec.event
    waits = token.latent or token.task_spec.listens
    return waits and token.state == WAITING and event.kind == kind and event.code in {None, code}


def fire(runner: "Runner", token: Token, values: Mapping[str, Any]) -> None:
    """It takes its variables in and goes on; its host ends if it interrupts."""
    token.internal_data.pop("fault", None)
    if token.task_spec.part:
        brought = come(token, values)
        if brought is not None:
            fire(runner, token.parent, brought)
        return
    if token.task_spec.listens:
        _begin_handler(runner, token, values)
        return
    if token.latent:
        _take_from_host(runner, token)
    elif token.task_spec.repeats:
        _wait_again(runner, token)
    for part in token.children:
        runner.withdraw(part)
    token.internal_data["done"] = True  # the event will not come a second time
    token.task_spec.accept(token, values)
    token._ready()


def _begin_handler(runner: "Runner", listener: Token, values: Mapping[str, Any]) -> None:
    """An event subprocess begins, instead of all else in its scope or beside it."""
    tree, spec = listener.workflow, listener.task_spec
    handler = runner.send(tree, spec.handler)
    handler.brought = values
    if spec.interrupting:
        complex_gateway.forget(tree)
        compensation.leave_rest(tree)
    else:
        spec.rearm(listener)
    for token in tree.live() if spec.interrupting else [listener]:
        if token is not handler and not token.hangs:
            runner.withdraw(token)
    if spec.interrupting and tree.ad_hoc:
        tree.host.task_spec.interrupted(tree.host)
    runner.enter(handler)


def _take_from_host(runner: "Runner", token: Token) -> None:
    host = token.parent
    if not token.task_spec.interrupting:
        token.task_spec.rearm(token)
    token.move_to_root()
    if token.task_spec.interrupting:
        if host.task_spec.chooses:  # an event gateway: this was its one outcome
            runner.note("left", host)
            host.quiet = True
            runner.trace += [
                Trace("flow", way.id, host.id, way.target) for way in host.task_spec.ways_to(token)
            ]
        runner.withdraw(host)
    runner.note("entered", token)


def _wait_again(runner: "Runner", token: Token) -> None:
    """Another token waits for the next ring of a cycle."""
    if again := token.task_spec.rearmed(token):
        another = runner.send(token.workflow, token.task_spec.name, None, **again)
        runner.variables.local(str(another.id), runner.variables.get(str(token.id)))
        runner.wait(another)
        runner.note("entered", another)
