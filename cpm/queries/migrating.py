"""What can be migrated: which versions have running cases, and a plan in people's words, element by element."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from cpm import bpmn
from cpm.bpmn import Plan
from cpm.library import Bundle
from cpm.model import Case, CaseState, Definition
from cpm.queries import wording
from cpm.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Running:
    """One version of a process with its open cases."""

    version: int
    cases: int


@dataclass(frozen=True, slots=True)
class Mapped:
    """What becomes of one element of the old version."""

    element: str  #: as the plan names it
    name: str
    kind: str  #: empty for one of a called process
    target: str | None  #: None: nothing; a case that stands there cannot go
    target_name: str | None
    doubts: tuple[str, ...]

    @property
    def same(self) -> bool:
        return self.target == self.element and not self.doubts


@dataclass(frozen=True, slots=True)
class Target:
    """An element of the new version."""

    element: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Different:
    """One thing in which the versions differ."""

    what: str  #: added, removed, renamed, moved or changed
    element: str | None  #: of the old version; None if it is new
    target: str | None  #: of the new version; None if it is gone
    name: str
    aspect: str  #: of what is changed: which of its settings
    told: str
    keeps: str | None  #: what that means for cases that run


def running(uow: UnitOfWork, process: str) -> list[Running]:
    """Every version with the number of its open cases, the newest first."""
    of_version = (Case.definition_id == Definition.id) & (Case.state == CaseState.OPEN)
    query = select(Definition.version, func.count(Case.id)).outerjoin(Case, of_version)
    query = query.where(Definition.key == process).group_by(Definition.version)
    found = uow.session.execute(query.order_by(Definition.version.desc()))
    return [Running(version, count) for version, count in found]


def older(uow: UnitOfWork, processes: Iterable[str]) -> dict[str, int]:
    """By process, how many open cases run on versions before the one in force; those with none are left out."""
    found = {}
    for process in processes:
        if count := sum(each.cases for each in running(uow, process)[1:]):
            found[process] = count
    return found


def mapped(old: Bundle, new: Bundle, plan: Plan, language: str) -> list[Mapped]:
    """Every element of the old version, in the order of its file; those of called processes as far as the plan says."""
    doubts: dict[str, list[str]] = {}
    for doubt in plan.doubts:
        doubts.setdefault(doubt.element, []).append(_said(doubt.reason, language) or "")
    keys = dict.fromkeys([*(each.element for each in targets(old, language)), *plan.elements])
    return [
        Mapped(
            element=key,
            name=_name(old, key, language),
            kind=_kind(old, key),
            target=plan.elements.get(key),
            target_name=_name(new, plan.elements[key], language) if key in plan.elements else None,
            doubts=tuple(doubts.get(key, ())),
        )
        for key in keys
    ]


def news(new: Bundle, plan: Plan, language: str) -> list[Target]:
    """Elements of the new version that nothing becomes."""
    taken = set(plan.elements.values())
    return [each for each in targets(new, language) if each.element not in taken]


def different(old: Bundle, new: Bundle, plan: Plan, language: str) -> list[Different]:
    """What is different between the versions, in the order of the old one; what is new comes last."""
    return [
        Different(
            what=each.what,
            element=each.element,
            target=each.target,
            name=_called(old, new, each, language),
            aspect=each.aspect,
            told=_said(each.told, language) or "",
            keeps=_said(each.keeps, language),
        )
        for each in bpmn.differences(old.program, new.program, plan)
    ]


def targets(bundle: Bundle, language: str) -> list[Target]:
    """The elements of the process itself."""
    own = [each for each in bundle.program.elements.values() if each.process == bundle.key]
    return [Target(each.id, _name(bundle, each.id, language), each.kind) for each in own]


def _called(old: Bundle, new: Bundle, difference: bpmn.Difference, language: str) -> str:
    """As its version calls it; one without a name by its kind."""
    bundle, key = (new, difference.target) if difference.element is None else (old, difference.element)
    if key is None or "/" in key:
        return difference.name
    return wording.place_name(bundle, key, language)


def _said(reason: bpmn.Reason | None, language: str) -> str | None:
    if reason is None:
        return None
    return reason.english if language == "en" else reason.german


def _name(bundle: Bundle, key: str, language: str) -> str:
    """Of a called process, only the id is said with where it is."""
    return key if "/" in key else wording.step_name(bundle, key, language) or key


def _kind(bundle: Bundle, key: str) -> str:
    known = bundle.program.elements.get(key)
    return known.kind if known else ""
