"""What `cpm backup` and `cpm restore` say."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from cpm.backup import Contents
from cpm.cli.terminal import Terminal
from cpm.database import Database
from cpm.model import Case, CaseState, Job, JobKind, JobState


def view(found: Contents, path: Path) -> dict[str, object]:
    """For programs; the secret itself is not shown."""
    header = found.header
    return {
        "file": str(path),
        "bytes": found.bytes,
        "taken_at": header.taken_at.isoformat(),
        "cpm": header.cpm,
        "schema": header.schema,
        "database": header.database,
        "settings": header.settings,
        "has_secret": header.secret is not None,
        "secret_mark": header.secret_mark,
        "rows": found.rows,
        "missing": list(found.missing),
    }


def taken(terminal: Terminal, found: Contents, path: Path, removed: Sequence[str]) -> str:
    lines = [_line(terminal, found, path), _secret(terminal, found)]
    if found.missing:
        lines.append(
            terminal.say(
                f"Achtung: {len(found.missing)} Inhalte von Dokumenten fehlen in der Ablage und damit in der Sicherung: `cpm store check`.",
                f"Beware: {len(found.missing)} contents of documents are missing in the store, and so in the backup: `cpm store check`.",
            )
        )
    lines += [terminal.say(f"Gelöscht: {name}", f"Removed: {name}") for name in removed]
    return "\n".join(lines)


def whole(terminal: Terminal, found: Contents, path: Path) -> str:
    about = [f"{name} {value}" for name, value in found.header.settings.items()]
    lines = [terminal.say("Die Sicherung ist ganz.", "The backup is whole."), _line(terminal, found, path)]
    lines += [f"cpm {found.header.cpm}, schema {found.header.schema}, {found.header.database}", *about]
    return "\n".join([*lines, _secret(terminal, found)])


def restored(terminal: Terminal, found: Contents, secret: str, database: Database, now: datetime) -> str:
    cases, calls, timers = _waiting(database, now)
    at = f"{found.header.taken_at:%d.%m.%Y %H:%M} UTC"
    return "\n".join(
        [
            terminal.say(
                f"Wiederhergestellt auf den Stand vom {at}: {cases} offene Vorgänge.",
                f"Restored as of {at}: {cases} open cases.",
            ),
            terminal.say(
                f"Sobald `cpm work` läuft, werden {calls} Aufrufe gemacht, unter denselben Schlüsseln wie zuvor, "
                f"und {timers} Fristen laufen ab, die inzwischen fällig sind.",
                f"As soon as `cpm work` runs, {calls} calls are made, under the same keys as before, and {timers} "
                "timers ring that are due by now.",
            ),
            _of_secret(terminal, secret),
        ]
    )


def _line(terminal: Terminal, found: Contents, path: Path) -> str:
    rows, size = sum(found.rows.values()), found.bytes / 1e6
    at, cases = f"{found.header.taken_at:%d.%m.%Y %H:%M:%S} UTC", found.rows.get("cases", 0)
    return terminal.say(
        f"{path}: {cases} Vorgänge, {rows} Zeilen, {size:.1f} MB, Stand {at}",
        f"{path}: {cases} cases, {rows} rows, {size:.1f} MB, as of {at}",
    )


def _secret(terminal: Terminal, found: Contents) -> str:
    if found.header.secret is not None:
        return terminal.say(
            "Sie enthält alle Daten und das Geheimnis, mit dem unsere Mails unterschrieben sind. Gut verwahren.",
            "It holds all data, and the secret that our mail is signed with. Keep it safe.",
        )
    return terminal.say(
        "Sie enthält alle Daten; das Geheimnis (CPM_SECRET oder var/secret) ist nicht darin, bitte gesondert verwahren.",
        "It holds all data, but not the secret (CPM_SECRET or var/secret): keep that elsewhere.",
    )


def _of_secret(terminal: Terminal, became: str) -> str:
    match became:
        case "restored" | "same":
            return terminal.say(
                "Das Geheimnis ist dasselbe wie zuvor: Antworten auf frühere Mails finden ihren Vorgang.",
                "The secret is the one of before: answers to earlier mail find their case.",
            )
        case _:
            return terminal.say(
                "Das Geheimnis ist ein anderes als zuvor: Antworten auf frühere Mails gelten nur noch, wenn sie von der "
                "Adresse des Kunden kommen.",
                "The secret is another than before: answers to earlier mail count only if they come from the "
                "customer's address.",
            )


def _waiting(database: Database, now: datetime) -> tuple[int, int, int]:
    """Open cases, calls to be made, timers that are due."""
    to_do = Job.state != JobState.DEAD
    with database.read() as session:
        cases = session.scalar(select(func.count()).select_from(Case).where(Case.state == CaseState.OPEN))
        leaving = Job.kind.in_((JobKind.CALL, JobKind.LETTER, JobKind.NOTICE))
        calls = session.scalar(select(func.count()).select_from(Job).where(leaving, to_do))
        due = select(func.count()).select_from(Job).where(Job.kind == JobKind.TIMER, Job.run_at <= now)
        return cases or 0, calls or 0, session.scalar(due) or 0
