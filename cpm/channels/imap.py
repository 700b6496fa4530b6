"""One folder of an IMAP account: what lies there, the bytes of a message, and what becomes of it afterwards.

No database here, and nothing of a message is read but its bytes. Whatever goes wrong is an `ImapTrouble`, in a sentence
for operators. Of imap-tools we use what signs in, selects and waits: its `flag` and `delete` expunge the whole folder,
so they would destroy what somebody else has only marked (imap-tools 1.16, mailbox.py).
"""

import contextlib
import imaplib
import io
import re
import selectors
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.utils import encode_folder

from cpm.channels.imap_troubles import ImapTrouble, plain_words

_SECONDS = 30.0  #: for an answer of the server
_AT_ONCE = 200  #: messages that are asked about in one command
_SLICE = 1.0  #: second; how soon somebody who waits for new mail hears that they are to stop
_UID, _SIZE = re.compile(rb"\bUID (\d+)"), re.compile(rb"\bRFC822\.SIZE (\d+)")
_DATE = re.compile(rb'\bINTERNALDATE "([^"]+)"')


@dataclass(frozen=True, slots=True)
class Account:
    host: str
    port: int
    security: str  #: tls | starttls | none
    user: str
    secret: str
    token: bool = False  #: the secret is a bearer token (XOAUTH2), no password
    seconds: float = _SECONDS


@dataclass(frozen=True, slots=True)
class Found:
    """A message as the server describes it."""

    uid: int
    size: int  #: bytes; some servers guess
    at: datetime | None  #: when it reached the server


class Box:
    """A signed-in connection; `open` a folder before anything else."""

    def __init__(self, client: BaseMailBox, account: Account) -> None:
        self._box, self._account = client, account
        self._client: imaplib.IMAP4 = client.client

    @property
    def can_idle(self) -> bool:
        return self._can("IDLE")

    def folders(self) -> list[str]:
        with self._words("list its folders"):
            return [found.name for found in self._box.folder.list()]

    def open(self, folder: str) -> int:
        """Look at the folder as it is now; its UIDVALIDITY, under which uids mean the same message for ever."""
        with self._words(f"open the folder {folder!r}", "folder"):
            self._box.folder.set(folder)
            self._told()  # how many there are as it is opened is no news
            said = self._client.response("UIDVALIDITY")[1]
            return int(said[0]) if said and said[0] else 1

    def uids(self, first: int, last: int | None = None) -> list[int]:
        """Those from `first` to `last` that are still there, in order."""
        span = f"{first}:{'*' if last is None else last}"
        found = self._search("UID", span)
        # `9:*` is the last message even if its uid is 5 (RFC 3501 6.4.8)
        return [uid for uid in found if uid >= first and (last is None or uid <= last)]

    def older(self, last: int, before: date) -> list[int]:
        """Those up to uid `last` that reached the server before this day."""
        return self._search(
            "UID", f"1:{last}", "BEFORE", f"{before.day}-{_MONTHS[before.month - 1]}-{before.year}"
        )

    def described(self, uids: Sequence[int]) -> Iterator[list[Found]]:
        """In portions; those that are gone meanwhile are left out."""
        for start in range(0, len(uids), _AT_ONCE):
            asked = uids[start : start + _AT_ONCE]
            with self._words("describe its messages"):
                said = self._ask("FETCH", _numbers(asked), "(UID RFC822.SIZE INTERNALDATE)")
            found = {one.uid: one for one in map(_described, said) if one is not None}
            yield [found[uid] for uid in asked if uid in found]

    def raw(self, uid: int, *, at_most: int | None = None) -> bytes | None:
        """The message byte for byte, or its beginning; None if it is gone. Nothing is marked as read."""
        part = "" if at_most is None else f"<0.{at_most}>"
        with self._words(f"hand over message {uid}", "message"):
            return _content(self._ask("FETCH", str(uid), f"(UID BODY.PEEK[]{part})"), uid)

    def mark_seen(self, uids: Sequence[int]) -> None:
        with self._words("mark messages as read"):
            self._store(uids, r"\Seen")

    def move(self, uids: Sequence[int], folder: str) -> None:
        """Copied first and then deleted where the server cannot do it in one (RFC 6851)."""
        if not uids:
            return
        with self._words(f"move messages to the folder {folder!r}", "move"):
            target = encode_folder(folder)
            if self._can("MOVE"):
                self._ask("MOVE", _numbers(uids), target)
            else:
                self._ask("COPY", _numbers(uids), target)
        if not self._can("MOVE"):
            self.delete(uids)

    def delete(self, uids: Sequence[int]) -> None:
        """For good where the server can expunge these alone (RFC 4315); else they are left marked as deleted."""
        with self._words("delete messages"):
            self._store(uids, r"\Deleted")
            if uids and self._can("UIDPLUS"):
                self._ask("EXPUNGE", _numbers(uids))

    def wait(self, within: timedelta, stopped: Callable[[], bool]) -> bool:
        """Wait for new mail (RFC 2177); whether the server told of some. Ends early if it is `stopped`."""
        if self._told():
            return True
        until = time.monotonic() + within.total_seconds()
        with self._words("tell us of new mail"):
            self._box.idle.start()  # type: ignore[no-untyped-call]
            told: list[bytes] = []
            while not told and not stopped() and time.monotonic() < until:
                if self._has_said() or self._is_saying():
                    told = [self._line()]
            told += self._box.idle.stop()[1]  # type: ignore[no-untyped-call]
        return any(b"EXISTS" in (line or b"") for line in told)

    def _told(self) -> bool:
        """Whether an answer to another command told of new mail since this was asked last (RFC 3501 7.3.1); IDLE may not again."""
        return self._client.untagged_responses.pop("EXISTS", None) is not None

    def _is_saying(self) -> bool:
        """Whether something comes within a moment. imap-tools' `poll` takes half a line for the end of the connection."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._client.sock, selectors.EVENT_READ)
            return bool(selector.select(_SLICE))

    def _line(self) -> bytes:
        """A whole one, however many packets it takes."""
        line: bytes = self._client.readline()
        if not line.endswith(b"\n"):
            raise imaplib.IMAP4.abort("the connection has ended")
        return line

    def _has_said(self) -> bool:
        """A line that came with the last one lies in Python's buffer, where no poll of the socket sees it."""
        sock, file = self._client.sock, cast("io.BufferedReader", self._client.file)
        before = sock.gettimeout()
        sock.settimeout(0)
        try:
            return bool(file.peek(1))
        except OSError:
            return False
        finally:
            sock.settimeout(before)

    def _can(self, what: str) -> bool:
        return what in self._client.capabilities

    def _search(self, *criteria: str) -> list[int]:
        with self._words("search its messages"):
            said = self._ask("SEARCH", *criteria)
            return sorted(int(uid) for line in said if line for uid in line.split())

    def _store(self, uids: Sequence[int], flag: str) -> None:
        for start in range(0, len(uids), _AT_ONCE):
            self._ask("STORE", _numbers(uids[start : start + _AT_ONCE]), "+FLAGS.SILENT", f"({flag})")

    def _ask(self, command: str, *arguments: Any) -> list[Any]:
        status, said = self._client.uid(command, *arguments)
        if status != "OK":
            raise imaplib.IMAP4.error(f"{status} {said!r}")
        return said

    def _words(self, what: str, code: str = "server") -> contextlib.AbstractContextManager[None]:
        return plain_words(self._account.host, self._account.secret, what, code)


