"""A connector that works, fails and crashes on request: documentation that runs, and a stand-in for an ERP.

The input `demo` says what to do; a header of the same name does the same for a whole process model:

    demo: ok                     as without it
    demo: fail:credit_refused    Failed with that code
    demo: retry:timeout          Retry with that code, at every attempt
    demo: flaky:2                Retry at the first two attempts, then done
    demo: crash                  raises, as a connector with a bug would

Amounts do it too, for those who have only a form in front of them: 66.60 fails with `credit_refused`,
77.70 is retried with `timeout`.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cpm.connectors.outcomes import Call, Done, Failed, Outcome, Retry

#: What each operation gives back: the variable and the kind of number. `demo.<anything>` gives `demo_no`.
_RESULTS = {
    "credit_note": ("credit_note_no", "GS"),
    "replacement": ("replacement_no", "EL"),
}
_ORDERS_BY_AMOUNT = {Decimal("66.60"): "fail:credit_refused", Decimal("77.70"): "retry:timeout"}
_AMOUNTS = ("amount", "goodwill_amount")


class DemoCrash(RuntimeError):
    """Asked for by `demo: crash`; no real connector raises it."""


@dataclass(frozen=True, slots=True)
class Demo:
    name: str = "demo"

    def __call__(self, call: Call) -> Outcome:
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
            case _:
                return _done(call)


def _done(call: Call) -> Outcome:
    anything = call.operation.startswith("demo.")
    if call.verb not in _RESULTS and not anything:
        known = ", ".join(_RESULTS)
        return Failed("unknown_operation", f"Expected one of {known}, but was asked for {call.operation}.")
    variable, kind = _RESULTS.get(call.verb, ("demo_no", "XX"))
    return Done({variable: f"DEMO-{kind}-{_number(call.key)}", "demo": True})


def _order(call: Call) -> str:
    asked = call.inputs.get("demo") or call.headers.get("demo")
    return asked if isinstance(asked, str) else _order_by_amount(call.inputs)


def _order_by_amount(inputs: Mapping[str, Any]) -> str:
    amounts = [Decimal(amount) for name in _AMOUNTS if isinstance(amount := inputs.get(name), Decimal | int)]
    return next((_ORDERS_BY_AMOUNT[amount] for amount in amounts if amount in _ORDERS_BY_AMOUNT), "ok")


def _number(key: str) -> str:
    """Six digits from the key: the same work gets the same number however often it is asked for."""
    return f"{int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], 'big') % 1_000_000:06d}"
