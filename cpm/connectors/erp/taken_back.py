"""What of an invoice is covered by credit notes that people in the ERP have not set off against it yet."""

from datetime import date
from decimal import Decimal

from cpm.connectors.erp.nouns import Invoice
from cpm.connectors.erp.protocol import Erp

#: More of a customer's invoices than this are not looked through for what is open: the oldest of them is the most overdue.
MOST_INVOICES = 1000
_NONE = Decimal(0)


def taken_back(erp: Erp, invoice: Invoice) -> Decimal:
    """What credit notes of its order cover, until people there set them off; what is due first is covered first."""
    if invoice.state != "posted" or invoice.open <= 0 or not invoice.order or not invoice.customer:
        return _NONE
    case = invoice.order.partition("/")[0]
    theirs = erp.invoices_of(invoice.customer, most=MOST_INVOICES)
    of_it = [one for one in theirs if one.state == "posted" and (one.order or "").partition("/")[0] == case]
    back = -sum((one.open for one in of_it if one.open < 0), _NONE) + _to_be_posted(erp, invoice.order)
    before = sum((one.open for one in of_it if one.open > 0 and _turn(one) < _turn(invoice)), _NONE)
    return min(invoice.open, max(_NONE, back - before))


def _to_be_posted(erp: Erp, key: str) -> Decimal:
    """What some ERPs take back by themselves of what was invoiced and is not delivered."""
    order = erp.order(key)
    drafts = [one for one in order.invoices if one.state == "draft"] if order is not None else []
    return -sum((one.total for one in drafts if one.total < 0), _NONE)


def _turn(invoice: Invoice) -> tuple[date, str]:
    return invoice.due_on or date.max, invoice.number or ""
