"""Takes a case's state from one version of its process to another."""

from dataclasses import replace
from datetime import datetime

from cpm.bpmn.happened import Decide
from cpm.bpmn.harvest import harvest
from cpm.bpmn.migrating import reasons
from cpm.bpmn.migrating.fitting import fit
from cpm.bpmn.migrating.growing import restorable
from cpm.bpmn.migrating.layout import Layout
from cpm.bpmn.migrating.placing import Placing
from cpm.bpmn.migrating.plan import CannotMigrate, Plan
from cpm.bpmn.migrating.records import Remembering
from cpm.bpmn.migrating.renewing import renew
from cpm.bpmn.migrating.settling import Settling
from cpm.bpmn.migrating.sound import begin_branches, check_together
from cpm.bpmn.places import Elsewhere
from cpm.bpmn.program import Program
from cpm.bpmn.rows import restore
from cpm.bpmn.runner import Runner
from cpm.bpmn.state import load
from cpm.bpmn.step import Scopes, Step


def migrate(
    old: Program,
    new: Program,
    state: bytes,
    scopes: Scopes,
    plan: Plan,
    *,
    now: datetime,
    decide: Decide | None = None,
    elsewhere: Elsewhere | None = None,
) -> Step:
    """The step that takes the case over; it covers all of the case, whatever lies apart. Raises CannotMigrate.

    Tokens keep their numbers and what they have settled: who does a task, a due time, the name and key of a message.
    """
    runner = load(old, state, scopes, now=now, decide=decide, elsewhere=elsewhere)
    _bring_all(runner)
    placing = Placing(runner, plan, Layout(old), Layout(new))
    placing.all()
    remembering = Remembering(placing)
    remembering.all()
    _settle(placing)
    moved = Runner(
        new, runner.variables.scopes, now=now, decide=decide, last_node=runner.last_node, elsewhere=elsewhere
    )
    moved.parts.follow(runner.parts)
    restore(moved, restorable(placing.trees))
    for record in remembering.forgotten:
        moved.variables.drop(str(record[1]))
    check_together(moved, placing)
    fit(moved, placing)
    Settling(moved, placing).all()
    renew(moved, placing)
    begin_branches(moved, placing)
    _settle(placing)
    moved.run()
    _refuse_stuck(moved, placing)
    return replace(harvest(moved), covers=None)


def _bring_all(runner: Runner) -> None:
    """All instances that lie apart, and those in them."""
    seen = 0
    while seen < len(runner.tokens):
        seen = len(runner.tokens)
        for token in list(runner.tokens.values()):
            runner.parts.unfold(token)


def _refuse_stuck(moved: Runner, placing: Placing) -> None:
    """What would wait for ever only because it was migrated."""
    for token in moved.tokens.values():
        was = placing.old.tokens.get(token.id)
        if "stuck" in token.internal_data and (was is None or "stuck" not in was.internal_data):
            placing.refuse(token, reasons.would_wait_for_ever(token))
    _settle(placing)


def _settle(placing: Placing) -> None:
    if placing.obstacles:
        raise CannotMigrate(tuple(placing.obstacles[node] for node in sorted(placing.obstacles)))
