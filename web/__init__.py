"""Pages and REST over the engine: a view loads, asks one command or one query, and shows or dumps what it says."""

from web.app import create_app

__all__ = ["create_app"]
