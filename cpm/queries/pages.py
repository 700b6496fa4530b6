"""One page of a list, and how many there are in all, as far as it is counted."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select

from cpm.uow import UnitOfWork

T = TypeVar("T")
#: Counting further would cost more than it tells.
MOST = 1_000


@dataclass(frozen=True, slots=True)
class Count:
    number: int  #: as far as it was counted
    more: bool  #: there are more than that

    def __str__(self) -> str:
        return f"{self.number}+" if self.more else str(self.number)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    items: tuple[T, ...]
    total: Count


def counted(uow: UnitOfWork, query: Select[Any], most: int = MOST) -> Count:
    """How many rows the query finds; it reads `most` of them."""
    some = query.order_by(None).limit(most).subquery()
    return capped(uow.session.scalar(select(func.count()).select_from(some)) or 0, most)


def capped(number: int, most: int) -> Count:
    """Of so many rows that were read, `most` at most."""
    return Count(min(number, most - 1), number >= most)
