"""What can be shipped on which day, as Tryton itself will judge a quotation (its module sale_stock_quantity).

Of a product there is, on a day, the least that is forecast from that day on until it can be bought again, less what other
quotations hold. From the day on which the supplier can deliver, Tryton lets any quantity pass. Three questions, for all products and days.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from cpm.connectors.erp.tryton.places import Places
from cpm.connectors.erp.tryton.rest import Rest
from cpm.connectors.erp.tryton.row import Row

_NOTHING = Decimal(0)
_FIELDS = ("type", "consumable", "lead_time", "forecast_quantity")
_SUPPLY_FIELDS = ("purchasable", "product_suppliers.lead_time", "template.product_suppliers.lead_time")


@dataclass(frozen=True, slots=True)
class Stock:
    """Of one product. `moves`: by how much the forecast changes on which day after today."""

    kept: bool  #: goods; a service is always there
    today: date
    now: Decimal
    moves: tuple[tuple[date, Decimal], ...] = ()
    held: tuple[tuple[date, Decimal], ...] = ()  #: by other quotations, from which day on
    first: date = date.min  #: nothing leaves before, however much there is
    bought: date | None = None  #: from then on the supplier can have delivered

    def available(self, on: date | None) -> Decimal | None:
        """Never less than nothing; None: any quantity."""
        day = max(on or self.today, self.today)
        if not self.kept:
            return None
        if day < self.first:
            return _NOTHING
        if self.bought is not None and day >= self.bought:
            return None
        held = sum((qty for since, qty in self.held if since <= day), _NOTHING)
        return max(_NOTHING, self._least(day) - held)

    def earliest(self, qty: Decimal, on: date | None = None) -> date | None:
        """The first day, not before the one wanted, on which so much can leave; None: nobody knows."""
        days = {max(on or self.today, self.today), self.first, *(day for day, _ in self.moves)}
        if self.bought is not None:
            days.add(self.bought)
        enough = (day for day in sorted(days) if day >= (on or self.today) and self.has(qty, day))
        return next(enough, None)

    def has(self, qty: Decimal, on: date | None) -> bool:
        there = self.available(on)
        return there is None or there >= qty

    def _least(self, since: date) -> Decimal:
        """What is forecast from a day on, until more can be bought, goes up and down: nobody may count on its heights."""
        there = self.now + sum((change for day, change in self.moves if day <= since), _NOTHING)
        least = there
        for day, change in self.moves:
            if since < day and (self.bought is None or day < self.bought):
                there += change
                least = min(least, there)
        return least


def stocks(places: Places, products: Sequence[Row], today: date, *, but_not: str = "") -> dict[int, Stock]:
    """By id. Products were read with `stock_fields` in a context of the warehouse and today; `but_not`: an order whose share is free."""
    goods = [row.id for row in products if _kept(row)]
    moves = _moves(places, goods, today) if goods else {}
    held = _held(places, goods, today, but_not) if goods else {}
    return {
        row.id: Stock(
            kept=_kept(row),
            today=today,
            now=row.amount("forecast_quantity"),
            moves=tuple(sorted(moves.get(row.id, {}).items())),
            held=tuple(held.get(row.id, ())),
            first=today + (row.span("lead_time") or timedelta()),
            bought=_bought(row, today),
        )
        for row in products
    }


def stock_fields(places: Places) -> tuple[str, ...]:
    return (*_FIELDS, *_SUPPLY_FIELDS) if places.home.supplied else _FIELDS


def in_stock(places: Places, today: date) -> dict[str, object]:
    """The context in which a product's quantities are those of our warehouse."""
    return {"locations": [places.home.warehouse], "stock_date_end": today}


def _kept(row: Row) -> bool:
    return row.text("type") == "goods" and not row.yes("consumable")


def _bought(row: Row, today: date) -> date | None:
    if not row.yes("purchasable"):
        return None
    template = row.row("template")
    suppliers = row.rows("product_suppliers") or (template.rows("product_suppliers") if template else [])
    spans = [span for one in suppliers if (span := one.span("lead_time")) is not None]
    return today + min(spans) if spans else None


def _moves(places: Places, products: list[int], today: date) -> dict[int, dict[date, Decimal]]:
    inside, found = places.home.inside, dict[int, dict[date, Decimal]]()
    domain = [
        ["product", "in", products],
        ["state", "in", ["draft", "assigned"]],
        ["planned_date", ">", today],
    ]
    fields = ["product", "planned_date", "internal_quantity", "from_location", "to_location"]
    for row in places.rest.search("stock.move", domain, fields):
        sign = (row.whole("to_location") in inside) - (row.whole("from_location") in inside)
        if sign and (day := row.day("planned_date")) is not None:
            days = found.setdefault(row.whole("product"), {})
            days[day] = days.get(day, _NOTHING) + sign * row.amount("internal_quantity")
    return found


def _held(
    places: Places, products: list[int], today: date, but_not: str
) -> dict[int, list[tuple[date, Decimal]]]:
    found: dict[int, list[tuple[date, Decimal]]] = {}
    for row in _quoted(places.rest, products):
        sale = row.row("sale")
        if sale is None or (but_not and sale.text("web_id") == places.theirs(but_not)):
            continue
        if (sale.day("sale_date") or today) > today:
            continue
        since = row.day("shipping_date") or today
        found.setdefault(row.whole("product"), []).append((since, row.amount("quantity")))
    return found


def _quoted(rest: Rest, products: list[int]) -> Iterable[Row]:
    domain = [
        ["product", "in", products],
        ["sale.state", "in", ["quotation", "confirmed"]],
        ["quantity", ">", 0],
    ]
    return rest.search(
        "sale.line", domain, ["product", "quantity", "shipping_date", "sale.web_id", "sale.sale_date"]
    )
