"""All streams of a process in one thread: it looks what happened, tells them, and notices who has gone.

No stream has a thread of its own, and none asks the database: however many are open, there is one look a second. Who
cannot take what it is sent is let go; its browser comes again and goes on where it was.
"""

import logging
import secrets
import selectors
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from prometheus_client import Gauge

from cpm.engine import Engine
from cpm.errors import CpmError
from cpm.queries import news, sign_ins
from cpm.queries.news import OVERLAP, Entry
from web.live.hints import Listener, hints, number_of, written

log = logging.getLogger(__name__)
#: Streams of one process; a file each, of which a process may have 1,024 by default. Others ask again and again.
MOST = 400
MOST_OF_ONE = 20  #: of one sign-in
EVERY = 1.0  #: seconds between looks
#: How much longer than a look takes the thread rests, so that looking takes a tenth of a processor at most.
_RESTS = 9
BEAT = 15.0  #: seconds; proxies close what is silent for longer; who has signed out, or has other rights, hears no more
LONGEST = 15 * 60.0  #: seconds; then a browser comes anew
_AFTER_TROUBLE = 5.0
_STREAMS = Gauge("cpm_live_streams", "Pages that are told what happens", multiprocess_mode="livesum")


@dataclass(eq=False, slots=True)
class Stream:
    socket: socket.socket
    listener: Listener
    since: datetime  #: it knows what happened until then
    until: float  #: by the monotonic clock


@dataclass(eq=False)
class Hub:
    engine: Engine
    every: float = EVERY
    beat: float = BEAT
    _streams: dict[socket.socket, Stream] = field(default_factory=dict)
    _coming: list[Stream] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _thread: threading.Thread | None = None
    _open: Counter[int] = field(default_factory=Counter)  #: by sign-in, those that are coming too
    _told: dict[tuple[int, int], datetime] = field(default_factory=dict)  #: entries, by their keys
    _since: datetime | None = None
    _rings: frozenset[tuple[str, int, str]] = frozenset()
    _stopped: bool = False

    def has_room(self, listener: Listener) -> bool:
        with self._lock:
            return self._open.total() < MOST and self._open[listener.sign_in] < MOST_OF_ONE

    def take(self, sock: socket.socket, head: bytes, listener: Listener, since: datetime) -> None:
        """The socket is the hub's from now on; `head` is what comes before all events."""
        sock.settimeout(2)
        sock.sendall(head)
        sock.setblocking(False)
        longest = LONGEST * (0.8 + secrets.randbelow(40) / 100)  # not all at once
        stream = Stream(sock, listener, since, time.monotonic() + longest)
        with self._lock:
            self._open[listener.sign_in] += 1
            self._coming.append(stream)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="live", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        self._stopped = True
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        with selectors.DefaultSelector() as selector:
            beat = rested = time.monotonic()
            while not self._stopped:
                self._notice_who_goes(selector, max(0.05, rested - time.monotonic()))
                if time.monotonic() < rested:
                    continue
                began = time.monotonic()
                rested = began + self.every
                try:
                    self._look(selector)
                    if began - beat >= self.beat:
                        beat = began
                        self._beat(selector, began)
                except CpmError as error:
                    log.warning("open pages hear nothing for a moment", extra={"why": str(error)})
                    rested = time.monotonic() + _AFTER_TROUBLE
                except Exception:
                    log.exception("open pages hear nothing for a moment")
                    rested = time.monotonic() + _AFTER_TROUBLE
                took = time.monotonic() - began
                rested = max(rested, began + took * (1 + _RESTS))
            for stream in list(self._streams.values()):
                self._let_go(selector, stream)

    def _notice_who_goes(self, selector: selectors.BaseSelector, wait: float) -> None:
        if not self._streams:
            time.sleep(wait)
            return
        for key, _ in selector.select(wait):
            stream: Stream = key.data
            try:
                gone = not stream.socket.recv(1024)  # what a browser says here is nothing to us
            except BlockingIOError:
                continue
            except OSError:
                gone = True
            if gone:
                self._let_go(selector, stream)

    def _look(self, selector: selectors.BaseSelector) -> None:
        with self._lock:
            coming, self._coming = self._coming, []
        if not self._streams and not coming:
            self._since = None
            self._told.clear()
            return
        cases = {one.listener.case for one in (*self._streams.values(), *coming)} - {None}
        watched = {case for case in cases if case is not None}
        try:
            with self.engine.read() as look:
                now = look.now
                fresh = self._fresh(news.entries(look, (self._since or now) - OVERLAP, watched))
                found = news.news(look, fresh) if fresh else None
                first = min((one.since for one in coming), default=now)
                missed = (
                    news.news(look, list(news.entries(look, first - OVERLAP, watched))) if coming else None
                )
                rings = news.rings(look)
        except Exception:
            with self._lock:
                self._coming = [*coming, *self._coming]
            raise
        self._since = now
        self._told.update((one.key, one.at) for one in fresh)
        for key in [key for key, at in self._told.items() if at < now - 2 * OVERLAP]:
            del self._told[key]
        called = {login for login, *_ in self._rings ^ rings}
        self._rings = rings
        number = number_of(now)
        for stream in list(self._streams.values()):
            told = [written(*hint, number) for hint in hints(stream.listener, found)] if found else []
            if stream.listener.login in called:
                told.append(written("talk", 0, number))
            self._tell(selector, stream, told)
        for stream in coming:
            assert missed is not None
            selector.register(stream.socket, selectors.EVENT_READ, stream)
            self._streams[stream.socket] = stream
            told = [written(*hint, number) for hint in hints(stream.listener, missed)]
            if any(login == stream.listener.login for login, *_ in rings):
                told.append(written("talk", 0, number))  # the page may be older than the call
            self._tell(selector, stream, [written("beat", 0, number), *told])
        _STREAMS.set(len(self._streams))

    def _fresh(self, found: Iterable[Entry]) -> list[Entry]:
        return [one for one in found if one.key not in self._told]

    def _beat(self, selector: selectors.BaseSelector, now: float) -> None:
        """Say that all is well; end what is too old, and what nobody is signed in for any more, or with other rights."""
        ids = {stream.listener.sign_in for stream in self._streams.values()}
        with self.engine.read() as look:
            users = sign_ins.standing(look, ids)
            number = number_of(look.now)
        for stream in list(self._streams.values()):
            user = users.get(stream.listener.sign_in)
            if now > stream.until or user is None or not stream.listener.stands(user):
                self._let_go(selector, stream)
            else:
                self._tell(selector, stream, [written("beat", 0, number)])

    def _tell(self, selector: selectors.BaseSelector, stream: Stream, told: Sequence[bytes]) -> None:
        """Who does not take all of it at once has not read for long; they come again."""
        said = b"".join(told)
        try:
            if said and stream.socket.send(said) == len(said):
                return
        except OSError:
            pass
        if said:
            self._let_go(selector, stream)

    def _let_go(self, selector: selectors.BaseSelector, stream: Stream) -> None:
        selector.unregister(stream.socket)
        del self._streams[stream.socket]
        stream.socket.close()
        with self._lock:
            self._open[stream.listener.sign_in] -= 1
            self._open += Counter()  # without those that have none
        _STREAMS.set(len(self._streams))
