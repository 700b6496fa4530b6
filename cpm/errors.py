"""Refusals: what a command will not do, as a sentence for the person who reads it."""

from collections.abc import Sequence
from typing import ClassVar


class CpmError(Exception):
    """The root of all refusals; `status` is the HTTP status that says the same.

    `de` is the sentence in German; where there is none, German readers get one that fits the kind of refusal.
    """

    status: ClassVar[int] = 500
    usual_de: ClassVar[str] = "Das hat nicht geklappt."

    def __init__(self, message: str, *, de: str | None = None) -> None:
        super().__init__(message)
        self.de = de

    def sentence(self, language: str) -> str:
        return str(self) if language == "en" else self.de or self.usual_de


class Unauthorized(CpmError):
    """Nobody knows who asks: not signed in, signed out, or a wrong password."""

    status = 401
    usual_de = "Bitte anmelden."


class NotFound(CpmError):
    status = 404
    usual_de = "Das Gesuchte gibt es nicht, oder Sie dürfen es nicht sehen."


class Forbidden(CpmError):
    status = 403
    usual_de = "Dazu fehlt Ihnen die Berechtigung."


class Conflict(CpmError):
    """What the user was looking at has changed meanwhile."""

    status = 409
    usual_de = "Das hat sich inzwischen geändert. Bitte den neuen Stand ansehen."


class WrongState(Conflict):
    """The row is not in a state that the verb starts from."""


class Suspended(Conflict):
    """It stands still until somebody resumes it; `process` is the one whose case would begin."""

    usual_de = "Das ist ausgesetzt."

    def __init__(self, message: str, *, de: str | None = None, process: str | None = None) -> None:
        super().__init__(message, de=de)
        self.process = process


class Invalid(CpmError):
    """The input does not fit; `problems` has one sentence for each fault, the field's name first.

    `problems_de` says the same in German; where there is none, the German sentence stands at each field. Problems that
    come in the language that was asked for are given as both.
    """

    status = 422
    usual_de = "Die Angaben passen nicht."

    def __init__(
        self,
        message: str,
        problems: Sequence[tuple[str, str]] = (),
        *,
        de: str | None = None,
        problems_de: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(message, de=de)
        self.problems = tuple(problems)
        self.problems_de = tuple(problems_de)

    def faults(self, language: str) -> tuple[tuple[str, str], ...]:
        """The problems as this reader is told them."""
        if language == "en" or not (self.problems_de or self.de):
            return self.problems
        return self.problems_de or tuple((name, self.sentence(language)) for name, _ in self.problems)


class TooMany(CpmError):
    """Too many attempts in too short a time; `after` says in how many seconds the next is welcome."""

    status = 429
    usual_de = "Das waren zu viele Versuche. Bitte später noch einmal."

    def __init__(self, message: str, *, after: int, de: str | None = None) -> None:
        super().__init__(message, de=de)
        self.after = after


class Unavailable(CpmError):
    """The database is locked, gone, too old or too new; trying again later may help."""

    status = 503
    usual_de = "Die Datenbank antwortet gerade nicht. Bitte gleich noch einmal versuchen."


def in_a_sentence(error: BaseException) -> str:
    """Our own refusals are written for people; of others the first line must do."""
    if isinstance(error, CpmError):
        return str(error)
    first = next(iter(str(error).splitlines()), "")
    return f"{type(error).__name__}: {first}".rstrip(": ")
