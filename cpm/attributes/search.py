"""What a list of cases is asked: filters by column, an order, and the columns to show; as data and as text.

The text form is that of an address: `state=open&claim_amount.from=100&sort=-due&columns=case,subject`. A page, a
saved view and a process's own views use the same. Numbers are written as 1234.5, days as 2026-03-02 or as
`today`, `today-30`, `today+7`.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

MOST_PAIRS = 200  #: of an address; more is no list that a person asked for
USUAL_SORT = "-opened"


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """One column's condition; all that are given must hold. Values are text as in an address."""

    column: str
    any_of: tuple[str, ...] = ()  #: equals one of these
    contains: str = ""
    at_least: str = ""
    at_most: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    process: str | None = None  #: None: the cases of all, by the columns that every case has
    filters: tuple[CaseFilter, ...] = ()
    sort: str = USUAL_SORT  #: a column; `-` before it: the largest first
    columns: tuple[str, ...] = ()  #: none: the usual ones

    @property
    def descending(self) -> bool:
        return self.sort.startswith("-")

    @property
    def sort_column(self) -> str:
        return self.sort.removeprefix("-")

    @property
    def asked(self) -> tuple[str, ...]:
        """Every column it names, once."""
        names = (self.sort_column, *self.columns, *(one.column for one in self.filters))
        return tuple(dict.fromkeys(names))

    @classmethod
    def of_pairs(cls, pairs: Iterable[tuple[str, str]], process: str | None = None) -> "Search":
        """Empty values say nothing. `process` among the pairs counts where none is given."""
        filters: dict[str, CaseFilter] = {}
        search = cls(process)
        for key, text in list(pairs)[:MOST_PAIRS]:
            value = text.strip()
            if not value:
                continue
            match key:
                case "sort":
                    search = replace(search, sort=value)
                case "columns":
                    names = tuple(name.strip() for name in value.split(",") if name.strip())
                    search = replace(search, columns=(*search.columns, *names))
                case "process" if search.process is None:
                    search = replace(search, process=value)
                case "process":
                    pass
                case _:
                    column = key.partition(".")[0]
                    filters[column] = _with(filters.get(column, CaseFilter(column)), key, value)
        return replace(search, filters=tuple(filters.values()))

    @classmethod
    def of_text(cls, text: str, process: str | None = None) -> "Search":
        return cls.of_pairs(parse_qsl(text), process)

    def kept_to(self, names: Collection[str]) -> "Search":
        """Without what these columns cannot answer: a newer version of the process may have fewer."""
        return replace(
            self,
            filters=tuple(one for one in self.filters if one.column in names),
            sort=self.sort if self.sort_column in names else USUAL_SORT,
            columns=tuple(name for name in self.columns if name in names),
        )

    def pairs(self) -> list[tuple[str, str]]:
        """What `of_pairs` reads back; the process is not among them."""
        return list(self._pairs())

    def text(self) -> str:
        return urlencode(self.pairs())

    def filter_pairs(self) -> Iterator[tuple[str, str]]:
        for one in self.filters:
            yield from ((one.column, value) for value in one.any_of)
            for suffix, value in (("contains", one.contains), ("from", one.at_least), ("to", one.at_most)):
                if value:
                    yield f"{one.column}.{suffix}", value

    def _pairs(self) -> Iterator[tuple[str, str]]:
        yield from self.filter_pairs()
        if self.sort != USUAL_SORT:
            yield "sort", self.sort
        if self.columns:
            yield "columns", ",".join(self.columns)


def _with(known: CaseFilter, key: str, value: str) -> CaseFilter:
    """A key that says nothing we know stays as a column's name, so that it is refused by it."""
    match key.partition(".")[2] if "." in key else None:
        case None:
            return replace(known, any_of=(*known.any_of, value))
        case "contains":
            return replace(known, contains=value)
        case "from":
            return replace(known, at_least=value)
        case "to":
            return replace(known, at_most=value)
        case _:
            return replace(known, column=key)
