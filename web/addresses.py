"""Numbers in addresses and forms: what no database can count up to leads nowhere, instead of asking it."""

from collections.abc import Iterable, Iterator
from typing import Any

from flask import Flask, request
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


def wholes(said: Iterable[str]) -> Iterator[int]:
    """Those that are numbers, as `whole`."""
    return (number for each in said if (number := whole(each)) is not None)


def posted(name: str) -> int | None:
    """The number in this field of the form, as `whole`."""
    return whole(request.form.get(name, ""))
