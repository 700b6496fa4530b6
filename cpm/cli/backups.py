"""`cpm backup` and `cpm restore`: an installation in one file, and back."""

import contextlib
import os
import re
import signal
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO, cast

import click

from cpm import backup as backups
from cpm import keeping, training_settings
from cpm import settings as environment
from cpm.backup import Contents, Header
from cpm.cli import harmless, installation, telling_backups
from cpm.cli.terminal import Terminal, printing
from cpm.clock import utcnow
from cpm.commands import suspending
from cpm.database import Database
from cpm.errors import Conflict, Invalid, WrongState
from cpm.installation import database_file, must_exist
from cpm.settings import Settings
from cpm.store import FileStore

#: What a backup is called that is put into a folder; others there are left alone.
_NAME = "cpm-{:%Y%m%dT%H%M%SZ}.backup"
_OURS = re.compile(r"cpm-\d{8}T\d{6}Z\.backup")


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--verify", is_flag=True, help="Read a backup whole and say what is in it; nothing is changed.")
@click.option(
    "--without-secret", is_flag=True, help="Leave out the secret that signs our mail; keep it elsewhere."
)
@click.option(
    "--keep", type=click.IntRange(1), metavar="N", help="In a folder: remove all but the N newest afterwards."
)
@printing
def backup(terminal: Terminal, path: Path, keep: int | None, *, verify: bool, without_secret: bool) -> None:
    """Write the whole installation into a new file, of one moment, while everything runs.

    PATH is the file, or a folder in which it is named after the moment. It holds all data of customers, hashes of
    passwords and, if the installation made it itself, the secret in var/secret: keep it as you keep the database.
    """
    if verify:
        whole = backups.contents(path)
        terminal.show(telling_backups.view(whole, path), telling_backups.whole(terminal, whole, path))
        return
    if keep is not None and not path.is_dir():
        raise click.UsageError(f"Expected a folder for --keep, but {path} is none.")
    found = environment.load()
    training_settings.must_not_be_here(found.training, "be backed up")
    must_exist(found.database_url)
    now = utcnow()
    file = path / _NAME.format(now) if path.is_dir() else path
    taken = _taken(
        installation.database(found.database_url),
        file,
        _about(found, now, secret=not without_secret),
        FileStore(found.documents.path),
    )
    gone = _removed(path, keep) if keep is not None else []
    about = {**telling_backups.view(taken, file), "removed": gone}
    terminal.show(about, telling_backups.taken(terminal, taken, file, gone))


@click.command()
@click.argument("path", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--replace", is_flag=True, help="Lose what the database holds now.")
@click.option(
    "--new-secret",
    is_flag=True,
    help="Do not take over the secret; for a backup after which cases were opened.",
)
@click.option(
    "--hold-calls",
    is_flag=True,
    help="Suspend all calls of other systems, mail too, until somebody resumes them.",
)
@printing
def restore(terminal: Terminal, path: Path, *, replace: bool, new_secret: bool, hold_calls: bool) -> None:
    """Put a backup into an empty database, SQLite or PostgreSQL alike; all of it, or nothing has changed.

    Stop web, workers and intake first. A backup of an older release is brought to this one.
    """
    _end_in_good_order()
    training_settings.must_not_be_here(environment.practised(), "be restored")
    url = environment.database_url()
    file = database_file(url)
    new = file is not None and not file.exists()
    who, now = terminal.program("cpm restore"), utcnow()
    try:
        database = installation.database(url)
        restored = backups.restore(database, path, replace=replace, who=who, now=now, told=_progress())
    except BaseException:
        if new and file is not None:
            _remove(file)
        raise
    secret = _secret(restored.header, take=not new_secret)
    held = _held(who) if hold_calls else []
    if environment.load().documents.store == FileStore.name:
        keeping.move(installation.engine(), FileStore.name, who)
    about = {**telling_backups.view(restored, path), "secret": secret, "held": held}
    terminal.show(about, telling_backups.restored(terminal, restored, secret, database, now))


def _taken(database: Database, file: Path, about: Callable[[str], Header], files: FileStore) -> Contents:
    """The file has its name only when it is whole, and only its owner may read it."""
    _end_in_good_order()
    if file.exists():
        raise Conflict(f"Expected to write a new file, but there is one at {file}")
    try:
        with tempfile.NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as part:
            try:
                taken = backups.take(database, cast("BinaryIO", part), about, _progress(), files)
                part.flush()
                os.fsync(part.fileno())
                Path(part.name).rename(file)
            except BaseException:
                Path(part.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise Invalid(f"Expected to write {file}, but {error.strerror}") from error
    return taken


def _about(found: Settings, now: datetime, *, secret: bool) -> Callable[[str], Header]:
    kept = found.secret.decode("latin-1") if secret and environment.own_secret() is not None else None
    told = {
        "firm": found.firm,
        "zone": found.zone.key,
        "land": found.land,
        "mail_from": found.mail_from,
        "mail_domain": found.mail_domain,
        "http_url": found.http_url,
    }
    kind = "sqlite" if found.database_url.startswith("sqlite") else "postgresql"

    def about(revision: str) -> Header:
        return Header(version("cpm"), revision, now, kind, told, backups.secret_mark(found.secret), kept)

    return about


def _removed(folder: Path, keep: int) -> list[str]:
    ours = sorted(file for file in folder.iterdir() if _OURS.fullmatch(file.name))
    for file in ours[:-keep]:
        file.unlink()
    return [file.name for file in ours[:-keep]]


def _secret(header: Header, *, take: bool) -> str:
    """What became of the secret: taken over, the same already, another one, or a new one."""
    own = environment.own_secret()
    if take and header.secret is not None and own is not None:
        secret = header.secret.encode("latin-1")
        if own.exists() and own.read_bytes() != secret:
            own.rename(own.with_name("secret.before-restore"))
        environment.keep_secret(own, secret)
        return "restored"
    same = backups.secret_mark(environment.load().secret) == header.secret_mark
    return "same" if same else "other"


def _held(who: str) -> list[str]:
    """Every connector is suspended, by whose name operators resume it; those that were already stay so."""
    engine = installation.engine()
    for name in engine.connectors:
        with contextlib.suppress(WrongState), engine.begin(who) as uow:
            suspending.suspend_jobs(uow, name, why="cpm restore --hold-calls")
    return sorted(engine.connectors)


def _remove(file: Path) -> None:
    """An SQLite database that was begun and not finished."""
    for name in (file.name, f"{file.name}-wal", f"{file.name}-shm"):
        file.with_name(name).unlink(missing_ok=True)


def _progress() -> Callable[[str, int], None]:
    """For who watches; nothing for programs and logs."""
    shown = sys.stderr.isatty()

    def told(table: str, rows: int) -> None:
        if shown:
            harmless.echo(f"{table}: {rows}", err=True)

    return told


def _end_in_good_order() -> None:
    """Who stops us leaves nothing half done: as Ctrl-C."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
