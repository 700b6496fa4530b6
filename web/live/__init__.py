"""What open pages hear while they are open: one stream for each tab that is looked at (docs/decisions/0024).

A hint says that something may concern the page, never what: the page then asks as any other does, with all its checks.
"""

from flask import Flask, request

from web.here import engine
from web.live import hub, of_case, view
from web.live.hints import number_of

#: Pages of a case that somebody looks at for a while.
_OF_CASES = ("agent.case", "agent.task")

__all__ = ["hub", "of_case", "register", "view"]


def register(app: Flask) -> None:
    """Pages say when they were made, so that what happens until their stream stands is not lost."""
    app.register_blueprint(view.blueprint)
    app.add_template_global(lambda: number_of(engine().clock()), "live_since")
    app.add_template_global(_case, "live_case")


def _case() -> str | None:
    """The case that the page is about, if it is one that stays open while people work."""
    return (request.view_args or {}).get("number") if request.endpoint in _OF_CASES else None
