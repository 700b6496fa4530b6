"""What an ERP may refuse or fail at, in the codes of rules/exceptions.dmn."""

from datetime import timedelta

#: No request runs over there longer than this after we gave it up. Not before is what may be done asked for again: some
#: do not notice that they do a thing twice at once (docs/erp.md).
SETTLES = timedelta(seconds=15)
#: Trying again may help: nothing was refused.
PASSING = frozenset({"unreachable", "timeout", "unknown_outcome"})


class ErpFault(Exception):
    """`why` is for a person: what was asked for and what came; never the ERP's raw text alone.

    code: unreachable (no connection, nothing was done) | timeout, unknown_outcome (it may have been done) | auth_failed
    | validation_refused | stock_changed | credit_refused | customer_blocked | duplicate_key | conflict
    | stuck_confirmed | amendment_refused | not_found | payment_mismatch
    """

    def __init__(self, code: str, why: str, *, answered: bool = False) -> None:
        """`answered`: it is there, and reports an error of its own; that may be of this one thing only."""
        super().__init__(why)
        self.code = code
        self.why = why
        self.answered = answered

    @property
    def passes(self) -> bool:
        return self.code in PASSING
