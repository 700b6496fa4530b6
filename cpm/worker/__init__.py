"""What works without people: `working` does the jobs, `watching` keeps such workers alive and counts their deaths."""

from cpm.worker.watching import Watch
from cpm.worker.working import Worker

__all__ = ["Watch", "Worker"]
