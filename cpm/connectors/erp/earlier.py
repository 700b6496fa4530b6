"""What stands under a key of ours but is not ours: an earlier installation, or another one, counts its cases and customers as we do."""

from datetime import datetime, timedelta

from cpm.connectors.erp.faults import ErpFault
from cpm.connectors.erp.meeting import fields_of, same
from cpm.connectors.erp.nouns import Party

#: So far their clock may be behind ours.
_CLOCKS = timedelta(minutes=10)
#: One of these that is the same says that what we find is what we have made.
_ALIKE = ("name", "email", "vat_id")


def must_be_ours(key: str, made_at: datetime | None, since: datetime | None) -> None:
    """ErpFault (duplicate_key) for what was made before our case began."""
    if made_at is not None and since is not None and made_at < since - _CLOCKS:
        raise ErpFault(
            "duplicate_key",
            f"Expected nothing under {key} in the ERP that is older than its case, but what is there was made on "
            f"{made_at:%d.%m.%Y}: another installation counts as this one does. An administrator sets CPM_ERP_PREFIX.",
        )


def must_be_the_same(ours: Party, theirs: Party) -> None:
    """ErpFault (duplicate_key) if somebody else has our customer number there."""
    mine, found = fields_of(ours), fields_of(theirs)
    if not any(mine[name] and same(mine[name], found[name]) for name in _ALIKE):
        raise ErpFault(
            "duplicate_key",
            f"Expected {ours.key} in the ERP to be {ours.name}, but it is {theirs.name}: another installation counts as this "
            "one does. An administrator sets CPM_ERP_PREFIX; if they are the same, link them on the customer's page.",
        )
