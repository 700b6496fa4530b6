"""Ask a deployed decision on any facts, to try it or to use it; nothing is written.

Facts are those of JSON; `{"@": "2026-03-01"}` stands for what FEEL writes as `@"2026-03-01"`: a date, a time, both,
or a duration.
"""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from cpm import library
from cpm.errors import Invalid, NotFound
from cpm.library import Deployed
from cpm.model import Resource, ResourceKind
from cpm.queries import definitions
from cpm.uow import UnitOfWork
from rules import dmn, feel
from rules.xml import Refused

#: What stays as it is in an answer.
_DATA = (bool, int, Decimal, str, datetime, date, time, timedelta, feel.YearsMonths, type(None))


@dataclass(frozen=True, slots=True)
class Rule:
    number: int  #: from 1, as the modeller shows it
    id: str
    note: str
    outputs: Mapping[str, Any]  #: by the names of the columns


@dataclass(frozen=True, slots=True)
class Evidence:
    """One decision, or one table inside of a decision or function: what it read and how it decided."""

    decision: str
    name: str
    kind: str  #: DMN's word for its logic: decisionTable, literalExpression, context ...
    rules: tuple[Rule, ...]
    inputs: Mapping[str, Any]
    value: Any


@dataclass(frozen=True, slots=True)
class Null:
    """A part of a text that was null, and why."""

    where: str  #: decision, row and column
    text: str
    line: int  #: with the column: where it begins in the text of its cell, both from 1
    column: int
    reason: str


@dataclass(frozen=True, slots=True)
class Decided:
    decision: str
    version: int  #: of the file that holds it
    value: Any
    evidence: tuple[Evidence, ...]  #: in the order of evaluation: what is required comes first
    unread: tuple[
        str, ...
    ]  #: facts that were given and that it never looks at: a name is misspelt, or not needed
    explanation: tuple[Null, ...] | None = None  #: if asked for; what is null by itself comes first


def decide(
    uow: UnitOfWork,
    decision: str,
    facts: Mapping[str, Any],
    *,
    version: int | None = None,
    now: datetime | None = None,
    explain: str | None = None,
) -> Decided:
    """The version in force, or the one named. NotFound if there is none; Invalid if it has no answer, with the reason.

    `explain` is the language, de or en, in which it is told what was null and why.
    """
    table, known = _version(uow, decision, version), from_json(facts, "facts")
    return answer(uow, table, decision, known, now=now, explain=explain)


def answer(
    uow: UnitOfWork,
    table: Deployed,
    decision: str,
    facts: Mapping[str, Any],
    *,
    now: datetime | None = None,
    explain: str | None = None,
) -> Decided:
    """Facts are FEEL's values here."""
    moment = uow.local_now if now is None else now.astimezone(uow.settings.zone)
    ask = table.model.explain if explain else table.model.evaluate
    try:
        result = ask(decision, facts, now=moment)
    except (dmn.EvaluationError, feel.FeelError, TypeError) as error:
        raise Invalid(
            f"Expected decision {decision} to answer, but: {error}",
            [("facts", str(error))],
            de=f"Die Entscheidung {decision} gibt darauf keine Antwort: {_in_german(error)}",
        ) from error
    evidence = tuple(_evidence(each) for each in result.evidence)
    return Decided(
        decision=decision,
        version=table.version,
        value=_told(result.value),
        evidence=evidence,
        unread=tuple(sorted(facts.keys() - set(table.model.decisions[decision].inputs))),
        explanation=_explanation(result, explain),
    )


def _in_german(error: dmn.EvaluationError | feel.FeelError | TypeError) -> str:
    """A TypeError is about what no reader can mend in words: a value that JSON brings and FEEL does not know."""
    return str(error) if isinstance(error, TypeError) else error.german


def deployed(uow: UnitOfWork, key: str, version: int | None = None) -> Deployed:
    """One version of a file of decisions, also an old one; NotFound if there is none that this release can read.

    What it imports is what is in force now.
    """
    found = definitions.resource(uow, ResourceKind.DECISION, key, version)
    try:
        shelf = library.shelf_of(uow.session.scalars(library.in_force(ResourceKind.DECISION)))
        model = shelf.model(dmn.Source(found.file, found.content), lenient=True)
    except Refused as error:
        raise NotFound(
            f"Expected decisions that this release reads, but it does not read {found.file}: deploy it again",
            de=f"Diese Version von {found.file} lässt sich nicht mehr lesen.",
        ) from error
    return Deployed(model, found.id, found.version)


def from_json(value: Any, path: str) -> Any:
    """JSON's value as FEEL's; Invalid names what is none."""
    match value:
        case {"@": text, **more} if not more:
            return _temporal(text, path)
        case Mapping():
            return {str(name): from_json(entry, f"{path}.{name}") for name, entry in value.items()}
        case list():
            return [from_json(item, f"{path}.{at}") for at, item in enumerate(value)]
    return value


def _version(uow: UnitOfWork, decision: str, version: int | None) -> Deployed:
    try:
        newest = uow.library.steering(decision)
    except NotFound as error:
        raise NotFound(
            f"Expected decision {decision:.60} to be deployed, but it is not",
            de=f"Die Entscheidung {decision:.60} ist nicht in Kraft gesetzt.",
        ) from error
    if version is None or version == newest.version:
        return newest
    key = uow.session.scalar(select(Resource.key).where(Resource.id == newest.resource))
    with contextlib.suppress(NotFound):
        found = deployed(uow, key or "", version)
        if decision in found.model.decisions:
            return found
    raise NotFound(
        f"Expected decision {decision} to have a version {version}, but it has none",
        de=f"Von der Entscheidung {decision} gibt es keine Version {version}.",
    )


def _temporal(text: Any, path: str) -> Any:
    known = None
    if isinstance(text, str) and '"' not in text and "\\" not in text:
        with contextlib.suppress(feel.FeelError):
            known = feel.compile_expression(f'@"{text}"')({})
    if known is None:
        says = "is no date, time or duration as FEEL writes it"
        raise Invalid(
            f"Expected facts that can be read, but {path:.80} {says}",
            [(path, says)],
            problems_de=[(path, "ist kein Datum, keine Zeit und keine Dauer, wie FEEL sie schreibt")],
        )
    return known


def _explanation(result: dmn.Result, language: str | None) -> tuple[Null, ...] | None:
    if result.explanation is None or language is None:
        return None
    return tuple(
        Null(
            null.spot.where.told(language),
            null.spot.text,
            null.spot.line,
            null.spot.column,
            null.reason.sentence(language),
        )
        for null in result.explanation.nulls
    )


def _evidence(evidence: dmn.Evidence) -> Evidence:
    return Evidence(
        decision=evidence.decision,
        name=evidence.name,
        kind=evidence.kind,
        rules=tuple(
            Rule(rule.number, rule.id, rule.annotation, {name: _told(value) for name, value in rule.outputs})
            for rule in evidence.rules
        ),
        inputs={label: _told(value) for label, value in evidence.inputs},
        value=_told(evidence.value),
    )


def _told(value: object) -> Any:
    """What is no data, such as a range or a function, as FEEL writes it."""
    match value:
        case Mapping():
            return {str(name): _told(entry) for name, entry in value.items()}
        case list() | tuple():
            return [_told(item) for item in value]
        case _ if isinstance(value, _DATA):
            return value
    return feel.to_string(value) or str(value)
