"""`cpm erp ...`: the ERPs that this installation works with."""

import click

from cpm.cli.erp_dunning import dun
from cpm.cli.erp_errands import feed, reconcile, sync
from cpm.cli.erp_play import play
from cpm.cli.erp_status import status


@click.group()
def erp() -> None:
    """The ERPs that this installation works with."""


erp.add_command(dun)
erp.add_command(play)
erp.add_command(status)
erp.add_command(feed)
erp.add_command(sync)
erp.add_command(reconcile)
