"""Numbers in addresses and forms: what no database can count up to leads nowhere, instead of asking it."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

_LARGEST = 2**63 - 1  #: of both databases
_DIGITS = 19  #: of that


class BoundedInteger(IntegerConverter):
    regex = r"[0-9]{1,19}"

    def __init__(self, map_: Map, **more: Any) -> None:
        super().__init__(map_, **{"max": _LARGEST, **more})


def register(app: Flask) -> None:
    """Before any address is."""
    app.url_map.converters["int"] = BoundedInteger


def whole(said: str) -> int | None:
    """From 0; None for what is no number, or one that no database can count up to."""
    return int(said) if said.isdecimal() and len(said) < _DIGITS else None
