"""Let a case's process take its next step, and make the case's open rows equal to what it then waits for."""

from collections.abc import Mapping
from typing import Any

from cpm import bpmn
from cpm.commands import days_off, evidence, harvest, holding, variables
from cpm.errors import NotFound
from cpm.library import Deployed
from cpm.model import Case, CaseState, Task
from cpm.queries import variables as present
from cpm.uow import UnitOfWork
from rules import dmn, feel

_NOTHING: Mapping[str, Any] = {}


def start(uow: UnitOfWork, case: Case, given: Mapping[str, Any] = _NOTHING, *, at: str | None = None) -> None:
    """Begin at the start event `at`, or at the process's plain one. Variables the case has already stay."""
    holding.must_go_on(uow, case)
    bundle = uow.bundle(case)
    before = variables.load(uow, case)
    decide = decider(uow, bundle.decisions)
    known = {**before[""], **given}
    step = bpmn.start(
        bundle.program,
        known,
        now=uow.local_now,
        decide=decide,
        at=at,
        last_node=case.last_node,
        elsewhere=present.Elsewhere(uow, case),
    )
    _harvest(uow, case, before, step)


def resume(uow: UnitOfWork, case: Case, happened: bpmn.Happened) -> None:
    """Let the process go on after something happened at one of its nodes; the case must be locked.

    Suspended if it stands still: those who come here have seen to it that nothing is lost.
    """
    holding.must_go_on(uow, case)
    bundle = uow.bundle(case)
    before = variables.load(uow, case, bpmn.place(happened))
    assert case.tokens is not None, "an open case has a state"
    step = bpmn.resume(
        bundle.program,
        case.tokens,
        before,
        happened,
        now=uow.local_now,
        decide=decider(uow, bundle.decisions),
        elsewhere=present.Elsewhere(uow, case),
    )
    _harvest(uow, case, before, step)


def change(uow: UnitOfWork, case: Case, data: Mapping[str, Any]) -> None:
    """Set variables of the case beside its steps. If a condition may wait for one, the process goes on by it."""
    if _watched(uow, case, data):
        resume(uow, case, bpmn.Changed(data))
    elif data:
        before = variables.load(uow, case)
        variables.save(uow, case, before, {**before, "": {**before[""], **data}})


def visible(uow: UnitOfWork, task: Task) -> Mapping[str, Any]:
    """The variables that a step of the process sees."""
    assert task.node is not None, "a step stands at a node"
    return present.at(uow, task.case, task.node)


def choice(uow: UnitOfWork, task: Task) -> bpmn.Choice:
    """What can be chosen at an ad-hoc subprocess."""
    case = task.case
    assert case.tokens is not None, "an open case has a state"
    assert task.node is not None, "a choice stands at a node"
    known, elsewhere = variables.load(uow, case, task.node), present.Elsewhere(uow, case)
    return bpmn.choice(uow.bundle(case).program, case.tokens, known, task.node, elsewhere)


def catches(uow: UnitOfWork, case: Case, node: int, code: str) -> bool:
    """Whether the model has a way on for this business error."""
    assert case.tokens is not None, "an open case has a state"
    elsewhere = present.Elsewhere(uow, case)
    return bpmn.catches(uow.bundle(case).program, case.tokens, node, code, elsewhere)


def take(uow: UnitOfWork, case: Case, before: bpmn.Scopes, step: bpmn.Step) -> None:
    """Make the case's rows equal to a step that somebody else let it take."""
    _harvest(uow, case, before, step)


def _harvest(uow: UnitOfWork, case: Case, before: bpmn.Scopes, step: bpmn.Step) -> None:
    """What a step changes about the case itself is data too, which conditions may wait for."""
    moved = harvest.harvest(uow, case, before, step)
    if _watched(uow, case, moved):
        uow.session.flush()  # the next step looks at the rows of this one
        resume(uow, case, bpmn.Changed(moved))


def _watched(uow: UnitOfWork, case: Case, data: Mapping[str, Any]) -> bool:
    """A case that is over waits for nothing."""
    return case.state == CaseState.OPEN and not uow.bundle(case).program.watched.isdisjoint(data)


def decider(uow: UnitOfWork, decisions: Mapping[str, Deployed]) -> bpmn.Decide:
    """Decisions by the versions that the case's definition binds, or the latest where the model asks for that."""

    def decide(address: str, facts: Mapping[str, Any]) -> bpmn.Decided:
        decision = bpmn.bare(address)
        try:
            table = uow.library.steering(decision) if bpmn.latest(address) else decisions[address]
        except NotFound as error:
            raise bpmn.DecisionFailed("no_decision", str(error)) from error
        try:
            known = days_off.beside(uow, table.model, decision, facts)
            result = table.model.evaluate(decision, known, now=uow.local_now)
        except (dmn.EvaluationError, feel.FeelError) as error:
            raise bpmn.DecisionFailed("evaluation_error", str(error)) from error
        if result.value is None:
            raise bpmn.DecisionFailed(
                "no_result", f"Expected decision {decision} to answer, but no row matched"
            )
        return bpmn.Decided(result.value, evidence.told(decision, table.version, result))

    return decide
