"""An order's lines as they are to be, beside those that are there: what is to be made, changed and taken out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from cpm.connectors.erp.tryton.notes import noted
from cpm.connectors.erp.tryton.row import Row

LINE_FIELDS = (
    "lines.type",
    "lines.product",
    "lines.quantity",
    "lines.unit",
    "lines.unit_price",
    "lines.description",
    "lines.taxes",
    "lines.note",
)


@dataclass(frozen=True, slots=True)
class NewLine:
    product: int | None  #: None: an amount without goods, described in words
    qty: Decimal
    unit: int | None
    price: Decimal
    taxes: tuple[int, ...]
    wanted_on: date | None = None
    description: str | None = None


def real(sale: Row) -> list[Row]:
    """Titles and remarks that people there add are no lines of ours."""
    return [line for line in sale.rows("lines") if line.text("type") == "line"]


def steps(wanted: Sequence[NewLine], there: Sequence[Row]) -> list[Any]:
    """As a write of `lines` takes them; empty if nothing differs. Line by line, in their order."""
    found: list[Any] = []
    for at, line in enumerate(wanted):
        if at >= len(there):
            found.append(["create", [_values(line) | {"taxes": [["add", list(line.taxes)]]}]])
        elif changed := _changed(line, there[at]):
            found.append(["write", [there[at].id], changed])
    if gone := [row.id for row in there[len(wanted) :]]:
        found.append(["delete", gone])
    return found


def _values(line: NewLine) -> dict[str, Any]:
    values: dict[str, Any] = {
        "product": line.product,
        "quantity": float(line.qty),
        "unit": line.unit,
        "unit_price": line.price,
        "note": noted(line.wanted_on),
    }
    return values if line.description is None else values | {"description": line.description}


def _changed(line: NewLine, row: Row) -> dict[str, Any]:
    same = (
        row.reference("product") == line.product
        and row.amount("quantity") == line.qty
        and row.reference("unit") == line.unit
        and row.amount("unit_price") == line.price
        and row.text("note") == (noted(line.wanted_on) or "")
        and line.description in (None, row.text("description"))
    )
    taxes = _taxes(line.taxes, row.numbers("taxes"))
    return {} if same and not taxes else _values(line) | ({"taxes": taxes} if taxes else {})


def _taxes(wanted: Sequence[int], there: Sequence[int]) -> list[Any]:
    if set(wanted) == set(there):
        return []
    return [["remove", list(there)], ["add", list(wanted)]]