@contextlib.contextmanager
def signed_in(account: Account) -> Iterator[Box]:
    """A connection to the account, closed in the end. Raises ImapTrouble."""
    with plain_words(account.host, account.secret, "take a connection", "connection"):
        client = _connected(account)
    try:
        with plain_words(account.host, account.secret, f"sign in {account.user}", "login"):
            _sign_in(client, account)
        yield Box(client, account)
    finally:
        # whatever has happened to the connection, we are done with it; imaplib closes it only after a good answer
        with contextlib.suppress(Exception):
            client.client.sock.settimeout(2)
            client.client.logout()
        with contextlib.suppress(Exception):
            client.client.shutdown()


def _connected(account: Account) -> BaseMailBox:
    place = {"host": account.host, "port": account.port, "timeout": account.seconds}
    if account.security == "none":
        return MailBoxUnencrypted(**place)
    # imaplib by itself asks for no certificate (ssl._create_stdlib_context)
    trusted = ssl.create_default_context()
    kind = MailBox if account.security == "tls" else MailBoxStartTls
    return kind(**place, ssl_context=trusted)


def _sign_in(client: BaseMailBox, account: Account) -> None:
    if account.token:
        client.xoauth2(account.user, account.secret, initial_folder=None)
    elif account.user.isascii() and account.secret.isascii():
        client.login(account.user, account.secret, initial_folder=None)
    else:
        client.login_utf8(account.user, account.secret, initial_folder=None)
    client.client._get_capabilities()  # noqa: SLF001 - many change with the sign-in


def _numbers(uids: Sequence[int]) -> str:
    return ",".join(map(str, uids))


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _described(said: Any) -> Found | None:
    line = said[0] if isinstance(said, tuple) else said
    uid, size = _UID.search(line or b""), _SIZE.search(line or b"")
    if uid is None or size is None:
        return None
    return Found(int(uid[1]), int(size[1]), _moment(_DATE.search(line)))


def _moment(found: re.Match[bytes] | None) -> datetime | None:
    try:
        return datetime.strptime(found[1].decode("ascii").strip(), "%d-%b-%Y %H:%M:%S %z") if found else None
    except ValueError:
        return None


def _content(said: Sequence[Any], uid: int) -> bytes | None:
    """Among it may stand news of other messages."""
    for part, after in zip(said, [*said[1:], b""], strict=True):
        if isinstance(part, tuple) and b"BODY[]" in part[0].upper():
            told = _UID.search(part[0]) or _UID.search(after if isinstance(after, bytes) else b"")
            if told is None or int(told[1]) == uid:
                return bytes(part[1])
        elif isinstance(part, bytes) and re.search(rb'BODY\[\](?:<0>)? (?:""|NIL)', part):
            return b""
    return None


__all__ = ["Account", "Box", "Found", "ImapTrouble", "signed_in"]
