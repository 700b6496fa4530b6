"""`cpm case write`: a message of ours to a customer, from the shell."""

from collections.abc import Sequence
from typing import IO

import click

from cpm.cli import options
from cpm.cli.terminal import Terminal, printing
from cpm.commands import replies
from cpm.queries import access
from cpm.queries.written import Written


@click.command("write")
@options.number
@click.option("--to", required=True, metavar="ADDRESSES", help="One or more, separated by commas.")
@click.option("--cc", default="", metavar="ADDRESSES")
@click.option("--subject", required=True, metavar="TEXT")
@click.option(
    "--text",
    type=click.File(encoding="utf-8"),
    default="-",
    help="As it leaves, with salutation and closing; - is standard input.",
)
@click.option("--attach", "documents", type=int, multiple=True, metavar="ID", help="A file of the case.")
@click.option("--answers", type=int, metavar="ID", help="The message of the customer's that it answers.")
@click.option(
    "--in", "spoken", type=click.Choice(["de", "en"]), default="de", help="The language of the text."
)
@click.option("--unreachable-too", is_flag=True, help="Also to addresses from which mail came back.")
@options.assent
@printing
def write(
    terminal: Terminal,
    case_id: int,
    *,
    to: str,
    cc: str,
    subject: str,
    text: IO[str],
    documents: Sequence[int],
    answers: int | None,
    spoken: str,
    unreachable_too: bool,
) -> None:
    """Write to the customer by mail; it leaves with the next turn of a worker.

    For example: echo "Guten Tag ..." | cpm case write C-000042-7 --to mara@example.org --subject "Ihr Kessel"
    """
    written = Written(to, subject, text.read(), cc, "", tuple(documents), answers, spoken)
    with terminal.engine().begin(terminal.acting(), terminal.assent()) as uow:
        access.must_see(uow, case_id)
        made = replies.send_new(uow, case_id, written, unreachable_too=unreachable_too)
        told = {"reply": made.id, "state": made.state.value, "to": made.to, "message_id": made.message_id}
    terminal.show(
        told,
        terminal.say(
            f"Die Nachricht an {told['to']} geht hinaus.", f"The message to {told['to']} is leaving."
        ),
    )
