"""Shipments by the wanted day of each line.

Tryton makes one shipment of a sale, for its one shipping date (sale/sale.py, `_group_shipment_key`). Where lines are wanted on
different days, that shipment is taken back to a draft, and what belongs to another day goes to a shipment of its own: an outgoing
move may change its shipment while both are drafts. Only shipments that nobody in the warehouse has touched are arranged, and what is arranged already
stays; so it may be asked again after any failure. Of what is paid in advance Tryton makes the shipment when it is paid, long after our call.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from cpm.connectors.erp.tryton.notes import wanted_on
from cpm.connectors.erp.tryton.places import Places
from cpm.connectors.erp.tryton.row import Row
from cpm.connectors.erp.tryton.sales import Sales

SHIPMENT = "stock.shipment.out"
#: What a second shipment of an order has like the first.
_ALIKE = ("customer", "delivery_address", "company", "warehouse", "warehouse_storage", "warehouse_output")
_FIELDS = (
    "sale_date",
    "shipping_date",
    "shipment_method",
    "lines.note",
    "lines.product.lead_time",
    "lines.moves.state",
    "lines.moves.planned_date",
    "lines.moves.shipment",
    *(f"shipments.{name}" for name in ("state", "planned_date", *_ALIKE)),
)


class Shipping:
    def __init__(self, places: Places, sales: Sales) -> None:
        self._places, self._rest, self._sales = places, places.rest, sales

    def arrange(self, key: str, today: date) -> None:
        if (sale := self._sales.row(key, _FIELDS)) is not None:
            self._arrange(sale, today)

    def arrange_new(self, key: str, today: date) -> None:
        """What Tryton has made of what was paid, if it is as it made it; what people there have planned otherwise stays."""
        sale = self._sales.row(key, _FIELDS)
        if sale is not None and _as_made(sale):
            self._arrange(sale, today)

    def _arrange(self, sale: Row, today: date) -> None:
        open_ones = {
            one.id: one for one in sale.rows("shipments") if one.text("state") in ("draft", "waiting")
        }
        days = _days(sale, open_ones, today)
        if not days:
            return
        drafted: set[int] = {number for number, one in open_ones.items() if one.text("state") == "draft"}
        if _misplaced(days, open_ones):
            for number in open_ones.keys() - drafted:
                self._rest.act(SHIPMENT, number, "draft")
            drafted = set(open_ones) | self._placed(days, open_ones)
        for number in sorted(drafted):
            self._rest.act(SHIPMENT, number, "wait")

    def _placed(self, days: Mapping[date, Sequence[Row]], there: Mapping[int, Row]) -> set[int]:
        """Each day has a shipment: one that has most of it already, or a new one. Returns those that were made."""
        free, made = dict(there), set()
        for day, moves in sorted(days.items()):
            number = _nearest(day, moves, free)
            if number is None:
                made.add(self._made(day, moves, next(iter(there.values()))))
                continue
            one = free.pop(number)
            strangers = [move.id for move in moves if _shipment(move) != number]
            values: dict[str, Any] = {} if one.day("planned_date") == day else {"planned_date": day}
            if strangers:
                values["outgoing_moves"] = [["add", strangers]]
            if values:
                self._rest.write(SHIPMENT, number, values)
        return made

    def _made(self, day: date, moves: Sequence[Row], like: Row) -> int:
        values = {name: like.reference(name) for name in _ALIKE}
        added = {"planned_date": day, "outgoing_moves": [["add", [move.id for move in moves]]]}
        return self._rest.create(SHIPMENT, values | added).id


def _as_made(sale: Row) -> bool:
    """Paid in advance, and all of it in one shipment on the day of the sale."""
    shipments = [one for one in sale.rows("shipments") if one.text("state") != "cancelled"]
    return (
        sale.text("shipment_method") == "invoice"
        and len(shipments) == 1
        and shipments[0].day("planned_date") == sale.day("shipping_date")
    )


def _days(sale: Row, there: Mapping[int, Row], today: date) -> dict[date, list[Row]]:
    """The moves of shipments that can still be arranged, by the day on which they are to leave."""
    found: dict[date, list[Row]] = {}
    for line in sale.rows("lines"):
        for move in line.rows("moves"):
            if move.text("state") == "draft" and (number := _shipment(move)) in there:
                planned = there[number].day("planned_date") or today
                found.setdefault(_leaves(sale, line, planned, today), []).append(move)
    return found


def _leaves(sale: Row, line: Row, planned: date, today: date) -> date:
    """Not before the product can, and not on a day that is over."""
    if (wanted := wanted_on(line.text("note"))) is None:
        return planned
    product = line.row("product")
    lead = (product.span("lead_time") if product else None) or timedelta()
    return max(wanted, (sale.day("sale_date") or today) + lead, min(planned, today))


def _misplaced(days: Mapping[date, Sequence[Row]], there: Mapping[int, Row]) -> bool:
    return any(
        there[_shipment(move)].day("planned_date") != day for day, moves in days.items() for move in moves
    )


def _nearest(day: date, moves: Sequence[Row], free: Mapping[int, Row]) -> int | None:
    """One planned for the day, else one that has goods of it."""
    on_day = [number for number, one in free.items() if one.day("planned_date") == day]
    having = [number for move in moves if (number := _shipment(move)) in free]
    return next(iter([*on_day, *having]), None)


def _shipment(move: Row) -> int:
    """A reference is written "model,id"; 0: it has none."""
    model, _, number = move.text("shipment").partition(",")
    return int(number) if model == SHIPMENT and number.isdigit() else 0
