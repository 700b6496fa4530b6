"""Credit notes and free replacements, as sales under a key of their own: only a sale has a unique key in Tryton.

A credit note is a sale of minus one of something without goods: Tryton makes an invoice of it, and one below zero is a credit note.
"""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from cpm.connectors.erp.earlier import must_be_ours
from cpm.connectors.erp.faults import ErpFault
from cpm.connectors.erp.nouns import Invoice
from cpm.connectors.erp.tryton.catalogue import CENT
from cpm.connectors.erp.tryton.confirming import Confirming
from cpm.connectors.erp.tryton.debtors import buyer
from cpm.connectors.erp.tryton.lines import NewLine
from cpm.connectors.erp.tryton.places import Places
from cpm.connectors.erp.tryton.reading import made_at
from cpm.connectors.erp.tryton.rest import Refused
from cpm.connectors.erp.tryton.sales import Sales
from cpm.connectors.erp.tryton.selling import Draft, Selling
from cpm.connectors.erp.tryton.taxes import Taxes

INVOICE = "account.invoice"
#: As people there read it.
_ROUNDING = "Rundungsdifferenz"


class Crediting:
    def __init__(
        self, places: Places, sales: Sales, selling: Selling, confirming: Confirming, taxes: Taxes
    ) -> None:
        self._places, self._rest, self._sales = places, places.rest, sales
        self._selling, self._confirming, self._taxes = selling, confirming, taxes

    def credit(
        self, key: str, customer: str, amount: Decimal, reason: str, *, today: date, since: datetime | None
    ) -> Invoice:
        """Made, posted, and found again if all of that was done before."""
        if (sale := self._sales.row(key, ("state", "create_date"))) is None:
            self._selling.save(key, self._draft(customer, amount, reason))
        else:
            must_be_ours(key, made_at(sale), since)
        self._confirming.confirm(key, today)
        self._posted(key)
        order = self._sales.order(key)
        if order is None or not order.invoices:
            raise ErpFault(
                "not_found", f"Expected to find credit note {key} in the ERP, but it is not there."
            )
        return order.invoices[-1]

    def _draft(self, customer: str, amount: Decimal, reason: str) -> Draft:
        party = self._selling.party(customer)
        usual = self._places.usual_taxes
        whole = amount / (1 + self._taxes.rate(usual, buyer(party)))
        net = whole.quantize(CENT, ROUND_HALF_UP)
        lines = [_line(net, self._taxes.of(usual, buyer(party)), reason)]
        # Of some amounts no sum without tax makes the very cent; what is over or lacking is a line without tax.
        if cent := amount - net - self._taxes.total([(usual, net)], buyer(party)):
            lines.append(_line(cent, (), _ROUNDING))
        conditions = {"invoice_method": "order", "shipment_method": "order", "reference": None}
        return Draft({**self._selling.head(party), **conditions}, tuple(lines))

    def _posted(self, key: str) -> None:
        sale = self._sales.row(key, ("invoices.state",))
        for invoice in sale.rows("invoices") if sale else []:
            if invoice.text("state") in ("draft", "validated"):
                try:
                    self._rest.act(INVOICE, invoice.id, "post")
                except Refused as refusal:
                    raise ErpFault(
                        "validation_refused",
                        f"Expected the ERP to post the credit note, but it says: {refusal.words}",
                    ) from refusal


def _line(amount: Decimal, taxes: tuple[int, ...], description: str) -> NewLine:
    """So much is given back."""
    return NewLine(None, Decimal(-1), None, amount, taxes, description=description)
