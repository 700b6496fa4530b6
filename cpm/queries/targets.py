"""Which cases a batch is about: by process, version, element, a list's filters, by number, or those of another batch."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, literal, or_, select

from cpm import case_numbers
from cpm.attributes import Search
from cpm.errors import Invalid
from cpm.model import (
    OPEN_TASKS,
    BatchItem,
    Case,
    CaseState,
    Definition,
    Incident,
    IncidentState,
    ItemState,
    Job,
    Task,
    Wait,
)
from cpm.queries import case_filters, saved_views
from cpm.queries.columns import columns
from cpm.uow import UnitOfWork

#: Of cases that somebody names one by one.
MOST_NAMED = 1_000


@dataclass(frozen=True, slots=True)
class Targets:
    """All that is said must hold. Cases that are named by number need nothing else."""

    process: str | None = None
    versions: tuple[int, ...] = ()  #: of the process
    element: str | None = None  #: something waits or stands still there
    search: str = ""  #: filters of a list, as in its address
    view: str | None = None  #: a list that is kept
    numbers: tuple[str, ...] = ()  #: case numbers
    done_in: int | None = None  #: the cases that this batch has done

    def plain(self) -> dict[str, Any]:
        """As it is stored."""
        return {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(self).items() if v}

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "Targets":
        """What `plain` made; numbers that came back as decimals are whole."""
        found = dict(plain)
        found["versions"] = tuple(int(version) for version in found.get("versions", ()))
        found["numbers"] = tuple(found.get("numbers", ()))
        if found.get("done_in") is not None:
            found["done_in"] = int(found["done_in"])
        return cls(**found)


def cases(uow: UnitOfWork, targets: Targets, *, closed: bool) -> Select[int]:
    """The ids of all of them, whoever may see them; Invalid if it cannot be asked like that."""
    query: Select[int] = select(Case.id).where(*_conditions(uow, targets))
    return query if closed else query.where(Case.state == CaseState.OPEN)


def _conditions(uow: UnitOfWork, targets: Targets) -> list[ColumnElement[bool]]:
    if not targets.plain():
        raise Invalid(
            "Expected to be told which cases, but nothing is said about them",
            [("targets", "is empty")],
            problems_de=[("targets", "Bitte angeben, um welche Vorgänge es geht.")],
        )
    found = [*_by_process(uow, targets), *_by_search(uow, targets)]
    if targets.numbers:
        found.append(Case.id.in_(_ids(targets.numbers)))
    if targets.element:
        found.append(_stands_at(targets.element))
    if targets.done_in is not None:
        done = select(BatchItem.case_id).where(
            BatchItem.batch_id == targets.done_in, BatchItem.state == ItemState.DONE
        )
        found.append(Case.id.in_(done))
    return found


def _by_process(uow: UnitOfWork, targets: Targets) -> Sequence[ColumnElement[bool]]:
    if targets.process is None:
        if targets.versions:
            raise Invalid(
                "Expected the process whose versions are meant, but none is named",
                [("process", "must name the process whose versions are meant")],
                problems_de=[("process", "Bitte den Prozess nennen, um dessen Versionen es geht.")],
            )
        return ()
    if not targets.versions:
        return (Case.process == targets.process,)
    of_versions = Definition.version.in_(targets.versions), Definition.key == targets.process
    return (Case.definition_id.in_(uow.session.scalars(select(Definition.id).where(*of_versions)).all()),)


def _by_search(uow: UnitOfWork, targets: Targets) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    searches = [Search.of_text(targets.search, targets.process)] if targets.search else []
    if targets.view:
        searches.append(saved_views.find(uow, targets.view).search)
    for search in searches:
        known = {column.name: column for column in columns(uow, search.process, "en")}
        found += case_filters.conditions(uow, search, known, "en")
    return found


def _ids(numbers: Sequence[str]) -> list[int]:
    if len(numbers) > MOST_NAMED:
        raise Invalid(
            f"Expected at most {MOST_NAMED} cases by number, but there are {len(numbers)}",
            [("numbers", "are too many")],
            problems_de=[("numbers", f"Höchstens {MOST_NAMED} Vorgänge lassen sich einzeln nennen.")],
        )
    return [case_numbers.case_id(number) for number in numbers]


def _stands_at(element: str) -> ColumnElement[bool]:
    """A task, a call, a timer, a wait or an incident of the case is there."""
    at: list[ColumnElement[bool]] = [
        exists(select(literal(1)).where(noun.case_id == Case.id, noun.element == element, *more))
        for noun, more in (
            (Task, (Task.state.in_(OPEN_TASKS),)),
            (Job, ()),
            (Wait, ()),
            (Incident, (Incident.state == IncidentState.OPEN,)),
        )
    ]
    return or_(*at)
