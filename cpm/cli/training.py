"""`cpm training`: the place to practise, beside the real installation."""

import os
import subprocess
import sys

import click

from cpm import settings as environment
from cpm import training_settings
from cpm.cli import installation, layout, running
from cpm.cli.terminal import Terminal, printing
from cpm.demo import sandbox
from cpm.demo.tree import Tree
from cpm.errors import Invalid, Unavailable


@click.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="0.0.0.0 for all; put a proxy with TLS before it."
)
@click.option("--over", is_flag=True, help="Begin afresh: all that was done there is gone.")
@printing
def training(terminal: Terminal, *, host: str, over: bool) -> None:
    """Run the place to practise until Ctrl-C: made-up cases, the processes in force, and nothing leaves the house.

    People come over from their desk (CPM_TRAINING_URL).
    """
    settings = environment.load()
    if settings.training.here:
        raise Invalid("Expected the real installation to start its training, but this is the training itself")
    environ = sandbox.environ(os.environ, settings)
    _prepare(terminal, environ, over=over)
    port = str(settings.training.port)
    with running.until_stopped() as stopped, Tree(environ, stopped) as tree:
        tree.start("serve", "--host", host, "--port", port, "--processes", "1")
        tree.start("work")
        tree.until_listening("serve", settings.training.port)
        if not stopped.is_set():
            terminal.show({"url": environ["CPM_HTTP_URL"]}, _page(terminal, environ["CPM_HTTP_URL"]))
            sys.stdout.flush()
        tree.watch()


def _prepare(terminal: Terminal, environ: dict[str, str], *, over: bool) -> None:
    """Its database, what is in force, and cases; what is there stays unless it is to begin afresh."""
    made = subprocess.run(
        [sys.executable, "-P", "-m", "cpm.cli", "init"],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise Unavailable(f"Expected to make a place to practise, but {made.stderr.strip()}")
    (sandbox.folder(terminal.engine().settings) / training_settings.MARK).touch()
    practice = installation.engine(environ)
    sandbox.copy(terminal.engine(), practice)
    if over:
        sandbox.start_over(practice, sandbox.ACTOR)
    sandbox.load(practice)


def _page(terminal: Terminal, url: str) -> str:
    say = terminal.say
    head = say("Die Trainingsumgebung läuft; Strg-C beendet sie.", "The training is running; Ctrl-C ends it.")
    how = say("Hinein geht es vom Schreibtisch aus: „Üben“.", "People come over from their desk: “Practise”.")
    return f"{head}\n\n{layout.named([(say('Im Browser', 'In the browser'), url)])}\n{how}"
