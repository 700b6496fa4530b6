"""The outermost group: every refusal ends as a plain sentence on stderr and an exit code.

1 refused, 2 wrong usage (click's), 3 the database is locked, gone, too old or too new.
"""

import errno
import io
import traceback
from typing import Any

import click

from cpm.cli import harmless
from cpm.cli.terminal import DEBUG
from cpm.errors import CpmError, Invalid, Unavailable
from cpm.policies import PolicyNeedsApproval, PolicyRefusal, PolicyWarning
from rules.xml import Refused


class Program(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.ClickException as error:
            _misused(error)
            ctx.exit(error.exit_code)
        except (click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if isinstance(error, OSError) and error.errno == errno.EPIPE:
                raise  # `cpm journal ... | head`: click knows what to do
            if ctx.meta.get(DEBUG):
                harmless.echo(traceback.format_exc().rstrip(), err=True)
            _complain(error)
            ctx.exit(3 if isinstance(error, Unavailable) else 1)


def _misused(error: click.ClickException) -> None:
    """As click says it, but through our door: it repeats what was typed, and files have strange names."""
    said = io.StringIO()
    error.show(file=said)
    harmless.echo(said.getvalue().rstrip("\n"), err=True)


def _complain(error: Exception) -> None:
    if isinstance(error, CpmError):
        harmless.echo(f"cpm: {error}", err=True)
        if isinstance(error, PolicyRefusal):
            harmless.echo(_way_on(error), err=True)
        for key, reason in error.problems if isinstance(error, Invalid) else ():
            harmless.echo(f"  {reason if key in reason else f'{key}: {reason}'}", err=True)
    elif isinstance(error, Refused):
        for finding in error.findings:
            harmless.echo(f"cpm: {finding}", err=True)
    else:
        kind = type(error).__name__
        harmless.echo(f"cpm: this should not have happened: {kind}: {error} (more with --debug)", err=True)


def _way_on(error: PolicyRefusal) -> str:
    """The policies by name, and which option would let it pass, if any."""
    keys = ", ".join(policy.key for policy in error.policies)
    if isinstance(error, PolicyWarning):
        options = " ".join(f"--confirm {policy.key}" for policy in error.policies)
        return f"  {keys}: go on with {options}"
    if error.may_override or error.may_approve:
        return f"  {keys}: go on with --override REASON"
    if isinstance(error, PolicyNeedsApproval) and error.state != "asked":
        return f"  {keys}: ask for it with --ask REASON"
    return f"  {keys}"
