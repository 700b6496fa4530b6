"""Who fetches: looks for mailboxes that are due, and gives each a thread until its turn is over.

As many of these may run as you like, on any host: a lease in the mailbox's row says whose turn it is. Killed at any
moment, nothing is lost: the lease runs out, and somebody else goes on behind the last message that was stored.
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from cpm import training_settings
from cpm.channels.email import LARGEST
from cpm.channels.imap import Box, ImapTrouble, signed_in
from cpm.commands import fetching
from cpm.commands.fetching import LeaseLost, Turn
from cpm.engine import Engine
from cpm.errors import CpmError
from cpm.fetching.accounts import account
from cpm.fetching.looking import ACTOR, Look
from cpm.model import Mailbox

log = logging.getLogger(__name__)

_MOST_AT_ONCE = 32  #: mailboxes
_LOOKS_EVERY = 1.0  # second
_RENEWS_EVERY = timedelta(seconds=20)
#: Who has failed for that long is told of as an error: an operator must act.
PATIENCE = timedelta(minutes=15)


@dataclass(slots=True)
class Fetcher:
    engine: Engine
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    name: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}")
    largest: int = LARGEST
    stopping: threading.Event = field(default_factory=threading.Event)
    _at_work: dict[int, threading.Thread] = field(default_factory=dict)

    def run(self) -> None:
        """Fetch until `stop`; a message being stored is stored to the end. Invalid where people practise."""
        training_settings.must_not_be_here(self.engine.settings.training, "fetch mail")
        while not self.stopping.is_set():
            try:
                self._begin()
            except CpmError as error:
                log.warning("fetcher.refused", extra={"why": str(error)})
            except Exception:
                log.exception("fetcher.failed")
            self.stopping.wait(_LOOKS_EVERY)
        for thread in self._at_work.values():
            thread.join()

    def stop(self) -> None:
        self.stopping.set()

    def once(self) -> int:
        """Look once into each mailbox that is due, in this thread; how many messages were stored. Invalid as `run`."""
        training_settings.must_not_be_here(self.engine.settings.training, "fetch mail")
        with self.engine.read() as look:
            ids = fetching.due(look)
        return sum(self._turn(mailbox_id, stay=False) for mailbox_id in ids)

    def _begin(self) -> None:
        self._at_work = {one: thread for one, thread in self._at_work.items() if thread.is_alive()}
        with self.engine.read() as look:
            waiting = [one for one in fetching.due(look) if one not in self._at_work]
        for mailbox_id in waiting[: _MOST_AT_ONCE - len(self._at_work)]:
            thread = threading.Thread(target=self._surely, args=(mailbox_id,), name=f"mailbox-{mailbox_id}")
            self._at_work[mailbox_id] = thread
            thread.start()

    def _surely(self, mailbox_id: int) -> None:
        try:
            self._turn(mailbox_id, stay=True)
        except LeaseLost:
            log.info("mailbox.handed_on", extra={"mailbox": mailbox_id})
        except CpmError as error:  # the database; the lease runs out
            log.warning("mailbox.refused", extra={"mailbox": mailbox_id, "why": str(error)})
        except Exception:
            log.exception("mailbox.crashed", extra={"mailbox": mailbox_id})

    def _turn(self, mailbox_id: int, *, stay: bool) -> int:
        with self.engine.begin(ACTOR) as uow:
            if (turn := fetching.lease(uow, mailbox_id, self.name)) is None:
                return 0
            wanted = uow.get(Mailbox, mailbox_id)
        try:
            with signed_in(account(wanted, self.environ)) as box:
                stored = self._tend(
                    Look(self.engine, turn, wanted, box, self.stopping.is_set, self.largest), stay=stay
                )
        except ImapTrouble as trouble:
            self._failed(turn, trouble)
            return 0
        except CpmError:  # no fault of the mailbox
            raise
        except Exception as error:
            log.exception("mailbox.crashed", extra={"mailbox": turn.name})
            self._failed(
                turn, ImapTrouble("crashed", f"{type(error).__name__}: {error}"[:300], de=str(error)[:300])
            )
            return 0
        with self.engine.begin(ACTOR) as uow:
            fetching.release(uow, turn, after=timedelta(0) if self.stopping.is_set() else _every(wanted))
        return stored

    def _tend(self, look: Look, *, stay: bool) -> int:
        """Look; where the server tells of new mail, stay and look again whenever it does."""
        stored = look.once()
        if stored:
            log.info("mailbox.fetched", extra={"mailbox": look.turn.name, "messages": stored})
        while stay and look.wanted.idle and look.box.can_idle and not self.stopping.is_set():
            self._wait(look.box, look.turn, _every(look.wanted))
            stored += look.once()
        return stored

    def _wait(self, box: Box, turn: Turn, every: timedelta) -> None:
        """Until the server tells of new mail, or the time is over; our lease is kept meanwhile."""
        until = time.monotonic() + every.total_seconds()
        while (left := until - time.monotonic()) > 0 and not self.stopping.is_set():
            if box.wait(min(timedelta(seconds=left), _RENEWS_EVERY), self.stopping.is_set):
                return
            with self.engine.begin(ACTOR) as uow:
                fetching.renew(uow, turn)

    def _failed(self, turn: Turn, trouble: ImapTrouble) -> None:
        english, german = str(trouble), trouble.sentence("de")
        with self.engine.begin(ACTOR) as uow:
            box = fetching.failed(uow, turn, english=english, german=german)
            lasting = box.failing_since is not None and uow.now - box.failing_since >= PATIENCE
        facts = {"mailbox": turn.name, "code": trouble.code, "failures": box.failures}
        log.log(logging.ERROR if lasting else logging.WARNING, "mailbox.failing", extra=facts)


def _every(wanted: Mailbox) -> timedelta:
    return timedelta(seconds=wanted.every)
