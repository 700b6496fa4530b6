"""What a token keeps for its element in variables and data, under the names that the new version has for it."""

from typing import Any

from cpm.bpmn.formula import Trouble
from cpm.bpmn.migrating import reasons
from cpm.bpmn.migrating.placing import Placing
from cpm.bpmn.runner import Runner
from cpm.bpmn.spiff import WAITING, Token

_TOLD_OF = "adHocSubProcessElements"  #: see nodes/ad_hoc.py


def fit(runner: Runner, placing: Placing) -> None:
    for node, was in placing.old.tokens.items():
        token = runner.tokens.get(node)
        if token is None:
            continue
        if token.task_spec.is_body:
            _body(token, was, placing)
        elif token.task_spec.ad_hoc and token.id in runner.tree.subprocesses:
            _ad_hoc(token, was)
        elif token.state == WAITING and token.task_spec.asks:
            _condition(token, was)


def _condition(token: Token, was: Token) -> None:
    """One that is another now is asked at once: it may hold already."""
    before, after = (each.task_spec.event.value for each in (was, token))
    if before.text != after.text:
        token.runner.awaited.forget(token)
        token.internal_data.pop("met", None)
        token.runner.awaited.add(token)


# Instances.


def _body(token: Token, was: Token, placing: Placing) -> None:
    spec, before = token.task_spec, was.task_spec
    specs, old_specs = token.workflow.spec.task_specs, was.workflow.spec.task_specs
    undone, was_undone = specs[spec.instance].undoing, old_specs[before.instance].undoing
    if "apart" in token.internal_data and undone and not was_undone:
        placing.refuse(was, reasons.too_many_to_undo(was))
    if not spec.loop.standard:
        _outputs(token, was)
    for instance in token.children:
        if "i" in instance.internal_data:
            _item(token, instance, before.loop.element)
            _own(token, str(instance.id), spec.result)


def _outputs(token: Token, was: Token) -> None:
    """The instances' outputs, as a list with the body or each in a place of its own."""
    before, after, name = was.task_spec, token.task_spec, str(token.id)
    variables, number = token.runner.variables, token.internal_data["n"]
    apart, was_apart = after._outputs_apart(token), before._outputs_apart(was)
    if (before.loop.output, was_apart) == (after.loop.output, apart):
        return
    brought = variables.get(f"{name}#")
    found = [brought.get(str(index)) for index in range(number)]
    if not was_apart:
        found = list(variables.get(name).get(before.loop.output or "") or [None] * number)
    variables.drop(f"{name}#")
    _rename(token, name, before.loop.output, after.loop.output, None if apart else found)
    if apart and after.loop.output:
        brought = {str(index): value for index, value in enumerate(found) if value is not None}
        variables.local(f"{name}#", brought)


def _item(body: Token, instance: Token, was: str | None) -> None:
    """An instance's item, by the name it has now."""
    element, scope = body.task_spec.loop.element, str(instance.id)
    own = instance.runner.variables.get(scope)
    if element is None or element == was or element in own:
        return
    if was is not None and was in own:
        _rename(instance, scope, was, element, own[was])
        return
    try:
        items = body.task_spec.items(body)
    except Trouble:
        items = []
    index = instance.internal_data["i"]
    instance.runner.variables.local(scope, {element: items[index] if index < len(items) else None})


def _own(token: Token, scope: str, result: str | None) -> None:
    """What it comes to is to stay with it."""
    variables = token.runner.variables
    if result and result not in variables.get(scope):
        variables.local(scope, {result: None})


# Ad-hoc subprocesses.


def _ad_hoc(token: Token, was: Token) -> None:
    spec, before, scope = token.task_spec, was.task_spec, str(token.id)
    runner = token.runner
    tree = runner.tree.subprocesses[token.id]
    own = runner.variables.get(scope)
    if own.get(_TOLD_OF) != spec.told_of and before.told_of != spec.told_of:
        runner.variables.local(scope, {_TOLD_OF: spec.told_of})
    if before.how.output != spec.how.output:
        _rename(token, scope, before.how.output, spec.how.output, own.get(before.how.output or "") or [])
    for choice in {each.internal_data.get("chosen") for each in tree.live()} - {None}:
        _own(token, str(choice), spec.result)
    if spec.how.until is not None:
        tree.data["choice"].pop("all", None)


def _rename(token: Token, scope: str, old: str | None, new: str | None, value: Any) -> None:
    variables = token.runner.variables
    own = {name: each for name, each in variables.get(scope).items() if name != old}
    if new is not None:
        own[new] = value
    variables.drop(scope)
    variables.local(scope, own)
