"""Copy the catalogue of an ERP, a page at a time; what is not among it any more goes when all of it was seen."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select

from cpm import sought
from cpm.commands import erp_errands
from cpm.commands.erp_errands import Turn
from cpm.connectors.erp import Product
from cpm.model import ErpProduct
from cpm.uow import UnitOfWork

_LONGEST = 300  #: characters of a name, and of what else comes from there


def keep(uow: UnitOfWork, turn: Turn, page: Sequence[Product]) -> None:
    """These are among it now, as given; LeaseLost if somebody else copies by now."""
    erp_errands.ours(uow, turn)
    skus = [product.sku for product in page]
    query = select(ErpProduct).where(ErpProduct.system == turn.system, ErpProduct.sku.in_(skus))
    known = {row.sku: row for row in uow.session.scalars(query)}
    for product in page:
        row = known.get(product.sku)
        if row is None:
            row = known[product.sku] = ErpProduct(system=turn.system, sku=product.sku)
            uow.session.add(row)
        _fill(row, product, uow.now)


def finish(uow: UnitOfWork, turn: Turn, *, begun: datetime) -> int:
    """All of it was seen since then: the rest cannot be sold any more. How many there are now."""
    erp_errands.ours(uow, turn)
    of_system = ErpProduct.system == turn.system
    uow.session.execute(delete(ErpProduct).where(of_system, ErpProduct.seen_at < begun))
    return uow.session.scalar(select(func.count()).select_from(ErpProduct).where(of_system)) or 0


def _fill(row: ErpProduct, product: Product, now: datetime) -> None:
    """What is the same is not written again, and its words are not indexed anew."""
    row.name, row.unit = product.name[:_LONGEST], product.unit[:_LONGEST]
    row.price, row.group, row.field = product.price, product.group[:_LONGEST], product.field[:_LONGEST]
    row.key = sought.key(product.sku)
    row.words = sought.plain(f"{product.sku} {row.key} {row.name}")
    row.seen_at = now
