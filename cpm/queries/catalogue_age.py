"""From when our copy of an ERP's catalogue is."""

from datetime import datetime

from sqlalchemy import select

from cpm.model import ErpErrand, Errand
from cpm.uow import UnitOfWork


def catalogue_age(uow: UnitOfWork, system: str) -> datetime | None:
    """None: there is no copy."""
    copied = select(ErpErrand.succeeded_at).where(
        ErpErrand.system == system, ErpErrand.errand == Errand.CATALOGUE
    )
    return uow.session.scalar(copied)
