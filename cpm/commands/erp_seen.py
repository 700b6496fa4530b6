"""What we know of each thing in an ERP: the feed tells only what is otherwise."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from cpm.model import ErpSeen
from cpm.uow import UnitOfWork


def of(uow: UnitOfWork, system: str, kind: str, key: str) -> ErpSeen:
    """What we know of it, {} if nothing; locked, for calls of ours note the same."""
    uow.session.flush()
    row = _locked(uow, system, kind, key)
    if row is None:  # the feed and a call of ours may both make it at this moment
        made = {"system": system, "kind": kind, "key": key, "facts": {}, "seen_at": uow.now}
        dialect = postgresql if uow.session.get_bind().dialect.name == "postgresql" else sqlite
        uow.session.execute(dialect.insert(ErpSeen).values(made).on_conflict_do_nothing())
        row = _locked(uow, system, kind, key)
    assert row is not None, "it is there, or was made"
    row.seen_at = uow.now
    return row


def _locked(uow: UnitOfWork, system: str, kind: str, key: str) -> ErpSeen | None:
    return uow.session.get(ErpSeen, (system, kind, key), with_for_update=True, populate_existing=True)


def note(uow: UnitOfWork, system: str, kind: str, key: str, agreed: Mapping[str, Any]) -> None:
    """A call of ours brought it: what both sides have agreed is no news. What was delivered or paid stays to be told."""
    row = of(uow, system, kind, key)
    row.facts = {**row.facts, **agreed}
