"""`cpm mailbox test`: one step after the other as far as it goes, and what is wrong in plain words. It changes nothing."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cpm.channels.imap import Box, ImapTrouble, signed_in
from cpm.fetching.accounts import account
from cpm.model import Afterwards, Mailbox


@dataclass(frozen=True, slots=True)
class Finding:
    fits: bool
    de: str
    en: str


def try_out(wanted: Mailbox, environ: Mapping[str, str] = os.environ) -> list[Finding]:
    """The last one does not fit if something is wrong."""
    found: list[Finding] = []
    try:
        found.extend(_steps(wanted, environ, found))
    except ImapTrouble as trouble:
        found.append(Finding(fits=False, de=trouble.sentence("de"), en=str(trouble)))
    return found


def _steps(wanted: Mailbox, environ: Mapping[str, str], found: list[Finding]) -> Iterator[Finding]:
    known = account(wanted, environ)
    found.append(_well("Das Passwort ist da.", "The password is there."))
    with signed_in(known) as box:
        encrypted = wanted.security != "none"
        found.append(
            _well(
                f"Verbunden mit {wanted.host}:{wanted.port}, {'verschlüsselt' if encrypted else 'unverschlüsselt'}, "
                f"und angemeldet als {wanted.user}.",
                f"Connected to {wanted.host}:{wanted.port}, {'encrypted' if encrypted else 'not encrypted'}, "
                f"and signed in as {wanted.user}.",
            )
        )
        validity = box.open(wanted.folder)
        found.append(_lies_there(wanted, box, validity))
        yield from _telling(wanted, box)
        yield from _moving(wanted, box)


def _lies_there(wanted: Mailbox, box: Box, validity: int) -> Finding:
    last = wanted.last_uid if wanted.uid_validity == validity else 0
    count, new = len(box.uids(1)), len(box.uids(last + 1))
    old = wanted.reads_from is not None
    return _well(
        f"Im Ordner {wanted.folder} liegen {count} Nachrichten, davon {new} noch nicht geholt"
        + (f"; geholt wird, was seit {wanted.reads_from:%d.%m.%Y %H:%M} (UTC) dort ankam." if old else "."),
        f"The folder {wanted.folder} holds {count} messages, {new} of them not fetched yet"
        + (f"; what came there since {wanted.reads_from:%Y-%m-%d %H:%M} (UTC) is fetched." if old else "."),
    )


def _telling(wanted: Mailbox, box: Box) -> Iterator[Finding]:
    if wanted.idle and not box.can_idle:
        yield _well(
            f"Der Server meldet neue Post nicht von selbst (IDLE); es wird alle {wanted.every} Sekunden nachgesehen.",
            f"The server does not tell of new mail by itself (IDLE); we look every {wanted.every} seconds.",
        )


def _moving(wanted: Mailbox, box: Box) -> Iterator[Finding]:
    if wanted.afterwards != Afterwards.MOVE or wanted.move_to in box.folders():
        return
    yield Finding(
        fits=False,
        de=f"Den Ordner {wanted.move_to}, in den Abgeholtes kommen soll, gibt es nicht.",
        en=f"Expected a folder {wanted.move_to} to move fetched mail to, but there is none.",
    )


def _well(de: str, en: str) -> Finding:
    return Finding(fits=True, de=de, en=en)
