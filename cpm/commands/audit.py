"""Write down what was done to people, access and definitions, and by whom."""

from typing import Any

from cpm.model import AuditEntry
from cpm.uow import UnitOfWork


def record(uow: UnitOfWork, what: str, **particulars: Any) -> None:
    """`what` is noun.past-verb, with a sentence in `queries.audit`. No password, no token, nothing typed in vain.

    `customer`, if it is among the particulars, is the id of whom it tells.
    """
    kept = {name: value for name, value in particulars.items() if value is not None}
    about = kept.get("customer")
    uow.session.add(AuditEntry(at=uow.now, actor=uow.actor, what=what, particulars=kept, customer_id=about))
