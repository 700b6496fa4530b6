"""What an ERP answered, as a process has it: contexts and lists of FEEL values."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from cpm.connectors.erp.nouns import Checked, CheckedLine, Invoice, Order, OrderLine, Terms

_NONE = Decimal(0)


def order(found: Order) -> dict[str, Any]:
    """`invoiced`: with tax, what has been posted; `credited`: what the ERP takes back of it by itself, posted or not."""
    shipped = [one.shipped_on for one in found.shipments if one.shipped_on is not None]
    return {
        "order_no": found.number,
        "state": found.state,
        "untaxed": found.untaxed,
        "tax": found.tax,
        "total": found.total,
        "lines": [_line(pos, line) for pos, line in enumerate(found.lines, 1)],
        "shipment": found.shipment,
        "shipment_nos": [one.number for one in found.shipments if one.state != "cancelled"],
        "shipped_on": max(shipped, default=None),
        "invoice": found.invoice,
        "invoice_nos": [one.number for one in found.invoices if one.number and one.state != "cancelled"],
        "invoiced": sum(
            (one.total for one in found.invoices if one.state in ("posted", "paid") and one.total > 0), _NONE
        ),
        "credited": -sum(
            (one.total for one in found.invoices if one.state != "cancelled" and one.total < 0), _NONE
        ),
        "ordered_on": found.ordered_on,
        "ship_to": asdict(found.ship_to) if found.ship_to else None,
    }


def _line(pos: int, line: OrderLine) -> dict[str, Any]:
    return {**_wanted(pos, line), "shipped": line.shipped}


def _wanted(pos: int, line: OrderLine | CheckedLine) -> dict[str, Any]:
    return {
        "pos": pos,
        "sku": line.sku,
        "product": line.name,
        "unit": line.unit,
        "qty": line.qty,
        "wanted_on": line.wanted_on,
        "price": line.price,
        "total": line.total,
    }


def check(checked: Checked, at: datetime) -> dict[str, Any]:
    """`at`: when it was asked; nothing is promised for longer."""
    return {
        "lines": [_checked(pos, line, at.date()) for pos, line in enumerate(checked.lines, 1)],
        "untaxed": checked.untaxed,
        "tax": checked.tax,
        "total": checked.total,
        "all_ok": not any(line.short for line in checked.lines),
        "terms": terms(checked.terms),
        "checked_at": at,
        "source": "live",
    }


def terms(found: Terms) -> dict[str, Any]:
    return {
        "status": found.status,
        "blocked": found.blocked,
        "credit_limit": found.credit_limit,
        "credit_used": found.credit_used,
        "credit_free": found.credit_free,
        "overdue": found.overdue,
    }


def _checked(pos: int, line: CheckedLine, today: date) -> dict[str, Any]:
    """`days_late`: 0 if it comes in time, null if nobody knows when it comes."""
    wanted = line.wanted_on or today
    late = None if line.earliest is None else max(0, (line.earliest - wanted).days)
    return {
        **_wanted(pos, line),
        "available": line.available,
        "earliest": line.earliest,
        "days_late": late if line.short else 0,
        "short": line.short,
        "alternative": line.alternative,
        "alternative_product": line.alternative_name,
    }


def items(invoices: Sequence[Invoice], numbers: dict[str, str], today: date) -> list[dict[str, Any]]:
    """Open items; `numbers`: the ERP's number of an order by our key."""
    return [
        {
            "invoice_no": one.number,
            "order_no": numbers.get(one.order or ""),
            "total": one.total,
            "open": one.open,
            "due_on": one.due_on,
            "days_overdue": max(0, (today - one.due_on).days) if one.due_on else 0,
        }
        for one in invoices
    ]
