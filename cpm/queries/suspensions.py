"""What stands still, since when, by whom and why; and how much is held by it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, exists, func, or_, select

from cpm import writing
from cpm.errors import Suspended
from cpm.model import Case, Definition, Job, Suspension, SuspensionState, Task
from cpm.model.suspension import of_kind
from cpm.model.task import OPEN_TASKS
from cpm.queries import one_case, people, wording
from cpm.uow import UnitOfWork

_VERSION = ("nur Version", "only version")


@dataclass(frozen=True, slots=True)
class Standing:
    """A suspension that stands."""

    id: int
    of: str  #: case | definition | jobs
    key: str  #: the case's number, the process's key, the kind of job
    name: str  #: of the process, in words; else as `key`
    version: int | None  #: of the process; None for each
    since: datetime
    by: str
    who: str
    why: str


@dataclass(frozen=True, slots=True)
class Held:
    """How much stands still by a suspension."""

    cases: int | None  #: open ones; None where it is about a kind of job
    tasks: int | None
    jobs: int  #: that are due and held, or waiting to be


def of_case(uow: UnitOfWork, case: Case, language: str = "de") -> list[Standing]:
    """By which suspensions the case stands still; its own is the first."""
    if not one_case.has(uow, case.id, Suspension):
        return []
    of = {"case": case.id, "process": case.process, "definition": case.definition_id}
    return [_standing(uow, one, language) for one in uow.session.scalars(_OF_CASE, of)]


def of_process(uow: UnitOfWork, process: str, language: str = "de") -> list[Standing]:
    """By which suspensions no case of the process begins."""
    newest = select(func.max(Definition.id)).where(Definition.key == process).scalar_subquery()
    versions = or_(Suspension.definition_id.is_(None), Suspension.definition_id == newest)
    found = _rows(uow, and_(Suspension.process == process, versions))
    return [_standing(uow, one, language) for one in found]


def everything(uow: UnitOfWork, language: str = "de") -> list[Standing]:
    """Of processes and of kinds of jobs; those of single cases are many, and stand at the cases."""
    found = _rows(uow, Suspension.case_id.is_(None))
    return [_standing(uow, one, language) for one in found]


def cases_stand_still() -> ColumnElement[bool]:
    """Whether any case does, by whatever suspension."""
    return exists().where(Suspension.state == SuspensionState.STANDING, Suspension.kind.is_(None))


def held(uow: UnitOfWork, standing: Standing) -> Held:
    waiting = Job.state.in_(("held", "ready"))
    if standing.of == "jobs":
        jobs = select(func.count()).where(waiting, of_kind(Job, standing.key))
        return Held(None, None, uow.session.scalar(jobs) or 0)
    cases = select(Case.id).where(Case.state == "open", _covered(uow, standing))
    counts = select(
        select(func.count()).select_from(cases.subquery()).scalar_subquery(),
        select(func.count()).where(Task.case_id.in_(cases), Task.state.in_(OPEN_TASKS)).scalar_subquery(),
        select(func.count())
        .where(waiting, or_(Job.case_id.in_(cases), Job.process == standing.key))
        .scalar_subquery(),
    )
    return Held(*uow.session.execute(counts).one())


def cases_alone(uow: UnitOfWork) -> int:
    """How many cases are suspended by themselves."""
    alone = select(func.count()).where(
        Suspension.state == SuspensionState.STANDING, Suspension.case_id.is_not(None)
    )
    return uow.session.scalar(alone) or 0


def processes(uow: UnitOfWork, language: str) -> list[tuple[str, str]]:
    """What can be suspended: `key`, or `key@version` where there are several, with its name."""
    found = []
    newest: dict[str, list[Definition]] = {}
    for each in uow.session.scalars(select(Definition).order_by(Definition.key, Definition.version.desc())):
        newest.setdefault(each.key, []).append(each)
    for key, versions in newest.items():
        name = wording.process_name(uow.library.bundle(uow.session, versions[0].id), language)
        found.append((key, name))
        if len(versions) > 1:
            found += [
                (f"{key}@{one.version}", f"{name}, {_VERSION[language == 'en']} {one.version}")
                for one in versions
            ]
    return found


def suspended(uow: UnitOfWork, case: Case) -> Suspended:
    """The refusal for who would let a suspended case go on."""
    found = of_case(uow, case)
    return Suspended(
        f"Expected case {case.number} to go on, but {said(uow, found, 'en')}",
        de=f"Der Vorgang {case.number} ist ausgesetzt: {said(uow, found, 'de')} Was ansteht, bleibt erhalten.",
        process=case.process,
    )


def not_begun(uow: UnitOfWork, process: str) -> Suspended | None:
    """The refusal for who would begin a case of a suspended process."""
    if not (found := of_process(uow, process)):
        return None
    return Suspended(
        f"Expected to open a case of {process}, but {said(uow, found, 'en')}",
        de=f"Der Prozess „{found[0].name}“ ist ausgesetzt: {said(uow, found, 'de')} Zurzeit beginnt kein neuer Vorgang.",
        process=process,
    )


def said(uow: UnitOfWork, found: Sequence[Standing], language: str) -> str:
    """Who suspended it since when and why; the first of several."""
    if not found:  # lifted a moment ago
        return "it has just been resumed" if language == "en" else "Er wurde eben erst fortgesetzt."
    one = found[0]
    when = writing.written(one.since, language, uow.settings.zone)
    if language == "en":
        what = "process " + one.key if one.of == "definition" else one.of
        return f"{one.who} suspended the {what} on {when}: {one.why}"
    what = f" den Prozess „{one.name}“" if one.of == "definition" else ""
    return f"{one.who} hat{what} am {when} angehalten ({one.why})."


def still_since(uow: UnitOfWork, case: Case) -> datetime:
    """Since when the case has stood still without a break, by whatever suspensions; now if it does not.

    A suspension that began while another stood goes on counting from that one.
    """
    own = or_(
        Suspension.case_id == case.id,
        and_(
            Suspension.process == case.process,
            or_(Suspension.definition_id.is_(None), Suspension.definition_id == case.definition_id),
        ),
    )
    since = uow.now
    for began, ended in uow.session.execute(
        select(Suspension.since, Suspension.lifted_at).where(own).order_by(Suspension.since.desc())
    ):
        if ended is None or ended >= since:
            since = min(since, began)
    return since


def _of_case() -> ColumnElement[bool]:
    version: BindParameter[int] = bindparam("definition")
    versions = or_(Suspension.definition_id.is_(None), Suspension.definition_id == version)
    of_process = and_(Suspension.process == bindparam("process"), versions)
    return or_(Suspension.case_id == bindparam("case"), of_process)


def _covered(uow: UnitOfWork, standing: Standing) -> ColumnElement[bool]:
    row = uow.get(Suspension, standing.id)
    whole = Case.process == row.process
    return whole if row.definition_id is None else and_(whole, Case.definition_id == row.definition_id)


def _rows(uow: UnitOfWork, which: ColumnElement[bool]) -> list[Suspension]:
    return list(uow.session.scalars(_own_first(which)))


def _own_first(which: ColumnElement[bool]) -> Select[Suspension]:
    standing = select(Suspension).where(Suspension.state == SuspensionState.STANDING, which)
    return standing.order_by(Suspension.case_id.is_(None), Suspension.id)


#: Every page of a case asks it: made once.
_OF_CASE = _own_first(_of_case())


def _standing(uow: UnitOfWork, row: Suspension, language: str) -> Standing:
    names = people.user_names(uow)
    of, key, name = _about(uow, row, language)
    return Standing(
        id=row.id,
        of=of,
        key=key,
        name=name,
        version=row.version or None,
        since=row.since,
        by=row.by,
        who=names.get(row.by, row.by),
        why=row.why,
    )


def _about(uow: UnitOfWork, row: Suspension, language: str) -> tuple[str, str, str]:
    if row.case_id is not None:
        number = uow.get(Case, row.case_id).number
        return "case", number, number
    if row.kind is not None:
        return "jobs", row.kind, row.kind
    assert row.process is not None, "a suspension is of a case, a process or a kind of job"
    newest = select(func.max(Definition.id)).where(Definition.key == row.process)
    bundle = uow.library.bundle(uow.session, row.definition_id or uow.session.scalars(newest).one() or 0)
    return "definition", row.process, wording.process_name(bundle, language)
