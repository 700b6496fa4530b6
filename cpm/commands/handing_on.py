"""Messages, files and what is being written in one case go to another one, and back; both are locked. What went is told by id."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, update

from cpm.commands import handing_on_replies as writing
from cpm.model import Case, Document, Interaction
from cpm.uow import UnitOfWork

Went = Mapping[str, list[int]]


def everything(uow: UnitOfWork, case: Case, to: Case) -> Went:
    """All that was said in the case, and all its files."""
    messages = list(uow.session.scalars(select(Interaction.id).where(Interaction.case_id == case.id)))
    documents = list(uow.session.scalars(select(Document.id).where(Document.case_id == case.id)))
    went = {"messages": messages, "documents": documents, "replies": writing.unfinished(uow, case)}
    return _hand_on(uow, case, to, went)


def some(uow: UnitOfWork, case: Case, to: Case, messages: Sequence[int], documents: Sequence[int]) -> Went:
    """These messages with the files that came with them, and these files; what is not the case's is left out."""
    theirs = select(Interaction.id).where(Interaction.case_id == case.id, Interaction.id.in_(messages))
    going = list(uow.session.scalars(theirs))
    files = select(Document.id).where(
        Document.case_id == case.id, Document.interaction_id.in_(going) | Document.id.in_(documents)
    )
    went = {"messages": going, "documents": list(uow.session.scalars(files))}
    return _hand_on(uow, case, to, {**went, "replies": writing.answering(uow, case, going)})


def back(uow: UnitOfWork, case: Case, to: Case, went: Mapping[str, Any]) -> Went:
    """What went to `case` is the other's again, as far as it is still there."""
    messages, documents = ([int(each) for each in went.get(noun, ())] for noun in ("messages", "documents"))
    writing.hand_on(uow, case, to, [int(each) for each in went.get("replies", ())])
    return some(uow, case, to, messages, documents)


def _hand_on(uow: UnitOfWork, case: Case, to: Case, went: Went) -> Went:
    uow.session.flush()
    for noun, ids in ((Interaction, went["messages"]), (Document, went["documents"])):
        for begin in range(0, len(ids), _AT_ONCE):
            few = noun.id.in_(ids[begin : begin + _AT_ONCE])
            uow.session.execute(update(noun).where(few).values(case_id=to.id))
    writing.hand_on(uow, case, to, went["replies"])
    messages, files = len(went["messages"]), len(went["documents"]) or None
    uow.record(case, "messages.left", to=to.number, messages=messages, files=files)
    uow.record(to, "messages.came", other=case.number, messages=messages, files=files)
    return went


_AT_ONCE = 500
