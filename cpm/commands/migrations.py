"""Take a running case to another version of its process, or back. The case stays at its places; its rows go with it.

What stands at a place that goes on keeps its row: who has claimed a task and since when, what was put aside, due times,
calls under way and what they will bring, messages that are waited for, incidents. `docs/migrating.md` has the rules.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from cpm import bpmn
from cpm.commands import (
    checks,
    holding,
    interventions,
    migrating_rows,
    migration_plans,
    policies,
    process,
    refilling,
    variables,
)
from cpm.commands.bulk_kind import Kind, Options
from cpm.errors import Conflict, Forbidden, Invalid
from cpm.model import Case, CaseState, Definition, Event, Job, MigrationPlan, Role
from cpm.queries import access
from cpm.queries.variables import Elsewhere
from cpm.uow import UnitOfWork

STARTERS = frozenset({Role.SUPERVISOR, Role.OPERATOR})
_MOST = 10**9  #: of versions; larger numbers not every database keeps


class NotMigrated(Conflict):
    """Something of the case has no place in the new version; nothing was changed."""

    def __init__(self, case: Case, error: bpmn.CannotMigrate) -> None:
        self.obstacles = error.obstacles
        told = [f"{each.name}: {each.reason.english}" for each in error.obstacles]
        german = [f"{each.name}: {each.reason.german}" for each in error.obstacles]
        super().__init__(
            f"Expected case {case.number} to have a place in the new version for all that it stands at, but "
            + " ".join(dict.fromkeys(told)),
            de="Dafür gibt es in der neuen Version keinen Platz. " + " ".join(dict.fromkeys(german)),
        )


def migrate(uow: UnitOfWork, case_id: int, plan: MigrationPlan, *, why: str) -> Case:
    """Take the case to the plan's version; NotMigrated says what has no place there."""
    case = uow.case(case_id)
    access.must_reach(uow, case)
    return _migrate(uow, case, plan, why)


def back(uow: UnitOfWork, case_id: int, *, why: str) -> Case:
    """Take the case to the version where it came from."""
    case = uow.case(case_id)
    access.must_reach(uow, case)
    return _migrate(uow, case, way_back(uow, case), why)


def way_back(uow: UnitOfWork, case: Case) -> MigrationPlan:
    return migration_plans.inverse(uow, last_plan(uow, case))


def look(uow: UnitOfWork, case: Case, plan: MigrationPlan) -> bpmn.Step:
    """What would become of it, as `migrate` would raise it; changes nothing."""
    return try_plan(uow, case, plan.from_id, plan.to_id, plan.plan)


def try_plan(uow: UnitOfWork, case: Case, source: int, target: int, plan: bpmn.Plan) -> bpmn.Step:
    """As `look`, by a plan that nobody has kept: from the definition `source` to `target`."""
    _must_fit(case, source)
    assert case.tokens is not None, "an open case has a state"
    old, new = (migration_plans.bundle(uow, definition) for definition in (source, target))
    try:
        return bpmn.migrate(
            old.program,
            new.program,
            case.tokens,
            variables.load(uow, case),
            plan,
            now=uow.local_now,
            decide=process.decider(uow, new.decisions),
            elsewhere=Elsewhere(uow, case),
        )
    except bpmn.CannotMigrate as error:
        raise NotMigrated(case, error) from error


def last_plan(uow: UnitOfWork, case: Case) -> MigrationPlan:
    """By which it came to its version; Conflict if it has always been on it."""
    mine = select(Event).where(Event.case_id == case.id, Event.what == "case.migrated")
    entry = uow.session.scalar(mine.order_by(Event.seq.desc()).limit(1))
    found = None if entry is None else uow.session.get(MigrationPlan, int(entry.particulars["plan"]))
    if found is None or found.to_id != case.definition_id:
        raise Conflict(
            f"Expected case {case.number} to have come from another version, but it began with this one",
            de=f"Der Vorgang {case.number} läuft von Anfang an auf dieser Version.",
        )
    return found


def _migrate(uow: UnitOfWork, case: Case, plan: MigrationPlan, why: str) -> Case:
    _must_be_starter(uow)
    reason = checks.plain_text("why", why, longest=1_000)
    policies.check(uow, case, "migrate", subject=f"case {case.id}")
    uow.by_hand = True
    _go(uow, case, plan, reason)
    return case


