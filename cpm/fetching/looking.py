"""One look into an open mailbox: store what is new, then do on the server what is to be done with what we have."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TypeVar

from cpm.channels.email import LARGEST
from cpm.channels.imap import Box, Found, ImapTrouble
from cpm.commands import fetching
from cpm.commands.fetching import Progress, Turn
from cpm.engine import Engine
from cpm.model import Afterwards, Mailbox
from cpm.uow import UnitOfWork

log = logging.getLogger(__name__)

T = TypeVar("T")
ACTOR = "mailbox"
_BEGINNING = 64_000  #: bytes that are kept of a message that is too large


@dataclass(frozen=True, slots=True)
class Look:
    engine: Engine
    turn: Turn
    wanted: Mailbox  #: as it was when our turn began
    box: Box
    stopped: Callable[[], bool]
    largest: int = LARGEST

    def once(self) -> int:
        """How many messages were stored. Raises ImapTrouble when the server fails, LeaseLost when our turn is over."""
        validity = self.box.open(self.wanted.folder)
        progress = self._do(lambda uow: fetching.progress(uow, self.turn, validity))
        stored = self._again(progress)
        new = self.box.uids(progress.last_uid + 1)
        for portion in self.box.described(new):
            stored += self._portion(portion, new)
            if self.stopped():
                return stored
        self._tidy()
        self._do(lambda uow: fetching.succeeded(uow, self.turn))
        return stored

    def _again(self, progress: Progress) -> int:
        """Messages that would not come before."""
        stored = 0
        there = {one.uid: one for portion in self.box.described(progress.again) for one in portion}
        for uid in progress.again:
            found = there.get(uid)
            if found is None:
                self._do(partial(fetching.gone, turn=self.turn, uid=uid))
            elif self._fetch(found):
                stored += 1
                if self.wanted.keep_days == 0:
                    self._afterwards([uid])
        return stored

    def _portion(self, portion: Sequence[Found], new: Sequence[int]) -> int:
        stored = 0
        for found in portion:
            if self.stopped():
                break
            if found is portion[0]:
                waiting = sum(uid >= found.uid for uid in new)
                self._do(partial(fetching.seen, turn=self.turn, waiting=waiting, since=found.at))
            if not self._is_old(found):
                stored += self._fetch(found)
            elif found is portion[-1]:
                self._do(lambda uow: fetching.gone(uow, self.turn, portion[-1].uid))
        return stored

    def _fetch(self, found: Found) -> bool:
        """Store one message; whether we have it. What happens to it keeps no other waiting."""
        uid = found.uid
        try:
            too_large = found.size > self.largest
            raw = self.box.raw(uid, at_most=_BEGINNING if too_large else None)
        except ImapTrouble as trouble:
            why = str(trouble)
            self._do(lambda uow: fetching.could_not(uow, self.turn, uid, why))
            log.warning("mailbox.message_failed", extra={"mailbox": self.turn.name, "uid": uid})
            if trouble.code != "message":
                raise  # the connection is gone: the next look goes on past this one
            return False
        if raw is None:
            self._do(lambda uow: fetching.gone(uow, self.turn, uid))
            return False
        if too_large or len(raw) > self.largest:
            size, beginning = max(found.size, len(raw)), raw[:_BEGINNING]
            self._do(
                lambda uow: fetching.took_beginning(
                    uow, self.turn, uid, beginning, size=size, limit=self.largest
                )
            )
            return False
        self._do(lambda uow: fetching.took(uow, self.turn, uid, raw))
        return True

    def _is_old(self, found: Found) -> bool:
        return (
            self.wanted.reads_from is not None and found.at is not None and found.at < self.wanted.reads_from
        )

    def _tidy(self) -> None:
        """Also what a look that was killed had stored, and not yet marked, moved or deleted."""
        if self.wanted.afterwards == Afterwards.KEEP:
            return
        now = self._do(self._progress)
        if self.wanted.afterwards == Afterwards.DELETE and self.wanted.keep_days > 0:
            # the server compares days in a zone of its own (RFC 3501 6.4.4)
            before = (self.engine.clock() - timedelta(days=self.wanted.keep_days)).date()
            self._treat(self.box.older(now.last_uid, before), now)
            return
        uids = self.box.uids(now.settled_uid + 1, now.last_uid) if now.last_uid > now.settled_uid else []
        self._treat(uids, now)
        self._do(lambda uow: fetching.settled(uow, self.turn, now.last_uid))

    def _progress(self, uow: UnitOfWork) -> Progress:
        box = uow.get(Mailbox, self.turn.mailbox_id)
        return fetching.progress(uow, self.turn, box.uid_validity or 0)

    def _treat(self, uids: Iterable[int], now: Progress) -> None:
        ours = [uid for uid in uids if uid not in now.kept_back]
        if self.wanted.reads_from is None:
            self._afterwards(ours)
            return
        for portion in self.box.described(ours):
            self._afterwards([found.uid for found in portion if not self._is_old(found)])

    def _afterwards(self, uids: Sequence[int]) -> None:
        if not uids:
            return
        match self.wanted.afterwards:
            case Afterwards.SEEN:
                self.box.mark_seen(uids)
            case Afterwards.MOVE if self.wanted.move_to:
                self.box.move(uids, self.wanted.move_to)
            case Afterwards.DELETE:
                self.box.delete(uids)

    def _do(self, write: Callable[[UnitOfWork], T]) -> T:
        with self.engine.begin(ACTOR) as uow:
            return write(uow)
