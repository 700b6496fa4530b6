"""A sending: one recipient of one mail that left, so that it is quickly known how much somebody was written."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from cpm.model.base import Base


class Sending(Base):
    __tablename__ = "sendings"
    __table_args__ = (Index("ix_sendings_address", "address", "automatic", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    interaction_id: Mapped[int] = mapped_column(ForeignKey("interactions.id"), index=True)
    address: Mapped[str]  #: lower case
    automatic: Mapped[bool]  #: no person wrote it
    at: Mapped[datetime]
