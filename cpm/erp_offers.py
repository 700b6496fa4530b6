"""What an ERP says of products that a form looks up: price for the customer, what is there, and from when; asked within a budget.

It is asked while no transaction is open. What comes too late is kept for whoever types on.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from cpm.connectors.erp import Erp, ErpFault, Product
from cpm.connectors.erp.offers import AWAY, SLOW, Offers, Told, Want
from cpm.engine import Engine
from cpm.forms.lookups import Found, Hit
from cpm.queries.lookups import products

#: How long somebody who types waits for an ERP.
BUDGET = timedelta(milliseconds=250)
_LASTING = ("price", "as_of")


def ask(engine: Engine, want: Want) -> None:
    """From now on `Offers.told` has all of it, be it that our own copy counts."""
    engine.erp.offers.tell(want, *_heard(engine, want))


def refreshed(engine: Engine, found: Found, want: Want, language: str) -> Found:
    """What a look-up found, as the ERP has it now; or else as it was known last, with a note that says so."""
    heard, unheard = _heard(engine, want)
    told = engine.erp.offers.tell(want, heard, unheard)
    hits = tuple(_merged(hit, told.get(hit.value), fresh=hit.value in heard) for hit in found.hits)
    old = [hit for hit in hits if heard.get(hit.value) is None]
    why = unheard if any(hit.value not in heard for hit in old) else ""
    return Found(hits, _note(engine, old, language, why))


def _heard(engine: Engine, want: Want) -> tuple[dict[str, Product | None], str]:
    """And why not all of it: slow or away. What people read says so then, and how old it is."""
    offers, unheard = engine.erp.offers, ""
    known = offers.heard(want)
    missing = replace(want, skus=tuple(sku for sku in want.skus if sku not in known))
    if missing.skus:
        try:
            engine.erp.soon(want.system, lambda erp: _hear(erp, offers, missing), within=BUDGET)
        except ErpFault as fault:
            unheard = SLOW if fault.code == "timeout" else AWAY
    return offers.heard(want), unheard


def _merged(hit: Hit, told: Told | None, *, fresh: bool) -> Hit:
    """What is there is only told as it is now; an old price for this customer is better than everybody's."""
    if told is None or told.product is None:
        return hit
    more = products.offered(told.product, told.at)
    return replace(hit, facts={**hit.facts, **(more if fresh else {name: more[name] for name in _LASTING})})


def _hear(erp: Erp, offers: Offers, want: Want) -> None:
    offers.hear(want, erp.products(skus=want.skus, customer=want.customer, on=want.on, most=len(want.skus)))


def _note(engine: Engine, old: Sequence[Hit], language: str, unheard: str) -> str:
    times = [at for hit in old if (at := products.as_of(hit)) is not None]
    return products.note(min(times), language, engine.settings.zone, unheard=unheard) if times else ""
