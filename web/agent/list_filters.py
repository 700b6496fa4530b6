"""The filters of a list as inputs, and those that count as words that can be taken away."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from cpm.attributes import CaseFilter, Column, Kind, Search
from web.agent.list_typing import as_typed
from web.here import engine
from web.language import language
from web.language import translate as _

_OF_THE_PAGE = frozenset({"process"})  #: chosen elsewhere


@dataclass(frozen=True, slots=True)
class Box:
    """One column's inputs: from and to, a part or the whole of a text, or ticks."""

    column: Column
    asked: CaseFilter
    least: str  #: as a person types it
    most: str
    options: tuple[tuple[str, str], ...]
    kept: tuple[str, ...]  #: values that a list was kept with, and that no input asks for
    problems: Mapping[str, str]  #: by input

    @property
    def name(self) -> str:
        """Of the one input, where there is one."""
        return self.column.name if self.column.name == "case" else f"{self.column.name}.contains"

    @property
    def text(self) -> str:
        return "".join(self.asked.any_of[:1]) if self.column.name == "case" else self.asked.contains


@dataclass(frozen=True, slots=True)
class Chip:
    words: str
    without: Search


def boxes(
    search: Search, columns: Iterable[Column], problems: Iterable[tuple[str, str]], *, typed: bool
) -> list[Box]:
    """For all columns; what is `typed` is shown as it was."""
    asked = {one.column: one for one in search.filters}
    told = dict(problems)
    return [
        _box(column, asked.get(column.name, CaseFilter(column.name)), told, typed=typed)
        for column in columns
        if column.name not in _OF_THE_PAGE
    ]


def chips(search: Search, columns: Mapping[str, Column]) -> list[Chip]:
    return [
        Chip(
            f"{columns[one.column].label}: {_words(one, columns[one.column])}",
            replace(search, filters=tuple(other for other in search.filters if other is not one)),
        )
        for one in search.filters
    ]


def _box(column: Column, one: CaseFilter, told: Mapping[str, str], *, typed: bool) -> Box:
    choice = column.kind == Kind.CHOICE
    known = {code for code, _label in column.options}
    strange = tuple((code, code) for code in one.any_of if choice and code not in known)
    return Box(
        column=column,
        asked=one,
        least=one.at_least if typed else _typed(column, one.at_least),
        most=one.at_most if typed else _typed(column, one.at_most),
        options=column.options + strange,
        kept=() if choice or column.name == "case" else one.any_of,
        problems={name: sentence for name, sentence in told.items() if name.partition(".")[0] == column.name},
    )


def _words(one: CaseFilter, column: Column) -> str:
    return " ".join(_parts(one, column))


def _parts(one: CaseFilter, column: Column) -> Iterator[str]:
    if one.any_of:
        ranged = column.kind.ranged
        yield ", ".join(_typed(column, code) if ranged else column.word(code) for code in one.any_of)
    if one.contains:
        yield _("with “{part}”", part=one.contains)
    if one.at_least:
        yield _("from {least}", least=_typed(column, one.at_least))
    if one.at_most:
        yield _("to {most}", most=_typed(column, one.at_most))


def _typed(column: Column, value: str) -> str:
    return as_typed(column, value, language(), engine().settings.zone) if value else ""
