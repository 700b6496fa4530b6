"""An order that stays between confirmed and processing is helped on, but not while somebody there may still be at it.

Tryton commits `confirmed` first and processes in a task after that (sale/sale.py, `confirm`), so a kill in between leaves it so, and
so does it look while the task runs. Two that process one sale on SQLite make two shipments: `lock` does nothing there, and both read
that there is none before either writes one. On PostgreSQL they take turns: `process` locks the sale's row and reads what was there
when its transaction began, so the second finds what the first has made, or begins anew. Nobody tells us which database it is.
"""

import time
from datetime import timedelta

from cpm.connectors.erp.faults import ErpFault
from cpm.connectors.erp.tryton.places import Places
from cpm.connectors.erp.tryton.rest import Refused
from cpm.connectors.erp.tryton.row import Row
from cpm.connectors.erp.tryton.rpc import Changed, Rpc
from cpm.connectors.erp.tryton.sales import SALE, Sales

#: Seconds between looks; mostly the task is over before the last. One that was frozen and is not any more goes on meanwhile.
_LOOKS = (0.2, 0.3, 0.5, 1.0)
_FIELDS = ("state", "write_date", "_timestamp")


class Helping:
    def __init__(self, places: Places, rpc: Rpc, sales: Sales, settles: timedelta) -> None:
        self._rest, self._rpc, self._sales, self._settles = places.rest, rpc, sales, settles

    def on(self, key: str, *, answered: bool) -> None:
        """answered: the request that confirmed it was ours and has ended, so that nobody is at it but Tryton's own worker."""
        for pause in () if answered else _LOOKS:
            time.sleep(pause)
            if self._row(key).text("state") != "confirmed":
                return
        sale = self._row(key)
        if sale.text("state") != "confirmed":
            return
        if not answered and self._fresh(sale):
            raise ErpFault(
                "unknown_outcome",
                f"Expected order {key} to be processed in the ERP, but it was confirmed only just now. It may be done soon.",
            )
        self._process(key, sale)

    def _fresh(self, sale: Row) -> bool:
        """By the clock over there."""
        written, now = sale.moment("write_date"), self._rest.clock
        return written is None or now is None or now - written < self._settles

    def _process(self, key: str, sale: Row) -> None:
        """Of two that do this at once one is refused: the sale is no longer as it was read."""
        stamp = {f"{SALE},{sale.id}": sale.text("_timestamp")}
        try:
            self._rpc.act(SALE, sale.id, "process", {**self._rest.context, "_timestamp": stamp})
        except Changed as error:
            if self._row(key).text("state") == "confirmed":
                raise ErpFault(
                    "unknown_outcome",
                    f"Expected to help order {key} on in the ERP, but somebody changed it at the same moment.",
                ) from error
        except Refused as refusal:
            if self._row(key).text("state") == "confirmed":
                raise stuck(key, refusal.words) from refusal

    def _row(self, key: str) -> Row:
        sale = self._sales.row(key, _FIELDS)
        if sale is None:
            raise ErpFault("not_found", f"Expected to find order {key} in the ERP, but it is not there.")
        return sale


def stuck(key: str, words: str) -> ErpFault:
    """The button is one of the group Sales Administration (sale/sale.xml)."""
    said = f" It says: {words}" if words else ""
    return ErpFault(
        "stuck_confirmed", f"Expected order {key} to be processed in the ERP, but it stays confirmed.{said}"
    )
