"""Mailboxes as text."""

from collections.abc import Sequence
from datetime import timedelta

from cpm.cli import layout
from cpm.cli.terminal import Terminal
from cpm.queries.mailboxes import MailboxLine, MailboxView

_CONDITIONS = {
    "ok": ("in Ordnung", "ok"),
    "new": ("noch nicht abgeholt", "not fetched yet"),
    "failing": ("gestört", "failing"),
    "paused": ("angehalten", "paused"),
    "forgotten": ("niemand holt ab: läuft cpm fetch?", "nobody fetches: is cpm fetch running?"),
}
_AFTERWARDS = {
    "keep": ("liegen lassen", "is left"),
    "seen": ("als gelesen markieren", "is marked as read"),
    "move": ("verschieben nach {folder}", "is moved to {folder}"),
    "delete": ("löschen nach {days} Tagen", "is deleted after {days} days"),
}


def table(terminal: Terminal, found: Sequence[MailboxLine]) -> str:
    if not found:
        return terminal.say(
            "Es gibt keine. Eines anlegen: cpm mailbox add", "There are none. To add one: cpm mailbox add"
        )
    say = terminal.say
    head = (
        say("Postfach", "Mailbox"),
        say("Zustand", "State"),
        say("zuletzt abgeholt", "last fetched"),
        say("wartet", "waiting"),
        say("seit", "for"),
        say("nicht geholt", "not fetched"),
        say("Grund", "Reason"),
    )
    rows = [
        (
            one.name,
            condition(terminal, one),
            terminal.moment(one.succeeded),
            str(one.waiting),
            _lag(one.lag),
            str(one.unfetched),
            one.why or "",
        )
        for one in found
    ]
    return layout.table(head, rows)


def page(terminal: Terminal, view: MailboxView) -> str:
    say, line = terminal.say, view.line
    idle = say(" oder sobald der Server es meldet", " or when the server tells of some") if view.idle else ""
    afterwards = say(*_AFTERWARDS[view.afterwards]).format(folder=view.move_to, days=view.keep_days)
    about = [
        (say("Postfach", "Mailbox"), line.name),
        (say("Zustand", "State"), condition(terminal, line)),
        (say("Grund", "Reason"), line.why or ""),
        (say("gestört seit", "failing since"), terminal.moment(line.since)),
        (say("zuletzt abgeholt", "last fetched"), terminal.moment(line.succeeded)),
        (say("wartet", "waiting"), f"{line.waiting} {_lag(line.lag)}" if line.waiting else ""),
        (say("Server", "Server"), f"{line.host}:{view.port} ({view.security}), {line.user}, {line.folder}"),
        (say("Prozess", "Process"), line.process),
        (say("Adressen", "Addresses"), ", ".join(view.addresses)),
        (say("Abruf", "Looks"), say(f"alle {view.every} s", f"every {view.every} s") + idle),
        (say("Danach", "Afterwards"), afterwards),
        (say("liest ab", "reads from"), terminal.moment(view.reads_from)),
    ]
    head = ("ID", "UID", say("Versuche", "Attempts"), say("nächster", "next"), say("Grund", "Reason"))
    rows = [
        (str(one.id), str(one.uid), str(one.attempts), terminal.moment(one.due), one.reason)
        for one in view.unfetched
    ]
    missing = layout.section(say("Nicht geholt:", "Not fetched:"), layout.table(head, rows)) if rows else ""
    return layout.named(about) + missing


def condition(terminal: Terminal, line: MailboxLine) -> str:
    return terminal.say(*_CONDITIONS[line.condition])


def _lag(lag: timedelta | None) -> str:
    return "" if lag is None else str(timedelta(seconds=int(lag.total_seconds())))
