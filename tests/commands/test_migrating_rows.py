"""The rows of cases that go to another version: what is settled anew, instances that lie apart, what stands still."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from cpm.commands import definitions, migration_plans, migrations, suspending, tasks
from cpm.errors import Forbidden
from cpm.model import Case, Job, JobKind, Part, Task, TaskState, Variable, Wait
from tests.clock import FakeClock
from tests.commands.test_bodies import count, do, loop, opened, ready
from tests.unit.bpmn.drawing import (
    DECLARED,
    catch,
    end,
    mapping,
    message,
    model,
    node,
    parallel,
    path,
    start,
    timer,
    user,
)
from tests.world import World

HOURS = '<zeebe:taskSchedule dueDate="=now() + duration(&quot;PT{}H&quot;)"/>'


def take(firm: World, case: Case, *parts: str, anew: tuple[str, ...] = (), **elements: str) -> None:
    """Deploy that as version 2, and migrate the case to it."""
    with firm.engine.begin("sue") as uow:
        definitions.deploy(uow, {"test/p.bpmn": model(*parts, declared=DECLARED)})
    with firm.engine.begin("sue") as uow:
        given = migration_plans.plain(migration_plans.proposal(uow, "p", 1, 2).plan)
        given["elements"] |= elements
        given["anew"] = list(anew)
        plan = migration_plans.keep(uow, migration_plans.proposal(uow, "p", 1, 2, given))
        migrations.migrate(uow, case.id, plan, why="Neue Fassung")


def rows(firm: World, noun: type, case: Case, *where: object) -> list:
    with firm.engine.read() as look:
        return list(look.session.scalars(select(noun).where(noun.case_id == case.id, *where)))


def events(duration: str, reference: str = "m1", then: str = "") -> tuple[str, ...]:
    return (
        start(), parallel("f"), catch("t", timer(duration)), catch("c", message(reference)),
        path("s", "f", "t"), path("f", "c", "e"), end(), path("t", "z"), then or end("z"),
    )  # fmt: skip


def test_a_timer_and_a_message_are_kept_or_waited_for_anew(firm: World, clock: FakeClock):
    case = opened(firm, *events("PT1H"))
    began = clock()
    clock.advance(timedelta(minutes=30))
    take(firm, case, *events("PT2H", "answered"), anew=("t", "c"))
    assert [job.run_at for job in rows(firm, Job, case, Job.kind == JobKind.TIMER)] == [
        began + timedelta(hours=2, minutes=30)
    ]
    assert [(wait.message, wait.key) for wait in rows(firm, Wait, case)] == [("answered", "x")]


def work(hours: int, who: str = "") -> tuple[str, ...]:
    given = f'<zeebe:assignmentDefinition candidateUsers="{who}"/>' if who else ""
    return start(), user("a", zeebe=given + HOURS.format(hours)), path("s", "a")


def test_a_task_that_nobody_has_is_given_anew_with_its_due_time(firm: World, clock: FakeClock):
    case = opened(firm, *work(2, "anna"))
    first = firm.step(case, "a")
    take(firm, case, *work(5, "ben"), anew=("a",))
    again = firm.step(case, "a")
    assert again.due_at == clock() + timedelta(hours=5)
    assert again.id != first.id
    (alarm,) = rows(firm, Job, case, Job.kind == JobKind.OVERDUE)
    assert (alarm.payload["task"], alarm.run_at) == (again.id, again.due_at)


def test_a_task_that_somebody_has_stays_theirs_and_is_overdue_at_its_new_due_time(
    firm: World, clock: FakeClock
):
    case = opened(firm, *work(2))
    first = firm.step(case, "a")
    with firm.engine.begin("sue") as uow:
        tasks.claim(uow, first.id)
    take(firm, case, *work(5), anew=("a",))
    again = firm.step(case, "a")
    assert (again.id, again.assignee, again.due_at) == (first.id, "sue", clock() + timedelta(hours=5))
    (alarm,) = rows(firm, Job, case, Job.kind == JobKind.OVERDUE)
    assert alarm.run_at == again.due_at
    clock.advance(timedelta(hours=3))
    firm.drain()
    assert "incident.raised" not in firm.story(case)


def call(word: str, retries: int = 3) -> tuple[str, ...]:
    kind = f'<zeebe:taskDefinition type="demo.echo" retries="{retries}"/>'
    return start(), node("serviceTask", "a", zeebe=kind + mapping({"word": f'="{word}"'})), path("s", "a")


def test_a_call_that_nobody_has_made_is_made_with_what_is_settled_anew(firm: World):
    case = opened(firm, *call("old"))
    take(firm, case, *call("new", 7), anew=("a",))
    (job,) = rows(firm, Job, case, Job.kind == JobKind.CALL)
    assert job.payload["inputs"]["word"] == "new"
    assert job.retries == 7


def test_many_instances_go_with_their_rows_and_their_variables(firm: World):
    """Of more than 16, each lies in a part."""
    case = opened(firm, start(), user("m", loop(20)), user("u"), path("s", "m", "u"))
    first, *rest = ready(firm, case)
    do(firm, first)
    before = {row.id for row in rows(firm, Variable, case, Variable.until.is_(None))}
    take(firm, case, start(), user("n", loop(20)), user("u"), path("s", "n", "u"), m="n")
    assert {row.id for row in rows(firm, Variable, case, Variable.until.is_(None))} == before
    assert {task.element for task in rows(firm, Task, case, Task.state == TaskState.READY)} == {"n"}
    assert ready(firm, case) == rest
    assert count(firm, Part) == 19
    (entry,) = [each for each in firm.journal(case) if each.what == "case.migrated"]
    assert len(entry.particulars["after"]) == 19
    for task_id in rest:
        do(firm, task_id)
    assert firm.at(case) == ["u"]
    assert count(firm, Part) == 0


def test_what_stands_still_is_migrated_and_still_stands_still(firm: World, clock: FakeClock):
    case = opened(firm, *events("PT1H"))
    with firm.engine.begin("sue") as uow:
        suspending.suspend_case(uow, case.id, why="Wir warten auf den Anwalt")
    clock.advance(timedelta(hours=2))
    firm.drain()
    take(firm, case, *events("PT1H", then=user("z")))
    firm.drain()
    assert not firm.at(case)
    (held,) = rows(firm, Job, case, Job.kind == JobKind.TIMER)
    assert held.state == "held"
    with firm.engine.begin("sue") as uow:
        suspending.resume_case(uow, case.id, why="Der Anwalt hat geantwortet")
    firm.drain()
    assert firm.at(case) == ["z"]


def checked(first: str) -> tuple[str, ...]:
    four_eyes = f'<zeebe:properties><zeebe:property name="cpm:fourEyes" value="{first}"/></zeebe:properties>'
    return start(), user(first), user("approve", zeebe=four_eyes), path("s", first, "approve")


def test_who_did_a_step_does_not_approve_it_under_its_new_name(firm: World):
    case = opened(firm, *checked("decide"))
    with firm.engine.begin("sue") as uow:
        uow.session.get_one(Task, firm.step(case, "decide").id).team = "service"
    firm.do(case, "decide", "anna", {})
    take(firm, case, *checked("choose"), decide="choose")
    approval = firm.step(case, "approve")
    with firm.engine.begin("sue") as uow:
        uow.session.get_one(Task, approval.id).team = "service"
    with pytest.raises(Forbidden, match="did the step it checks"), firm.engine.begin("anna") as uow:
        tasks.claim(uow, approval.id)
    with firm.engine.begin("ben") as uow:
        tasks.claim(uow, approval.id)
