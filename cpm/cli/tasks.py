"""`cpm tasks`, `task`, `claim`, `release` and `complete`."""

from collections.abc import Mapping, Sequence
from typing import Any

import click

from cpm.cli import choosing, files, layout, options, telling
from cpm.cli.terminal import Terminal, printing
from cpm.commands import tasks as commands
from cpm.queries import task as one
from cpm.queries import words, worklist
from cpm.queries.task import TaskView
from cpm.queries.worklist import TaskLine

_TASK = click.argument("task_id", metavar="ID", type=int)


@click.command()
@click.option("--all", "everybody", is_flag=True, help="Those of all teams and people, for supervisors.")
@printing
def tasks(terminal: Terminal, *, everybody: bool) -> None:
    """What waits for you and your teams, the most urgent first. Without a user: all there is."""
    with terminal.engine().read() as look:
        found = worklist.open_tasks(look, terminal.user, everybody=everybody, language=terminal.language)
    terminal.show(found, table(terminal, found))


@click.command()
@_TASK
@printing
def task(terminal: Terminal, task_id: int) -> None:
    """One task: what to say, what to do, what to fill in."""
    with terminal.engine().read() as look:
        view = one.view(look, task_id, terminal.language)
    terminal.show(view, _page(terminal, view))


@click.command()
@_TASK
@options.assent
@printing
def claim(terminal: Terminal, task_id: int) -> None:
    """Take a task."""
    engine = terminal.engine()
    with terminal.begin(engine) as uow:
        claimed = commands.claim(uow, task_id)
        case = claimed.case
    telling.tell(terminal, engine, case, uow.journal, task=task_id, state=claimed.state)


@click.command()
@_TASK
@options.assent
@printing
def release(terminal: Terminal, task_id: int) -> None:
    """Give a task back to its team."""
    engine = terminal.engine()
    with terminal.begin(engine) as uow:
        released = commands.release(uow, task_id)
        case = released.case
    telling.tell(terminal, engine, case, uow.journal, task=task_id, state=released.state)


@click.command()
@_TASK
@options.settings
@options.data
@click.option("--prefilled", is_flag=True, help="Take the text blocks as `cpm task` shows them.")
@options.assent
@printing
def complete(
    terminal: Terminal, task_id: int, *, given: Sequence[tuple[str, str]], file: str | None, prefilled: bool
) -> None:
    """Hand in what a task asks for, and let the case go on.

    For example: cpm complete 7 --set cause=late --set damage_text="Came three weeks late"
    """
    engine, data = terminal.engine(), files.data(dict(given), file)
    if prefilled:
        with engine.read() as look:
            data = {**one.blocks(look, task_id), **data}
    with terminal.begin(engine) as uow:
        done = commands.complete(uow, task_id, data, language=terminal.language)
        case = done.case
    telling.tell(terminal, engine, case, uow.journal, task=task_id, state=done.state)


def table(terminal: Terminal, lines: Sequence[TaskLine]) -> str:
    if not lines:
        return terminal.say("Nichts zu tun.", "Nothing to do.")
    german = ("Nr.", "Aufgabe", "Vorgang", "Kunde", "Team", "bei", "Stand", "Prio", "fällig")
    english = ("ID", "Task", "Case", "Customer", "Team", "with", "State", "Prio", "due")
    rows = [
        (
            str(line.id),
            line.title,
            line.case,
            line.customer,
            line.team,
            line.assignee or "",
            words.state(line.state, terminal.language),
            str(line.priority),
            terminal.moment(line.due) + (" !" if line.overdue else ""),
        )
        for line in lines
    ]
    return layout.table(english if terminal.language == "en" else german, rows)


def _page(terminal: Terminal, view: TaskView) -> str:
    line, say = view.task, terminal.say
    head = [
        (say("Vorgang", "Case"), f"{line.case} ({view.process}): {line.subject}"),
        (say("Kunde", "Customer"), line.customer),
        (say("Team", "Team"), line.team),
        (say("Bei", "With"), line.assignee or ""),
        (say("Fällig", "Due"), terminal.moment(line.due)),
        (say("Ausnahme", "Exception"), f"cpm incident show {line.incident}" if line.incident else ""),
    ]
    fields = "\n".join(_field(terminal, field) for field in view.fields)
    said = "\n".join(
        f"{terminal.moment(said.at)}  {said.sender}: {said.subject}\n{layout.paragraph(said.text, first='  ', rest=2)}"
        for said in view.messages
    )
    choice = view.choosing
    cases = "\n".join(f"{kind}  {meaning}" for kind, meaning in view.special_cases)
    parts = [
        f"{line.id}  {line.title}",
        layout.named(head),
        layout.section(say("Sagen", "Say"), layout.paragraph(view.say or "") if view.say else ""),
        layout.section(say("Tun", "Do"), layout.paragraph(view.do or "") if view.do else ""),
        layout.section(
            say("Fertig, wenn", "Done when"), layout.paragraph(view.done or "") if view.done else ""
        ),
        layout.section(
            say(f"Zur Wahl (cpm choose {line.id} SCHRITT)", f"To choose from (cpm choose {line.id} STEP)"),
            choosing.offered(terminal, choice) if choice else "",
        ),
        layout.section(say("Läuft", "Running"), choosing.running(choice) if choice else ""),
        layout.section(say("Formular (--set NAME=WERT)", "Form (--set NAME=VALUE)"), fields),
        layout.section(say("Zuletzt vom Kunden", "Last from the customer"), said),
        layout.section(
            say("Passt nicht? cpm incident declare --kind", "Does not fit? cpm incident declare --kind"),
            cases,
        ),
    ]
    return "\n".join(part for part in parts if part)


def _field(terminal: Terminal, field: Mapping[str, Any]) -> str:
    """`key*  Label [EUR] (choices)`, and below it what is in it already."""
    if "components" in field:
        return "\n".join([str(field["label"]), *(_field(terminal, each) for each in field["components"])])
    if "shown" not in field:
        return layout.paragraph(str(field["label"] or ""))
    if "rows" in field:
        return _list(terminal, field)
    unit = f" [{field['unit']}]" if field["unit"] else ""
    lines = [f"{field['key']}{'*' if field['required'] else ''}  {field['label']}{unit}"]
    notes = [field["help"] or "", ", ".join(f"{value}={label}" for value, label in field["options"])]
    if field["readonly"]:
        notes.append(terminal.say("nur zu lesen", "read only"))
    lines += [layout.paragraph(note, first="    ", rest=4) for note in notes if note]
    if field["shown"]:
        lines.append(layout.paragraph(field["shown"], first="    = ", rest=6))
    return "\n".join(lines)


def _list(terminal: Terminal, field: Mapping[str, Any]) -> str:
    """`key  Label`, what a row holds, and those that are in it already."""
    names = ", ".join(field["asks"])
    told = terminal.say(
        f"Zeilen mit {names}, als Liste in der Datei von --data",
        f"Rows of {names}, as a list in the file of --data",
    )
    lines = [f"{field['key']}  {field['label']}", layout.paragraph(told, first="    ", rest=4)]
    lines += [layout.paragraph(line, first="    = ", rest=6) for line in field["shown"].splitlines()]
    return "\n".join(lines)
