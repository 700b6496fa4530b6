"""What a token had settled is settled anew, where the plan says so."""

from cpm.bpmn.formula import Trouble
from cpm.bpmn.migrating.placing import Placing
from cpm.bpmn.nodes.activities import ServiceTask, UserTask
from cpm.bpmn.runner import Runner
from cpm.bpmn.spiff import STARTED, WAITING, Token

#: What a waiting event keeps; see nodes/events.py.
_SETTLED = ("due", "left", "every", "since", "n", "zone", "message", "key", "signal", "met")


def renew(runner: Runner, placing: Placing) -> None:
    """By the new version, from the variables as they are now. What cannot be settled becomes a fault."""
    if not placing.plan.anew:
        return
    for node, was in placing.old.tokens.items():
        token = runner.tokens.get(node)
        key = placing.before.key(was.workflow.spec.name, was.task_spec.element)
        if token is not None and key in placing.plan.anew and "fault" not in token.internal_data:
            runner.attempt(token, _settle)


def _settle(token: Token) -> bool:
    spec, data = token.task_spec, token.internal_data
    if token.state == WAITING and spec.waits:
        _wait_anew(token)
    elif (
        token.state == STARTED and isinstance(spec, UserTask | ServiceTask) and data.keys() & {"task", "job"}
    ):
        spec.map_inputs(token)
        spec.act(token)
    return True


def _wait_anew(token: Token) -> None:
    """A multiple event goes on with the things that have not come yet."""
    spec, runner = token.task_spec, token.runner
    if "came" in token.internal_data:
        return
    try:
        settled = spec.subscribe(spec.seer(token))
    except Trouble:
        runner.awaited.forget(token)
        raise
    runner.awaited.forget(token)
    for name in _SETTLED:
        token.internal_data.pop(name, None)
    token.internal_data.update(settled)
    runner.awaited.add(token)
