"""What is worth telling of a decision table before it decides: `rules.checks`, with the facts that the engine gives."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import PurePosixPath

from cpm.commands import steering_tables
from cpm.decisions import Shelf, decisions_of
from cpm.steering_facts import FACTS
from rules import checks, dmn
from rules.checks import Severity
from rules.said import Said
from rules.xml import Finding, Refused

_GIVEN = {decision: {fact.name: fact.type for fact in facts} for decision, facts in FACTS.items()}
#: Checks of names: they know better than the reader of the document which one was meant.
_OF_NAMES = frozenset({"name", "function"})


@dataclass(frozen=True, slots=True)
class Named:
    """What decisions may name."""

    teams: frozenset[str]
    hours: frozenset[str]  #: calendars
    decisions: Shelf  #: the files that they may import


@dataclass(frozen=True, slots=True)
class Looked:
    errors: tuple[Finding, ...]  #: certain; they keep a table from being deployed
    warnings: tuple[Finding, ...]


@lru_cache(maxsize=100)  # a file is looked at several times while it is deployed
def look(source: dmn.Source, imported: tuple[dmn.Source, ...] = ()) -> Looked:
    """Raises rules.xml.Refused for what is no DMN at all."""
    found = checks.check(source.content, source.file, _GIVEN)
    errors = [each for each in found if each.severity == Severity.ERROR or _leaves_cases_standing(each)]
    names = {each.line for each in found if each.code in _OF_NAMES}
    unreadable = tuple(
        each
        for each in _unreadable(source, imported)
        if each.file != source.file or each.line not in names or "is neither" not in each.reason
    )
    return Looked(
        (*unreadable, *map(_line, errors)), tuple(_line(each) for each in found if each not in errors)
    )


def against(source: dmn.Source, named: Named) -> list[Finding]:
    """Why a file cannot be read with what it imports, or cannot steer."""
    if findings := _unreadable(source, named.decisions.imported(source)):
        return list(findings)
    model = named.decisions.model(source)
    reasons = [
        *steering_tables.astray(model, PurePosixPath(source.file).stem),
        *steering_tables.shortcomings(model, named.teams, named.hours),
        *_asked_by_imports(model),
    ]
    return [Finding(source.file, None, None, reason.en, reason.de) for reason in reasons]


def against_importers(in_force: Shelf, named: Named) -> Iterator[Finding]:
    """The same of those in force that import a file that changes, as far as the change is the reason."""
    before = replace(named, decisions=in_force)
    for file in in_force.files.values():
        changed = in_force.imported(file) != named.decisions.imported(file)
        if changed and file in named.decisions.files.values() and not against(file, before):
            yield from against(file, named)


def _asked_by_imports(model: dmn.Model) -> Iterator[Said]:
    """Facts that nobody gives and the document itself does not name; `look` tells of its own."""
    for decision in sorted(_GIVEN.keys() & model.decisions.keys()):
        used = {key: model.nodes[key] for key in model.nodes[decision].needs if key.startswith("{")}
        asked = {node.name for node in used.values() if node.kind == "inputData"}
        for name in sorted(asked - _GIVEN[decision].keys()):
            yield Said(
                f"Expected decision {decision} to be given {name}, but nobody gives it.",
                f"Die Entscheidung {decision} braucht die Angabe {name}, aber niemand gibt sie ihr.",
            )


def _leaves_cases_standing(found: checks.Finding) -> bool:
    """A gap is only worth a look, but not where the engine itself asks."""
    return found.code == "gap" and found.table in _GIVEN


def _unreadable(source: dmn.Source, imported: tuple[dmn.Source, ...]) -> Sequence[Finding]:
    try:
        decisions_of(source, imported)
    except Refused as error:
        return error.findings
    return ()


def _line(found: checks.Finding) -> Finding:
    reasons = {
        language: f"{found.where(language)}: {found.reason.told(language)}" for language in ("en", "de")
    }
    return Finding(found.file, found.line, found.element, reasons["en"], reasons["de"], says_where=True)
