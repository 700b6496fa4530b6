"""What an evaluation saw and did, so that a decision can be explained afterwards."""

import datetime as dt
from dataclasses import dataclass

from rules.feel.frames import Run


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule whose outputs are in the result."""

    number: int  #: from 1, as the modeller shows it
    id: str
    annotation: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """One decision, or one table inside of a function: what it read and which rules it took."""

    decision: str  #: the id
    name: str
    rules: tuple[Fired, ...]
    inputs: tuple[tuple[str, object], ...]  #: input expressions of a table, else the names it may read


@dataclass(frozen=True, slots=True)
class Result:
    value: object
    evidence: tuple[Evidence, ...]  #: in the order of evaluation: what is required comes first


class EvaluationError(ValueError):
    """The model has no answer to these facts, and null would hide a mistake in it."""


class Evaluation(Run):
    """A run that keeps evidence."""

    __slots__ = ("evidence",)

    def __init__(self, now: dt.datetime | None) -> None:
        super().__init__(now)
        self.evidence: list[Evidence] = []
