"""An address of another system that hears what happens in cases, and what it has missed."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from cpm.model.base import Base


class Webhook(Base):
    """Who is told. Its secret is made from the installation's own (`commands.webhooks.secret`) and stands nowhere."""

    __tablename__ = "webhooks"

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str]
    events: Mapped[list[str]]  #: words of the journal, or beginnings such as "case.*"
    process: Mapped[str | None]  #: None: of all processes
    active: Mapped[bool]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    succeeded_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    failure: Mapped[str | None]


class WebhookMiss(Base):
    """An event that could not be delivered, kept so that it can be sent again."""

    __tablename__ = "webhook_misses"
    __table_args__ = (Index("ix_webhook_misses_webhook", "webhook_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhooks.id"))
    event: Mapped[dict[str, Any]]
    missed_at: Mapped[datetime]
    why: Mapped[str]
