"""Refuses what reading would otherwise pass over: second copies, attributes and extensions that nothing reads."""

from collections.abc import Iterator
from itertools import chain

from lxml import etree

from cpm.bpmn.findings import Findings, Reason, Said
from cpm.bpmn.reading.extensions import read_extensions, without
from cpm.bpmn.vocabulary import DATA, DRAWN, LOOPS, NODES
from cpm.bpmn.xmlnames import BPMN, ZEEBE, in_bpmn, local

#: What an element has at most once; of two, one would be lost.
_ONCE = {
    "extensionElements",
    "conditionExpression",
    "loopCardinality",
    "completionCondition",
    "loopCondition",
}

_BOOLEANS = {
    *("isExecutable", "triggeredByEvent", "isInterrupting", "cancelActivity"),
    *("isSequential", "testBefore", "cancelRemainingInstances"),
    *("isForCompensation", "waitForCompletion"),
    *("propagateAllChildVariables", "propagateAllParentVariables"),
}

#: zeebe elements of which there may be several, told apart by their ids.
_SEVERAL = {"userTaskForm"}
#: What the Modeler notes for itself at an entry.
_NOTES = {"modelerConfigurationTemplate", "modelerConfigurationName"}

#: zeebe list -> (its entries, their attributes, the attribute that tells them apart)
_LISTS: dict[str, tuple[set[str], set[str], str | None]] = {
    "ioMapping": ({"input", "output"}, {"source", "target"} | _NOTES, None),
    "taskHeaders": ({"header"}, {"id", "key", "value"}, "key"),
    "properties": ({"property"}, {"name", "value"} | _NOTES, "name"),
}


def refuse_lost(process: etree._Element, file: str, findings: Findings) -> None:
    """Looks at the process and at what is declared beside it, but not at other pools."""
    root = process.getparent()
    beside = [element for element in (root if root is not None else ()) if local(element) != "process"]
    for element in chain(process.iter(), *(other.iter() for other in beside)):
        for culprit, reason in _problems(element):
            findings.at(file, culprit, reason)
        if in_bpmn(element) and local(element) not in _READ_ELSEWHERE:
            read_extensions(element, file, findings)


_READ_ELSEWHERE = {"process"} | NODES | LOOPS | DRAWN | DATA


def _problems(element: etree._Element) -> Iterator[tuple[etree._Element, Reason]]:
    if in_bpmn(element) or str(element.tag).startswith(ZEEBE):
        for name in sorted(_BOOLEANS & set(map(str, element.attrib))):
            if (element.get(name) or "").strip() not in {"true", "false", "1", "0"}:
                yield (
                    element,
                    Reason(
                        f"Expected {name} to be true or false, but it is {element.get(name)!r:.80}.",
                        f"{name} ist true oder false, hier steht {element.get(name)!r:.80}.",
                    ),
                )
    if in_bpmn(element):
        yield from _twins(element)
    if element.tag == f"{BPMN}extensionElements":
        for extension in element:
            if str(extension.tag).startswith(ZEEBE) and local(extension) in _LISTS:
                yield from _list_problems(extension)


_LOOP = Said("kind of loop or instances", "Schleife oder Mehrfachausführung")


def _twins(element: etree._Element) -> Iterator[tuple[etree._Element, Reason]]:
    seen: set[str] = set()
    for child in element:
        name = local(child)
        if in_bpmn(child) and name in LOOPS:
            kind, said = "loop", _LOOP
        elif in_bpmn(child) and name in _ONCE:
            kind, said = name, Said(name, name)
        elif local(element) == "extensionElements" and str(child.tag).startswith(ZEEBE):
            each = f" {child.get('id')}" if name in _SEVERAL else ""
            kind, said = f"zeebe:{name}{each}", Said(f"zeebe:{name}{each}", f"zeebe:{name}{each}")
        else:
            continue
        if kind in seen:
            yield child, _another(said)
        seen.add(kind)


def _another(said: Said) -> Reason:
    return Reason(
        f"Expected one {said.english}, but this is another.",
        f"Das steht schon einmal da: {said.german}. Ein zweites hätte keine Wirkung.",
    )


def _list_problems(extension: etree._Element) -> Iterator[tuple[etree._Element, Reason]]:
    entries, attributes, key = _LISTS[local(extension)]
    seen: set[str | None] = set()
    for entry in extension:
        what = f"zeebe:{local(entry)}"
        if local(entry) not in entries or not str(entry.tag).startswith(ZEEBE):
            yield entry, _wrong_entry(entries, local(extension), what)
            continue
        for name in sorted(map(str, set(entry.attrib) - attributes)):
            yield entry, without(what, name)
        if key and entry.get(key) in seen:
            yield (
                entry,
                Reason(
                    f"Expected each {what} once, but {entry.get(key)!r} is given twice.",
                    f"Jedes {what} steht einmal da, {entry.get(key)!r} gibt es zweimal.",
                ),
            )
        seen.add(entry.get(key) if key else None)


def _wrong_entry(entries: set[str], name: str, found: str) -> Reason:
    return Reason(
        f"Expected {' or '.join(sorted(entries))} in zeebe:{name}, but there is {found}.",
        f"In zeebe:{name} steht nur {' oder '.join(sorted(entries))}, hier steht {found}.",
    )
