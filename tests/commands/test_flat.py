"""What a case costs does not grow with its age, and what is over is not kept at hand. Counted, not timed: tests.bench times it."""

import gc
import weakref

import pytest
from sqlalchemy import func, select

from cpm.commands import cases, closing, customers, definitions, process, tasks
from cpm.model import OPEN_TASKS, Case, Event, Job, Part, Task, Variable, Wait
from cpm.queries import journal
from tests import looping
from tests.commands.test_bodies import count, ready
from tests.commands.test_cost import statements
from tests.unit.bpmn.drawing import (
    DECLARED,
    TERMINATE,
    boundary,
    catch,
    each,
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
from tests.world import World, mail

ALL_AT_ONCE = model(
    start(), parallel("f"), user("stop"), end("t", TERMINATE), path("s", "f", "stop", "t"),
    node("subProcess", "sub", start("s1"), user("work", zeebe=mapping({"own": "=subject"})), path("s1", "work")),
    boundary("late", "sub", timer("P3D")), user("after"), path("late", "after"), path("c", "after"), user("m", each("=for i in 1..17 return i", output=("out", "=item"))),
    catch("c", message()), path("f", "sub"), path("f", "m"), path("f", "c"), declared=DECLARED,
)  # fmt: skip


def opened(firm: World, text: bytes) -> Case:
    with firm.engine.begin("sue") as uow:
        definitions.deploy(uow, {"test/p.bpmn": text})
    with firm.engine.begin("sue") as uow:
        customer = customers.of_address(uow, "flat@example.org", name="Jonas Probe", language="de")
        about = {"process": "p", "subject": "Flat", "channel": "email", "language": "de"}
        data = {"again": False, "subject": "x", "order": "o"}
        case = cases.open_case(uow, customer, **about, data=data)
        process.start(uow, case)
    return case


def test_a_turn_of_a_loop_costs_and_leaves_as_much_as_the_one_before(firm: World):
    """In statements and rows; the state grows by the digits of its numbers alone."""
    for kind, draw in looping.MODELS.items():
        case = opened(firm, draw())
        for _ in range(4):
            turn(firm, case)
        early = turn(firm, case), turn(firm, case)
        for _ in range(8):
            turn(firm, case)
        late = turn(firm, case), turn(firm, case)
        assert [cost[:-1] for cost in early] == [cost[:-1] for cost in late], kind
        assert late[-1][-1] <= early[0][-1] + 8, kind


def turn(firm: World, case: Case) -> tuple[int, ...]:
    """One step; its statements, the rows that it adds of each kind, and the bytes of the state after it."""
    before = rows(firm, case)
    task = firm.open_tasks(case)[0]
    who = "ben" if task.element == "check" else "sue"
    with firm.engine.begin(who) as uow:
        tasks.claim(uow, task.id)
    firm.engine.library.refresh(now=True)
    with statements(firm.engine.database) as seen, firm.engine.begin(who) as uow:
        tasks.complete(uow, task.id, {})
    added = [now - then for now, then in zip(rows(firm, case), before, strict=True)]
    return len(seen), *added, len(firm.now(case).tokens or b"")


def rows(firm: World, case: Case) -> list[int]:
    with firm.engine.read() as look:
        found = (
            select(func.count()).select_from(noun).where(noun.case_id == case.id)
            for noun in (Event, Variable, Task, Job, Wait)
        )
        return [look.session.scalar(query) or 0 for query in found]


@pytest.mark.parametrize("by_person", [False, True], ids=["by its process", "by a person"])
def test_a_case_that_is_over_keeps_nothing_of_where_it_stood(firm: World, by_person: bool):
    """Its history is all there, but no list of what is open has to look past it."""
    case = opened(firm, ALL_AT_ONCE)
    inner = (Variable.scope != "", Variable.until.is_(None))
    assert min(count(firm, Part), count(firm, Job), count(firm, Wait), count(firm, Variable, *inner)) > 0
    history = count(firm, Variable)
    if by_person:
        with firm.engine.begin("sue") as uow:
            closing.end(uow, uow.case(case.id), outcome="settled", reason="It is over.")
    else:
        (stop,) = [key for key in ready(firm, case) if element(firm, key) == "stop"]
        with firm.engine.begin("sue") as uow:
            tasks.claim(uow, stop)
        with firm.engine.begin("sue") as uow:
            tasks.complete(uow, stop, {})
    assert firm.now(case).tokens is None
    for noun in (Part, Job, Wait):
        assert count(firm, noun, noun.case_id == case.id) == 0
    assert count(firm, Task, Task.state.in_(OPEN_TASKS)) == 0
    assert count(firm, Variable, *inner) == 0
    assert count(firm, Variable) >= history


def element(firm: World, task_id: int) -> str | None:
    with firm.engine.read() as look:
        return look.get(Task, task_id).element


def test_the_newest_entries_of_a_long_journal_are_read_without_the_others(firm: World):
    """The page of a case that has gone round a thousand times shows as many as any other's."""
    case = opened(firm, looping.by_gateway())
    for _ in range(3):
        turn(firm, case)
    with firm.engine.read() as look:
        newest, all_of_it = (journal.journal(look, case.id, latest=most) for most in (4, None))
        assert newest.count == all_of_it.count == len(all_of_it.entries) > 4
    told = [entry for entry in all_of_it.entries if entry.what != "case.steered"]
    assert list(newest.entries) == told[-4:]


def test_a_call_that_is_done_is_told_once(firm: World):
    """That it was under way too is for who reads the whole journal."""
    firm.receive(mail())
    firm.drain()
    with firm.engine.read() as look:
        newest, all_of_it = (journal.journal(look, 1, latest=most).entries for most in (50, None))
    words = [[entry.what for entry in each] for each in (newest, all_of_it)]
    assert words[1].count("job.enqueued") == words[1].count("job.finished") >= 1
    assert (words[0].count("job.enqueued"), words[0].count("job.finished")) == (
        0,
        words[1].count("job.finished"),
    )


def test_a_process_keeps_nothing_of_the_steps_it_has_done(firm: World):
    """Neither of the case it works on nor of others: else a worker of many weeks would fill the memory."""
    case = opened(firm, looping.by_gateway())
    for _ in range(10):
        turn(firm, case)
    before = alive()
    for _ in range(20):
        turn(firm, case)
    assert alive() - before < 20


def alive() -> int:
    """Python's objects, but for weak references: tables of these grow by leaps, and hold nothing."""
    gc.collect()
    return sum(type(each) is not weakref.ref for each in gc.get_objects())
