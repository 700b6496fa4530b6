"""`cpm case ...` and `cpm journal`."""

from collections.abc import Sequence

import click

from cpm import writing
from cpm.cli import layout, options, tasks, telling
from cpm.cli.terminal import Terminal, printing
from cpm.model import CaseState
from cpm.queries import cases, journal, words
from cpm.queries.cases import CaseLine, CaseView


@click.group()
def case() -> None:
    """Cases, closed ones too."""


@case.command(name="list")
@click.option("--state", type=click.Choice([word.value for word in CaseState]))
@click.option("--team", metavar="KEY")
@click.option("--customer", metavar="TEXT", help="A part of a name, or a whole address.")
@printing
def list_(terminal: Terminal, state: str | None, team: str | None, customer: str | None) -> None:
    """Cases, the newest first."""
    with terminal.engine().read() as look:
        found = cases.search(
            look,
            state=CaseState(state) if state else None,
            team=team,
            customer=customer,
            language=terminal.language,
        )
    terminal.show(found, _table(terminal, found))


@case.command()
@options.number
@printing
def show(terminal: Terminal, case_id: int) -> None:
    """One case whole: what is open, what it waits for, what was said."""
    with terminal.engine().read() as look:
        view = cases.view(look, case_id, terminal.language)
    terminal.show(view, _page(terminal, view))


@click.command(name="journal")
@options.number
@printing
def journal_(terminal: Terminal, case_id: int) -> None:
    """The whole story of a case."""
    with terminal.engine().read() as look:
        found = journal.journal(look, case_id, terminal.language)
    state = words.state(found.state, terminal.language) + (f": {found.outcome}" if found.outcome else "")
    head = f"{found.case}  {found.subject}\n{found.customer} · {found.process} · {state}\n"
    terminal.show(found, f"{head}\n{telling.story(found.entries, terminal.language)}")


def _table(terminal: Terminal, lines: Sequence[CaseLine]) -> str:
    if not lines:
        return terminal.say("Keine Vorgänge.", "No cases.")
    german = ("Nummer", "Stand", "Kunde", "Betreff", "Team", "fällig")
    english = ("Number", "State", "Customer", "Subject", "Team", "due")
    rows = [
        (
            line.case,
            _state(terminal, line),
            line.customer,
            line.subject,
            line.team or "",
            terminal.moment(line.due),
        )
        for line in lines
    ]
    return layout.table(english if terminal.language == "en" else german, rows)


def _state(terminal: Terminal, line: CaseLine) -> str:
    return line.outcome or words.state(line.state, terminal.language)


def _page(terminal: Terminal, view: CaseView) -> str:
    line, say = view.case, terminal.say
    head = [
        (say("Kunde", "Customer"), ", ".join([line.customer, *view.addresses])),
        (say("Prozess", "Process"), line.process),
        (say("Stand", "State"), _state(terminal, line)),
        (say("Ausgesetzt", "Suspended"), _suspended(terminal, view)),
        (say("Team", "Team"), line.team or ""),
        (say("Priorität", "Priority"), str(line.priority)),
        (say("Zugesagt", "Promised"), terminal.moment(line.due)),
        (say("Eröffnet", "Opened"), terminal.moment(line.opened)),
        (say("Geschlossen", "Closed"), terminal.moment(line.closed)),
        (say("Folgt auf", "Follows"), view.earlier or ""),
    ]
    waiting = "\n".join(
        f"{one.kind}: {one.step or ''} {one.state or ''} {terminal.moment(one.at)}".rstrip()
        + (f"\n    {words.technical(terminal.language)}: {one.error}" if one.error else "")
        for one in view.waiting
    )
    open_incidents = "\n".join(
        f"{one.id}  {one.title} ({words.state(one.state, terminal.language)})" for one in view.incidents
    )
    messages = "\n".join(
        f"{terminal.moment(one.at)}  {'←' if one.direction == 'in' else '→'} "
        f"{one.sender if one.direction == 'in' else ', '.join(one.recipients)}: {one.subject}\n"
        f"{layout.paragraph(one.text, first='  ', rest=2)}"
        for one in view.messages
    )
    documents = "\n".join(f"{one.name} ({one.bytes} Bytes, {one.media_type})" for one in view.documents)
    data = "\n".join(
        f"{name} = {_value(terminal, value)}" for name, value in view.data.items() if value is not None
    )
    parts = [
        f"{line.case}  {line.subject}",
        layout.named(head),
        layout.section(say("Aufgaben", "Tasks"), tasks.table(terminal, view.tasks) if view.tasks else ""),
        layout.section(say("Wartet auf", "Waits for"), waiting),
        layout.section(say("Ausnahmen", "Exceptions"), open_incidents),
        layout.section(say("Nachrichten", "Messages"), messages),
        layout.section(say("Dateien", "Files"), documents),
        layout.section(say("Daten", "Data"), data),
    ]
    return "\n".join(part for part in parts if part)


def _suspended(terminal: Terminal, view: CaseView) -> str:
    by, since = terminal.say("von", "by"), terminal.say("seit", "since")
    return "; ".join(
        f"{by} {one.who}, {since} {terminal.moment(one.since)}: {one.why}" for one in view.suspensions
    )


def _value(terminal: Terminal, value: object) -> str:
    return " ".join(writing.written(value, terminal.language, terminal.zone).split())
