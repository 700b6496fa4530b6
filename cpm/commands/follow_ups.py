"""What is to be done later for a case: a task with a due time, such as a call back, done with an answer.

It is its asker's own and comes back to them by itself shortly before it is due, or it is a team's, whom *Next case* gives
it no sooner. It stands at no place of the process and may outlive its case: what was promised is done all the same, and
what is not done in time is an exception as any task is.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from cpm import phone_numbers
from cpm.commands import checks, clashes, overdue, policies
from cpm.errors import Invalid, WrongState
from cpm.model import OPEN_TASKS, Case, FollowUp, Task, TaskKind, TaskState, Team
from cpm.uow import UnitOfWork

#: Who comes back to it has this long to read before it is due.
BEFORE = timedelta(minutes=10)
LATEST = timedelta(days=366)
_LONGEST = 500
_CALL, _OTHER = 60, 40  #: a customer waits at the telephone for the one


def ask(
    uow: UnitOfWork, case: Case, *, what: str, due: datetime, call: str | None = None, team: str | None = None
) -> FollowUp:
    """`call` is the number to call back; `team` has it to do instead of the actor. The case may be closed."""
    case = case if case.id in uow.locked else uow.case(case.id)
    user = uow.user()
    what, (due, number) = checks.together(
        lambda: must_ask(what), lambda: checks.together(lambda: to_come(uow, due), lambda: to_call(call))
    )
    policies.check(uow, case, "ask", subject=f"case {case.number}", team=team or case.team)
    task = Task(
        case_id=case.id,
        case=case,
        kind=TaskKind.FOLLOW_UP,
        title_de=("Rückruf: " if number else "Wiedervorlage: ") + what,
        title_en=("Call back: " if number else "Follow-up: ") + what,
        team=uow.get(Team, team).key if team else _own_team(uow, case),
        state=TaskState.READY,
        priority=_CALL if number else _OTHER,
        created_at=uow.now,
    )
    if team is None:
        task.claim(by=user.login)
    _set_for(uow, task, due, what)
    uow.session.add(task)
    uow.session.flush()
    asked = FollowUp(case_id=case.id, task_id=task.id, what=what, call=number)
    asked.case, asked.task, asked.asked_by, asked.asked_at = case, task, user.login, uow.now
    uow.session.add(asked)
    overdue.watch(uow, task)
    uow.record(
        case,
        "follow_up.asked",
        task=task.id,
        title=task.title_de,
        title_en=task.title_en,
        team=team,
        due=task.due_at,
    )
    return asked


def put_off(uow: UnitOfWork, task_id: int, *, note: str, due: datetime) -> FollowUp:
    """It could not be done now, such as a call that nobody answered: once more at another time."""
    task = uow.of_case(Task, task_id)
    uow.must_be_active()
    asked = _of(uow, task)
    clashes.must_be_held(uow, task, "put off")
    note, due = checks.together(lambda: must_say(note), lambda: to_come(uow, due))
    policies.check(uow, task.case, "park", subject=f"task {task.id}", until=due)
    overdue.forget(uow, task)
    _set_for(uow, task, due, note)
    overdue.watch(uow, task)
    uow.record(task.case, "follow_up.put_off", task=task.id, title=task.title_de, note=note, due=task.due_at)
    return asked


def must_ask(what: str) -> str:
    """What is to be done, as it is kept."""
    if not what.strip():
        raise Invalid(
            "Expected to hear what is to be done, but it is empty",
            [("what", "Please enter what is to be done, like: ask for the photos.")],
            de="Es fehlt, was zu tun ist.",
            problems_de=[("what", "Bitte eingeben, was zu tun ist, etwa: nach den Fotos fragen.")],
        )
    return checks.plain_text("what", what, longest=_LONGEST)


def to_call(number: str | None) -> str | None:
    return checks.under("call", lambda: phone_numbers.to_dial(number)) if number else None


def must_say(note: str) -> str:
    if not note.strip():
        raise Invalid(
            "Expected to hear what happened, but it is empty",
            [("note", "Please enter what happened, like: nobody answered.")],
            de="Es fehlt, was war.",
            problems_de=[("note", "Bitte eingeben, was war, etwa: niemand erreicht.")],
        )
    return checks.plain_text("note", note)


def to_come(uow: UnitOfWork, due: datetime) -> datetime:
    """Invalid unless it lies ahead, and not too far."""
    if not uow.now < due <= uow.now + LATEST:
        example = uow.local_now + timedelta(days=1)
        raise Invalid(
            f"Expected a time within the next {LATEST.days} days, but {due:%Y-%m-%d %H:%M} is not",
            [
                (
                    "due",
                    f"That is past or too far ahead: enter a time within the next {LATEST.days} days, like {example:%Y-%m-%d} 09:00.",
                )
            ],
            de="Der Zeitpunkt passt nicht.",
            problems_de=[
                (
                    "due",
                    f"Das ist vorbei oder zu weit weg: Bitte etwas in den nächsten {LATEST.days} Tagen, etwa {example:%d.%m.%Y} 09:00.",
                )
            ],
        )
    return due


def calls(uow: UnitOfWork, case_id: int, number: str) -> bool:
    """Whether this is the number of a call back that is still to be made for the case."""
    asked = (
        select(FollowUp.id).join(FollowUp.task).where(FollowUp.case_id == case_id, FollowUp.call == number)
    )
    return uow.session.scalar(asked.where(Task.state.in_(OPEN_TASKS)).limit(1)) is not None


def done(uow: UnitOfWork, task: Task, answer: str) -> None:
    """A part of completing its task."""
    _of(uow, task).answer = answer
    overdue.forget(uow, task)


def hand_on(uow: UnitOfWork, case: Case, to: Case) -> list[int]:
    """A part of merging: what was promised in the one is done in the other. Those that went, by id."""
    open_ones = select(FollowUp).join(FollowUp.task).where(FollowUp.case_id == case.id)
    found = uow.session.scalars(open_ones.where(Task.state.in_(OPEN_TASKS))).all()
    return [_hand_over(uow, asked, to) for asked in found]


def give_back(uow: UnitOfWork, case: Case, to: Case, went: Sequence[int]) -> None:
    """A part of undoing that: what went to `case`, done by now or not, is the other's again as far as it is still there."""
    theirs = select(FollowUp).where(FollowUp.case_id == case.id, FollowUp.id.in_(went))
    for asked in uow.session.scalars(theirs).all():
        _hand_over(uow, asked, to)


