"""Next case is fair: nobody gets what somebody else has, and whatever waits is somebody's one day."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from cpm.commands import next_task, tasks, users
from cpm.engine import Engine
from cpm.errors import Forbidden
from cpm.model import Case, Task, TaskState
from tests.clock import FakeClock
from tests.databases import opened
from tests.world import World, mail

WEEK = next_task.PATIENCE


def like(firm: World, number: int, *, base: int = 50_000, **more: object) -> list[int]:
    """So many more free tasks like one of a case that has just come, with what is different about them."""
    case = firm.receive(mail(message_id=f"<{base}@example.org>", sender=f"<kim{base}@example.org>"))
    step = firm.step(case, "check_facts").id
    with firm.engine.begin("test") as uow:
        first = uow.session.execute(select(Case.__table__).where(Case.id == case.id)).mappings().one()
        task = uow.session.execute(select(Task.__table__).where(Task.id == step)).mappings().one()
        ids = list(range(base, base + number))
        uow.session.execute(insert(Case), [{**first, "id": one} for one in ids])
        uow.session.execute(insert(Task), [{**task, "id": one, "case_id": one, **more} for one in ids])
        uow.session.execute(update(Task).where(Task.id == step).values(state=TaskState.DONE))
    return ids


def next_of(firm: World, who: str) -> int | None:
    with firm.engine.begin(who) as uow:
        task = next_task.take_next(uow)
        return None if task is None else task.id


def test_what_one_has_just_given_back_comes_last_for_them(firm: World, clock: FakeClock):
    """Who gives something back has a reason, and pressing N again is none to get it at once."""
    [urgent] = like(firm, 1, priority=90, due_at=clock() + timedelta(hours=1))
    [other] = like(firm, 1, base=60_000, priority=10, due_at=clock() + timedelta(hours=2))
    assert next_of(firm, "anna") == urgent
    with firm.engine.begin("anna") as uow:
        tasks.release(uow, urgent)
    assert next_of(firm, "anna") == other
    with firm.engine.begin("anna") as uow:
        tasks.release(uow, other)
    assert next_of(firm, "ben") == urgent, "for everybody else it is as before"
    with firm.engine.begin("ben") as uow:
        tasks.release(uow, urgent)
    with firm.engine.begin("anna") as uow:
        again = next_task.take_next(uow)
        assert again is not None, "nothing else is there"
        assert (again.id, next_task.gave_back(uow, again)) == (urgent, True)
        tasks.release(uow, again.id)
    clock.advance(next_task.GIVEN_BACK + timedelta(minutes=1))
    [late] = like(firm, 1, base=70_000, priority=50, due_at=clock() + timedelta(hours=2))
    assert next_of(firm, "anna") == urgent
    assert next_of(firm, "anna") == late


def test_what_is_far_too_late_and_given_back_waits_for_what_is_not(firm: World, clock: FakeClock):
    [late] = like(firm, 1, priority=0, due_at=clock())
    clock.advance(2 * WEEK)
    [new] = like(firm, 1, base=60_000, priority=0, due_at=clock() + timedelta(days=1))
    assert next_of(firm, "anna") == late
    with firm.engine.begin("anna") as uow:
        tasks.release(uow, late)
    assert [next_of(firm, "anna"), next_of(firm, "anna")] == [new, late]


def test_what_is_a_week_late_is_next_however_urgent_the_rest_is(firm: World, clock: FakeClock):
    """Nobody has its skill, nothing makes it more urgent: it would lie behind what comes in every day."""
    with firm.engine.begin("cpm test") as uow:
        users.change_user(uow, "anna", skills=["order"])
    [old] = like(firm, 1, priority=1, skills=["welding"], due_at=clock() + timedelta(hours=1))
    clock.advance(WEEK)
    urgent = like(firm, 2, base=60_000, priority=100, skills=["order"], due_at=clock())
    assert next_of(firm, "anna") == urgent[0]
    clock.advance(timedelta(hours=2))
    assert next_of(firm, "anna") == old


@pytest.mark.parametrize("a_day", [1, 3])
def test_old_work_does_not_starve_however_much_comes_in(firm: World, clock: FakeClock, a_day: int):
    """As much comes in each day as is done, all of it more urgent: after the days of patience the old is done first."""
    old = like(firm, 2, priority=0, due_at=clock())
    done = []
    for day in range(10):
        like(firm, a_day, base=60_000 + 100 * day, priority=95, due_at=clock() + timedelta(days=1))
        done.append([next_of(firm, "anna") for _ in range(a_day)])
        clock.advance(timedelta(days=1))
    taken = [task for each in done[:8] for task in each]
    assert not set(old) & set(taken), "urgency counts as long as nothing is far too late"
    assert set(old) <= {task for each in done[8:] for task in each}


def test_of_more_than_are_looked_at_the_most_urgent_is_found(firm: World, clock: FakeClock):
    """It came last, and all the others are due before it."""
    like(firm, 60, priority=10, due_at=clock() + timedelta(hours=1))
    [urgent] = like(firm, 1, base=60_000, priority=90, due_at=clock() + timedelta(days=3))
    assert next_of(firm, "anna") == urgent


def test_of_what_is_far_too_late_the_latest_is_first(firm: World, clock: FakeClock):
    soon, later = clock() + timedelta(hours=1), clock() + timedelta(hours=2)
    [other] = like(firm, 1, priority=100, due_at=later)
    [first] = like(firm, 1, base=60_000, priority=0, due_at=soon)
    clock.advance(2 * WEEK)
    assert [next_of(firm, "anna"), next_of(firm, "ben")] == [first, other]


def test_many_that_one_may_not_take_hide_nothing(
    firm: World, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
):
    """More than are looked at first: approvals of what one did oneself, for example."""
    barred = set(like(firm, 60, priority=90, due_at=clock()))
    [free] = like(firm, 1, base=60_000, priority=10, due_at=clock())
    claim = tasks.claim

    def guarded(uow, task_id):
        if task_id in barred:
            raise Forbidden("Expected somebody else, but it is you")
        return claim(uow, task_id)

    monkeypatch.setattr(tasks, "claim", guarded)
    assert next_of(firm, "anna") == free
    clock.advance(2 * WEEK)
    [free] = like(firm, 1, base=70_000, priority=10, due_at=clock() - WEEK - timedelta(minutes=1))
    assert next_of(firm, "anna") == free


@pytest.mark.parametrize("late", [timedelta(0), 2 * WEEK], ids=["in time", "late"])
def test_agents_of_several_servers_never_get_the_same(firm: World, clock: FakeClock, late: timedelta):
    """All reach for it in the same moment, again and again, until nothing is left; each task is somebody's, once."""
    ids = like(firm, 30, due_at=clock())
    clock.advance(late)
    found: list[tuple[str, int]] = []
    failed: list[BaseException] = []
    start = threading.Barrier(6)

    def take(engine: Engine, who: str) -> None:
        try:
            start.wait()
            while True:
                with engine.begin(who) as uow:
                    if (task := next_task.take_next(uow)) is None:
                        break
                    found.append((who, task.id))
        except BaseException as error:  # noqa: BLE001 - told below
            failed.append(error)

    ours = firm.engine
    with opened(ours.database.engine.url.render_as_string(hide_password=False)) as database:
        other = Engine(ours.settings, database, ours.library, ours.connectors, clock)
        threads = [
            threading.Thread(target=take, args=(engine, who))
            for engine in (ours, other)
            for who in ("anna", "ben", "sue")
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failed == []
    while (left := next_of(firm, "anna")) is not None:  # where two met, both may have passed on
        found.append(("anna", left))
    assert sorted(task for _, task in found) == ids
    with firm.engine.read() as look:
        held = dict(look.session.execute(select(Task.id, Task.assignee).where(Task.id.in_(ids))).all())
    assert held == {task: who for who, task in found}
