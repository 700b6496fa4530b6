"""The ERP on the other side: customers, catalogue, availability, orders, documents and changes, in words of no product.

`Erp` is what the engine knows of one; a member is an adapter for one product, and one contract test runs over all.
"""

from cpm.connectors.erp.faults import ErpFault
from cpm.connectors.erp.nouns import (
    Change,
    Checked,
    CheckedLine,
    Invoice,
    Line,
    Order,
    OrderLine,
    Party,
    PostalAddress,
    Product,
    Shipment,
    Terms,
    Wanted,
)
from cpm.connectors.erp.protocol import Erp

__all__ = [
    "Change",
    "Checked",
    "CheckedLine",
    "Erp",
    "ErpFault",
    "Invoice",
    "Line",
    "Order",
    "OrderLine",
    "Party",
    "PostalAddress",
    "Product",
    "Shipment",
    "Terms",
    "Wanted",
]
