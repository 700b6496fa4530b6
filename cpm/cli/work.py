"""`cpm work`: do what machines do."""

import click

from cpm import settings as environment
from cpm.cli import harmless, running
from cpm.cli.terminal import Terminal, debug_option
from cpm.worker import Worker


@click.command()
@click.option(
    "--calls", type=click.IntRange(1, 64), default=2, show_default=True, help="External calls at a time."
)
@click.option("--once", is_flag=True, help="Do everything that is due now, then end.")
@debug_option
def work(calls: int, *, once: bool) -> None:
    """Make calls, ring timers, file mail, until it is stopped; as many of these may run as you like."""
    running.log_to_stderr(environment.load().log_level)
    worker = Worker(Terminal(None, "en", as_json=False).engine())
    if once:
        harmless.echo(f"Done: {worker.drain()}")
        return
    with running.until_stopped(worker.stop):
        harmless.echo(f"Working as {worker.name}.")
        worker.run(calls=calls)
