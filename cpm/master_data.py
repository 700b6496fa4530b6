"""One customer here and in an ERP meet: they are asked and told outside any transaction, and what came of it is written down."""

import logging

from cpm.commands import parties
from cpm.commands.jobs import Leased
from cpm.commands.parties import Plan
from cpm.connectors.erp import Erp, ErpFault
from cpm.connectors.erp.earlier import must_be_the_same
from cpm.connectors.erp.meeting import Met, fields_of, meet, with_fields
from cpm.engine import Engine

log = logging.getLogger(__name__)
#: Who changes a customer here by what was changed there.
ACTOR = "ERP"


def meeting(engine: Engine, lease: Leased) -> None:
    """Killed at any moment it is held again: what they have by then is what both have, and nothing is written twice."""
    with engine.read() as look:
        plan = parties.plan(look, lease)
    if plan is None:
        with engine.begin(ACTOR) as uow:
            parties.end(uow, lease)
        return
    try:
        both = _met(engine.erp.of(plan.system), plan)
    except ErpFault as fault:
        _missed(engine, lease, plan, fault)
        return
    with engine.begin(ACTOR) as uow:
        parties.met(uow, lease, plan, both)


def _met(erp: Erp, plan: Plan) -> Met:
    theirs = erp.party(plan.ours.key)
    if theirs is not None and plan.make and plan.common is None:
        must_be_the_same(plan.ours, theirs)  # our number may be somebody else's there
    if theirs is None and plan.make:
        theirs = erp.save_party(plan.ours)
    if theirs is None:
        raise ErpFault(
            "not_found",
            f"Expected {plan.system} to know customer {plan.ours.key}, but it does not (any more).",
        )
    ours = fields_of(plan.ours)
    both = meet(plan.common, ours, fields_of(theirs))
    if both.write:
        erp.save_party(with_fields(theirs, both.write))
    return both


def _missed(engine: Engine, lease: Leased, plan: Plan, fault: ErpFault) -> None:
    """One that changed over there in between is met again shortly, like one that does not answer."""
    log.warning("party.missed", extra={"system": plan.system, "customer": plan.customer, "code": fault.code})
    again = fault.passes or (fault.code == "conflict" and lease.attempt <= 3)
    with engine.begin(ACTOR) as uow:
        (parties.later if again else parties.refused)(uow, lease, plan, fault.code, fault.why)
        to_tell = None if again else parties.case_to_tell(uow, plan.customer)
    if to_tell is not None:
        with engine.begin(ACTOR) as uow:
            parties.tell(uow, to_tell, plan, fault.code, fault.why)
