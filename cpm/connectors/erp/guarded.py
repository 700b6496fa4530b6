"""An ERP behind its breaker: the same questions, and one that is away says so at once."""

from collections.abc import Callable
from typing import Any, cast

from cpm.connectors.erp.breaker import Breaker
from cpm.connectors.erp.faults import ErpFault
from cpm.connectors.erp.protocol import Erp

#: Questions about one thing, which alone may take too long.
_OF_ONE = frozenset(
    {
        "party",
        "save_party",
        "terms",
        "save_order",
        "confirm_order",
        "amend_order",
        "cancel_order",
        "order",
        "arranged",
        "orders_of",
        "invoices_of",
        "invoice",
        "invoice_file",
        "credit",
        "replacement",
    }
)
#: Told what became of each question: the system, the question, "answered" or the code of its fault.
Tell = Callable[[str, str, str], None]


def guarded(member: Erp, breaker: Breaker, tell: Tell) -> Erp:
    return cast("Erp", _Guarded(member, breaker, tell))


class _Guarded:
    """Each method of the member, asked if the breaker admits it."""

    def __init__(self, member: Erp, breaker: Breaker, tell: Tell) -> None:
        self.name = member.name
        self._member, self._breaker, self._tell = member, breaker, tell

    def alive(self) -> bool:
        if not self._breaker.admits():
            return False
        if alive := self._member.alive():
            self._breaker.answered()
        else:
            self._breaker.missed("It does not answer.")
        return alive

    def __getattr__(self, question: str) -> Callable[..., Any]:
        method: Callable[..., Any] = getattr(self._member, question)

        def ask(*args: Any, **options: Any) -> Any:
            if not self._breaker.admits():
                self._tell(self.name, question, "not_asked")
                raise ErpFault("unreachable", _away(self.name, self._breaker.standing.why))
            try:
                answer = method(*args, **options)
            except ErpFault as fault:
                self._note(question, str(args[0]) if args else "", fault)
                raise
            self._breaker.answered()
            self._tell(self.name, question, "answered")
            return answer

        return ask

    def _note(self, question: str, key: str, fault: ErpFault) -> None:
        """What it refuses it has answered; whether one that fails at a thing of its own is there is seen by another question."""
        self._tell(self.name, question, fault.code)
        if not fault.passes or (fault.answered and self._member.alive()):
            self._breaker.answered()
            return
        may_be_it = question in _OF_ONE and fault.code != "unreachable" and not fault.answered
        self._breaker.missed(fault.why, about=f"{question} {key}" if may_be_it else "")


def _away(name: str, why: str) -> str:
    return f"Expected {name} to answer, but it has not for a while, and is asked again shortly. The last time: {why}"
