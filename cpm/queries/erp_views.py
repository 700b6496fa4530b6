"""What an ERP said last of customers and orders, and how long ago."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, tuple_

from cpm.model import ErpView
from cpm.uow import UnitOfWork

CUSTOMER, ORDER = "customer", "order"


@dataclass(frozen=True, slots=True)
class Want:
    kind: str  #: customer | order
    key: str  #: theirs

    @property
    def name(self) -> str:
        return f"{self.kind}/{self.key}"


@dataclass(frozen=True, slots=True)
class View:
    value: dict[str, Any]
    at: datetime


def known(uow: UnitOfWork, wants: Sequence[tuple[str, Want]]) -> dict[tuple[str, Want], View]:
    """By system and want, those of which anything was ever heard; one statement."""
    if not wants:
        return {}
    keys = tuple_(ErpView.system, ErpView.key).in_([(system, want.name) for system, want in wants])
    rows = {(row.system, row.key): row for row in uow.session.scalars(select(ErpView).where(keys))}
    return {
        (system, want): View(row.value, row.fetched_at)
        for system, want in wants
        if (row := rows.get((system, want.name))) is not None
    }


def stale(uow: UnitOfWork, system: str, wants: Sequence[Want]) -> list[Want]:
    """Those that were last heard of too long ago (CPM_ERP_CACHE), or never."""
    since = uow.now - uow.settings.erp.cache
    heard = known(uow, [(system, want) for want in wants])
    return [want for want in wants if (view := heard.get((system, want))) is None or view.at <= since]
