"""Keep what an ERP said, so that every process has it and it is there when the ERP is not; and forget it when nobody asks any more."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from cpm.commands import erp_errands
from cpm.commands.erp_errands import Turn
from cpm.model import ErpView
from cpm.queries.erp_views import Want
from cpm.uow import UnitOfWork

#: Since it was heard; whoever looks at it hears it anew.
_KEPT = timedelta(days=30)


def keep(uow: UnitOfWork, system: str, want: Want, value: Mapping[str, Any], *, at: datetime) -> None:
    """What was asked later counts, whichever answer comes last."""
    dialect = postgresql if uow.session.get_bind().dialect.name == "postgresql" else sqlite
    row = {"system": system, "key": want.name, "value": dict(value), "fetched_at": at}
    put = dialect.insert(ErpView).values(row)
    newer = {"value": put.excluded.value, "fetched_at": put.excluded.fetched_at}
    uow.session.execute(
        put.on_conflict_do_update(
            index_elements=["system", "key"], set_=newer, where=ErpView.fetched_at <= put.excluded.fetched_at
        )
    )


def forget_old(uow: UnitOfWork, turn: Turn) -> None:
    """Of all systems: one that this installation works with no more has nobody else to do it. LeaseLost if somebody else does."""
    erp_errands.ours(uow, turn)
    forget = delete(ErpView).where(ErpView.fetched_at < uow.now - _KEPT)
    uow.session.execute(forget, execution_options={"synchronize_session": False})
