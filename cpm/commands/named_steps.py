"""Steps that a process names by their ids, and that are not there: nobody could come back from them, and nobody would have done them.

Only a process that is uploaded is refused for it, and only for what it draws itself: what is in force stands, whatever comes beside it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from cpm import bpmn
from cpm.bpmn.reading.properties import AGAIN, FOUR_EYES
from cpm.commands.sources import STEPS, Source
from cpm.model import ResourceKind
from rules.xml import Finding

Known = Mapping[tuple[ResourceKind, str], Source]


def against(read: Sequence[Source], programs: Collection[bpmn.Program], known: Known) -> list[Finding]:
    """What an uploaded process is refused for; `known` is all that is in force once they are."""
    return [
        finding
        for program in _uploaded(read, programs)
        for refused, finding in _astray(program, known)
        if refused
    ]


def warned(read: Sequence[Source], programs: Collection[bpmn.Program], known: Known) -> list[Source]:
    """Each process with what is worth a look: in it, and in those that it calls, whose steps may have had other names."""
    found = {
        program.process: tuple(finding for refused, finding in _astray(program, known) if not refused)
        for program in _uploaded(read, programs)
    }
    return [
        replace(source, warnings=(*source.warnings, *found.get(source.key, ())))
        if source.kind == ResourceKind.PROCESS
        else source
        for source in read
    ]


def _uploaded(read: Sequence[Source], programs: Collection[bpmn.Program]) -> list[bpmn.Program]:
    keys = {source.key for source in read if source.kind == ResourceKind.PROCESS}
    return [program for program in programs if program.process in keys]


def _astray(program: bpmn.Program, known: Known) -> Iterator[tuple[bool, Finding]]:
    """Each with whether it is refused.

    What a step checks may have been done in any process: one that is called for an approval names steps of its callers. Of those, a firm
    may have some and not others.
    """
    source = known[ResourceKind.PROCESS, program.process]
    steps = {element.id for element in program.elements.values() if element.kind in STEPS}
    steps.update(*(held.steps for held in known.values()))
    for element in program.elements.values():
        held = known.get((ResourceKind.PROCESS, element.process), source)
        for step in sorted(_named(element, AGAIN) - {"true", "false"} - program.elements.keys()):
            reason = f"Expected {AGAIN} to name steps of the process, but there is no {step}."
            german = f"{AGAIN} nennt {step}; diesen Schritt gibt es im Prozess nicht."
            yield held is source, Finding(held.file, None, element.id, reason, german)
        checked = _named(element, FOUR_EYES)
        for step in sorted(checked - steps):
            reason = f"Expected {FOUR_EYES} to name what people do in this process or another here, but there is no {step}."
            german = f"{FOUR_EYES} nennt {step}; so heißt hier kein Schritt, den jemand tut, auch in keinem anderen Prozess."
            nobody = held is source and checked.isdisjoint(steps)
            yield nobody, Finding(held.file, None, element.id, reason, german)


def _named(element: bpmn.Element, name: str) -> set[str]:
    return {word.strip() for word in element.properties.get(name, "").split(",")} - {""}
