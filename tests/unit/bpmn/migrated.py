"""Drives a case on one version of a model, takes it to another, and goes on there."""

from cpm.bpmn import CannotMigrate, Plan, migrate, prepare, problems, propose
from tests.unit.bpmn.driving import Case


def programs(old, new):
    return prepare({"old.bpmn": old}), prepare({"new.bpmn": new})


def take(case, new, plan=None, *, also=None, **changes):
    """Migrate the case, by what is proposed and `also`; migrated twice, to the same bytes."""
    program = new if not isinstance(new, bytes) else prepare({"new.bpmn": new})
    plan = plan or propose(case.program, program)
    flows = {**plan.flows, **changes.pop("flows", {})}
    plan = Plan({**plan.elements, **(also or {})}, plan.doubts, flows, **changes)
    given = (case.program, program, case.step.state, case.step.scopes, plan)
    before = {scope: dict(values) for scope, values in case.step.scopes.items()}
    step, again = (migrate(*given, now=case.now, decide=case.decide) for _ in range(2))
    assert (step.state, step.trace, step.scopes) == (again.state, again.trace, again.scopes)
    assert before == case.step.scopes, "handed in scopes were changed"
    assert step.covers is None
    assert problems(case.program, program, plan) == ()
    case.program = program
    case._take(step)
    return case


def obstacles(case, new, plan=None, **also):
    """Why the case cannot be migrated: (element, sentence)."""
    try:
        take(case, new, plan, **also)
    except CannotMigrate as refused:
        for each in refused.obstacles:
            assert each.reason.english.endswith("."), each
            assert each.reason.german.endswith("."), each
        return [(each.element, each.reason.english) for each in refused.obstacles]
    return []


def begun(model, **variables):
    return Case(model, **variables)
