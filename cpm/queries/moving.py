"""What somebody looks at who moves a case: where it stands, where it can go, and what would come of it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from cpm import bpmn
from cpm.library import Bundle
from cpm.model import Binding, Case, Resource, ResourceKind
from cpm.queries import outline, wording
from cpm.queries.journal import Entry
from cpm.queries.outline import Branch
from cpm.uow import UnitOfWork

_BESIDE = frozenset({"boundaryEvent", "startEvent"})  #: they end with what they wait at


@dataclass(frozen=True, slots=True)
class Stand:
    """A token that can be taken away."""

    node: int
    element: str
    name: str  #: with the instance, of an element that is done several times
    waits: str  #: as `Branch`
    depth: int  #: how many others it is inside of


@dataclass(frozen=True, slots=True)
class Target:
    """An element that can be begun."""

    element: str
    name: str
    kind: str  #: the BPMN element

    @property
    def works(self) -> bool:
        """Whether something is done there: a task, a call, a subprocess; not a branch, a wait or an end."""
        return self.kind.lower().endswith(("task", "process", "activity", "transaction"))


@dataclass(frozen=True, slots=True)
class Prospect:
    """What an intervention has done, or would do."""

    ends: bool  #: the case is over then
    gone: tuple[str, ...]  #: what it stood at and no longer does
    stays: tuple[str, ...]
    new: tuple[str, ...]
    calls: tuple[str, ...]  #: those of the new that machines will do
    data: tuple[tuple[str, str], ...]  #: by label, what changes


def standing(uow: UnitOfWork, case: Case, language: str) -> tuple[Stand, ...]:
    """From outside in; events at the side are left out."""
    return tuple(_stands(outline.of_case(uow, case, language), uow, case, language, 0))


def elements_at(uow: UnitOfWork, case: Case, nodes: Sequence[int]) -> list[str]:
    """The elements of tokens, in the order in which they are named; what is gone is left out."""
    wanted = frozenset(nodes)
    found = {
        each.node: each.element for each in _all(outline.of_case(uow, case, "de")) if each.node in wanted
    }
    return [found[node] for node in nodes if node in found]


def targets(uow: UnitOfWork, case: Case, language: str) -> tuple[Target, ...]:
    """In the order of the file."""
    bundle = uow.bundle(case)
    return tuple(
        Target(element, wording.place_name(bundle, element, language), bundle.program.elements[element].kind)
        for element in bpmn.targets(bundle.program)
        if element in bundle.program.elements
    )


def choices(uow: UnitOfWork, case: Case, language: str) -> tuple[Target, ...]:
    """Those where something is done; what is named alike says in which part it stands, or behind what."""
    bundle = uow.bundle(case)
    found = [each for each in targets(uow, case, language) if each.works]
    for where in (_part, _behind):
        alike = Counter(each.name for each in found)
        places = [where(bundle, each.element, language) if alike[each.name] > 1 else "" for each in found]
        found = [
            replace(each, name=f"{each.name} ({place})") if place else each
            for each, place in zip(found, places, strict=True)
        ]
    return tuple(found)


def _part(bundle: Bundle, element: str, language: str) -> str:
    """The subprocess it stands in, or the process itself."""
    scope = next((key for key, spec in bundle.program.specs.items() if element in spec.task_specs), "")
    inside = scope.rpartition("/")[2]
    if inside in bundle.program.elements:
        return wording.place_name(bundle, inside, language)
    return wording.process_name(bundle, language)


def _behind(bundle: Bundle, element: str, language: str) -> str:
    """What leads to it, by name; its own id where that has none."""
    specs = (spec.task_specs[element] for spec in bundle.program.specs.values() if element in spec.task_specs)
    before = (str(name) for spec in specs for name in spec.inputs)
    said = [wording.place_name(bundle, each, language) for each in before if each in bundle.program.elements]
    return (f"after “{said[0]}”" if language == "en" else f"nach „{said[0]}“") if said else element


def drawing(uow: UnitOfWork, case: Case) -> str | None:
    """The model that drives the case, as its file has it; None if that is drawn in no picture."""
    own = (Binding.definition_id == case.definition_id) & (Resource.kind == ResourceKind.PROCESS)
    bound = select(Resource.content).join(Binding, Binding.resource_id == Resource.id)
    content = uow.session.scalar(bound.where(own, Resource.key == case.process))
    return content.decode() if content is not None and b"BPMNDiagram" in content else None


def prospect(entries: Iterable[Entry]) -> Prospect:
    """By the entry of the intervention among those that a command wrote."""
    told = list(entries)
    entry = next(each for each in told if each.after is not None)
    before, after = (
        _lines(entry.particulars["before"], entry.before),
        _lines(entry.particulars["after"], entry.after),
    )
    was, becomes = {key for key, _ in before}, {key for key, _ in after}
    new = [(key, line) for key, line in after if key not in was]
    return Prospect(
        ends=any(each.what == "case.closed" for each in told),
        gone=tuple(line for key, line in before if key not in becomes),
        stays=tuple(line for key, line in after if key in was),
        new=tuple(line for _, line in new),
        calls=tuple(line for key, line in new if key[0] == "call"),
        data=tuple(pair for pair in entry.details),
    )


def _lines(
    standing: Sequence[Mapping[str, Any]], lines: Sequence[str] | None
) -> list[tuple[tuple[Any, ...], str]]:
    """Each line with what it is about."""
    keys = [(each["kind"], each.get("node"), each.get("element"), each.get("title_de")) for each in standing]
    return list(zip(keys, lines or (), strict=False))


def _stands(
    branches: Iterable[Branch], uow: UnitOfWork, case: Case, language: str, depth: int
) -> Iterator[Stand]:
    for branch in branches:
        if branch.kind in _BESIDE:
            continue
        name = wording.place_name(uow.bundle(case), branch.element, language)
        said = f"{name} ({branch.instance})" if branch.instance else name
        yield Stand(branch.node, branch.element, said, branch.waits, depth)
        if branch.kind != "eventBasedGateway":  # what waits behind it ends with it
            yield from _stands(branch.inside, uow, case, language, depth + 1)


def _all(branches: Iterable[Branch]) -> Iterator[Branch]:
    for branch in branches:
        yield branch
        yield from _all(branch.inside)
