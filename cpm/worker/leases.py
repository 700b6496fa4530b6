"""The leases of one worker's calls: they are renewed for as long as this process works at them."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from cpm.commands import jobs
from cpm.commands.jobs import Leased
from cpm.engine import Engine

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Leases:
    """Threads share them."""

    engine: Engine
    actor: str
    until: timedelta  #: how long one holds without a sign of life
    _tokens: set[str] = field(default_factory=set)  #: of the calls under way

    @contextmanager
    def held(self, leased: Leased) -> Iterator[None]:
        self._tokens.add(leased.token)
        try:
            yield
        finally:
            self._tokens.discard(leased.token)

    def keep(self, finished: threading.Event) -> None:
        """Until the work is finished."""
        while not finished.wait(self.until.total_seconds() / 3):
            if not self._tokens:
                continue
            try:
                with self.engine.begin(self.actor) as uow:
                    jobs.renew(uow, list(self._tokens), until=self.until)
            except Exception:
                log.exception("lease.not_renewed")
