"""Copy all that can be sold, so that searching it by words waits for nobody."""

from datetime import datetime
from typing import Any

from cpm.commands import erp_catalogue
from cpm.connectors.erp import ErpFault
from cpm.engine import Engine
from cpm.following.work import Work

_PAGE = 500


def following(engine: Engine, now: datetime) -> datetime:
    return now + engine.settings.erp.catalogue


def run(work: Work) -> dict[str, Any]:
    """How many products there are. One that stops half-way has taken nothing away; the next begins anew."""
    begun, after, found = work.engine.clock(), "", 0
    while not work.stopped():
        page = work.erp.catalogue(after, most=_PAGE)
        work.do(erp_catalogue.keep, page)
        found += len(page)
        if len(page) < _PAGE or page[-1].sku == after:
            return {"products": _finished(work, begun, found)}
        after = page[-1].sku
    return {"products": found}


def _finished(work: Work, begun: datetime, found: int) -> int:
    if not found:
        raise ErpFault(
            "not_found",
            "Expected the ERP to sell something, but its catalogue is empty: the copy stays as it is.",
        )
    return work.do(erp_catalogue.finish, begun=begun)
