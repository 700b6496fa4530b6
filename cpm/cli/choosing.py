"""`cpm choose`: what is done next in an ad-hoc subprocess, and when it is enough."""

from collections.abc import Sequence

import click

from cpm.cli import files, layout, options, telling
from cpm.cli.terminal import Terminal, printing
from cpm.commands import choices
from cpm.errors import Invalid
from cpm.queries.choosing import Choosing, Offered


@click.command()
@click.argument("task_id", metavar="ID", type=int)
@click.argument("element", required=False)
@click.option("--end", "ends", is_flag=True, help="Nothing more is to be done there.")
@click.option("--cancel-running", is_flag=True, help="With --end: although something still runs.")
@options.settings
@options.data
@options.assent
@printing
def choose(
    terminal: Terminal,
    task_id: int,
    element: str | None,
    *,
    ends: bool,
    cancel_running: bool,
    given: Sequence[tuple[str, str]],
    file: str | None,
) -> None:
    """Choose the next step at a task that offers some (`cpm task ID`), or end it.

    For example: cpm choose 7 call_customer
    """
    if ends == (element is not None):
        raise Invalid(
            "Expected a step to choose, or --end, but it is not so",
            de="Es fehlt der Schritt, oder --end, wenn nichts mehr zu tun ist.",
        )
    engine, data = terminal.engine(), files.data(dict(given), file)
    with terminal.begin(engine) as uow:
        if element is None:
            done = choices.end_choice(uow, task_id, cancel_running=cancel_running)
        else:
            done = choices.choose(uow, task_id, element, variables=data)
        case = done.case
    telling.tell(terminal, engine, case, uow.journal, task=task_id, state=done.state)


def offered(terminal: Terminal, found: Choosing) -> str:
    """`call_customer  Call the customer (done 2 times)`, and below it the hint."""
    return "\n".join(_offer(terminal, offer) for offer in found.offers)


def running(found: Choosing) -> str:
    return ", ".join(f"{one.name} ({one.times})" if one.times > 1 else one.name for one in found.running)


def _offer(terminal: Terminal, offer: Offered) -> str:
    times = terminal.say(f" ({offer.done}-mal erledigt)", f" (done {offer.done} times)") if offer.done else ""
    lines = [f"{offer.element}  {offer.name}{times}"]
    lines += [layout.paragraph(note, first="    ", rest=4) for note in (offer.suggested, offer.hint) if note]
    return "\n".join(lines)
