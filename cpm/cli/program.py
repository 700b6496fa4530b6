"""The outermost group: every refusal ends as a plain sentence on stderr and an exit code.

1 refused, 2 wrong usage (click's), 3 the database is locked, gone, too old or too new.
"""

import errno
import traceback
from typing import Any

import click

from cpm.cli.terminal import DEBUG
from cpm.errors import CpmError, Invalid, Unavailable
from rules.xml import Refused


class Program(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if isinstance(error, OSError) and error.errno == errno.EPIPE:
                raise  # `cpm journal ... | head`: click knows what to do
            if ctx.meta.get(DEBUG):
                traceback.print_exc()
            _complain(error)
            ctx.exit(3 if isinstance(error, Unavailable) else 1)


def _complain(error: Exception) -> None:
    if isinstance(error, CpmError):
        click.echo(f"cpm: {error}", err=True)
        for key, reason in error.problems if isinstance(error, Invalid) else ():
            click.echo(f"  {reason if key in reason else f'{key}: {reason}'}", err=True)
    elif isinstance(error, Refused):
        for finding in error.findings:
            click.echo(f"cpm: {finding}", err=True)
    else:
        kind = type(error).__name__
        click.echo(f"cpm: this should not have happened: {kind}: {error} (more with --debug)", err=True)
