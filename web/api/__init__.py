"""REST under /api/v1: a schema beside its view, tokens with scopes, problem+json."""

from flask import Flask


def register(app: Flask) -> None:
    """Adds the resources to the application."""
