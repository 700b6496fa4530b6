"""`cpm case suspend|resume`, `cpm definition suspend|resume`, `cpm jobs suspend|resume|list`."""

import click

from cpm.cli import layout, options, telling
from cpm.cli.cases import case
from cpm.cli.terminal import Terminal, printing
from cpm.commands import suspending
from cpm.model import Timers
from cpm.queries import suspensions

_WHY = click.option("--why", required=True, metavar="TEXT", help="Kept with it, and shown to everybody.")
_BECAUSE = click.option("--why", default="", metavar="TEXT", help="Kept with it.")
_VERSION = click.option("--version", type=int, metavar="N", help="This version alone.")
_TIMERS = click.option(
    "--timers",
    type=click.Choice([word.value for word in Timers]),
    default=Timers.RING.value,
    show_default=True,
    help="ring: what came due happens at once; shift: all due times move by the pause.",
)


@case.command()
@options.number
@_WHY
@options.assent
@printing
def suspend(terminal: Terminal, case_id: int, *, why: str) -> None:
    """Let nothing of a case go on; what comes meanwhile is kept."""
    engine = terminal.engine()
    with terminal.begin(engine) as uow:
        suspending.suspend_case(uow, case_id, why=why)
        found = uow.case(case_id)
    telling.tell(terminal, engine, found, uow.journal)


@case.command()
@options.number
@_TIMERS
@_BECAUSE
@options.assent
@printing
def resume(terminal: Terminal, case_id: int, *, timers: str, why: str) -> None:
    """Let a suspended case go on."""
    engine = terminal.engine()
    with terminal.begin(engine) as uow:
        suspending.resume_case(uow, case_id, timers=Timers(timers), why=why)
        found = uow.case(case_id)
    telling.tell(terminal, engine, found, uow.journal)


@click.group()
def definition() -> None:
    """Processes: suspend them with all their cases, and let them go on."""


@definition.command(name="suspend")
@click.argument("process")
@_VERSION
@_WHY
@printing
def suspend_definition(terminal: Terminal, process: str, *, version: int | None, why: str) -> None:
    """The open cases of PROCESS stand still, and none begins."""
    with terminal.engine().begin(terminal.program("cpm definition")) as uow:
        suspending.suspend_process(uow, process, version=version, why=why)
    _list(terminal)


@definition.command(name="resume")
@click.argument("process")
@_VERSION
@_TIMERS
@_BECAUSE
@printing
def resume_definition(
    terminal: Terminal, process: str, *, version: int | None, timers: str, why: str
) -> None:
    """The cases of PROCESS go on, but for those that are suspended by themselves."""
    with terminal.engine().begin(terminal.program("cpm definition")) as uow:
        suspending.resume_process(uow, process, version=version, timers=Timers(timers), why=why)
    _list(terminal)


@click.group()
def jobs() -> None:
    """Kinds of jobs: suspend them while another system is down, and let them go on."""


@jobs.command(name="suspend")
@click.argument("kind")
@_WHY
@printing
def suspend_jobs(terminal: Terminal, kind: str, *, why: str) -> None:
    """Of KIND, such as smtp, smtp.send or timer, nothing is done, and no attempt is counted."""
    with terminal.engine().begin(terminal.program("cpm jobs")) as uow:
        suspending.suspend_jobs(uow, kind, why=why)
    _list(terminal)


@jobs.command(name="resume")
@click.argument("kind")
@_BECAUSE
@printing
def resume_jobs(terminal: Terminal, kind: str, *, why: str) -> None:
    """What is of KIND is done from now on, what was due first first."""
    with terminal.engine().begin(terminal.program("cpm jobs")) as uow:
        suspending.resume_jobs(uow, kind, why=why)
    _list(terminal)


@jobs.command(name="list")
@printing
def list_jobs(terminal: Terminal) -> None:
    """Processes and kinds of jobs that are suspended, with how much is held."""
    _list(terminal)


def _list(terminal: Terminal) -> None:
    with terminal.engine().read() as look:
        found = [
            {"suspension": one, "held": suspensions.held(look, one)}
            for one in suspensions.everything(look, terminal.language)
        ]
        rows = [_row(terminal, one, suspensions.held(look, one)) for one in suspensions.everything(look)]
    german = ("Ausgesetzt", "seit", "von", "warum", "Vorgänge", "Aufgaben", "Arbeiten")
    english = ("Suspended", "since", "by", "why", "Cases", "Tasks", "Jobs")
    nothing = terminal.say("Nichts ist ausgesetzt.", "Nothing is suspended.")
    head = english if terminal.language == "en" else german
    terminal.show(found, layout.table(head, rows) if rows else nothing)


def _row(terminal: Terminal, one: suspensions.Standing, held: suspensions.Held) -> tuple[str, ...]:
    what = one.key if one.version is None else f"{one.key} ({one.version})"
    counts = (held.cases, held.tasks, held.jobs)
    return (
        what,
        terminal.moment(one.since),
        one.who,
        one.why,
        *("" if each is None else str(each) for each in counts),
    )
