"""What the demo ERP can be told to do wrong, so that processes can be tried: away, slow, cut, and what it refuses.

away           no connection; nothing is done
slow           waits so many seconds before it does what it was asked
cut            changes what it was to change, and breaks off before it says so
auth           refuses our sign-in
credit         refuses to confirm: the customer's credit does not suffice
stock          refuses to confirm: what was there a moment ago is gone
"""

import time
from pathlib import Path

from cpm.connectors.erp.demo.keeping import Memory, opened
from cpm.connectors.erp.faults import ErpFault

KINDS = ("away", "slow", "cut", "auth", "credit", "stock")
_LONGEST = 60.0


def order(file: Path, kind: str, *, times: int | None = None, seconds: float = 2.0) -> None:
    """From now on, for so many questions; None: until it is mended. ValueError for a kind that there is not."""
    if kind not in KINDS:
        raise ValueError(f"Expected one of {', '.join(KINDS)}, but it is {kind}")
    with opened(file) as memory:
        query = "INSERT OR REPLACE INTO faults (kind, times, seconds) VALUES (?, ?, ?)"
        memory.connection.execute(query, (kind, times, min(seconds, _LONGEST)))


def mend(file: Path) -> None:
    with opened(file) as memory:
        memory.connection.execute("DELETE FROM faults")


def ordered(file: Path) -> list[str]:
    with opened(file) as memory:
        return [kind for (kind,) in memory.connection.execute("SELECT kind FROM faults ORDER BY kind")]


def before(file: Path) -> None:
    """What goes wrong before a question is dealt with."""
    with opened(file) as memory:
        away, auth, slow = (_is_due(memory, kind) for kind in ("away", "auth", "slow"))
    if slow is not None:
        time.sleep(slow)
    if away is not None:
        raise ErpFault("unreachable", "Expected the demo ERP to answer, but it was asked to be away.")
    if auth is not None:
        raise ErpFault("auth_failed", "Expected to sign in at the demo ERP, but it was asked to refuse us.")


def is_cut(memory: Memory) -> bool:
    """Whether nobody hears what this question has changed."""
    return memory.changed and _is_due(memory, "cut") is not None


def refusal(memory: Memory) -> ErpFault | None:
    """Of a confirmation."""
    if _is_due(memory, "credit") is not None:
        return ErpFault("credit_refused", "Expected credit, but the demo ERP was asked to refuse it.")
    if _is_due(memory, "stock") is not None:
        return ErpFault("stock_changed", "Expected stock, but the demo ERP was asked to have none.")
    return None


def _is_due(memory: Memory, kind: str) -> float | None:
    """Its seconds, if it is to happen now; it is counted."""
    row = memory.connection.execute("SELECT times, seconds FROM faults WHERE kind = ?", (kind,)).fetchone()
    if row is None:
        return None
    times, seconds = row
    if times is not None:
        query = (
            "DELETE FROM faults WHERE kind = ?"
            if times <= 1
            else "UPDATE faults SET times = times - 1 WHERE kind = ?"
        )
        memory.connection.execute(query, (kind,))
    return float(seconds)