def _go(uow: UnitOfWork, case: Case, plan: MigrationPlan, why: str) -> None:
    step, before = look(uow, case, plan), variables.load(uow, case)
    earlier, version = (uow.get(Definition, each).version for each in (plan.from_id, plan.to_id))
    with interventions.told(
        uow, case, "case.migrated", version=version, earlier=earlier, plan=plan.id, why=why
    ):
        migrating_rows.pin_forms(uow, case, plan.from_id)
        case.definition_id = plan.to_id
        migrating_rows.follow(uow, case, plan.plan, step)
        process.take(uow, case, before, step)
        refilling.follow(uow, case, plan.from_id)
    if case.id in uow.suspended:  # perhaps it was the version that stood still
        holding.release(uow, Job.case_id == case.id)
        holding.bring_later(uow, case=case.id)


def _must_fit(case: Case, source: int) -> None:
    if case.state != CaseState.OPEN:
        raise Conflict(
            f"Expected case {case.number} to be open, but it is closed: it stays on its version",
            de=f"Der Vorgang {case.number} ist abgeschlossen und bleibt auf seiner Version.",
        )
    if case.definition_id != source:
        raise Conflict(
            f"Expected case {case.number} to run on the version that the plan begins with, but it does not",
            de=f"Der Vorgang {case.number} läuft nicht auf der Version, von der die Zuordnung ausgeht.",
        )


def _must_be_starter(uow: UnitOfWork) -> None:
    if not STARTERS.intersection(uow.user().roles):
        raise Forbidden(
            f"Expected a supervisor or an operator to migrate cases, but {uow.actor} is none",
            de="Auf eine andere Version bringen Vorgänge die Teamleitung und der Betrieb.",
        )


def _plan_of(uow: UnitOfWork, case: Case, options: Options) -> MigrationPlan:
    """That of the batch for the version on which the case runs."""
    found = options["plans"].get(str(case.definition_id))
    if found is None:
        version = uow.get(Definition, case.definition_id).version
        raise Conflict(
            f"Expected case {case.number} to run on a version that is migrated, but it runs on version {version}",
            de=f"Der Vorgang {case.number} läuft auf Version {version}, um die es hier nicht geht.",
        )
    return uow.get(MigrationPlan, int(found))


def _checked(uow: UnitOfWork, options: Options) -> Options:
    """`process`, `to`, and `plans`: for each version `from` which cases go, what becomes what; none: as it is proposed."""
    process_key, target = str(options.get("process") or ""), _whole(options.get("to"), "to")
    plans = {}
    for given in _given_plans(options):
        source = _whole(given.get("from"), "from")
        mapping = given if "elements" in given else None
        proposed = migration_plans.proposal(uow, process_key, source, target, mapping)
        plans[str(proposed.source.id)] = migration_plans.keep(uow, proposed).id
    if not plans:
        raise Invalid(
            "Expected a version from which cases go, but none is named",
            [("from", "must name a version from which cases go")],
            problems_de=[("from", "Bitte angeben, von welcher Version die Vorgänge kommen.")],
        )
    return {"process": process_key, "to": target, "plans": plans}


def _given_plans(options: Options) -> list[Mapping[str, Any]]:
    given = options.get("plans") or []
    if not isinstance(given, list | tuple) or not all(isinstance(each, Mapping) for each in given):
        raise Invalid(
            "Expected a list of plans, each with the version from which cases go, but it is none",
            [("plans", "is no list of plans")],
            problems_de=[("plans", "Das ist keine Liste von Zuordnungen.")],
        )
    return list(given)


def _whole(given: Any, name: str) -> int:
    number = isinstance(given, int | Decimal) and not isinstance(given, bool)
    if not number or not 0 < given < _MOST or given != int(given):
        raise Invalid(
            f"Expected {name} to be the number of a version, but it is {given!r:.40}",
            [(name, "is no version")],
            problems_de=[(name, "Das ist keine Versionsnummer.")],
        )
    return int(given)


IN_BULK = Kind(
    key="migrate",
    act=lambda uow, case, options, why: _migrate(uow, case, _plan_of(uow, case, options), why),
    look=lambda uow, case, options: look(uow, case, _plan_of(uow, case, options)),
    check=_checked,
    starters=STARTERS,
    proposers=frozenset({Role.DESIGNER}),
)
BACK_IN_BULK = Kind(
    key="migrate_back",
    act=lambda uow, case, _options, why: _migrate(uow, case, way_back(uow, case), why),
    look=None,
    starters=STARTERS,
)
