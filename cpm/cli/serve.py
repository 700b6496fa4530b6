"""`cpm serve`: the pages and REST, by gunicorn."""

import os
import shutil
import sys
from pathlib import Path

import click

from cpm import settings as environment
from cpm.cli import harmless
from cpm.cli.terminal import Terminal, debug_option
from cpm.errors import Unavailable
from cpm.settings import Settings

_LONGEST_REQUEST = 60  # seconds


@click.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="0.0.0.0 for all; put a proxy with TLS before it."
)
@click.option("--port", type=click.IntRange(1, 65535), help="By default CPM_HTTP_PORT.")
@click.option("--processes", type=click.IntRange(1, 64), default=2, show_default=True)
@click.option("--threads", type=click.IntRange(1, 64), default=4, show_default=True, help="Of each process.")
@debug_option
def serve(host: str, port: int | None, processes: int, threads: int) -> None:
    """Serve pages and REST until it is stopped; a signal lets requests finish first."""
    settings = environment.load()
    engine = Terminal(None, "en", as_json=False).engine()  # says what is wrong before anything starts
    engine.database.close()
    address = f"{host}:{port or settings.http_port}"
    harmless.echo(f"Serving on http://{address}, as {settings.http_url} to the world.")
    sys.stdout.flush()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_metrics(settings, address))
    os.execv(  # noqa: S606 - our own interpreter, our own arguments
        sys.executable,
        [
            *(sys.executable, "-P", "-m", "gunicorn", "web.serving:application()"),
            *("--bind", address, "--workers", str(processes)),
            *("--worker-class", "web.live.gunicorn.Worker", "--threads", str(threads)),
            *("--timeout", str(_LONGEST_REQUEST), "--graceful-timeout", "20"),
            *("--config", "python:cpm.cli.gunicorn", "--no-control-socket"),
        ],
    )


def _metrics(settings: Settings, address: str) -> Path:
    """Where the processes add up their figures; those of an earlier run are gone."""
    folder = settings.home / "metrics" / address.replace(":", "_").replace("/", "_")
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    except OSError as error:
        raise Unavailable(f"Expected to make the folder {folder}, but {error.strerror}") from error
    return folder
