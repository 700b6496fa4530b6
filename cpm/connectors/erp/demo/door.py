"""The demo ERP's door: each question is one transaction of its file, with what goes wrong on request."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from cpm.clock import Clock, utcnow
from cpm.connectors.erp.demo import books, faults, stock
from cpm.connectors.erp.demo.books import Book
from cpm.connectors.erp.demo.keeping import Memory, opened
from cpm.connectors.erp.faults import ErpFault
from cpm.connectors.erp.nouns import CheckedLine, Line, Wanted


class Door:
    """`today` is the date where the house is."""

    def __init__(self, file: Path, today: Callable[[], date] = date.today, clock: Clock = utcnow) -> None:
        self.file, self._today, self._clock = file, today, clock
        self._filled = False

    def alive(self) -> bool:
        try:
            with self._asked():
                return True
        except ErpFault:
            return False

    def version(self) -> str:
        with self._asked():
            return ""

    @contextmanager
    def _asked(self) -> Iterator[Memory]:
        """One question, with what goes wrong on request before it and after it."""
        try:
            faults.before(self.file)
            self._fill()
            with opened(self.file) as memory:
                yield memory
                cut = faults.is_cut(memory)
        except sqlite3.Error as error:
            raise ErpFault(
                "unreachable", f"Expected the demo ERP's file {self.file}, but {error}."
            ) from error
        if cut:
            raise ErpFault(
                "unknown_outcome", "Expected the demo ERP's answer, but it was asked to break off."
            )

    def _fill(self) -> None:
        """Once in the life of this object; another process may have done it."""
        if not self._filled:
            with opened(self.file) as memory:
                stock.fill(memory, self._today())
            self._filled = True

    def _checks(self, memory: Memory, wanted: Wanted, key: str = "") -> tuple[CheckedLine, ...]:
        """Line by line, the earliest first to take; what the order of this key has already counts as there."""
        book, today = memory.find(Book, key), self._today()
        taken: dict[str, Decimal] = {}
        if book is not None and book.order.state == "processing":
            for had in book.order.lines:
                taken[had.sku] = taken.get(had.sku, Decimal(0)) - had.qty
        checked: dict[int, CheckedLine] = {}
        for pos, line in sorted(
            enumerate(wanted.lines), key=lambda one: max(one[1].wanted_on or today, today)
        ):
            checked[pos] = self._checked(memory, line, taken.get(line.sku, Decimal(0)))
            taken[line.sku] = taken.get(line.sku, Decimal(0)) + line.qty
        return tuple(checked[pos] for pos in range(len(wanted.lines)))

    def _checked(self, memory: Memory, line: Line, taken: Decimal) -> CheckedLine:
        known, today = stock.of(memory, line.sku), self._today()
        article = replace(known, reserved=known.reserved + taken)
        on = max(line.wanted_on or today, today)
        available, (each, total) = article.available(line.qty, on), books.price(memory, line)
        other = stock.alternative(memory, article, line.qty, on) if available < line.qty else None
        return CheckedLine(
            sku=article.sku,
            name=article.name,
            unit=article.unit,
            qty=line.qty,
            wanted_on=line.wanted_on,
            price=each,
            total=total,
            available=available,
            earliest=article.earliest(line.qty, today),
            alternative=None if other is None else other.sku,
            alternative_name=None if other is None else other.name,
        )
