"""What people of us said to each other about a case, and in which comments the reader is mentioned."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select
from sqlalchemy.orm import aliased, joinedload

from cpm.mentions import NAMED
from cpm.model import Case, Comment, Mention, Role, User
from cpm.queries import access, one_case
from cpm.queries.pages import MOST
from cpm.uow import UnitOfWork

_LONGEST = 100  #: comments of one case that a page shows, the newest
_COLLEAGUES = 8  #: people who are offered to be told


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    person: str = ""  #: the name of whoever is mentioned here


@dataclass(frozen=True, slots=True)
class Line:
    id: int
    at: datetime
    by: str  #: login
    author: str  #: by name
    text: str
    pieces: tuple[Piece, ...]
    told: tuple[str, ...]  #: by name
    unseen: int | None  #: the mention of the reader, if they have not seen it
    gone: bool  #: it was taken back
    may_take_back: bool


@dataclass(frozen=True, slots=True)
class Comments:
    lines: tuple[Line, ...]  #: newest first
    colleagues: tuple[tuple[str, str], ...]  #: login and name of whom the reader may want to tell
    older: int | None = None  #: `before` of the next page; None: that is all

    @property
    def count(self) -> int:
        return sum(not line.gone for line in self.lines)


def of_case(
    look: UnitOfWork,
    case: Case,
    names: Mapping[str, str],
    *,
    besides: Iterable[str | None] = (),
    before: int | None = None,
) -> Comments:
    """One statement. `names` are those of all users, `besides` logins of who works on it too, `before` a comment: older ones."""
    query = _NEWEST if before is None else _newest(_older_than(before))
    there = one_case.has(look, case.id, Comment)
    rows = look.session.execute(query, {"case": case.id}).all() if there else ()
    told: dict[int, list[Mention]] = {}
    for comment, mention in rows:
        told.setdefault(comment.id, []).extend([mention] if mention is not None else [])
    everything = list(dict.fromkeys(comment for comment, _ in rows))
    found, more = everything[:_LONGEST], len(everything) > _LONGEST
    me = look.acting()
    lines = tuple(_line(comment, told[comment.id], names, me) for comment in found)
    near = [case.owner, *besides, *(comment.author for comment in found)]
    return Comments(lines, _colleagues(near, names, me), found[-1].id if more else None)


def page_of(look: UnitOfWork, comment: Comment) -> int | None:
    """`before` of a page on which this comment is; None: the first one has it."""
    newer = select(Comment.id).where(Comment.case_id == comment.case_id, _newer_than(comment))
    ids = look.session.scalars(newer.order_by(Comment.at, Comment.id).limit(_LONGEST)).all()
    return ids[0] if len(ids) == _LONGEST else None


def _newest(*which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    place = Comment.at.desc(), Comment.id.desc()
    newest = select(Comment.id).where(Comment.case_id == bindparam("case"), *which).order_by(*place)
    return (
        select(Comment, Mention)
        .outerjoin(Mention, Mention.comment_id == Comment.id)
        .where(Comment.id.in_(newest.limit(_LONGEST + 1)))
        .order_by(*place, Mention.id)
    )


#: Every page of a case asks it: made once.
_NEWEST = _newest()


def _older_than(before: int) -> ColumnElement[bool]:
    """A moment may hold several."""
    mark = aliased(Comment)
    at = select(mark.at).where(mark.id == before, mark.case_id == Comment.case_id).scalar_subquery()
    return or_(Comment.at < at, and_(Comment.at == at, Comment.id < before))


def _newer_than(comment: Comment) -> ColumnElement[bool]:
    return or_(Comment.at > comment.at, and_(Comment.at == comment.at, Comment.id > comment.id))


def one(look: UnitOfWork, comment: Comment, names: Mapping[str, str]) -> Line:
    """However old it is."""
    told = select(Mention).where(Mention.comment_id == comment.id).order_by(Mention.id)
    return _line(comment, look.session.scalars(told).all(), names, look.acting())


def _line(comment: Comment, told: Sequence[Mention], names: Mapping[str, str], me: User | None) -> Line:
    mine = next((one for one in told if me and one.login == me.login), None)
    ours = me is not None and (comment.author == me.login or Role.SUPERVISOR in me.roles)
    return Line(
        id=comment.id,
        at=comment.at,
        by=comment.author,
        author=names.get(comment.author, comment.author),
        text=comment.text,
        pieces=_pieces(comment.text, {one.login for one in told} | {comment.author}, names),
        told=tuple(names.get(one.login, one.login) for one in told),
        unseen=mine.id if mine is not None and mine.seen_at is None else None,
        gone=comment.taken_back_at is not None,
        may_take_back=ours and comment.taken_back_at is None,
    )


def _pieces(text: str, told: set[str], names: Mapping[str, str]) -> tuple[Piece, ...]:
    pieces, end = [], 0
    for hit in NAMED.finditer(text):
        login = hit[1].lower()
        if login in told:
            pieces += [Piece(text[end : hit.start()]), Piece(hit[0], names.get(login, login))]
            end = hit.end()
    return tuple(piece for piece in [*pieces, Piece(text[end:])] if piece.text)


def _colleagues(
    near: Iterable[str | None], names: Mapping[str, str], me: User | None
) -> tuple[tuple[str, str], ...]:
    others = dict.fromkeys(login for login in near if login in names and (me is None or login != me.login))
    return tuple((login, names[login]) for login in others if login is not None)[:_COLLEAGUES]


@dataclass(frozen=True, slots=True)
class MentionLine:
    id: int
    at: datetime
    author: str
    case: str | None  #: None: the reader may not see it (any more)
    subject: str
    text: str
    comment: int
    seen: bool
    unmailed: str | None


def mentions(look: UnitOfWork, one: int | None = None) -> tuple[MentionLine, ...]:
    """Of the acting user: those they have not seen first, then the newest; MOST of them, or this one alone."""
    query = (
        select(Mention, User.name)
        .join(Comment, Comment.id == Mention.comment_id)
        .join(Case, Case.id == Comment.case_id)
        .join(User, User.login == Comment.author)
        .where(Mention.login == look.actor)
        .order_by(Mention.seen_at.is_not(None), Mention.id.desc())
        .options(joinedload(Mention.comment).joinedload(Comment.case))
    )
    if one is not None:
        query = query.where(Mention.id == one)
    return tuple(
        _mention(look, mention, author) for mention, author in look.session.execute(query.limit(MOST))
    )


def _mention(look: UnitOfWork, mention: Mention, author: str) -> MentionLine:
    comment = mention.comment
    theirs = access.sees(look, comment.case)
    return MentionLine(
        id=mention.id,
        at=comment.at,
        author=author,
        case=comment.case.number if theirs else None,
        subject=comment.case.subject if theirs else "",
        text=comment.text if theirs else "",
        comment=comment.id,
        seen=mention.seen_at is not None,
        unmailed=mention.unmailed,
    )
