"""A connector that works, fails and crashes on request: documentation that runs.

The input `demo` says what to do; a header of the same name does the same for a whole process model:

    demo: ok                     as without it
    demo: fail:credit_refused    Failed with that code
    demo: retry:timeout          Retry with that code, at every attempt
    demo: flaky:2                Retry at the first two attempts, then done
    demo: crash                  raises, as a connector with a bug would

The demo ERP does so too, and there amounts say it as well, for those who have only a form in front of them: 66.60 fails with `credit_refused`,
77.70 is retried with `timeout`.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cpm.connectors.outcomes import Call, Done, Failed, Outcome, Retry

_ORDERS_BY_AMOUNT = {Decimal("66.60"): "fail:credit_refused", Decimal("77.70"): "retry:timeout"}
_AMOUNTS = ("amount", "goodwill_amount")


class DemoCrash(RuntimeError):
    """Asked for by `demo: crash`; no real connector raises it."""


@dataclass(frozen=True, slots=True)
class Demo:
    name: str = "demo"

    def __call__(self, call: Call) -> Outcome:
        if not call.operation.startswith("demo."):
            return Failed(
                "unknown_operation", f"Expected demo.<anything>, but was asked for {call.operation}."
            )
        return trouble(call) or Done({"demo_no": f"DEMO-XX-{_number(call.key)}", "demo": True})


def trouble(call: Call) -> Outcome | None:
    """What a call asks to go wrong, if it does."""
    order, _, detail = _order(call).partition(":")
    match order:
        case "fail":
            return Failed(detail or "demo_failed", "The demo connector was asked to fail.")
        case "retry":
            return Retry("The demo connector was asked to be away.", code=detail or "unreachable")
        case "flaky" if call.attempt <= (int(detail) if detail.isdecimal() else 1):
            return Retry(f"The demo connector was asked to be away, attempt {call.attempt}.")
        case "crash":
            raise DemoCrash("The demo connector was asked to crash.")
    return None


def _order(call: Call) -> str:
    asked = call.inputs.get("demo") or call.headers.get("demo")
    return asked if isinstance(asked, str) else _order_by_amount(call.inputs)


def _order_by_amount(inputs: Mapping[str, Any]) -> str:
    amounts = [Decimal(amount) for name in _AMOUNTS if isinstance(amount := inputs.get(name), Decimal | int)]
    return next((_ORDERS_BY_AMOUNT[amount] for amount in amounts if amount in _ORDERS_BY_AMOUNT), "ok")


def _number(key: str) -> str:
    """Six digits from the key: the same work gets the same number however often it is asked for."""
    return f"{int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], 'big') % 1_000_000:06d}"
