"""What a comparison of both sides found: one incident for each difference, on its case, and none twice.

A difference that is gone closes nothing by itself: its incident says so, and a person settles it.
"""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import exists, select

from cpm.commands import erp_errands, incidents, parties, party_jobs
from cpm.commands.erp_errands import Turn
from cpm.commands.incidents import Trouble
from cpm.connectors.erp.comparing import Difference
from cpm.connectors.erp.meeting import fields_of, same
from cpm.connectors.erp.nouns import Party
from cpm.model import Customer, ErpFinding, ErpLink, ErpParty, Incident, IncidentState, Job, Origin
from cpm.queries.drift import FINDING, whose
from cpm.queries.erp_errands import plain
from cpm.queries.party import party
from cpm.uow import UnitOfWork


def met(uow: UnitOfWork, turn: Turn, link_id: int, theirs: Party) -> list[Difference]:
    """How a customer's master data differ where nobody but a person can decide it; what else differs meets, by itself.

    While it meets, nothing is said: the next comparison sees what came of it.
    """
    erp_errands.ours(uow, turn)
    link = uow.session.get(ErpLink, link_id)
    customer = uow.session.get(Customer, link.customer_id) if link is not None else None
    if link is None or customer is None:
        return []
    here, there = fields_of(party(uow, customer, key=link.key)), fields_of(theirs)
    differing = {name for name in here if not same(here[name], there.get(name))}
    both = uow.session.get(ErpParty, (turn.system, customer.id))
    undecided = dict(both.theirs) if both is not None else {}
    if differing - {*undecided} and not _meets(uow, link_id):
        party_jobs.let_meet(uow, link)
    case_id = parties.case_to_tell(uow, customer.id)
    return [
        Difference("customer", link.key, name, "drift", here[name], there.get(name), case_id)
        for name in sorted(differing & {*undecided})
    ]


def found(uow: UnitOfWork, turn: Turn, difference: Difference) -> bool:
    """Keep a difference; whether it is new. It has an incident unless no case knows of it, or somebody has accepted it as it is."""
    erp_errands.ours(uow, turn)
    case = uow.case(difference.case_id) if difference.case_id is not None else None
    of_it = ErpFinding.system == turn.system, ErpFinding.mark == difference.mark
    row = uow.session.scalar(select(ErpFinding).where(*of_it))
    values = (difference.ours, difference.theirs)
    known = row is not None and row.gone_at is None and (row.ours, row.theirs) == values
    if row is None:
        row = ErpFinding(
            system=turn.system,
            mark=difference.mark,
            kind=difference.kind,
            key=difference.key,
            field=difference.field,
            first_at=uow.now,
        )
        uow.session.add(row)
    row.code, row.case_id = difference.code, difference.case_id
    row.ours, row.theirs = values
    row.last_at, row.gone_at = uow.now, None
    if known or case is None:
        return not known
    if (told := _open(uow, row.incident_id)) is not None:  # who settles it chooses between what is so now
        told.facts, told.message = {**told.facts, **_facts(difference)}, _sentence(turn.system, difference)
        return True
    uow.session.flush()
    trouble = Trouble(
        Origin.JOB,
        "erp",
        difference.code,
        _sentence(turn.system, difference),
        "customer" if difference.kind == "customer" else None,
        facts={**_facts(difference), **({FINDING: row.id} if whose(row) else {})},
    )
    row.incident_id = incidents.raise_incident(uow, case, trouble).id
    return True


def gone(uow: UnitOfWork, turn: Turn, still: Collection[str], *, moving: Collection[str] = ()) -> int:
    """All was compared: what is not among these marks is the same by now, but for orders that are just moving. How many."""
    erp_errands.ours(uow, turn)
    there = select(ErpFinding).where(ErpFinding.system == turn.system, ErpFinding.gone_at.is_(None))
    rows = [
        row
        for row in uow.session.scalars(there)
        if row.mark not in still and (row.kind != "order" or row.key not in moving)
    ]
    for row in rows:
        row.gone_at = uow.now
    return len(rows)


def _open(uow: UnitOfWork, incident_id: int | None) -> Incident | None:
    found = uow.session.get(Incident, incident_id) if incident_id is not None else None
    return found if found is not None and found.state == IncidentState.OPEN else None


def _meets(uow: UnitOfWork, link_id: int) -> bool:
    return bool(uow.session.scalar(select(exists().where(Job.key == party_jobs.key(link_id)))))


def _sentence(system: str, difference: Difference) -> str:
    if difference.field == "missing":
        return f"Expected {system} to have the order {difference.key}, but it does not."
    if difference.field == "unknown":
        return f"Expected to know the order {difference.key} of {system}, but no step of the case has brought it."
    if difference.field == "planned":
        return (
            f"Expected {system} to have planned what is to come of order {difference.key}, that is {_goods(difference.ours)}, "
            f"but what it has planned is {_goods(difference.theirs)}."
        )
    if difference.field in ("ordered", "shipped"):
        return (
            f"Expected as much to be {difference.field} of order {difference.key} on both sides, but ours is "
            f"{_goods(difference.ours)} and that of {system} is {_goods(difference.theirs)}."
        )
    return (
        f"Expected the {difference.field} of {difference.kind} {difference.key} to be the same on both sides, but "
        f"ours is {plain(difference.ours)} and that of {system} is {plain(difference.theirs)}."
    )


def _goods(value: Any) -> str:
    return plain(value) or "nothing"


def _facts(difference: Difference) -> Mapping[str, Any]:
    return {
        "key": difference.key,
        "field": difference.field,
        "ours": plain(difference.ours),
        "theirs": plain(difference.theirs),
    }
