"""How gunicorn runs us: its log reads like those of our other programs, and figures of ended processes are put away.

gunicorn reads these names as its settings. The server of `cpm serve` alone imports this.
"""

import gc
import os
import shutil
from typing import Any

from prometheus_client import multiprocess

from cpm import settings
from cpm.cli.running import log_formatter

logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"ours": {"()": log_formatter}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "ours"}},
    "root": {"level": settings.load().log_level, "handlers": ["stderr"]},
    "loggers": {
        "gunicorn.error": {"level": "WARNING", "propagate": True},
        "gunicorn.access": {"level": "WARNING", "propagate": True},
    },
}


def post_worker_init(_worker: Any) -> None:
    """The application is loaded and stays; without this, its last collection takes half a second.

    What a page leaves behind is mostly freed without one, and a whole one stops all pages for 30 ms: it comes rarely.
    """
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def child_exit(_server: Any, worker: Any) -> None:
    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(_server: Any) -> None:
    """What the processes counted ends with them."""
    if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        shutil.rmtree(folder, ignore_errors=True)
