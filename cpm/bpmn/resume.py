"""start and resume: what happened, told to the token it happened to; then everything goes on that can."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cpm.bpmn import catching, compensation, moving, throwing, undoing
from cpm.bpmn.happened import (
    Changed,
    Chosen,
    Completed,
    Decide,
    Ended,
    Errored,
    Fired,
    Happened,
    Modified,
    NotWaiting,
    Retried,
    Signalled,
    Skipped,
    place,
)
from cpm.bpmn.harvest import choice_at, harvest, is_choice
from cpm.bpmn.packing import is_whole
from cpm.bpmn.places import Elsewhere
from cpm.bpmn.program import Program
from cpm.bpmn.runner import Runner
from cpm.bpmn.scopes import chain
from cpm.bpmn.spiff import FUTURE, WAITING, Token
from cpm.bpmn.state import load
from cpm.bpmn.step import Choice, Scopes, Step
from cpm.bpmn.variables import ROOT, values_of


def start(
    program: Program,
    variables: Mapping[str, Any],
    *,
    now: datetime,
    decide: Decide | None = None,
    at: str | None = None,
    last_node: int = 0,
    elsewhere: Elsewhere | None = None,
) -> Step:
    """Begin a case at the start event `at`, or at the one without trigger, or else at the first; or where all begins.

    Node numbers go on from `last_node`. Where something is kept `elsewhere`, instances of large multi-instances may
    lie apart: `Step.parts` is to be kept there. Raises LookupError when there is no such start event.
    """
    if at is not None and at not in {event.id for event in program.starts}:
        raise LookupError(f"Expected a start event {at!r} in {program.process!r}, but there is none.")
    scopes = {ROOT: values_of(variables)}
    runner = Runner(program, scopes, now=now, decide=decide, last_node=last_node, elsewhere=elsewhere)
    runner.begin(runner.tree, at)
    runner.run()
    return harvest(runner)


def resume(
    program: Program,
    state: bytes,
    scopes: Scopes,
    happened: Happened,
    *,
    now: datetime,
    decide: Decide | None = None,
    elsewhere: Elsewhere | None = None,
) -> Step:
    """Go on from `state`. The same arguments give the same step, to the byte.

    `scopes` are all of the case's, or if instances lie apart (`elsewhere`), at least those of no instance.
    Raises NotWaiting when the node is gone or does not wait for this, UnreadableState for a foreign state.
    """
    at = place(happened)
    runner = load(program, state, scopes, now=now, decide=decide, elsewhere=elsewhere, at=at)
    tell(runner, happened)
    return harvest(runner)


def tell(runner: Runner, happened: Happened) -> None:
    """Let it happen, and everything that follows."""
    match happened:
        case Signalled(name, variables, element):
            throwing.hear(runner, name, values_of(variables), element)
        case Changed(variables):
            runner.variables.propagate([ROOT], values_of(variables))
        case Modified():
            moving.modify(runner, happened)
        case _:
            _tell(runner, _waiting(runner, happened.node), happened)
    runner.run()


def _tell(runner: Runner, token: Token, happened: Happened) -> None:
    match happened:
        case Completed(variables=variables):
            _complete(runner, token, values_of(variables))
        case Fired(variables=variables):
            _fire(runner, token, values_of(variables))
        case Errored(code=code, message=message, variables=variables):
            _fail(runner, token, code, message, values_of(variables))
        case Retried(variables=variables):
            _retry(runner, token, values_of(variables))
        case Skipped():
            _skip(runner, token)
        case Chosen(element=element, variables=variables):
            _choice(token).task_spec.begin_one(token, element, values_of(variables))
        case Ended():
            _choice(token).task_spec.end_by_person(token)


def choice(
    program: Program, state: bytes, scopes: Scopes, node: int, elsewhere: Elsewhere | None = None
) -> Choice:
    """What can be chosen at an ad-hoc subprocess. Raises NotWaiting when it is gone or ends."""
    runner = load(program, state, scopes, elsewhere=elsewhere, at=node)
    return choice_at(runner, _choice(_waiting(runner, node)))


def catches(program: Program, state: bytes, node: int, code: str, elsewhere: Elsewhere | None = None) -> bool:
    """Would a business error with this code, from this node, be caught?"""
    runner = load(program, state, {}, elsewhere=elsewhere, at=node)
    return catching.catcher(_waiting(runner, node), "error", code) is not None


def visible(
    program: Program, state: bytes, scopes: Scopes, node: int, elsewhere: Elsewhere | None = None
) -> Mapping[str, Any]:
    """All variables that a waiting node sees. Raises NotWaiting when it is gone.

    While the case has no other scope than its own, that is the answer, and the state is not looked at.
    """
    if is_whole(state) and set(scopes) == {ROOT}:
        return scopes[ROOT]
    runner = load(program, state, scopes, elsewhere=elsewhere, at=node)
    return runner.visible(_waiting(runner, node))


def _waiting(runner: Runner, node: int) -> Token:
    token = runner.tokens.get(node)
    if token is None or node in runner.joins or undoing.is_beside_the_model(token):
        raise NotWaiting(f"Expected something to wait at node {node}, but nothing does.")
    return token


def _is_event(token: Token) -> bool:
    return token.task_spec.waits and (token.state == WAITING or "fault" in token.internal_data)


def _choice(token: Token) -> Token:
    if not is_choice(token):
        raise NotWaiting(
            f"Expected to choose at node {token.id}, but {token.task_spec.element!r} offers nothing."
        )
    return token


def _complete(runner: Runner, token: Token, values: dict[str, Any]) -> None:
    if _is_event(token):
        catching.fire(runner, token, values)
    elif token.internal_data.keys() & {"job", "task", "fault"}:
        token.internal_data.pop("fault", None)
        token.task_spec.accept(token, values)
        runner.finish(token)
    elif is_choice(token):
        token.task_spec.end_with(token, values)
    else:
        raise NotWaiting(
            f"Expected a task or job at node {token.id}, but {token.task_spec.element!r} waits for what is in it."
        )


def _fire(runner: Runner, token: Token, values: dict[str, Any]) -> None:
    if not _is_event(token):
        raise NotWaiting(
            f"Expected a timer or message at node {token.id}, but {token.task_spec.element!r} is none."
        )
    catching.fire(runner, token, values)


def _fail(runner: Runner, token: Token, code: str, message: str, values: dict[str, Any]) -> None:
    caught = catching.catcher(token, "error", code)
    if caught is None:
        throwing.uncaught(runner, token, code, message)
    else:
        runner.note("erred", caught, code)
        catching.fire(runner, caught, values)


def _retry(runner: Runner, token: Token, values: dict[str, Any]) -> None:
    """What was done already is not done again: then only leaving is tried again, or the next instance."""
    data = token.internal_data
    fault = data.pop("fault", None)
    if fault and data.get("done"):
        runner.variables.propagate(list(chain(token)), values)
        runner.finish(token)
    elif fault and data.get("over"):
        runner.variables.propagate(list(chain(token)), values)
        runner.attempt(token, token.task_spec.go_on)
    else:
        _enter_again(runner, token, values)


#: What a token that is entered anew came with.
_KEPT = ("flow", "i", "chosen", "took", "reset", "undoes")


def _enter_again(runner: Runner, token: Token, values: dict[str, Any]) -> None:
    data, runner.again = token.internal_data, token.id
    undoing.give_back(token)
    runner.withdraw_below(token)
    runner.variables.drop(str(token.id), f"{token.id}/", f"{token.id}#")
    compensation.discard(runner, data.get(compensation.UNDOABLE, []))
    token.internal_data = {name: data[name] for name in _KEPT if name in data}

    def again(token: Token) -> bool:
        if "i" in data:
            token.parent.task_spec.seed(token.parent, token)
        runner.variables.propagate(list(chain(token)), values)
        token._set_state(FUTURE)
        runner.enter(token)
        return True

    runner.attempt(token, again)


def _skip(runner: Runner, token: Token) -> None:
    if token.task_spec.part:
        token = token.parent
    token.lenient = True
    if "done" not in token.internal_data:
        token.internal_data["skipped"] = True  # so that nothing undoes what was not done
    undoing.give_back(token)
    if not _is_event(token):
        runner.withdraw_below(token)
        runner.variables.drop(f"{token.id}/")
        token.internal_data.pop("fault", None)
        runner.finish(token)
    elif token.task_spec.listens or (token.latent and not token.parent.task_spec.chooses):
        runner.withdraw(token)  # an event beside the way, which shall not happen
    else:
        catching.fire(runner, token, {})
