"""What somebody writes, or has sent off, in one case goes to another one: nothing that was typed is lost on the way."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from cpm.model import Case, JobState, Reply, ReplyState
from cpm.uow import UnitOfWork

#: As long as a draft may be.
_LONGEST = 100_000


def unfinished(uow: UnitOfWork, case: Case) -> list[int]:
    """All that has not left the case."""
    theirs = (Reply.case_id == case.id) & (Reply.state != ReplyState.SENT)
    return list(uow.session.scalars(select(Reply.id).where(theirs).order_by(Reply.id)))


def answering(uow: UnitOfWork, case: Case, messages: Collection[int]) -> list[int]:
    """Drafts of the case that answer these messages."""
    theirs = (Reply.case_id == case.id) & (Reply.state == ReplyState.DRAFT) & Reply.answers_id.in_(messages)
    return list(uow.session.scalars(select(Reply.id).where(theirs).order_by(Reply.id)))


def hand_on(uow: UnitOfWork, case: Case, to: Case, replies: Sequence[int]) -> None:
    """Those of them that are still there; what was sent off leaves from the other case, under the same Message-ID."""
    still = Reply.id.in_(replies) & (Reply.case_id == case.id) & (Reply.state != ReplyState.SENT)
    for reply in uow.session.scalars(select(Reply).where(still)).all() if replies else ():
        if reply.state == ReplyState.DRAFT and (there := _draft(uow, to, reply.author)) is not None:
            _join(there, reply, case)
            uow.session.delete(reply)
            continue
        reply.case_id = to.id
        if reply.job is not None and reply.state == ReplyState.LEAVING:
            reply.job.case_id = to.id
            if (
                reply.job.state == JobState.HELD
            ):  # with the case that stood still; the promoter knows about the other
                reply.job.state = JobState.WAITING
    uow.session.flush()


def _draft(uow: UnitOfWork, case: Case, author: str) -> Reply | None:
    theirs = (Reply.case_id == case.id) & (Reply.author == author) & (Reply.state == ReplyState.DRAFT)
    return uow.session.scalar(select(Reply).where(theirs))


def _join(there: Reply, reply: Reply, case: Case) -> None:
    """Each of us has one draft on a case: the other text stands below, under the number it comes from."""
    there.text = f"{there.text.rstrip()}\n\n---------- {case.number} ----------\n{reply.text}"[:_LONGEST]
    there.files = {"documents": list(dict.fromkeys([*there.documents, *reply.documents]))}
