"""What others did in a case while somebody had its page open: the customer, or a colleague; not what follows by itself."""

from collections.abc import Collection

from sqlalchemy import and_, or_, select

from cpm.model import Case, Event, User
from cpm.queries import latest
from cpm.queries.journal.story import BY_ITSELF
from cpm.queries.latest import Happened
from cpm.uow import UnitOfWork

_RECEIVED = "interaction.received"


def sentence(uow: UnitOfWork, case_id: int, entries: Collection[int], language: str) -> str:
    """The last of these entries of its journal that is news to the acting user; empty if none is."""
    by_a_colleague = and_(
        Event.actor != uow.actor,
        Event.what.not_in(sorted(BY_ITSELF)),
        select(User.login).where(User.login == Event.actor).exists(),
    )
    theirs = Event.case_id == case_id, Event.seq.in_(sorted(entries))
    query = select(Event).where(*theirs, or_(Event.what == _RECEIVED, by_a_colleague))
    found = uow.session.scalar(query.order_by(Event.seq.desc()).limit(1))
    if found is None:
        return ""
    bundle = uow.bundle(uow.get(Case, case_id))
    return latest.sentences(uow, [Happened(bundle, found.what, found.particulars)], language)[0]
