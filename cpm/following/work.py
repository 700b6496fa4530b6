"""One turn of an errand: the ERP to ask, and short transactions that renew the lease."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Concatenate, ParamSpec, TypeVar

from cpm.commands import erp_errands
from cpm.commands.erp_errands import LEASE, Turn
from cpm.connectors.erp import Erp
from cpm.engine import Engine
from cpm.errors import CpmError
from cpm.uow import UnitOfWork

P = ParamSpec("P")
T = TypeVar("T")
ACTOR = "erp"
#: How often a lease is renewed while we wait for one long answer.
RENEWS = LEASE / 3
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Work:
    engine: Engine
    turn: Turn
    stopped: Callable[[], bool]
    catch_up: Callable[
        [], object
    ]  #: reads the feed of the same system to its end, if nobody else does so just now

    @property
    def erp(self) -> Erp:
        return self.engine.erp.of(self.turn.system)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Our lease goes on while the ERP is asked for something long. If it is lost, the next `do` says so."""
        over = threading.Event()
        renewing = threading.Thread(target=self._renew, args=(over,), name="erp-lease")
        renewing.start()
        try:
            yield
        finally:
            over.set()
            renewing.join()

    def _renew(self, over: threading.Event) -> None:
        while not over.wait(RENEWS.total_seconds()):
            try:
                self.do(erp_errands.ours)
            except CpmError:
                log.info("errand.not_renewed", extra={"system": self.turn.system})

    def do(
        self, write: Callable[Concatenate[UnitOfWork, Turn, P], T], *args: P.args, **options: P.kwargs
    ) -> T:
        """A command with our turn, in a transaction; it raises LeaseLost if somebody else runs the errand by now."""
        with self.engine.begin(ACTOR) as uow:
            return write(uow, self.turn, *args, **options)

    def look(
        self, query: Callable[Concatenate[UnitOfWork, str, P], T], *args: P.args, **options: P.kwargs
    ) -> T:
        """A query about our system."""
        with self.engine.read() as look:
            return query(look, self.turn.system, *args, **options)
