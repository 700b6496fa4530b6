"""What is worth telling of a decision table before it decides: `rules.checks`, with the facts that the engine gives."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from cpm import library
from cpm.steering_facts import FACTS
from rules import checks
from rules.checks import Severity
from rules.xml import Finding, Refused

_GIVEN = {decision: {fact.name: fact.type for fact in facts} for decision, facts in FACTS.items()}
#: Checks of names: they know better than the reader of the document which one was meant.
_OF_NAMES = frozenset({"name", "function"})


@dataclass(frozen=True, slots=True)
class Looked:
    errors: tuple[Finding, ...]  #: certain; they keep a table from being deployed
    warnings: tuple[Finding, ...]


@lru_cache(maxsize=100)  # a file is looked at several times while it is deployed
def look(file: str, content: bytes) -> Looked:
    """Raises rules.xml.Refused for what is no DMN at all."""
    found = checks.check(content, file, _GIVEN)
    errors = [each for each in found if each.severity == Severity.ERROR or _leaves_cases_standing(each)]
    names = {each.line for each in found if each.code in _OF_NAMES}
    unreadable = tuple(
        each for each in _read(file, content) if each.line not in names or "is neither" not in each.reason
    )
    return Looked(
        (*unreadable, *map(_line, errors)), tuple(_line(each) for each in found if each not in errors)
    )


def _leaves_cases_standing(found: checks.Finding) -> bool:
    """A gap is only worth a look, but not where the engine itself asks."""
    return found.code == "gap" and found.table in _GIVEN


def _read(file: str, content: bytes) -> Sequence[Finding]:
    try:
        library.decisions_of(content, file)
    except Refused as error:
        return error.findings
    return ()


def _line(found: checks.Finding) -> Finding:
    reasons = {
        language: f"{found.where(language)}: {found.reason.told(language)}" for language in ("en", "de")
    }
    return Finding(found.file, found.line, found.element, reasons["en"], reasons["de"], says_where=True)
