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
from sqlalchemy.orm import undefer

from cpm import library
from cpm.errors import Invalid, NotFound
from cpm.library import Deployed
from cpm.model import Resource, ResourceKind
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


@dataclass(frozen=True, slots=True)
class Evidence:
    """One decision, or one table inside of a function: what it read and which rules it took."""

    decision: str
    name: str
    rules: tuple[Rule, ...]
    inputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Decided:
    decision: str
    version: int  #: of the file that holds it
    value: Any
    evidence: tuple[Evidence, ...]  #: in the order of evaluation: what is required comes first


def decide(
    uow: UnitOfWork,
    decision: str,
    facts: Mapping[str, Any],
    *,
    version: int | None = None,
    now: datetime | None = None,
) -> Decided:
    """The version in force, or the one named. NotFound if there is none; Invalid if it has no answer, with the reason."""
    table = _version(uow, decision, version)
    moment = uow.local_now if now is None else now.astimezone(uow.settings.zone)
    try:
        result = table.model.evaluate(decision, _feel(facts, "facts"), now=moment)
    except (dmn.EvaluationError, feel.FeelError, TypeError) as error:
        raise Invalid(
            f"Expected decision {decision} to answer, but: {error}",
            [("facts", str(error))],
            de=f"Die Entscheidung {decision} gibt darauf keine Antwort: {error}",
        ) from error
    return Decided(
        decision, table.version, _told(result.value), tuple(_evidence(each) for each in result.evidence)
    )


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
    key = select(Resource.key).where(Resource.id == newest.resource).scalar_subquery()
    same = (Resource.kind == ResourceKind.DECISION, Resource.key == key, Resource.version == version)
    found = uow.session.scalar(select(Resource).where(*same).options(undefer(Resource.content)))
    model = None if found is None else _model(found)
    if found is None or model is None or decision not in model.decisions:
        raise NotFound(
            f"Expected decision {decision} to have a version {version}, but it has none",
            de=f"Von der Entscheidung {decision} gibt es keine Fassung {version}.",
        )
    return Deployed(model, found.id, found.version)


def _model(resource: Resource) -> dmn.Model | None:
    """None if this release cannot read it any more."""
    try:
        return library.decisions_of(resource.content, resource.file, lenient=True)
    except Refused:
        return None


def _feel(value: Any, path: str) -> Any:
    """JSON's value as FEEL's; Invalid names what is none."""
    match value:
        case {"@": text, **more} if not more:
            return _temporal(text, path)
        case Mapping():
            return {str(name): _feel(entry, f"{path}.{name}") for name, entry in value.items()}
        case list():
            return [_feel(item, f"{path}.{at}") for at, item in enumerate(value)]
    return value


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


def _evidence(evidence: dmn.Evidence) -> Evidence:
    rules = tuple(Rule(rule.number, rule.id, rule.annotation) for rule in evidence.rules)
    return Evidence(
        evidence.decision, evidence.name, rules, {label: _told(value) for label, value in evidence.inputs}
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
