"""Who is told what happens in cases, and how that goes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from cpm.model import Webhook, WebhookMiss
from cpm.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Line:
    id: int
    url: str
    events: tuple[str, ...]
    process: str | None
    active: bool
    missed: int  #: events that can be sent again
    succeeded_at: datetime | None
    failing_since: datetime | None
    failure: str | None


def lines(look: UnitOfWork) -> list[Line]:
    missed = select(func.count()).where(WebhookMiss.webhook_id == Webhook.id).scalar_subquery()
    return [
        Line(
            one.id,
            one.url,
            tuple(one.events),
            one.process,
            one.active,
            count,
            one.succeeded_at,
            one.failing_since,
            one.failure,
        )
        for one, count in look.session.execute(select(Webhook, missed).order_by(Webhook.id))
    ]
