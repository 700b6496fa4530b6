"""The declarative base, the column types all rows share, and the one way a row changes its state."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Dialect,
    Enum,
    Integer,
    LargeBinary,
    MetaData,
    Text,
    TypeDecorator,
    bindparam,
    literal_column,
)
from sqlalchemy.orm import DeclarativeBase

from cpm import values
from cpm.errors import WrongState

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in Python, naive UTC in the database."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return value and value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return value and value.replace(tzinfo=UTC)


class Exact(TypeDecorator[Any]):
    """Values as text that gives back exactly what went in: Decimal, dates, durations, key order.

    Text and not JSONB: PostgreSQL would sort the keys and round nothing back.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else values.dumps(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002
        return None if value is None else values.loads(value)


def words(kind: type[StrEnum]) -> Enum:
    """A column for a StrEnum that stores its words, so that a row can be read without the code."""
    return Enum(
        kind, native_enum=False, length=20, values_callable=lambda enum: [word.value for word in enum]
    )


def written(column: Any, *states: str) -> ColumnElement[bool]:
    """The column is one of these, written out and not bound: SQLite takes a partial index only for what it can read."""
    if len(states) == 1:
        found: ColumnElement[bool] = column == bindparam(
            None, states[0], type_=column.type, literal_execute=True
        )
        return found
    words = bindparam(None, list(states), type_=column.type, expanding=True, literal_execute=True)
    one_of: ColumnElement[bool] = column.in_(words)
    return one_of


def at_most(number: int) -> ColumnElement[int]:
    """For LIMIT, written out and not bound: PostgreSQL takes a bound one for a tenth of all, and plans anew each time."""
    return literal_column(str(int(number)), Integer())


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {
        datetime: UtcDateTime,
        int: BigInteger().with_variant(Integer, "sqlite"),  # SQLite counts up only INTEGER keys
        str: Text,
        bytes: LargeBinary,
        dict[str, Any]: Exact,
        list[str]: Exact,
    }


class Lifecycle:
    """For rows with a `state`: MOVES says which verb leads from where to where."""

    MOVES: ClassVar[Mapping[str, tuple[AbstractSet[StrEnum], StrEnum]]]
    id: Any
    state: Any

    def move(self, verb: str) -> None:
        """Go where the verb leads; WrongState if it does not start from here."""
        allowed, target = self.MOVES[verb]
        if self.state not in allowed:
            noun = type(self).__name__.lower()
            raise WrongState(f"Expected to {verb} {noun} {self.id}, but it is {self.state}")
        self.state = target
