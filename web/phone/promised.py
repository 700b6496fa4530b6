"""What a follow-up was promised for, for the page of its task."""

from cpm.queries import follow_ups
from cpm.queries.follow_ups import Promised
from web.here import engine
from web.visitor import visitor


def promised(task_id: int) -> Promised | None:
    """The page has looked whether the reader may see the task."""
    with engine().read(visitor().login) as look:
        return follow_ups.of_task(look, task_id)
