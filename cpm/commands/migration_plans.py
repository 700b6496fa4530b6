"""The plan by which cases go to another version: proposed by comparing the models, checked, and kept for good."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from cpm import bpmn, values
from cpm.bpmn import Plan
from cpm.commands import once
from cpm.errors import Invalid
from cpm.library import Bundle
from cpm.model import Definition, MigrationPlan
from cpm.queries import definitions
from cpm.uow import UnitOfWork

_MAPPINGS = ("elements", "flows")
_LISTS = ("anew", "forgotten")


@dataclass(frozen=True, slots=True)
class Proposal:
    """From one version to another: what becomes what, and what speaks against it."""

    source: Definition
    target: Definition
    old: Bundle
    new: Bundle
    plan: Plan
    problems: tuple[tuple[str, str], ...]  #: in German and in English


def proposal(
    uow: UnitOfWork, process: str, source: int, target: int, given: Mapping[str, Any] | None = None
) -> Proposal:
    """What the comparison of both models says; or what is `given`, as `plain` writes it."""
    first, last = (definitions.definition(uow, process, version) for version in (source, target))
    if first.id == last.id:
        raise Invalid(
            f"Expected two versions of {process}, but both are {source}",
            [("to", "is the same version")],
            problems_de=[("to", "Das ist dieselbe Version.")],
        )
    old, new = bundle(uow, first.id), bundle(uow, last.id)
    plan = bpmn.propose(old.program, new.program) if given is None else _read(given)
    found = bpmn.problems(old.program, new.program, plan)
    return Proposal(first, last, old, new, plan, tuple((each.german, each.english) for each in found))


def keep(uow: UnitOfWork, proposed: Proposal) -> MigrationPlan:
    """Write the plan down, once; Invalid if it cannot be."""
    if proposed.problems:
        what = f"from {proposed.source.version} to {proposed.target.version}"
        raise Invalid(
            f"Expected a mapping {what} that can be, but it cannot: {proposed.problems[0][1]}",
            [("elements", english) for _, english in proposed.problems],
            de=f"Diese Zuordnung geht so nicht: {proposed.problems[0][0]}",
            problems_de=[("elements", german) for german, _ in proposed.problems],
        )
    return _kept(uow, proposed.source.id, proposed.target.id, proposed.plan)


def inverse(uow: UnitOfWork, row: MigrationPlan) -> MigrationPlan:
    """The way back: what became something becomes again what it was. Where two became one, the one of the same name."""
    old, new = bundle(uow, row.from_id), bundle(uow, row.to_id)
    elements = _turned(row.elements)
    plan = Plan(elements, flows=_turned(row.flows))
    if bpmn.problems(new.program, old.program, plan):
        same = bpmn.propose(new.program, old.program)
        plan = Plan({key: target for key, target in same.elements.items() if elements.get(key) == target})
    return _kept(uow, row.to_id, row.from_id, plan)


def bundle(uow: UnitOfWork, definition_id: int) -> Bundle:
    return uow.library.bundle(uow.session, definition_id, keep=definition_id not in uow.deployed)


def plain(plan: Plan) -> dict[str, Any]:
    """As files and programs have it."""
    return {
        "elements": dict(plan.elements),
        "flows": dict(plan.flows),
        "anew": sorted(plan.anew),
        "forgotten": sorted(plan.forgotten),
    }


def _turned(mapping: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for old, new in mapping.items():
        if new not in found or old == new:
            found[new] = old
    return found


def _kept(uow: UnitOfWork, source: int, target: int, plan: Plan) -> MigrationPlan:
    about = plain(plan)
    digest = hashlib.sha256(values.dumps({name: _ordered(part) for name, part in about.items()}).encode())
    same = (
        MigrationPlan.from_id == source,
        MigrationPlan.to_id == target,
        MigrationPlan.digest == digest.hexdigest(),
    )
    once.queue(uow, f"plan/{source}/{target}")
    if (known := uow.session.scalar(select(MigrationPlan).where(*same))) is not None:
        return known
    made = {"digest": digest.hexdigest(), "made_at": uow.now, "made_by": uow.actor}
    row = MigrationPlan(from_id=source, to_id=target, **about, **made)
    uow.session.add(row)
    uow.session.flush()
    return row


def _ordered(part: Any) -> Any:
    return dict(sorted(part.items())) if isinstance(part, dict) else part


def _read(given: Mapping[str, Any]) -> Plan:
    """Invalid unless it is what `plain` writes; what is left out is empty, notes beside it are not read."""
    for name in _MAPPINGS:
        _must_be(name, given.get(name, {}), _is_mapping(given.get(name, {})))
    for name in _LISTS:
        _must_be(name, given.get(name, []), _is_list(given.get(name, [])))
    _must_be("elements", None, "elements" in given)
    anew, forgotten = (frozenset(given.get(name, ())) for name in _LISTS)
    elements = {key: target for key, target in given["elements"].items() if target}
    return Plan(elements, flows=dict(given.get("flows", {})), anew=anew, forgotten=forgotten)


def _is_mapping(part: Any) -> bool:
    return isinstance(part, Mapping) and all(
        isinstance(key, str) and (target is None or isinstance(target, str)) for key, target in part.items()
    )


def _is_list(part: Any) -> bool:
    return (
        isinstance(part, Sequence) and not isinstance(part, str) and all(isinstance(key, str) for key in part)
    )


def _must_be(name: str, _part: Any, fits: bool) -> None:  # noqa: FBT001 - the answer itself
    if not fits:
        raise Invalid(
            f"Expected a plan with {name} that can be read, but it is not",
            [(name, "cannot be read")],
            problems_de=[(name, "Das ist keine Zuordnung, die sich lesen lässt.")],
        )
