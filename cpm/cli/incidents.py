"""`cpm incident ...`: what the standard path did not foresee."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from cpm import writing
from cpm.cli import files, layout, options, telling
from cpm.cli.terminal import Terminal, printing
from cpm.commands import incidents as raising
from cpm.commands import resolutions
from cpm.commands.resolvable import OUTCOMES
from cpm.model import Origin, Remedy
from cpm.queries import entered, incidents, people, stopping_policies, words
from cpm.queries.incidents import IncidentLine, IncidentView

_INCIDENT = click.argument("incident_id", metavar="ID", type=int)
_NOTE = click.option("--note", default="", metavar="TEXT", help="What happened, or why.")


@click.group()
def incident() -> None:
    """Exceptions: look at them, declare, settle, ask others."""


@incident.command(name="list")
@click.option("--team", metavar="KEY")
@printing
def list_(terminal: Terminal, team: str | None) -> None:
    """Open exceptions of your teams, the most urgent first; all of them for supervisors."""
    with terminal.engine().read() as look:
        found = incidents.open_incidents(look, login=terminal.user, team=team, language=terminal.language)
        teams = people.team_names(look, terminal.language)
    terminal.show(found, _table(terminal, found, teams))


@incident.command()
@_INCIDENT
@printing
def show(terminal: Terminal, incident_id: int) -> None:
    """One exception: what happened, and what each remedy would do."""
    with terminal.engine().read() as look:
        view = incidents.view(look, incident_id, terminal.language)
        teams = people.team_names(look, terminal.language)
    terminal.show(view, _page(terminal, view, teams))


@incident.command()
@click.argument("task_id", metavar="TASK", type=int)
@click.option("--kind", required=True, metavar="KIND", help="As `cpm task` lists them.")
@_NOTE
@click.option("--attach", type=click.Path(exists=True, dir_okay=False, path_type=Path), multiple=True)
@options.settings
@options.data
@options.assent
@printing
def declare(
    terminal: Terminal,
    task_id: int,
    *,
    kind: str,
    note: str,
    attach: Sequence[Path],
    given: Sequence[tuple[str, str]],
    file: str | None,
) -> None:
    """Say that a task you hold does not fit: it waits until the special case is settled."""
    engine, facts = terminal.engine(), files.data(dict(given), file)
    with terminal.begin(engine) as uow:
        made = raising.declare(
            uow,
            task_id,
            kind=kind,
            note=note,
            facts=facts,
            attachments=[files.attachment(path) for path in attach],
        )
        case = made.case
    telling.tell(terminal, engine, case, uow.journal, incident=made.id)


@incident.command()
@_INCIDENT
@click.option("--remedy", type=click.Choice([word.value for word in Remedy]), required=True)
@_NOTE
@options.settings
@options.data
@click.option("--team", metavar="KEY", help="Who takes over (handover).")
@click.option("--outcome", type=click.Choice(OUTCOMES), default="handed_over", show_default=True)
@click.option("--to", metavar="ID", help="The step at which it goes on (move); `cpm case places` names them.")
@click.option("--preview", is_flag=True, help="Only say what would happen.")
@options.assent
@printing
def resolve(
    terminal: Terminal,
    incident_id: int,
    *,
    remedy: str,
    note: str,
    given: Sequence[tuple[str, str]],
    file: str | None,
    team: str | None,
    outcome: str,
    to: str | None,
    preview: bool,
) -> None:
    """Settle an exception with one of its remedies, and let the case go on.

    For example: cpm incident resolve 3 --remedy correct --set email=right@example.org
    """
    engine = terminal.engine()
    with engine.read() as look:
        typed = entered.for_incident(look, incident_id, dict(given), terminal.language)
    data = {**files.data({}, file), **typed}
    transaction = engine.rehearse if preview else engine.begin
    with transaction(terminal.acting(), terminal.assent()) as uow:
        done = resolutions.resolve(
            uow, incident_id, Remedy(remedy), note=note, data=data, team=team, outcome=outcome, to=to
        )
        number, told = done.case.number, telling.words(terminal, uow, done.case)
    telling.show(terminal, number, told, incident=incident_id, preview=preview)


@incident.command()
@_INCIDENT
@click.option("--title", required=True, metavar="TEXT", help="What they are asked to do.")
@click.option("--team", required=True, metavar="KEY")
@options.assent
@printing
def ask(terminal: Terminal, incident_id: int, *, title: str, team: str) -> None:
    """Ask another team for something; `cpm complete` with note=... is their answer."""
    engine = terminal.engine()
    with terminal.begin(engine) as uow:
        asked = resolutions.ask(uow, incident_id, title=title, team=team)
        case = asked.case
    telling.tell(terminal, engine, case, uow.journal, task=asked.id)


def _table(terminal: Terminal, lines: Sequence[IncidentLine], teams: Mapping[str, str]) -> str:
    if not lines:
        return terminal.say("Keine offenen Ausnahmen.", "No open exceptions.")
    german = ("Nr.", "Ausnahme", "Vorgang", "Kunde", "Team", "bei", "Schwere", "fällig")
    english = ("ID", "Exception", "Case", "Customer", "Team", "with", "Severity", "due")
    rows = [
        (
            str(line.id),
            line.title,
            line.case,
            line.customer,
            teams.get(line.team, line.team),
            line.assignee or "",
            words.severity(line.severity, terminal.language),
            terminal.moment(line.due) + (" !" if line.overdue else ""),
        )
        for line in lines
    ]
    return layout.table(english if terminal.language == "en" else german, rows)


def _page(terminal: Terminal, view: IncidentView, teams: Mapping[str, str]) -> str:
    line, say = view.incident, terminal.say
    head = [
        (say("Vorgang", "Case"), f"{line.case} ({line.customer})"),
        (say("Schritt", "Step"), view.step or ""),
        (say("Was geschah", "What happened"), view.what),
        (_who_said(terminal, view), view.message),
        (say("Team", "Team"), teams.get(line.team, line.team)),
        (say("Fällig", "Due"), terminal.moment(line.due)),
        (say("Versuch von selbst", "Try by itself"), terminal.moment(line.auto_at) if line.auto_at else ""),
        (say("Zugeordnet durch", "Routed by"), view.rule),
        (say("Stand", "State"), words.state(line.state, terminal.language)),
        (say("Gelöst von", "Settled by"), view.resolved_by or ""),
    ]
    told = {**view.facts, **view.facts.get("inputs", {})}
    facts = layout.named(
        (name, _value(terminal, value))
        for name, value in told.items()
        if name not in ("inputs", "headers", stopping_policies.SAID)
    )
    correct = layout.named((name, _value(terminal, value)) for name, value in view.correctable.items())
    remedies = layout.named(view.remedies)
    asked = "\n".join(
        f"{one.task}  {one.title} ({teams.get(one.team, one.team)}, {words.state(one.state, terminal.language)})"
        + (f"\n    {one.answer}" if one.answer else "")
        for one in view.asked
    )
    parts = [
        f"{line.id}  {line.title}",
        layout.named(head),
        layout.section(say("Tatsachen", "Facts"), facts),
        layout.section(say("Zu berichtigen (--set NAME=WERT)", "To put right (--set NAME=VALUE)"), correct),
        layout.section(say("Abhilfen (--remedy)", "Remedies (--remedy)"), remedies),
        layout.section(say("Nachgefragt", "Asked"), asked),
        layout.section(say("Dateien", "Files"), "\n".join(view.documents)),
    ]
    return "\n".join(part for part in parts if part)


def _who_said(terminal: Terminal, view: IncidentView) -> str:
    if view.origin in (Origin.DECLARED, Origin.MODEL):
        return terminal.say("Meldung", "Message")
    return words.technical(terminal.language)


def _value(terminal: Terminal, value: object) -> str:
    return "" if value is None else writing.written(value, terminal.language, terminal.zone)
