"""Who follows the ERPs: looks for errands that are due, and gives each a thread until its turn is over.

Every worker has one of these; a lease says whose turn it is (`commands/erp_errands.py`).
"""

import logging
import os
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any

from cpm.commands import erp_errands
from cpm.commands.erp_errands import LeaseLost, Turn
from cpm.connectors.erp import ErpFault
from cpm.engine import Engine
from cpm.erp_settings import NONE
from cpm.errors import CpmError
from cpm.following import cataloguing, dunning, feeding, reconciling
from cpm.following.work import ACTOR, Work
from cpm.model import Errand

log = logging.getLogger(__name__)

_LOOKS_EVERY = 1.0  # second
#: What an errand does, and how soon it is due again.
_RUNS: Mapping[Errand, Callable[[Work], dict[str, Any]]] = MappingProxyType(
    {
        Errand.FEED: feeding.run,
        Errand.CATALOGUE: cataloguing.run,
        Errand.RECONCILIATION: reconciling.run,
        Errand.DUNNING: dunning.run,
    }
)
_NEXT: Mapping[Errand, Callable[[Engine, datetime], datetime]] = MappingProxyType(
    {
        Errand.FEED: feeding.following,
        Errand.CATALOGUE: cataloguing.following,
        Errand.RECONCILIATION: reconciling.following,
        Errand.DUNNING: dunning.following,
    }
)


@dataclass(slots=True)
class Follower:
    engine: Engine
    name: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}")
    stopping: threading.Event = field(default_factory=threading.Event)
    _at_work: dict[tuple[str, Errand], threading.Thread] = field(default_factory=dict)

    def run(self) -> None:
        """Until `stopping`; a turn that has begun comes to the end of its step."""
        while not self.stopping.is_set():
            try:
                self._begin()
            except CpmError as error:
                log.warning("follower.refused", extra={"why": str(error)})
            except Exception:
                log.exception("follower.failed")
            self.stopping.wait(_LOOKS_EVERY)
        for thread in self._at_work.values():
            thread.join()

    def once(self) -> int:
        """Run each errand that is due, in this thread; how many were run."""
        return sum(self.turn(*each) for each in self._due())

    def turn(self, system: str, errand: Errand, *, at_once: bool = False) -> bool:
        """Run one if it is due, or `at_once`; False if it is not, or somebody else has it."""
        with self.engine.begin(ACTOR) as uow:
            if at_once:
                erp_errands.hurry(uow, system, errand)
            if (turn := erp_errands.lease(uow, system, errand, self.name)) is None:
                return False
        feed = partial(self.turn, system, Errand.FEED, at_once=True)
        work = Work(self.engine, turn, self.stopping.is_set, feed)
        try:
            result = _RUNS[errand](work)
        except ErpFault as fault:
            self._failed(turn, fault.why, _german(fault))
            return True
        except CpmError:  # the database, or the lease is lost; it runs out by itself
            raise
        except Exception as error:
            log.exception("errand.crashed", extra={"system": system, "errand": errand.value})
            self._failed(turn, f"{type(error).__name__}: {error}"[:300], f"Programmfehler: {error}"[:300])
            return True
        with self.engine.begin(ACTOR) as uow:
            if self.stopping.is_set():
                erp_errands.released(uow, turn)
            else:
                erp_errands.succeeded(uow, turn, result, due_at=_NEXT[errand](self.engine, uow.now))
        return True

    def _due(self) -> list[tuple[str, Errand]]:
        systems = [name for name in self.engine.erp.names if name != NONE]
        with self.engine.read() as look:
            return erp_errands.due(look, [(system, errand) for system in systems for errand in _RUNS])

    def _begin(self) -> None:
        self._at_work = {one: thread for one, thread in self._at_work.items() if thread.is_alive()}
        for each in self._due():
            if each not in self._at_work:
                thread = threading.Thread(target=self._surely, args=each, name="-".join(("erp", *each)))
                self._at_work[each] = thread
                thread.start()

    def _surely(self, system: str, errand: Errand) -> None:
        about = {"system": system, "errand": errand.value}
        try:
            self.turn(system, errand)
        except LeaseLost:
            log.info("errand.handed_on", extra=about)
        except CpmError as error:  # the database; the lease runs out
            log.warning("errand.refused", extra={**about, "why": str(error)})
        except Exception:
            log.exception("errand.crashed", extra=about)

    def _failed(self, turn: Turn, english: str, german: str) -> None:
        with self.engine.begin(ACTOR) as uow:
            row = erp_errands.failed(uow, turn, english=english[:500], german=german[:500])
            facts = {"system": turn.system, "errand": turn.errand.value, "failures": row.failures}
        log.warning("errand.failing", extra=facts)


_GERMAN = {
    "unreachable": "Das ERP ist nicht erreichbar.",
    "timeout": "Das ERP hat nicht rechtzeitig geantwortet.",
    "unknown_outcome": "Das ERP hat nicht zu Ende geantwortet.",
    "auth_failed": "Das ERP lehnt die Anmeldung ab.",
}


def _german(fault: ErpFault) -> str:
    return _GERMAN.get(fault.code, f"Das ERP hat die Frage nicht beantwortet ({fault.code}).")
