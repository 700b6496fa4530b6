"""`cpm work`: do what machines do."""

import os
import sys
from functools import partial

import click

from cpm import installation
from cpm import settings as environment
from cpm.cli import harmless, running
from cpm.cli.terminal import Terminal, debug_option
from cpm.following import Follower
from cpm.settings import Settings
from cpm.worker import Watch, Worker

_MOST_BY_ITSELF = 4


@click.command()
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    help="Workers; by default one for each core, at most 4, and with SQLite one.",
)
@click.option(
    "--calls",
    type=click.IntRange(1, 64),
    default=2,
    show_default=True,
    help="External calls at a time, of each worker.",
)
@click.option("--once", is_flag=True, help="Do everything that is due now, then end.")
@debug_option
def work(processes: int | None, calls: int, *, once: bool) -> None:
    """Make calls, ring timers, file mail, until it is stopped; as many of these may run as you like.

    A worker that dies is started anew; a job that three of them died of is set aside.
    """
    settings = environment.load()
    running.log_to_stderr(settings.log_level)
    engine = Terminal(None, "en", as_json=False).engine()  # says what is wrong before anything starts
    if once:
        harmless.echo(f"Done: {Follower(engine).once() + Worker(engine).drain()}")
        return
    count = processes or _usual(several=engine.database.postgresql)
    engine.database.close()
    harmless.echo(f"Working with {count} {'worker' if count == 1 else 'workers'}.")
    sys.stdout.flush()
    _watch(settings, count, calls)


def _watch(settings: Settings, count: int, calls: int) -> None:
    opened = partial(installation.opened, settings)
    Watch(opened, settings.home, processes=count, calls=calls).run()


def _usual(*, several: bool) -> int:
    """SQLite has one writer: a second process would only wait for the first."""
    return min(os.cpu_count() or 1, _MOST_BY_ITSELF) if several else 1
