"""What accepting a suggestion does, by its deed (`cpm.next_actions`): in the transaction in which it is accepted."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import select

from cpm import calendars, next_actions
from cpm.commands import (
    acting,
    cases,
    checks,
    choices,
    enqueue,
    follow_ups,
    identifier_facts,
    identifiers,
    links,
    noticing,
    process,
)
from cpm.errors import Conflict
from cpm.library import Bundle
from cpm.model import Case, CaseState, LinkKind, Suggestion, Task, TaskKind, TaskState
from cpm.next_actions import Deed
from cpm.queries import access, changeable, guiding_facts, startable, suggestions, variables
from cpm.uow import UnitOfWork

_SOON = "1bd"  #: where the table names no time


def of(row: Suggestion) -> tuple[Deed, str]:
    return next_actions.deed(row.action, row.does)


def do(uow: UnitOfWork, row: Suggestion, given: Mapping[str, str]) -> None:
    deed, what = of(row)
    _DOES[deed](uow, row, what, given)


def other(uow: UnitOfWork, case: Case, action: str) -> int | None:
    """The other case that is to be linked, so that both are locked in one order. Locks nothing."""
    row = suggestions.of_case(uow, case).get(action)
    deed = of(row)[0] if row is not None else next_actions.deed(action)[0]
    return guiding_facts.same_kind(uow, case) if deed == Deed.LINK else None


def _start(uow: UnitOfWork, row: Suggestion, what: str, given: Mapping[str, str]) -> None:  # noqa: ARG001
    """A case for the same customer that comes of this one; what both processes declare goes along."""
    case = row.case
    bundle = next((each for each in startable.bundles(uow) if each.key == what), None)
    if bundle is None:
        raise Conflict(
            f"Expected a process {what} that cases are opened with, but there is none",
            de=f"Mit dem Prozess {what} lassen sich hier keine Vorgänge eröffnen.",
        )
    made = cases.open_case(
        uow,
        case.customer,
        process=what,
        subject=case.subject,
        channel=case.channel,
        language=case.language,
        data={"text": row.reason(case.language)} | _taken_along(uow, case, bundle),
    )
    process.start(uow, made)
    links.link(uow, made.id, case.id, LinkKind.CAUSED, why=row.title(case.language))
    row.made_case_id = made.id


def _taken_along(uow: UnitOfWork, case: Case, bundle: Bundle) -> dict[str, object]:
    of_case = variables.of_case(uow, case)
    both = uow.bundle(case).attributes.keys() & bundle.attributes.keys()
    names = both - changeable.locked_by(bundle)
    return {
        name: of_case[name]
        for name in ("email", "mood", "text", *sorted(names))
        if of_case.get(name) is not None
    }


def _task(uow: UnitOfWork, row: Suggestion, what: str, given: Mapping[str, str]) -> None:  # noqa: ARG001
    made = follow_ups.ask(uow, row.case, what=row.title_de, due=_due(uow, row, what), team=what or None)
    made.task.title_en = f"Follow-up: {row.title_en}"
    row.made_task_id = made.task_id


def _due(uow: UnitOfWork, row: Suggestion, team: str) -> datetime:
    calendar = uow.calendar_of(team or row.case.team or "")
    try:
        return calendars.due(uow.now, row.due or _SOON, calendar)
    except ValueError:  # an expression of the table came to something else
        return calendars.due(uow.now, _SOON, calendar)


def _send(uow: UnitOfWork, row: Suggestion, what: str, given: Mapping[str, str]) -> None:  # noqa: ARG001
    case = row.case
    if what not in uow.bundle(case).texts.get(case.language, {}).get("notices", {}):
        raise Conflict(
            f"Expected the texts of {case.process} to have the notice {what}, but there is none",
            de=f"Für {case.process} gibt es keine Benachrichtigung {what}.",
        )
    made = noticing.job(uow, case, what, variables.load(uow, case)[""], (None, None))
    enqueue.put(uow, [{**made, "key": f"{made['key']}/suggestion/{row.id}"}])


def _tell(uow: UnitOfWork, row: Suggestion, what: str, given: Mapping[str, str]) -> None:  # noqa: ARG001
    acting.act(uow, row.case_id, what)


def _step(uow: UnitOfWork, row: Suggestion, what: str, given: Mapping[str, str]) -> None:  # noqa: ARG001
    """At the choice that the actor holds."""
    held = (Task.assignee == uow.actor) & (Task.state == TaskState.CLAIMED) & (Task.kind == TaskKind.CHOICE)
    found = uow.session.scalars(
        select(Task).where(Task.case_id == row.case_id, held).order_by(Task.id)
    ).first()
    if found is None:
        raise Conflict(
            f"Expected {uow.actor} to have the choice of the next step in case {row.case.number}, but they have not",
            de="Dafür müssen Sie die Wahl des nächsten Schritts übernommen haben.",
        )
    choices.choose(uow, found.id, what)


def _link(uow: UnitOfWork, row: Suggestion, what: str, given: Mapping[str, str]) -> None:  # noqa: ARG001
    found = guiding_facts.same_kind(uow, row.case)
    if found is None:
        raise Conflict(
            f"Expected another open case beside {row.case.number}, but there is none, or no longer",
            de="Es ist kein anderer Vorgang dieser Art mehr offen.",
        )
    links.link(uow, row.case_id, access.must_see(uow, found, api=True).id, LinkKind.RELATED)
    row.made_case_id = found


def _email(uow: UnitOfWork, row: Suggestion, what: str, given: Mapping[str, str]) -> None:  # noqa: ARG001
    """It is the customer's from now on, and where answers in this case go if there was none."""
    case, value = row.case, checks.plain_text("email", given.get("email", ""))
    identifier_facts.add(uow, case.customer_id, identifiers.EMAIL, value)
    if case.state == CaseState.OPEN and not variables.of_case(uow, case).get("email"):
        process.change(uow, case, {"email": identifiers.normalised(identifiers.EMAIL, value)})


def _say(uow: UnitOfWork, row: Suggestion, what: str, given: Mapping[str, str]) -> None:
    """Whoever accepts has said or done it."""


_DOES: Mapping[Deed, Callable[[UnitOfWork, Suggestion, str, Mapping[str, str]], None]] = {
    Deed.START: _start,
    Deed.TASK: _task,
    Deed.SEND: _send,
    Deed.TELL: _tell,
    Deed.STEP: _step,
    Deed.LINK: _link,
    Deed.EMAIL: _email,
    Deed.SAY: _say,
}
