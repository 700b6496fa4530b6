"""Put variables of a case right beside its steps: one case, or the same ones on many at once."""

from collections.abc import Mapping
from typing import Any

from cpm.commands import changeable, checks, interventions, policies, process
from cpm.commands.bulk_kind import Kind, Options
from cpm.errors import Conflict, Forbidden, Invalid
from cpm.model import Case, CaseState, Role
from cpm.uow import UnitOfWork


def set_variables(uow: UnitOfWork, case: Case, data: Mapping[str, Any], *, why: str) -> Case:
    """Set variables of the case, which is locked; if a condition waits for one of them, the process goes on by it.

    Not those that the engine or an approval stands on. Values that it has already change nothing.
    """
    if Role.SUPERVISOR not in uow.user().roles:
        raise Forbidden(
            f"Expected a supervisor to change data of a case, but {uow.actor} is none",
            de="Angaben eines Vorgangs ändert die Teamleitung.",
        )
    if case.state != CaseState.OPEN:
        raise Conflict(
            f"Expected case {case.number} to be open, but it is closed",
            de=f"Der Vorgang {case.number} ist schon abgeschlossen.",
        )
    given, reason = checks.values(data), checks.plain_text("why", why)
    changeable.must_be_free(uow, case, given)
    policies.check(uow, case, "correct", subject=f"case {case.id}", given=given)
    uow.by_hand = True
    with interventions.told(uow, case, "case.corrected", data=given, why=reason):
        process.change(uow, case, given)
    return case


def _in_bulk(uow: UnitOfWork, case: Case, options: Options, why: str) -> Case:
    return set_variables(uow, case, options["data"], why=why)


def _checked(_uow: UnitOfWork, options: Options) -> Options:
    data = options.get("data")
    if not isinstance(data, Mapping) or not data:
        raise Invalid(
            "Expected the data to set, but there are none",
            [("data", "is empty")],
            problems_de=[("data", "Bitte mindestens eine Angabe nennen.")],
        )
    return {"data": checks.values(data)}


IN_BULK = Kind(
    key="set_variables",
    act=_in_bulk,
    check=_checked,
    starters=frozenset({Role.SUPERVISOR}),
)
