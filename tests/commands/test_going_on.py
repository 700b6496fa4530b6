"""Going on: who hands in a step has the next one in hand, where it is kept for them and nothing speaks against it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from cpm.commands import definitions, follow_ups, next_task, notes, tasks
from cpm.commands.notes import Said
from cpm.model import Case, Task, TaskState
from cpm.policies import Assent
from cpm.settings import SHIPPED
from cpm.uow import UnitOfWork
from tests.commands.test_policies import table
from tests.office import FACTS
from tests.world import World, mail

KETTLE = Said("phone", "", "Kessel kalt", "1")
COMPLAINT = "complaint/complaint.bpmn"


def went_on(uow: UnitOfWork, done: Task) -> Task | None:
    return next_task.go_on(uow, done, next_task.open_steps(uow, done.case_id))


def test_the_next_step_is_in_hand_and_no_other_beside_it(firm: World, case: Case):
    step = claimed(firm, case)
    with firm.engine.begin("anna") as uow:
        begun = went_on(uow, tasks.complete(uow, step.id, FACTS))
    assert begun is not None
    assert (begun.element, begun.state, begun.assignee) == ("decide_remedy", TaskState.CLAIMED, "anna")
    with firm.engine.begin("anna") as uow:
        done = ended(uow, case)
        done.done_at = uow.now
        assert went_on(uow, done) is None


def test_what_was_done_before_begins_nothing(firm: World, case: Case, clock):
    """A page that is sent once more, and a promise that is kept meanwhile."""
    firm.do(case, "check_facts", "anna", FACTS)
    with firm.engine.begin("anna") as uow:
        promised = follow_ups.ask(uow, uow.case(case.id), what="Fragen", due=uow.now + timedelta(hours=5))
    clock.advance(timedelta(minutes=1))
    with firm.engine.begin("anna") as uow:
        assert went_on(uow, ended(uow, case)) is None
        assert went_on(uow, tasks.complete(uow, promised.task_id, {"note": "Ja."})) is None
    assert firm.step(case, "decide_remedy").state == TaskState.READY


def test_what_was_said_to_a_policy_is_said_of_that_step_alone(firm: World, case: Case):
    """She may go on against it, but nobody has shown it to her."""
    step = claimed(firm, case)
    with firm.engine.begin("test") as uow:
        definitions.deploy(uow, {"policies.dmn": table('"claim"', "true", '"refuse"', override='"agent"')})
    firm.engine.library.refresh(now=True)
    with firm.engine.begin("anna", Assent(override="Ich weiß.")) as uow:
        assert went_on(uow, tasks.complete(uow, step.id, FACTS)) is None
    assert firm.step(case, "decide_remedy").state == TaskState.READY


def test_nobody_is_led_to_approve_what_they_did(firm: World):
    """Nor is it kept for them, though it is their team's; and where it was kept before, that lets nobody in."""
    drawn = (SHIPPED / "processes" / COMPLAINT).read_text()
    stage = '<zeebe:property name="cpm:stage" value="remedy" />'
    checks = '<zeebe:property name="cpm:fourEyes" value="check_facts" />'
    with firm.engine.begin("test") as uow:
        definitions.deploy(uow, {COMPLAINT: drawn.replace(stage, stage + checks, 1).encode()})
    case = firm.receive(mail())
    assert case is not None
    firm.drain()
    step = claimed(firm, case)
    with firm.engine.begin("anna") as uow:
        done = tasks.complete(uow, step.id, FACTS)
        approval = uow.session.scalars(select(Task).where(Task.element == "decide_remedy")).one()
        assert (approval.team, approval.kept_for) == ("service", None)
        approval.kept_for = "anna"
        assert went_on(uow, done) is None
    assert firm.step(case, "decide_remedy").state == TaskState.READY


@pytest.mark.parametrize(
    ("who", "held"), [("anna", True), ("sue", False), ("fay", False)], ids=["team", "steps in", "other team"]
)
def test_who_opens_a_case_has_its_first_step_in_hand_where_it_is_their_teams(
    firm: World, case: Case, clock, who: str, held: bool
):
    clock.advance(timedelta(minutes=1))
    with firm.engine.begin(who) as uow:
        made = notes.open_by_hand(uow, KETTLE, process="complaint", customer=case.customer_id)
        begun = next_task.begin(uow, made)
        assert (begun is not None) is held
        assert made.owner == (who if held else None)
        assert next_task.begin(uow, made) is None
        assert next_task.begin(uow, case) is None, "it was there before"


def test_what_a_policy_asks_of_who_begins_a_case_is_asked_as_they_begin_it(firm: World, case: Case):
    with firm.engine.begin("test") as uow:
        definitions.deploy(uow, {"policies.dmn": table('"claim"', "true", '"refuse"', override='"agent"')})
    firm.engine.library.refresh(now=True)
    with firm.engine.begin("anna", Assent(override="Ich weiß.")) as uow:
        made = notes.open_by_hand(uow, KETTLE, process="complaint", customer=case.customer_id)
        assert next_task.begin(uow, made) is None
        assert made.owner is None


def claimed(firm: World, case: Case) -> Task:
    with firm.engine.begin("anna") as uow:
        return tasks.claim(uow, firm.step(case, "check_facts").id)


def ended(uow: UnitOfWork, case: Case) -> Task:
    first = select(Task).where(Task.case_id == case.id, Task.element == "check_facts")
    return uow.session.scalars(first).one()
