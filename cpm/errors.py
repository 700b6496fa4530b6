"""Refusals: what a command will not do, as a sentence for the person who reads it."""

from collections.abc import Sequence
from typing import ClassVar


class CpmError(Exception):
    """The root of all refusals; `status` is the HTTP status that says the same."""

    status: ClassVar[int] = 500


class NotFound(CpmError):
    status = 404


class Forbidden(CpmError):
    status = 403


class Conflict(CpmError):
    """What the user was looking at has changed meanwhile."""

    status = 409


class WrongState(Conflict):
    """The row is not in a state that the verb starts from."""


class Invalid(CpmError):
    """The input does not fit; `problems` has one sentence for each fault, the field's name first."""

    status = 422

    def __init__(self, message: str, problems: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class Unavailable(CpmError):
    """The database is locked, gone, too old or too new; trying again later may help."""

    status = 503
