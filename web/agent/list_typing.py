"""Numbers and days of filters as people type them in their language, and as addresses write them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, tzinfo
from decimal import Decimal

from cpm.attributes import CaseFilter, Column, Kind, Search
from cpm.forms.messages import Misfit
from cpm.forms.show import show
from cpm.forms.take.moments import take_date
from cpm.forms.take.numbers import take_number
from web.language import translate as _

_TODAY = re.compile(r"(?:today|heute)(?:\s*([+-])\s*([0-9]{1,5}))?", re.IGNORECASE)
_WRITTEN_TODAY = re.compile(r"today((?:[+-][0-9]{1,5})?)")
Problems = list[tuple[str, str]]  #: input and sentence


def understood(search: Search, columns: Mapping[str, Column], language: str) -> tuple[Search, Problems]:
    """The search with from and to as addresses write them; what cannot be read stays, and is told."""
    problems: Problems = []
    filters = tuple(
        _understood(one, columns[one.column], language, problems) if one.column in columns else one
        for one in search.filters
    )
    return replace(search, filters=filters), problems


def as_typed(column: Column, value: str, language: str, zone: tzinfo) -> str:
    """What an address says, as a person would type it; what is no value of the column stays."""
    if _WRITTEN_TODAY.fullmatch(value) and language == "de":
        return value.replace("today", "heute")
    try:
        if column.kind in {Kind.DATE, Kind.MOMENT}:
            return show(date.fromisoformat(value), language, zone)
        return show(Decimal(value), language, zone)
    except (ValueError, ArithmeticError):
        return value


def _understood(one: CaseFilter, column: Column, language: str, problems: Problems) -> CaseFilter:
    if not column.kind.ranged:
        return one

    def read(suffix: str, typed: str) -> str:
        try:
            return reader(typed, language) if typed else ""
        except Misfit:
            problems.append((f"{one.column}.{suffix}", _sentence(column, typed)))
            return typed

    reader: Callable[[str, str], str] = _day if column.kind in {Kind.DATE, Kind.MOMENT} else _number
    return replace(one, at_least=read("from", one.at_least), at_most=read("to", one.at_most))


def _number(typed: str, language: str) -> str:
    found = take_number(typed, language, "€")
    return "" if found is None else f"{found:f}"


def _day(typed: str, _language: str) -> str:
    if found := _TODAY.fullmatch(typed):
        sign, days = found.groups()
        return f"today{sign}{days}" if days else "today"
    day = take_date(typed)
    return "" if day is None else day.isoformat()


def _sentence(column: Column, typed: str) -> str:
    said = typed if len(typed) <= 40 else f"{typed[:39]}…"
    if column.kind in {Kind.DATE, Kind.MOMENT}:
        return _(
            "{column}: “{typed}” is no day. It is written like 2026-11-21 or today-30.",
            column=column.label,
            typed=said,
        )
    return _(
        "{column}: “{typed}” is no number. It is written like 1,234.50.", column=column.label, typed=said
    )
