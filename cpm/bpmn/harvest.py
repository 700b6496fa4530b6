"""Tells what the tokens wait for."""

from datetime import datetime
from functools import partial

from cpm.bpmn.nodes.ad_hoc_offers import within
from cpm.bpmn.runner import Runner
from cpm.bpmn.spiff import STARTED, WAITING, Token
from cpm.bpmn.state import save
from cpm.bpmn.step import Await, Choice, Fault, Listening, ServiceCall, Step, Timer, UserTask


def harvest(runner: Runner) -> Step:
    tokens = [token for tree in (runner.tree, *runner.tree.subprocesses.values()) for token in tree.live()]
    sound = [token for token in tokens if "fault" not in token.internal_data]
    started = [token for token in sound if token.state == STARTED]
    waiting = [token for token in sound if token.state == WAITING]
    state, parts = save(runner)
    covers = runner.parts.covers
    return Step(
        state=state,
        parts=parts,
        covers=None if covers is None else frozenset(covers | runner.tokens.keys()),
        scopes=runner.variables.scopes,
        finished=not tokens,
        last_node=runner.last_node,
        tasks=tuple(_task(runner, token) for token in started if "task" in token.internal_data),
        jobs=tuple(_job(runner, token) for token in started if "job" in token.internal_data),
        timers=tuple(_timer(token) for token in waiting if "due" in token.internal_data),
        waits=tuple(_wait(token) for token in waiting if "message" in token.internal_data),
        choices=tuple(
            choice_at(runner, token) for token in started if token.task_spec.ad_hoc and is_choice(token)
        ),
        listening=tuple(_listening(token) for token in waiting if "signal" in token.internal_data),
        faults=tuple(_fault(token) for token in tokens if "fault" in token.internal_data),
        trace=tuple(runner.trace),
        escalations=tuple(runner.escalations),
        errors=tuple(runner.errors),
        sent=tuple(runner.sent),
        signals=tuple(runner.signals),
        again=runner.again,
    )


def _task(runner: Runner, token: Token) -> UserTask:
    spec = token.task_spec

    assignee, groups, users, due, follow_up, priority = token.internal_data["task"]
    return UserTask(
        node=token.id,
        element=spec.element,
        name=spec.node.name,
        process=spec.process,
        form_id=spec.zeebe.form_id,
        assignee=assignee,
        groups=tuple(groups),
        users=tuple(users),
        due=_moment(due),
        follow_up=_moment(follow_up),
        priority=priority,
        headers=spec.zeebe.headers,
        properties=spec.zeebe.properties,
        lane=spec.node.lane,
        lanes=spec.node.lanes,
        _see=runner.see,
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _job(runner: Runner, token: Token) -> ServiceCall:
    spec = token.task_spec
    kind, retries = token.internal_data["job"]

    return ServiceCall(
        node=token.id,
        element=spec.element,
        name=spec.node.name,
        process=spec.process,
        type=kind,
        retries=retries,
        headers=spec.zeebe.headers,
        inputs=runner.variables.get(str(token.id)),
        _see=runner.see,
    )


def is_choice(token: Token) -> bool:
    spec = token.task_spec
    return bool(spec.ad_hoc and token.state == STARTED and spec.is_open(token))


def choice_at(runner: Runner, token: Token) -> Choice:
    spec = token.task_spec
    known = spec.known(token)
    return Choice(
        node=token.id,
        element=spec.element,
        name=spec.node.name,
        process=spec.process,
        headers=spec.zeebe.headers,
        properties=spec.zeebe.properties,
        lane=spec.node.lane,
        lanes=spec.node.lanes,
        offered=spec.offers(token),
        can_end=spec.can_end,
        cancels=spec.how.cancels,
        begun=known["begun"],
        last=known.get("last"),
        running=spec.running(token),
        _see=runner.see,
        _within=partial(within, runner),
    )


def _timer(token: Token) -> Timer:
    return Timer(token.id, token.task_spec.element, datetime.fromisoformat(token.internal_data["due"]))


def _wait(token: Token) -> Await:
    data = token.internal_data
    return Await(token.id, token.task_spec.element, data["message"], data["key"])


def _listening(token: Token) -> Listening:
    return Listening(token.id, token.task_spec.element, token.internal_data["signal"])


def _fault(token: Token) -> Fault:
    code, message = token.internal_data["fault"]
    return Fault(token.id, token.task_spec.element, token.task_spec.node.name, code, message)
