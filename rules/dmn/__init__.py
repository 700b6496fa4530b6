"""DMN 1.1 to 1.5: documents read once, refused with all reasons at once, and evaluated with evidence."""

from rules.dmn.evidence import EvaluationError, Evidence, Fired, Result
from rules.dmn.imports import Find, Source, addresses
from rules.dmn.literals import Written
from rules.dmn.model import Decision, Model
from rules.dmn.read import read

__all__ = [
    "Decision",
    "EvaluationError",
    "Evidence",
    "Find",
    "Fired",
    "Model",
    "Result",
    "Source",
    "Written",
    "addresses",
    "read",
]
