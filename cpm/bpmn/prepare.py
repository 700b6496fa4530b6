"""A model's files to a Program: read, checked, built. All that speaks against them is said at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from types import MappingProxyType

from cpm.bpmn.binding import bare
from cpm.bpmn.build import build
from cpm.bpmn.checks.process import check
from cpm.bpmn.findings import Findings, Reason
from cpm.bpmn.formula import Formula
from cpm.bpmn.instantiating import openers
from cpm.bpmn.mapping import path_of
from cpm.bpmn.model import Event, Node, Process
from cpm.bpmn.program import Element, Program, Sends, Service, StartEvent
from cpm.bpmn.reading.event_definitions import THROWING
from cpm.bpmn.reading.file import read
from rules.xml import Refused


@dataclass(frozen=True, slots=True)
class Source:
    """Where a process is to be read from; what else the file holds does not count."""

    process: str  #: its address
    file: str
    content: bytes


def prepare_deployed(sources: Iterable[Source], main: str, *, checked: bool = True) -> Program:
    """As `prepare`, of versions that may come from different versions of one file."""
    holds: dict[tuple[str, bytes], set[str]] = {}
    for source in sources:
        holds.setdefault((source.file, source.content), set()).add(source.process)
    findings = Findings()
    processes = []
    for (file, content), wanted in holds.items():
        for process in _read_all({file: content}, findings, checked=checked):
            processes += [replace(process, id=each) for each in sorted(wanted) if bare(each) == process.id]
    return _prepared(processes, main, findings, checked=checked)


def prepare(sources: Mapping[str, bytes], main: str | None = None, *, checked: bool = True) -> Program:
    """The program of the process `main` (its id, or the name of a file, whose first it is; the first file if None).

    `sources` are BPMN files by name: the main one and those with the processes it calls; what it never calls may
    be among them and is not looked at closely. Raises Refused with every finding, by file, element and line.
    `checked=False` is for what was accepted before: a rule that came later must not stop the cases that run on it.
    """
    findings = Findings()
    processes = _read_all(sources, findings, checked=checked)
    wanted = main if main is not None else next(iter(sources), "")
    return _prepared(processes, wanted, findings, checked=checked)


def _prepared(processes: list[Process], wanted: str, findings: Findings, *, checked: bool) -> Program:
    first = _main(processes, wanted, findings)
    used = _reachable(first, processes)
    if checked:
        for process in used:
            check(process, {other.id: other.callable for other in processes}, findings)
        findings.settle()
    return _program(first, used)


def _read_all(sources: Mapping[str, bytes], findings: Findings, *, checked: bool) -> list[Process]:
    processes: list[Process] = []
    for file, data in sources.items():
        try:
            found = read(data, file, findings, checked=checked)
        except Refused as refused:
            findings.found += refused.findings
            continue
        for process in found:
            if twin := next((other for other in processes if other.id == process.id), None):
                findings.at_line(file, process.line, process.id, _twin(twin))
            processes.append(process)
    return processes


def _twin(twin: Process) -> Reason:
    return Reason(
        f"Expected process ids to be unique, but {twin.file!r} has it too.",
        f"Jede Prozess-id gibt es nur einmal, diese steht auch in {twin.file!r}.",
    )


def _main(processes: list[Process], wanted: str, findings: Findings) -> Process:
    for process in processes:
        if wanted in {process.id, process.file}:
            return process
    findings.settle()
    reason = Reason(
        f"Expected a process {wanted!r} among the files, but there is none.",
        f"Unter den Dateien gibt es keinen Prozess {wanted!r}.",
    )
    raise Refused([reason.finding(wanted, None, None)])


def _reachable(first: Process, processes: list[Process]) -> list[Process]:
    by_id = {process.id: process for process in processes}
    found, todo = [first], [first]
    while todo:
        for called in sorted(_called(todo.pop())):
            if called in by_id and by_id[called] not in found:
                found.append(by_id[called])
                todo.append(by_id[called])
    return found


def _called(process: Process) -> set[str]:
    return {node.zeebe.process for node in process.all_nodes() if node.zeebe.process}


def _program(main: Process, used: list[Process]) -> Program:
    nodes = [(process, node) for process in used for node in process.all_nodes()]
    starts = [node for node in main.nodes.values() if node.kind == "startEvent"]
    conditions = {process.id: _conditions(process) for process in used}
    _mark_watched(used, conditions)
    starts.sort(key=lambda node: node.event is not None and node.event.kind != "none")
    starts += [opener.node for opener in openers(main)]
    return Program(
        process=main.id,
        name=main.name,
        version_tag=main.version_tag,
        properties=MappingProxyType(main.properties),
        elements=MappingProxyType(_elements(nodes, conditions)),
        starts=tuple(chain.from_iterable(map(_starts, starts))),
        called=frozenset().union(*(_called(process) for process in used)),
        decisions=frozenset(node.zeebe.decision for _, node in nodes if node.zeebe.decision),
        forms=frozenset(node.zeebe.form_id for _, node in nodes if node.zeebe.form_id),
        embedded=MappingProxyType({key: form for process in used for key, form in process.forms.items()}),
        services=tuple(_service(process, node) for process, node in nodes if node.zeebe.task_type),
        sends=tuple(chain.from_iterable(_sends(process, node) for process, node in nodes)),
        messages=frozenset(chain.from_iterable(_messages(node) for _, node in nodes)),
        watched=frozenset().union(
            *(part.watched for _, node in nodes if node.event for part in node.event.parts())
        ),
        specs=MappingProxyType(build(used)),
    )


def _service(process: Process, node: Node) -> Service:
    kind = node.zeebe.task_type
    fixed = kind.text if kind and kind.fixed else None
    return Service(node.id, process.file, node.line, fixed, MappingProxyType(node.zeebe.headers))


def _starts(node: Node) -> Iterator[StartEvent]:
    """A multiple start event is one for each of its triggers."""
    for event in node.event.parts() if node.event else (Event("none"),):
        message, signal = (event.name if event.kind == kind else None for kind in ("message", "signal"))
        yield StartEvent(node.id, node.name, message, signal)


def _sends(process: Process, node: Node) -> Iterator[Sends]:
    if node.kind in THROWING and node.zeebe.task_type is None:
        yield from (Sends(node.id, process.file, node.line, name) for name in _messages(node))


def _messages(node: Node) -> Iterator[str]:
    for event in node.event.parts() if node.event else ():
        if event.kind == "message" and event.name:
            yield event.name


#: node -> the conditions behind it
_Conditions = Mapping[str, Sequence[Formula | None]]


def _conditions(process: Process) -> _Conditions:
    found: dict[str, list[Formula | None]] = {node.id: [] for node in process.all_nodes()}
    for flow in process.all_flows():
        found.setdefault(flow.source, []).append(flow.condition)
    return found


def _mark_watched(used: list[Process], conditions: Mapping[str, _Conditions]) -> None:
    """Loops whose output collection something reads that runs while it grows."""
    for process in used:
        for node in process.all_nodes():
            if node.loop and node.loop.output:
                inside = [node, *(node.inner.all_nodes() if node.inner else [])]
                named = {name for each in inside for name in _looks_at(each, conditions[process.id])}
                if any(each.zeebe.process for each in inside[1:]):
                    named |= {
                        name
                        for other in used
                        for each in other.all_nodes()
                        for name in _looks_at(each, conditions[other.id])
                    }
                node.loop.watched = node.loop.output in named


def _looks_at(node: Node, conditions: _Conditions) -> Iterator[str]:
    yield from _reads(node, conditions)
    formulas: list[Formula | None] = [formula for _, formula in node.zeebe.outputs]
    if node.loop:
        formulas += [node.loop.output_element, *(each.condition for each in node.loop.events)]
    for formula in formulas:
        if formula is not None and formula.expression is not None:
            yield from formula.expression.variables


def _reads(node: Node, conditions: _Conditions) -> Iterator[str]:
    zeebe, event, loop, ad_hoc = node.zeebe, node.event, node.loop, node.ad_hoc
    formulas: list[Formula | None] = [formula for _, formula in zeebe.inputs]
    formulas += [zeebe.task_type, zeebe.retries, zeebe.script, zeebe.assignee, zeebe.groups, zeebe.users]
    formulas += [zeebe.due, zeebe.follow_up, zeebe.priority]
    formulas += [formula for part in (event.parts() if event else ()) for formula in (part.value, part.key)]
    formulas += [loop.collection, loop.cardinality, loop.until, loop.again] if loop else []
    formulas += [ad_hoc.until, ad_hoc.first, ad_hoc.output_element] if ad_hoc else []
    formulas += conditions[node.id]
    for formula in formulas:
        if formula is not None and formula.expression is not None:
            yield from formula.expression.variables


def _writes(node: Node) -> Iterator[str]:
    yield from (path_of(target)[0] for target, _ in node.zeebe.outputs)
    if node.zeebe.result and not node.zeebe.outputs:
        yield node.zeebe.result


def _elements(
    nodes: Iterable[tuple[Process, Node]], conditions: Mapping[str, _Conditions]
) -> dict[str, Element]:
    found: dict[str, Element] = {}
    for process, node in nodes:
        element = Element(
            id=node.id,
            name=node.name,
            kind=node.kind,
            process=bare(process.id),
            lane=node.lane,
            properties=MappingProxyType(node.zeebe.properties),
            documentation=node.documentation,
            decision=node.zeebe.decision and bare(node.zeebe.decision),
            reads=frozenset(_reads(node, conditions[process.id])),
            writes=frozenset(_writes(node)),
        )
        found.setdefault(node.id, element)
    return found
