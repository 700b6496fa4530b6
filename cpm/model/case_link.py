"""How two cases belong together: said by a person, or because messages of one went to the other.

What went is kept with the link for as long as it may be undone, and so is where a merged case stood.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from cpm.model.base import Base, words


class LinkKind(StrEnum):
    RELATED = "related"
    DUPLICATE = "duplicate"  #: the case is the same as the other
    FOLLOW_UP = "follow_up"  #: the case follows the other
    CAUSED = "caused"  #: the other caused the case
    MERGED = "merged"  #: all of the case went to the other, and the case was closed
    SPLIT = "split"  #: the case was made of messages of the other
    SORTED = "sorted"  #: the case was a message that waited for its place, and the other is that place


#: What people say of two cases; the others come about.
SAID = (LinkKind.RELATED, LinkKind.DUPLICATE, LinkKind.FOLLOW_UP, LinkKind.CAUSED)


#: What joined cases or split one may be undone for so long.
UNDONE_WITHIN = timedelta(days=30)


class CaseLink(Base):
    __tablename__ = "case_links"
    __table_args__ = (
        Index("ix_case_links_other", "other_id"),
        Index(
            "uq_case_links_standing",
            "case_id",
            "other_id",
            "kind",
            unique=True,
            postgresql_where=text("undone_at IS NULL"),
            sqlite_where=text("undone_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[LinkKind] = mapped_column(words(LinkKind))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    why: Mapped[str]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    #: `messages`, `documents` and `links` that went, by id; of a merged case also where it stood (`commands.keeping`)
    kept: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None]
    undone_why: Mapped[str | None]
