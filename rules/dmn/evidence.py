"""What an evaluation saw and did, so that a decision can be explained afterwards."""

import datetime as dt
from dataclasses import dataclass

from rules.feel.explaining import Explanation, Seen
from rules.feel.frames import Run

TABLE = "decisionTable"


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule whose outputs are in the result."""

    number: int  #: from 1, as the modeller shows it
    id: str
    annotation: str
    outputs: tuple[tuple[str, object], ...] = ()  #: what it answers with, by the names of the columns


@dataclass(frozen=True, slots=True)
class Evidence:
    """One decision, or one table inside of a decision or function: what it read and how it decided."""

    decision: str  #: the id of the decision or function
    name: str
    rules: tuple[Fired, ...]
    inputs: tuple[tuple[str, object], ...]  #: input expressions of a table, else the names it may read
    kind: str = TABLE  #: the element of DMN that decided: a table, literalExpression, context ...
    value: object = None


@dataclass(frozen=True, slots=True)
class Result:
    value: object
    evidence: tuple[Evidence, ...]  #: in the order of evaluation: what is required comes first
    explanation: Explanation | None = None  #: if it was asked for: which parts were null, and why


class EvaluationError(ValueError):
    """The model has no answer to these facts, and null would hide a mistake in it."""

    def __init__(self, message: str, *, german: str) -> None:
        super().__init__(message)
        self.german = german


class Evaluation(Run):
    """A run that keeps evidence."""

    __slots__ = ("evidence",)

    def __init__(self, now: dt.datetime | None, seen: Seen | None = None) -> None:
        super().__init__(now, seen=seen)
        self.evidence: list[Evidence] = []
