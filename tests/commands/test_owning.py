"""Who gets the next step: first who has the case, then who has the skills, then by urgency, which grows with lateness."""

from datetime import timedelta

import pytest

from cpm.commands import absences, definitions, next_task, tasks, users
from cpm.model import Case, Task
from cpm.queries import journal, why
from tests.clock import FakeClock
from tests.commands.test_absences import PAID
from tests.commands.test_robust_steering import of_one_row
from tests.commands.test_spine import FACTS, answered, reply
from tests.world import World, mail


def receive(firm: World, number: int = 1, subject: str = "Der Kessel ist kaputt") -> Case:
    return firm.receive(
        mail(message_id=f"<{number}@example.org>", sender=f"<kim{number}@example.org>", subject=subject)
    )


def next_of(firm: World, who: str) -> Task | None:
    with firm.engine.begin(who) as uow:
        return next_task.take_next(uow)


def test_the_next_step_is_kept_for_who_has_the_case(firm: World, clock: FakeClock):
    case = receive(firm)
    firm.do(case, "check_facts", "anna", FACTS)
    step = firm.step(case, "decide_remedy")
    assert firm.now(case).owner == "anna"
    assert (step.kept_for, step.kept_until) == ("anna", clock() + timedelta(hours=2))
    assert next_of(firm, "ben") is None
    assert next_of(firm, "anna").id == step.id


def test_it_comes_before_what_is_more_urgent(firm: World):
    case = receive(firm)
    firm.do(case, "check_facts", "anna", FACTS)
    other = receive(firm, 2)
    with firm.engine.begin("test") as uow:
        uow.of_case(Task, firm.step(other, "check_facts").id).priority = 99
    assert next_of(firm, "anna").case_id == case.id
    assert next_of(firm, "ben").case_id == other.id


def test_after_a_while_it_is_anybody_s(firm: World, clock: FakeClock):
    case = receive(firm)
    firm.do(case, "check_facts", "anna", FACTS)
    clock.advance(timedelta(hours=2))
    assert next_of(firm, "ben").case_id == case.id
    assert firm.now(case).owner == "ben"


def test_anybody_of_the_team_may_take_it_by_hand(firm: World):
    case = receive(firm)
    firm.do(case, "check_facts", "anna", FACTS)
    with firm.engine.begin("ben") as uow:
        assert tasks.claim(uow, firm.step(case, "decide_remedy").id).assignee == "ben"


def test_who_puts_it_back_is_not_asked_first_again(firm: World):
    case = receive(firm)
    firm.do(case, "check_facts", "anna", FACTS)
    task = next_of(firm, "anna")
    with firm.engine.begin("anna") as uow:
        tasks.release(uow, task.id)
    assert next_of(firm, "ben").id == task.id


@pytest.mark.parametrize("away", [False, True], ids=["there", "away"])
def test_nothing_is_kept_for_who_is_away(firm: World, clock: FakeClock, away: bool):
    """The reply comes while Anna is on holiday: whoever is there takes it."""
    case = answered(firm)
    assert firm.now(case).owner == "anna"
    if away:
        with firm.engine.begin("sue") as uow:
            absences.add(uow, "anna", from_at=clock(), until_at=clock() + timedelta(days=3))
    firm.receive(reply(firm, case))
    step = firm.step(case, "read_reply")
    assert step.kept_for == (None if away else "anna")
    with firm.engine.read() as uow:
        assert why.of_task(uow, uow.get(Task, step.id), "en").grounds[0].facts["owner_available"] is not away


def test_the_table_sees_whether_who_has_it_is_there(firm: World):
    case = receive(firm)
    firm.do(case, "check_facts", "anna", FACTS)
    step = firm.step(case, "decide_remedy")
    with firm.engine.read() as uow:
        facts = why.of_task(uow, uow.get(Task, step.id), "en").grounds[0].facts
        told = [
            entry.sentence for entry in journal.journal(uow, case.id).entries if entry.what == "task.opened"
        ]
    assert (facts["owner_available"], facts["owner_team"]) == (True, "service")
    assert "zuerst für Anna" in told[-1]


def test_an_approval_is_kept_for_nobody(firm: World):
    case = receive(firm)
    firm.do(case, "check_facts", "anna", {**FACTS, "cause": "late", "order_value": "500"})
    firm.do(case, "decide_remedy", "anna", PAID)
    approval = firm.step(case, "approve")
    assert (approval.kept_until, approval.skills) == (None, ["approve_supervisor"])
    firm.do(case, "approve", "sue", {"approved": "yes"})
    assert firm.now(case).owner == "anna"


def test_who_has_the_skills_comes_before_who_has_not(firm: World):
    with firm.engine.begin("cpm test") as uow:
        users.change_user(uow, "ben", skills=["order"])
        skills = 'if data.subject = "Auftrag" then ["order"] else ["complaint"]'
        row = {"team": '"service"', "priority": 'if data.subject = "Auftrag" then 10 else 90'}
        table = of_one_row("assignment", **row, skills=skills, keep_owner="false")
        definitions.deploy(uow, {"assignment.dmn": table})
    firm.engine.library.refresh(now=True)
    urgent, fitting = receive(firm, 1), receive(firm, 2, "Auftrag")
    assert next_of(firm, "ben").case_id == fitting.id
    assert next_of(firm, "ben").case_id == urgent.id


def test_without_any_skills_noted_urgency_decides(firm: World):
    low, high = receive(firm, 1), receive(firm, 2)
    with firm.engine.begin("test") as uow:
        uow.of_case(Task, firm.step(high, "check_facts").id).priority = 99
    assert [next_of(firm, "anna").case_id, next_of(firm, "anna").case_id] == [high.id, low.id]


@pytest.mark.parametrize(
    ("late", "more"), [(timedelta(0), 0), (timedelta(hours=3), 3), (timedelta(days=30), None)]
)
def test_a_task_grows_more_urgent_with_each_open_hour_it_is_late(
    firm: World, clock: FakeClock, late: timedelta, more: int | None
):
    case = receive(firm)
    step = firm.step(case, "check_facts")
    clock.advance(step.due_at - clock())
    firm.drain()
    assert firm.incident(case).code == "overdue"
    if late:
        clock.advance(timedelta(hours=14))  # the next morning, when service opens
    for _ in range(int(late / timedelta(hours=1)) if late < timedelta(days=1) else 1):
        clock.advance(timedelta(hours=1) if late < timedelta(days=1) else late)
        firm.drain()
    priority = firm.step(case, "check_facts").priority
    assert priority == (100 if more is None else step.priority + more)
    assert firm.story(case).count("incident.raised") == 1
