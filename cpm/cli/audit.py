"""`cpm audit`."""

import click

from cpm.cli import layout
from cpm.cli.terminal import Terminal, printing
from cpm.queries import audit as queries


@click.command()
@click.option("--what", metavar="WORD", help="Such as token.created, or token for all about tokens.")
@click.option("--by", "actor", metavar="USER", help="What one user did.")
@click.option("--before", type=int, metavar="ID", help="Older entries than this one.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@printing
def audit(terminal: Terminal, *, what: str | None, actor: str | None, before: int | None, limit: int) -> None:
    """Who changed what about people, access and definitions; the newest first."""
    with terminal.engine().read() as look:
        page = queries.entries(
            look, what=what, actor=actor, before=before, limit=limit, language=terminal.language
        )
    lines = [
        layout.paragraph(f"{terminal.moment(line.at)}  {line.who}: {line.sentence}", rest=18)
        for line in page.lines
    ]
    if page.before is not None:
        lines.append(
            terminal.say("Ältere: cpm audit --before", "Older: cpm audit --before") + f" {page.before}"
        )
    nothing = terminal.say("Nichts gefunden.", "Nothing found.")
    terminal.show(page, "\n".join(lines) or nothing)
