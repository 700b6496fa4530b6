"""By what a customer is known: an address, a number, a name in some network, with what is known of it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text, true
from sqlalchemy.orm import Mapped, mapped_column

from cpm.model.base import Base

#: What somebody is known by, but not reached at.
NO_WAY_TO_THEM = ("customer_no", "vat_id")
#: Where an identifier comes from that was there before anybody wrote that down.
UNKNOWN = "unknown"
_VALID = text("valid_to IS NULL")
_ONE_OWNER = text("identifying AND valid_to IS NULL")


class Identifier(Base):
    """One address or number of one customer.

    An identifying one that is valid belongs to one customer alone. A switchboard or a shared mailbox is not
    identifying, and several may have it.
    """

    __tablename__ = "identifiers"
    __table_args__ = (
        Index(
            "uq_identifiers_owner",
            "kind",
            "value",
            unique=True,
            postgresql_where=_ONE_OWNER,
            sqlite_where=_ONE_OWNER,
        ),
        Index(
            "uq_identifiers_valid",
            "customer_id",
            "kind",
            "value",
            unique=True,
            postgresql_where=_VALID,
            sqlite_where=_VALID,
        ),
        Index("ix_identifiers_value", "value", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    kind: Mapped[str]  #: email, phone, fax, customer_no, vat_id, handle
    value: Mapped[str]  #: normalised: an address in lower case, a number as +492115550100
    identifying: Mapped[bool] = mapped_column(default=True, server_default=true())
    source: Mapped[str] = mapped_column(default=UNKNOWN, server_default=UNKNOWN)
    valid_from: Mapped[datetime | None]  #: since when we know it; None: from before that was written down
    valid_to: Mapped[datetime | None]  #: since when it is theirs no longer; never in the future
    verified_at: Mapped[datetime | None]  #: when somebody made sure that it is theirs
    unreachable_at: Mapped[datetime | None]  #: since when nothing arrives there
    unreachable_why: Mapped[str | None]
