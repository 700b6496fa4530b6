"""What a single node has to bring to be run."""

from collections.abc import Collection, Iterator

from cpm.bpmn.findings import Reason
from cpm.bpmn.formula import Formula
from cpm.bpmn.model import MOST_PRIORITY, MOST_RETRIES, Node
from cpm.bpmn.timers import moment


def node_problems(node: Node, known: Collection[str]) -> Iterator[Reason | str]:
    yield from _doer_problems(node)
    yield from _name_problems(node)
    yield from _person_problems(node)
    if node.zeebe.inputs and node.kind in {"startEvent", "boundaryEvent"}:
        yield f"Expected a {node.kind} without input mappings, but it has some."
    if node.kind == "callActivity" and not node.zeebe.process:
        yield "Expected zeebe:calledElement with a process id, but there is none."
    elif node.kind == "callActivity" and node.zeebe.process not in known:
        yield f"Expected a process {node.zeebe.process!r} to call, but there is none."


def _doer_problems(node: Node) -> Iterator[Reason | str]:
    zeebe, kind = node.zeebe, node.kind
    throws = kind in {"endEvent", "intermediateThrowEvent"}
    message = throws and node.event is not None and node.event.kind == "message"
    if (kind in {"serviceTask", "sendTask"} or message) and zeebe.task_type is None:
        yield "Expected zeebe:taskDefinition with a type, but there is none."
    if throws and not message and zeebe.task_type is not None:
        yield "Expected zeebe:taskDefinition on tasks and message events, but this is neither."
    for own, what, tag in (
        (zeebe.script, "scriptTask", "script"),
        (zeebe.decision, "businessRuleTask", "calledDecision"),
    ):
        if kind == what and (own is None) == (zeebe.task_type is None):
            yield f"Expected either zeebe:{tag} or zeebe:taskDefinition, but there is {'both' if own else 'neither'}."


def _name_problems(node: Node) -> Iterator[Reason | str]:
    """Variables that are written must have plain names."""
    loop = node.loop
    names = [target for target, _ in (*node.zeebe.inputs, *node.zeebe.outputs)]
    names += [name for name in (node.zeebe.result, loop and loop.element, loop and loop.output) if name]
    for name in names:
        if not name.isidentifier():
            yield f"Expected the name of a variable, but {name!r} is none."


def _person_problems(node: Node) -> Iterator[Reason | str]:
    """Fixed dates and numbers can be read right away."""
    for what, formula in (("due date", node.zeebe.due), ("follow-up date", node.zeebe.follow_up)):
        if problem := _moment_problem(formula):
            yield f"Expected the {what} to be a date and time with an offset, but {problem}."
    for what, formula, most in (
        ("priority", node.zeebe.priority, MOST_PRIORITY),
        ("number of retries", node.zeebe.retries, MOST_RETRIES),
    ):
        if formula and formula.fixed and not _is_whole(formula.text.strip(), most):
            yield f"Expected the {what} to be a whole number up to {most}, but it is {formula.text!r:.80}."


def _is_whole(text: str, most: int) -> bool:
    return text.isdecimal() and len(text) < 10 and int(text) <= most


def _moment_problem(formula: Formula | None) -> str | None:
    if formula is None or not formula.fixed:
        return None
    try:
        moment(formula.text)
    except ValueError as error:
        return str(error)
    return None