def of_task(uow: UnitOfWork, task: Task) -> FollowUp | None:
    return uow.session.scalar(select(FollowUp).where(FollowUp.task_id == task.id))


def _of(uow: UnitOfWork, task: Task) -> FollowUp:
    if (asked := of_task(uow, task)) is None:
        raise WrongState(
            f"Expected task {task.id} to be a follow-up, but it is none",
            de="Diese Aufgabe ist keine Wiedervorlage.",
        )
    return asked


def _hand_over(uow: UnitOfWork, asked: FollowUp, to: Case) -> int:
    task = asked.task
    told = overdue.forget(uow, task)
    asked.case = task.case = to
    uow.session.flush()
    if told:
        overdue.passed(uow, {"task": task.id})
    elif task.state in OPEN_TASKS:
        overdue.watch(uow, task)
    return asked.id


def _set_for(uow: UnitOfWork, task: Task, due: datetime, why: str) -> None:
    task.due_at, task.follow_up_at = due, due - BEFORE
    away = task.state == TaskState.CLAIMED and task.follow_up_at > uow.now
    task.parked_until, task.parked_because = (task.follow_up_at, why) if away else (None, None)


def _own_team(uow: UnitOfWork, case: Case) -> str:
    """Who stands in for the actor while they are away is found by it."""
    own = sorted(uow.user().own_teams)
    if case.team is not None and (case.team in own or not own):
        return case.team
    if not own:
        raise Invalid(
            "Expected a team for what is to be done later, but neither the case nor its asker has one",
            [("team", "Please name the team.")],
            problems_de=[("team", "Bitte das Team angeben.")],
        )
    return own[0]
