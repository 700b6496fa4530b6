"""What an attribute may hold."""

from enum import StrEnum


class Kind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    CHOICE = "choice"
    MOMENT = "moment"  #: of a case's own columns only; a process declares dates

    @property
    def summable(self) -> bool:
        return self in {Kind.NUMBER, Kind.MONEY}

    @property
    def ranged(self) -> bool:
        """Filtered by from and to."""
        return self in {Kind.NUMBER, Kind.MONEY, Kind.DATE, Kind.MOMENT}


#: What a process may declare.
DECLARABLE = tuple(kind for kind in Kind if kind != Kind.MOMENT)
