"""An incident about a difference between the two sides, and which of them may count."""

from sqlalchemy import select

from cpm.model import ErpFinding, Incident
from cpm.uow import UnitOfWork

#: What somebody chooses who settles one.
KEEP = "keep"
#: Among the facts of an incident, the id of what differs.
FINDING = "finding"
OURS, THEIRS = "ours", "theirs"
#: Of an order what can be put right here, or told to the case. The rest is done by hand, and noted.
_TAKEN = frozenset({"order_no", "total", "paid"})


def is_one(incident: Incident) -> bool:
    return incident.connector == "erp" and FINDING in incident.facts


def finding_of(uow: UnitOfWork, incident: Incident) -> ErpFinding | None:
    if not is_one(incident):
        return None
    return uow.session.scalar(select(ErpFinding).where(ErpFinding.id == int(incident.facts[FINDING])))


def whose(finding: ErpFinding) -> tuple[str, ...]:
    """Master data go either way. Of an order the ERP leads."""
    if finding.kind == "customer":
        return (THEIRS, OURS)
    may = finding.field in _TAKEN and not (finding.field == "paid" and finding.ours)
    return (THEIRS,) if may else ()
