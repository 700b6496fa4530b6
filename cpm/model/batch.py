"""A batch: one act on many cases. Which cases is written down first, then how each would take it, then what became of each."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column

from cpm.model.base import Base, Exact, Lifecycle, words


class BatchState(StrEnum):
    LISTING = "listing"  #: its cases are being written down
    LOOKING = "looking"  #: each of them is tried without effect
    PROPOSED = "proposed"  #: all verdicts are there; it waits for somebody to start it
    RUNNING = "running"
    STOPPED = "stopped"  #: what was not begun is left alone
    DONE = "done"
    DROPPED = "dropped"  #: nobody started it
    BROKEN = "broken"  #: it could not be listed or handed out; `error` says why


class ItemState(StrEnum):
    LISTED = "listed"  #: nobody has looked at it yet
    ABLE = "able"  #: the dry run says that it can be done
    UNABLE = "unable"  #: the dry run says that it cannot
    CHOSEN = "chosen"  #: can be done, and somebody picked it
    WAITING = "waiting"  #: its job is in the queue
    DONE = "done"
    REFUSED = "refused"  #: the case did not take it, and says why
    FAILED = "failed"  #: something broke


_OPEN = frozenset({BatchState.LISTING, BatchState.LOOKING, BatchState.PROPOSED})
#: What may be tried again.
UNDONE = frozenset({ItemState.REFUSED, ItemState.FAILED})


class Batch(Lifecycle, Base):
    __tablename__ = "batches"
    __table_args__ = (Index("ix_batches_created_at", "created_at"),)
    MOVES: ClassVar = {
        "look": ({BatchState.LISTING}, BatchState.LOOKING),
        "propose": ({BatchState.LOOKING}, BatchState.PROPOSED),
        "start": ({BatchState.PROPOSED}, BatchState.RUNNING),
        "drop": (_OPEN, BatchState.DROPPED),
        "stop": ({BatchState.RUNNING}, BatchState.STOPPED),
        "finish": ({BatchState.RUNNING}, BatchState.DONE),
        "retry": ({BatchState.STOPPED, BatchState.DONE, BatchState.BROKEN}, BatchState.RUNNING),
        "break": (_OPEN | {BatchState.RUNNING}, BatchState.BROKEN),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]  #: of `cpm.commands.bulk_kinds`
    targets: Mapped[dict[str, Any]]  #: which cases: `cpm.queries.targets.Targets`
    options: Mapped[dict[str, Any]]  #: of the kind
    why: Mapped[str]
    state: Mapped[BatchState] = mapped_column(words(BatchState), default=BatchState.LISTING)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(ForeignKey("users.login"))
    started_at: Mapped[datetime | None]
    started_by: Mapped[str | None] = mapped_column(ForeignKey("users.login"))  #: who does it to each case
    finished_at: Mapped[datetime | None]
    said: Mapped[dict[str, Any]]  #: what who started it answered to policies
    picked: Mapped[bool] = mapped_column(default=False, server_default=false())  #: only what somebody chose
    round: Mapped[int] = mapped_column(default=0)  #: how often it was started
    listed_to: Mapped[int] = mapped_column(default=0)  #: the last case that was written down
    unseen: Mapped[int] = mapped_column(default=0)  #: cases that would belong to it, were they theirs to see
    error: Mapped[str | None]


class BatchItem(Lifecycle, Base):
    """One case of a batch."""

    __tablename__ = "batch_items"
    __table_args__ = (Index("ix_batch_items_state", "batch_id", "state", "reason", "case_id"),)
    MOVES: ClassVar = {
        "finish": ({ItemState.WAITING}, ItemState.DONE),
        "refuse": ({ItemState.WAITING}, ItemState.REFUSED),
        "fail": ({ItemState.WAITING}, ItemState.FAILED),
        "leave": ({ItemState.WAITING}, ItemState.CHOSEN),
        "choose": ({ItemState.ABLE}, ItemState.CHOSEN),
    }

    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    state: Mapped[ItemState] = mapped_column(words(ItemState), default=ItemState.LISTED)
    round: Mapped[int] = mapped_column(default=0)  #: of the batch, when it was last handed out
    reason: Mapped[str | None]  #: the same for all that cannot for the same reason
    told: Mapped[Any | None] = mapped_column(Exact)  #: the reason in words: {"de": ..., "en": ...}
    at: Mapped[datetime | None]  #: of its verdict or its result

    @property
    def id(self) -> str:
        return f"{self.batch_id}/{self.case_id}"
