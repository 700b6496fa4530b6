"""What a record of Tryton says, by the type that is expected; anything else is Garbled."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from cpm.connectors.erp.tryton.wire import Garbled

T = TypeVar("T")


class Row:
    """A record as read over REST: fields by name, records it points to as rows."""

    __slots__ = ("_found",)

    def __init__(self, found: Mapping[str, Any]) -> None:
        self._found = found

    @classmethod
    def of(cls, found: object) -> "Row":
        if not isinstance(found, Mapping):
            raise Garbled("a record is not one")
        return cls(found)

    @classmethod
    def all_of(cls, found: object) -> "list[Row]":
        if not isinstance(found, Sequence) or isinstance(found, str | bytes):
            raise Garbled("a list of records is none")
        return [cls.of(one) for one in found]

    @property
    def id(self) -> int:
        return self.whole("id")

    def whole(self, name: str) -> int:
        value = self._found.get(name)
        if not isinstance(value, int):
            raise Garbled(f"{name} is no number")
        return int(value)

    def text(self, name: str) -> str:
        """Empty if there is none."""
        return self._value(name, str) or ""

    def amount(self, name: str) -> Decimal:
        value = self._found.get(name)
        if value is None:
            return Decimal(0)
        if isinstance(value, bool) or not isinstance(value, Decimal | int | float):
            raise Garbled(f"{name} is no amount")
        return value if isinstance(value, Decimal) else Decimal(repr(value)).normalize() + 0

    def amount_or_none(self, name: str) -> Decimal | None:
        return None if self._found.get(name) is None else self.amount(name)

    def day(self, name: str) -> date | None:
        value = self._value(name, date)
        return value.date() if isinstance(value, datetime) else value

    def moment(self, name: str) -> datetime | None:
        return self._value(name, datetime)

    def span(self, name: str) -> timedelta | None:
        return self._value(name, timedelta)

    def yes(self, name: str) -> bool:
        return bool(self._value(name, int))  # SQLite has no other

    def row(self, name: str) -> "Row | None":
        """Whom it points to, if that was read along."""
        value = self._found.get(name)
        return None if value is None else Row.of(value)

    def rows(self, name: str) -> "list[Row]":
        return Row.all_of(self._found.get(name) or [])

    def numbers(self, name: str) -> list[int]:
        """The ids that a list has, read along or not."""
        value = self._found.get(name) or []
        if not isinstance(value, list):
            raise Garbled(f"{name} is no list")
        return [one if isinstance(one, int) else Row.of(one).id for one in value]

    def reference(self, name: str) -> int | None:
        """The id of whom it points to."""
        value = self._found.get(name)
        if value is None or isinstance(value, int):
            return value
        return Row.of(value).id

    def _value(self, name: str, kind: type[T]) -> T | None:
        value = self._found.get(name)
        if value is not None and not isinstance(value, kind):
            raise Garbled(f"{name} is of another kind")
        return value
