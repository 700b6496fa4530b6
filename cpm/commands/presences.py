"""Who has a case before them. Nothing of it is journalled: it is about now, and soon forgotten."""

from datetime import timedelta

from sqlalchemy import case as when
from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from cpm.model import Presence
from cpm.model.presence import LASTS
from cpm.uow import UnitOfWork

_KEPT = timedelta(hours=1)
_AT_A_TIME = 100


def stay(uow: UnitOfWork, case_id: int, task_id: int | None = None) -> None:
    """The actor looks at the case, or at the page of one of its tasks. Again: still. Locks nothing but their own row."""
    dialect = postgresql if uow.session.get_bind().dialect.name == "postgresql" else sqlite
    row = {
        "case_id": case_id,
        "login": uow.actor,
        "task_id": task_id,
        "since": uow.now,
        "seen_at": uow.now,
    }
    put = dialect.insert(Presence).values(row)
    since = when((Presence.seen_at <= uow.now - LASTS, uow.now), else_=Presence.since)
    anew = {"task_id": task_id, "since": since, "seen_at": uow.now}
    uow.session.execute(put.on_conflict_do_update(index_elements=["case_id", "login"], set_=anew))


def leave(uow: UnitOfWork, case_id: int) -> None:
    """And what was left behind by browsers that could not say so: some of it, and nothing that others delete just now."""
    theirs = (Presence.case_id == case_id) & (Presence.login == uow.actor)
    key = Presence.case_id, Presence.login
    old = select(*key).where(Presence.seen_at <= uow.now - _KEPT).order_by(*key).limit(_AT_A_TIME)
    uow.session.execute(delete(Presence).where(theirs))
    if gone := uow.session.execute(old.with_for_update(skip_locked=True)).all():
        uow.session.execute(delete(Presence).where(tuple_(*key).in_([tuple(row) for row in gone])))
