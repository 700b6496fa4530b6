"""The engine for `cpm erp ...`: who tries the demo in a second window asks the ERP that the demo works with."""

import os

from cpm import settings
from cpm.cli import installation
from cpm.demo.erp import beside
from cpm.engine import Engine


def engine() -> Engine:
    """By the settings of this window; where they say nothing of an ERP, by those of the demo that runs here."""
    if "CPM_ERP" in os.environ:
        return installation.engine()
    return installation.engine({**os.environ, **beside.joined(settings.load().home)})
