"""The page on which somebody writes to a customer: the draft or what an answer begins with, and all that helps to write it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from cpm.connectors.letters import BadAddress, recipients
from cpm.model import Case, Content, Document, Interaction, Reply, ReplyState
from cpm.queries import blocks, replying, suggested_reply
from cpm.queries import written as as_written
from cpm.queries.blocks import Block
from cpm.queries.replying import Drafting
from cpm.queries.suggested_reply import Kind
from cpm.queries.written import Written
from cpm.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class File:
    id: int
    name: str
    bytes: int


@dataclass(frozen=True, slots=True)
class News:
    """What came since the author began."""

    at: datetime
    sender: str
    text: str


@dataclass(frozen=True, slots=True)
class Editor:
    number: str
    subject: str
    customer: str
    closed: bool
    written: Written
    seen: int  #: the last interaction; who sees this page has seen all up to it
    kept: datetime | None  #: when the draft was saved; None: there is none
    addresses: tuple[str, ...]  #: known from the case
    files: tuple[File, ...]  #: of the case
    blocks: tuple[Block, ...]
    others: tuple[Drafting, ...]
    news: tuple[News, ...]
    unreachable: tuple[tuple[str, str], ...]
    lately: datetime | None  #: when one of the recipients was last written to, if just now


def editor(
    look: UnitOfWork,
    case_id: int,
    *,
    kind: Kind = "reply",
    of: int | None = None,
    typed: tuple[Written, int] | None = None,
) -> Editor:
    """`typed`: what was posted, and what its author had seen; else their draft; else what is suggested for this kind."""
    case = look.get(Case, case_id)
    draft = _draft(look, case_id)
    written, seen = typed or _begun(look, case, kind, of, draft)
    addressed = _addressed(written)
    return Editor(
        number=case.number,
        subject=case.subject,
        customer=case.customer.name,
        closed=case.closed_at is not None,
        written=written,
        seen=replying.last_seen(look, case_id),
        kept=draft.changed_at if draft is not None else None,
        addresses=replying.addresses(look, case),
        files=_files(look, case_id),
        blocks=blocks.for_case(look, case, written.language),
        others=replying.others(look, case_id),
        news=tuple(News(one.at, one.sender, one.text) for one in replying.news(look, case_id, seen)),
        unreachable=tuple(replying.unreachable(look, addressed)),
        lately=replying.written_lately(look, addressed),
    )


def _begun(
    look: UnitOfWork, case: Case, kind: Kind, of: int | None, draft: Reply | None
) -> tuple[Written, int]:
    if draft is not None:
        return as_written.of(draft), draft.seen
    found = suggested_reply.suggested(look, case, kind, _said(look, case, of, kind), look.user().name)
    return found, replying.last_seen(look, case.id)


def _said(look: UnitOfWork, case: Case, of: int | None, kind: Kind) -> Interaction | None:
    """The message that is meant; of an answer the customer's last, if none is named."""
    said = select(Interaction).where(Interaction.case_id == case.id)
    if of is not None:
        return look.session.scalar(said.where(Interaction.id == of))
    if kind == "new":
        return None
    mails = said.where(Interaction.channel == "email", Interaction.direction == "in")
    return look.session.scalar(mails.order_by(Interaction.id.desc()).limit(1))


def _draft(look: UnitOfWork, case_id: int) -> Reply | None:
    mine = (Reply.case_id == case_id) & (Reply.author == look.actor) & (Reply.state == ReplyState.DRAFT)
    return look.session.scalar(select(Reply).where(mine))


def _addressed(written: Written) -> Sequence[str]:
    try:
        return recipients(f"{written.to},{written.cc}")
    except BadAddress:
        return ()


def _files(look: UnitOfWork, case_id: int) -> tuple[File, ...]:
    query = (
        select(Document.id, Document.name, Content.size)
        .join(Document.content)
        .where(Document.case_id == case_id, Document.removed_at.is_(None), Document.current)
    )
    return tuple(File(*row) for row in look.session.execute(query.order_by(Document.id)))
