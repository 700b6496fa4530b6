"""What somebody is writing: their one draft on a case. It survives reloading, signing out and a worker's night."""

from collections.abc import Sequence

from sqlalchemy import select

from cpm.channels import Attachment
from cpm.commands import checks, documents
from cpm.errors import Forbidden, Invalid
from cpm.model import Case, Interaction, Reply, ReplyState, Role
from cpm.queries import attached
from cpm.queries.written import Written
from cpm.store import Blob
from cpm.uow import UnitOfWork

MOST_FILES = 20
_LONGEST_ADDRESSES, _LONGEST_SUBJECT, _LONGEST_TEXT = 5_000, 500, 100_000
_MAY_WRITE = frozenset({Role.AGENT, Role.SUPERVISOR})


def must_write(uow: UnitOfWork) -> None:
    """Customers are written to by those who work with them, not by programs in their own name."""
    if not _MAY_WRITE.intersection(uow.user().roles):
        raise Forbidden(
            f"Expected an agent or a supervisor to write to a customer, but {uow.actor} is neither",
            de="Kunden schreibt nur, wer ihre Vorgänge auch bearbeitet.",
        )


def of(uow: UnitOfWork, case_id: int) -> Reply | None:
    """The actor's draft on this case."""
    mine = select(Reply).where(
        Reply.case_id == case_id, Reply.author == uow.actor, Reply.state == ReplyState.DRAFT
    )
    return uow.session.scalar(mine)


def save(uow: UnitOfWork, case_id: int, written: Written, *, seen: int) -> Reply:
    """Keep what is written so far, right or not yet right. `seen` is the last interaction that its author knew of."""
    must_write(uow)
    case = uow.case(case_id)  # two saves at once become one draft
    checked(uow, case, written)
    draft = of(uow, case_id)
    if draft is None:
        draft = Reply(case_id=case_id, author=uow.actor, state=ReplyState.DRAFT, begun_at=uow.now)
        uow.session.add(draft)
    fill(uow, draft, written)
    draft.seen, draft.changed_at = seen, uow.now
    uow.session.flush()
    return draft


def discard(uow: UnitOfWork, case_id: int) -> None:
    """Files that came with it stay on the case."""
    uow.case(case_id)
    if (draft := of(uow, case_id)) is not None:
        uow.session.delete(draft)


def attach(uow: UnitOfWork, case_id: int, files: Sequence[Attachment]) -> list[int]:
    """Put new files on the case, to go with a message: held to the limits and policies of any file. Their numbers."""
    must_write(uow)
    case = uow.case(case_id)
    made = [
        documents.add(uow, case, Blob.of(file.content), name=file.name, media_type=file.media_type)
        for file in files
    ]
    uow.session.flush()
    return [document.id for document in made]


def fill(uow: UnitOfWork, reply: Reply, written: Written) -> None:
    reply.to, reply.cc, reply.subject = written.to.strip(), written.cc.strip(), written.subject.strip()
    reply.text, reply.quote = written.text, written.quote
    reply.files = {"documents": list(dict.fromkeys(written.documents))}
    reply.answers_id, reply.language = answered(uow, reply.case_id, written), written.language


def answered(look: UnitOfWork, case_id: int, written: Written) -> int | None:
    """The message that it answers, if that is of this case: it may have gone to another one since."""
    there = (Interaction.id == written.answers) & (Interaction.case_id == case_id)
    return look.session.scalar(select(Interaction.id).where(there)) if written.answers is not None else None


def checked(uow: UnitOfWork, case: Case, written: Written) -> None:
    """Invalid names what no draft can hold: too long, no text, or another case's files."""
    checks.plain_text("to", written.to, required=False, longest=_LONGEST_ADDRESSES)
    checks.plain_text("cc", written.cc, required=False, longest=_LONGEST_ADDRESSES)
    checks.plain_text("subject", written.subject, required=False, longest=_LONGEST_SUBJECT)
    checks.plain_text("text", written.text, required=False, longest=_LONGEST_TEXT)
    checks.plain_text("quote", written.quote, required=False, longest=_LONGEST_TEXT)
    if len(written.documents) > MOST_FILES:
        raise Invalid(
            f"Expected at most {MOST_FILES} files, but there are {len(written.documents)}",
            [("attachments", "are too many")],
            de=f"Das sind zu viele Anhänge: höchstens {MOST_FILES}.",
        )
    attached.documents(uow, case, list(written.documents))
