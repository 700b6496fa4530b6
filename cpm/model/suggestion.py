"""What was suggested to whoever works on a case, and what they made of it: one row for each action of a case."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cpm.model.base import Base, Lifecycle, words
from cpm.model.case import Case


class SuggestionState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    PASSED = "passed"  #: the case was wrapped up, and nobody had decided


class DeclineReason(StrEnum):
    NOT_WANTED = "not_wanted"  #: the customer does not want it
    NOT_FITTING = "not_fitting"  #: it does not fit this case
    DONE_ALREADY = "done_already"
    NO_TIME = "no_time"  #: not now
    OTHER = "other"  #: as the note says


class Suggestion(Lifecycle, Base):
    __tablename__ = "suggestions"
    __table_args__ = (
        Index("uq_suggestions_case_action", "case_id", "action", unique=True),
        Index("ix_suggestions_shown", "shown_at"),
    )
    MOVES: ClassVar = {
        "accept": (
            {SuggestionState.OPEN, SuggestionState.PASSED, SuggestionState.DECLINED},
            SuggestionState.ACCEPTED,
        ),
        "decline": ({SuggestionState.OPEN, SuggestionState.PASSED}, SuggestionState.DECLINED),
        "pass": ({SuggestionState.OPEN}, SuggestionState.PASSED),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"))  #: beside which step it was shown first
    process: Mapped[str]  #: the case's, so that counting needs no join
    element: Mapped[str | None]
    kind: Mapped[str]  #: queued: to be done before the wrap-up; suggested
    action: Mapped[str]  #: the table's name for it
    does: Mapped[str]  #: as `cpm.next_actions` reads it
    due: Mapped[str | None]  #: until when a task that it opens is to be done, such as 1bd
    title_de: Mapped[str]
    title_en: Mapped[str]
    reason_de: Mapped[str]
    reason_en: Mapped[str]
    version: Mapped[int]  #: of the table
    row: Mapped[int]  #: of the table
    state: Mapped[SuggestionState] = mapped_column(words(SuggestionState), default=SuggestionState.OPEN)
    shown_at: Mapped[datetime]
    shown_to: Mapped[str]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    declined_for: Mapped[DeclineReason | None] = mapped_column(words(DeclineReason))
    note: Mapped[str | None]
    made_case_id: Mapped[int | None] = mapped_column(
        ForeignKey("cases.id")
    )  #: what accepting it opened or linked
    made_task_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id"))

    case: Mapped[Case] = relationship(foreign_keys=[case_id])

    def title(self, language: str) -> str:
        return self.title_en if language == "en" else self.title_de

    def reason(self, language: str) -> str:
        return self.reason_en if language == "en" else self.reason_de
