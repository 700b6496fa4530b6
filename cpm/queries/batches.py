"""Batches as people look at them: how far each is, why what did not go did not go, and case by case, also as CSV."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Row, Select, func, select

from cpm import case_numbers
from cpm.errors import NotFound
from cpm.model import UNDONE, Batch, BatchItem, BatchState, Case, ItemState, Role
from cpm.queries import access, batch_words, people
from cpm.queries.targets import Targets
from cpm.sheets import Head, Manner, csv_lines
from cpm.uow import UnitOfWork

Q = TypeVar("Q", bound=Select[*tuple[Any, ...]])

#: Who looks at batches.
READERS = frozenset({Role.SUPERVISOR, Role.OPERATOR, Role.DESIGNER})
#: Reasons that a page shows; each stands for all cases with it.
MOST_REASONS = 50
_STEP = 1_000  #: rows of a file in memory at a time


@dataclass(frozen=True, slots=True)
class Reason:
    """What several cases have in common that did not go, in the words of one of them."""

    state: ItemState
    key: str
    count: int
    sentence: str


@dataclass(frozen=True, slots=True)
class BatchView:
    id: int
    kind: str
    name: str  #: of the kind, in the reader's language
    state: BatchState
    state_word: str
    why: str
    targets: Targets
    options: Mapping[str, Any]
    created_at: datetime
    created_by: str
    proposer: str
    started_at: datetime | None
    started_by: str | None
    starter: str | None
    finished_at: datetime | None
    error: str | None
    picked: bool
    unseen: int
    total: int
    counts: Mapping[ItemState, int]  #: those that are not zero, of the cases that the reader may know of
    reasons: tuple[Reason, ...] = ()

    @property
    def moving(self) -> bool:
        """Whether it goes on without anybody."""
        return self.state in (BatchState.LISTING, BatchState.LOOKING, BatchState.RUNNING)

    @property
    def ended(self) -> int:
        """Cases of which it is known what became of them."""
        return sum(self.counts.get(state, 0) for state in (ItemState.DONE, *UNDONE))

    @property
    def able(self) -> int:
        return self.counts.get(ItemState.ABLE, 0) + self.counts.get(ItemState.CHOSEN, 0)

    @property
    def retriable(self) -> bool:
        ended = self.state in (BatchState.DONE, BatchState.STOPPED, BatchState.BROKEN)
        return ended and self.started_at is not None and self._left > 0

    @property
    def _left(self) -> int:
        """What a retry would take up."""
        undone = sum(self.counts.get(state, 0) for state in (*UNDONE, ItemState.WAITING, ItemState.CHOSEN))
        return undone + (0 if self.picked else self.counts.get(ItemState.ABLE, 0))


@dataclass(frozen=True, slots=True)
class ItemLine:
    id: int  #: of the case
    case: str
    state: ItemState
    state_word: str
    sentence: str | None
    at: datetime | None


def page(uow: UnitOfWork, *, offset: int = 0, limit: int = 50, language: str = "de") -> list[BatchView]:
    """The newest first, without their reasons."""
    query = select(Batch).order_by(Batch.id.desc()).offset(offset).limit(limit)
    rows = uow.session.scalars(query).all()
    names = people.user_names(uow)
    counts = _counts(uow, [row.id for row in rows])
    return [_view(row, counts.get(row.id, {}), names, language) for row in rows]


def total(uow: UnitOfWork) -> int:
    return uow.session.scalar(select(func.count()).select_from(Batch)) or 0


def view(uow: UnitOfWork, batch_id: int, language: str = "de") -> BatchView:
    """One batch with the reasons why cases did not go."""
    row = uow.session.get(Batch, batch_id)
    if row is None:
        raise NotFound(
            f"Expected to find batch {batch_id}, but there is none", de="Diesen Sammelauftrag gibt es nicht."
        )
    counts = _counts(uow, [row.id]).get(row.id, {})
    return _view(row, counts, people.user_names(uow), language, _reasons(uow, row.id, language))


def items(
    uow: UnitOfWork,
    batch_id: int,
    *,
    state: ItemState | None = None,
    reason: str | None = None,
    after: int = 0,
    limit: int = 50,
    language: str = "de",
) -> list[ItemLine]:
    """Those that the actor may know of, by case; `after` is the id of the last one that was seen."""
    query = _items(uow, batch_id).where(BatchItem.case_id > after).limit(limit)
    if state is not None:
        query = query.where(BatchItem.state == state)
    if reason is not None:
        query = query.where(BatchItem.reason == reason)
    return [_line(row, language) for row in uow.session.execute(query)]


def as_csv(uow: UnitOfWork, batch_id: int, language: str = "de") -> Iterator[bytes]:
    """Every case with its verdict or its result; the lines come as long as the unit of work is open."""
    view(uow, batch_id, language)
    heads = _HEADS_EN if language == "en" else _HEADS_DE
    cells = ((one.case, one.state_word, one.sentence, one.at) for one in _all(uow, batch_id, language))
    return csv_lines([Head(label) for label in heads], cells, Manner(language, uow.settings.zone))


_HEADS_DE = ("Vorgang", "Stand", "Warum", "Wann")
_HEADS_EN = ("Case", "State", "Why", "When")


def _all(uow: UnitOfWork, batch_id: int, language: str) -> Iterator[ItemLine]:
    after = 0
    while rows := items(uow, batch_id, after=after, limit=_STEP, language=language):
        yield from rows
        after = rows[-1].id


def _items(uow: UnitOfWork, batch_id: int) -> Select[Any]:
    columns = BatchItem.case_id, BatchItem.state, BatchItem.told, BatchItem.at
    query = select(*columns).join(Case, Case.id == BatchItem.case_id).where(BatchItem.batch_id == batch_id)
    return _theirs(uow, query.order_by(BatchItem.case_id))


def _theirs(uow: UnitOfWork, query: Q) -> Q:
    """Of a query that joins `Case`, what the actor may know of; the program itself may know of all."""
    return access.within_reach(uow, query) if uow.actor else query


def _line(row: Row[Any], language: str) -> ItemLine:
    sentence = (row.told or {}).get(language)
    word = batch_words.item(row.state.value, language)
    number = case_numbers.case_number(row.case_id)
    return ItemLine(row.case_id, number, row.state, word, sentence, row.at)


def _counts(uow: UnitOfWork, ids: Sequence[int]) -> dict[int, dict[ItemState, int]]:
    query = select(BatchItem.batch_id, BatchItem.state, func.count()).join(Case, Case.id == BatchItem.case_id)
    query = _theirs(uow, query.where(BatchItem.batch_id.in_(ids)))
    found: dict[int, dict[ItemState, int]] = {}
    for batch_id, state, count in uow.session.execute(query.group_by(BatchItem.batch_id, BatchItem.state)):
        found.setdefault(batch_id, {})[state] = count
    return found


def _reasons(uow: UnitOfWork, batch_id: int, language: str) -> tuple[Reason, ...]:
    """The most frequent ones."""
    number = func.count()
    query = select(BatchItem.state, BatchItem.reason, number, func.min(BatchItem.case_id))
    query = query.join(Case, Case.id == BatchItem.case_id)
    query = _theirs(uow, query.where(BatchItem.batch_id == batch_id, BatchItem.reason.is_not(None)))
    query = query.group_by(BatchItem.state, BatchItem.reason).order_by(number.desc()).limit(MOST_REASONS)
    found: Sequence[Any] = uow.session.execute(query).all()
    one_of_each = BatchItem.case_id.in_([row[3] for row in found])
    told = select(BatchItem.case_id, BatchItem.told).where(BatchItem.batch_id == batch_id, one_of_each)
    words = {case_id: each or {} for case_id, each in uow.session.execute(told)}
    return tuple(
        Reason(state, key, count, words[first].get(language, key)) for state, key, count, first in found
    )


def _view(
    row: Batch,
    counts: Mapping[ItemState, int],
    names: Mapping[str, str],
    language: str,
    reasons: tuple[Reason, ...] = (),
) -> BatchView:
    return BatchView(
        id=row.id,
        kind=row.kind,
        name=batch_words.kind(row.kind, language),
        state=row.state,
        state_word=batch_words.state(row.state.value, language),
        why=row.why,
        targets=Targets.of(row.targets),
        options=row.options,
        created_at=row.created_at,
        created_by=row.created_by,
        proposer=names.get(row.created_by, row.created_by),
        started_at=row.started_at,
        started_by=row.started_by,
        starter=names.get(row.started_by, row.started_by) if row.started_by else None,
        finished_at=row.finished_at,
        error=row.error,
        picked=row.picked,
        unseen=row.unseen,
        total=sum(counts.values()),
        counts=counts,
        reasons=reasons,
    )
