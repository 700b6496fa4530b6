"""One message of ours, sent off twice: a button pressed again, a page sent again because its answer was lost."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from cpm.connectors.letters import BadAddress, recipients
from cpm.model import Document, Reply, ReplyState
from cpm.queries.written import Written
from cpm.uow import UnitOfWork

#: Nobody writes the same to the same people again within this time.
TWICE = timedelta(minutes=10)


def before(uow: UnitOfWork, case_id: int, written: Written) -> Reply | None:
    """The actor's own message on this case that says just this and was sent off a moment ago. The case is to be locked already."""
    lately = select(Reply).where(
        Reply.case_id == case_id,
        Reply.author == uow.actor,
        Reply.state.in_((ReplyState.LEAVING, ReplyState.SENT)),
        Reply.sent_at > uow.now - TWICE,
    )
    return next((one for one in uow.session.scalars(lately) if _says(uow, one, written)), None)


def _says(uow: UnitOfWork, one: Reply, written: Written) -> bool:
    said = (written.subject.strip(), written.text, written.quote)
    if said != (one.subject, one.text, one.quote):
        return False
    try:
        people = [", ".join(recipients(each)) for each in (written.to, written.cc)]
    except BadAddress:
        return False
    return people == [one.to, one.cc] and _digests(uow, one.documents) == _digests(uow, written.documents)


def _digests(uow: UnitOfWork, documents: Sequence[int]) -> set[str]:
    """A file that was sent twice with the same page is two documents with one content."""
    found = select(Document.digest).where(Document.id.in_(documents))
    return set(uow.session.scalars(found)) if documents else set()
