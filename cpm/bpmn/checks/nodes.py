"""What a single node has to bring to be run."""

from collections.abc import Iterator, Mapping

from cpm.bpmn.binding import said
from cpm.bpmn.findings import Reason
from cpm.bpmn.formula import Formula
from cpm.bpmn.model import MOST_PRIORITY, MOST_RETRIES, Node
from cpm.bpmn.reading.properties import NOTICE
from cpm.bpmn.timing.timers import moment
from cpm.bpmn.words import german


def node_problems(node: Node, known: Mapping[str, bool]) -> Iterator[Reason]:
    """`known` has the ids of processes, and whether they can be called."""
    yield from _doer_problems(node)
    yield from _name_problems(node)
    yield from _person_problems(node)
    yield from _notice_problems(node)
    if node.zeebe.inputs and node.kind in {"startEvent", "boundaryEvent"}:
        yield Reason(
            f"Expected a {node.kind} without input mappings, but it has some.",
            f"Ein {german(node.kind)} hat keine Eingabezuordnungen, hier gibt es welche.",
        )
    if node.kind == "callActivity" and node.inner is None:
        yield from _call_problems(node.zeebe.process, known)


def _call_problems(called: str | None, known: Mapping[str, bool]) -> Iterator[Reason]:
    if not called:
        yield Reason(
            "Expected zeebe:calledElement with a process id, but there is none.",
            "Die Aufrufaktivität muss mit zeebe:calledElement sagen, welchen Prozess sie aufruft.",
        )
    elif called.startswith("="):
        return  # that is said already
    elif called not in known:
        yield Reason(
            f"Expected process {said(called, 'en')} to be deployed before or with this one, which calls it, but it is not.",
            f"Den Prozess {said(called, 'de')}, der hier aufgerufen wird, gibt es nicht; beide müssen zusammen in Kraft "
            "gesetzt werden, oder der andere zuerst.",
        )
    elif not known[called]:
        yield Reason(
            f"Expected the called process {said(called, 'en')} to start without a trigger, but it does not.",
            f"Der aufgerufene Prozess {said(called, 'de')} muss ohne Auslöser beginnen können.",
            "10.5.2",
        )


def _doer_problems(node: Node) -> Iterator[Reason]:
    zeebe, kind = node.zeebe, node.kind
    throws = kind in {"endEvent", "intermediateThrowEvent"}
    message = throws and node.event is not None and any(e.kind == "message" for e in node.event.parts())
    if kind == "serviceTask" and zeebe.task_type is None:
        yield Reason(
            "Expected zeebe:taskDefinition with a type, but there is none.",
            "Hier fehlt zeebe:taskDefinition mit einem Typ: wer erledigt das?",
        )
    if throws and not message and zeebe.task_type is not None:
        yield Reason(
            "Expected zeebe:taskDefinition on tasks and message events, but this is neither.",
            "zeebe:taskDefinition steht an Aufgaben und Nachrichtenereignissen, dies ist keins davon.",
        )
    for own, what, tag in (
        (zeebe.script, "scriptTask", "script"),
        (zeebe.decision, "businessRuleTask", "calledDecision"),
    ):
        if kind == what and (own is None) == (zeebe.task_type is None):
            yield Reason(
                f"Expected either zeebe:{tag} or zeebe:taskDefinition, but there is {'both' if own else 'neither'}.",
                f"Hier steht entweder zeebe:{tag} oder zeebe:taskDefinition, gefunden wurde "
                f"{'beides' if own else 'keins von beiden'}.",
            )


def _name_problems(node: Node) -> Iterator[Reason]:
    """Variables that are written must have plain names."""
    loop = node.loop
    targets = [target for target, _ in (*node.zeebe.inputs, *node.zeebe.outputs)]
    names = [name for target in targets for name in target.split(".")]
    names += [name for name in (node.zeebe.result, loop and loop.element, loop and loop.output) if name]
    names += [node.ad_hoc.output] if node.ad_hoc and node.ad_hoc.output else []
    for name in names:
        if not name.isidentifier():
            yield Reason(
                f"Expected the name of a variable, but {name!r} is none.",
                f"{name!r} kann keine Variable heißen.",
            )


def _person_problems(node: Node) -> Iterator[Reason]:
    """Fixed dates and numbers can be read right away."""
    for what, was, formula in (
        ("due date", "Fälligkeit", node.zeebe.due),
        ("follow-up date", "Wiedervorlage", node.zeebe.follow_up),
    ):
        if formula and (problem := _moment_problem(formula)):
            yield Reason(
                f"Expected the {what} to be a date and time with an offset, but {problem}.",
                f"Die {was} muss ein Datum mit Uhrzeit und Zeitzone sein, {formula.text!r:.80} ist keins.",
            )
    for what, was, formula, most in (
        ("priority", "Priorität", node.zeebe.priority, MOST_PRIORITY),
        ("number of retries", "Zahl der Versuche", node.zeebe.retries, MOST_RETRIES),
    ):
        if formula and formula.fixed and not _is_whole(formula.text.strip(), most):
            yield Reason(
                f"Expected the {what} to be a whole number up to {most}, but it is {formula.text!r:.80}.",
                f"Die {was} muss eine ganze Zahl bis {most} sein, hier steht {formula.text!r:.80}.",
            )


def _notice_problems(node: Node) -> Iterator[Reason]:
    if node.loop is not None and NOTICE in node.zeebe.properties:
        yield Reason(
            f"Expected {NOTICE} on a step that is done once, but this one is repeated: the customer would hear it each time.",
            f"{NOTICE} wirkt an Schritten, die einmal getan werden; dieser wiederholt sich, und der Kunde hörte es jedes Mal.",
        )


def _is_whole(text: str, most: int) -> bool:
    return text.isdecimal() and len(text) < 10 and int(text) <= most


def _moment_problem(formula: Formula) -> str | None:
    if not formula.fixed:
        return None
    try:
        moment(formula.text)
    except ValueError as error:
        return str(error)
    return None
