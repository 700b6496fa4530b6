"""What is promised for later: a task with a due time, somebody's own or a team's, that outlives its case."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from cpm import schema
from cpm.commands import closing, follow_ups, joining, next_task, overdue, separating, tasks
from cpm.errors import CpmError, Invalid, WrongState
from cpm.model import Case, FollowUp, Incident, IncidentState, Job, JobKind, Task, TaskKind, TaskState
from cpm.queries import inbox, journal
from cpm.queries.inbox import View
from tests.office import FACTS
from tests.world import World, mail

LATER = timedelta(hours=5)


def ask(firm: World, case: Case, *, who: str = "anna", after=LATER, **more) -> FollowUp:
    with firm.engine.begin(who) as uow:
        return follow_ups.ask(
            uow, uow.case(case.id), what="Fragen, ob der Kessel da ist", due=uow.now + after, **more
        )


def views(firm: World, who: str, of: FollowUp) -> set[View]:
    with firm.engine.read(who) as look:
        lists = {view: inbox.inbox(look, view).rows for view in (View.MINE, View.TEAM, View.PARKED)}
    return {view for view, rows in lists.items() if of.task_id in {row.task for row in rows}}


def test_a_call_back_is_its_askers_own_and_comes_back_shortly_before_it_is_due(
    firm: World, case: Case, clock
):
    promised = ask(firm, case, call="0211 5550100")
    assert (promised.call, promised.task.title_de) == (
        "+492115550100",
        "Rückruf: Fragen, ob der Kessel da ist",
    )
    assert views(firm, "anna", promised) == {View.PARKED}
    clock.advance(LATER - follow_ups.BEFORE)
    assert views(firm, "anna", promised) == {View.MINE}
    with firm.engine.begin("anna") as uow:
        tasks.complete(uow, promised.task_id, {"note": "Ist angekommen."})
    with firm.engine.read() as look:
        assert look.get(FollowUp, promised.id).answer == "Ist angekommen."
    assert firm.story(case)[-1] == "task.answered"


def test_what_a_team_does_later_is_given_to_nobody_before_its_time(firm: World, case: Case, clock):
    promised = ask(firm, case, who="sue", team="service")
    assert views(firm, "anna", promised) == {View.TEAM}
    assert promised.task_id not in _given(firm, "anna")
    clock.advance(LATER)
    assert promised.task_id in _given(firm, "anna")


def test_next_is_what_one_promised_for_now_until_it_is_done_or_put_off(firm: World, case: Case, clock):
    first = ask(firm, case, call="0211 5550100")
    second = ask(firm, case, after=LATER + follow_ups.BEFORE)
    for _ in range(3):
        firm.receive(mail(message_id=f"<{_}@example.org>", sender=f"<kim{_}@example.org>"))
    assert _next(firm, "anna") not in {first.task_id, second.task_id}
    clock.advance(LATER)
    assert _next(firm, "ben") not in {first.task_id, second.task_id}
    assert [_next(firm, "anna"), _next(firm, "anna")] == [first.task_id] * 2
    with firm.engine.begin("anna") as uow:
        follow_ups.put_off(uow, first.task_id, note="Niemand da", due=uow.now + LATER)
    assert _next(firm, "anna") == second.task_id
    with firm.engine.begin("anna") as uow:
        tasks.complete(uow, second.task_id, {"note": "Ist da."})
    assert _next(firm, "anna") not in {first.task_id, second.task_id, None}


def _given(firm: World, who: str) -> set[int]:
    given: set[int] = set()
    while (task := _next(firm, who)) is not None and task not in given:
        given.add(task)
    return given


def _next(firm: World, who: str) -> int | None:
    with firm.engine.begin(who) as uow:
        task = next_task.take_next(uow)
        return None if task is None else task.id


def test_who_reaches_nobody_tries_once_more_at_another_time(firm: World, case: Case, clock):
    promised = ask(firm, case, call="0211 5550100")
    clock.advance(LATER)
    with firm.engine.begin("anna") as uow:
        again = follow_ups.put_off(uow, promised.task_id, note="Niemand da", due=uow.now + LATER)
        assert again.task.due_at == uow.now + LATER
    assert views(firm, "anna", promised) == {View.PARKED}
    with firm.engine.read() as look:
        said = [journal.journal(look, case.id, language).entries[-1].sentence for language in ("de", "en")]
    assert said[0].startswith("„Rückruf: Fragen, ob der Kessel da ist“ auf ")
    assert said[0].endswith(": Niemand da.")
    assert said[1].startswith("Put off “Call back: Fragen, ob der Kessel da ist” until ")


def test_what_was_promised_outlives_the_end_of_the_process(firm: World, case: Case):
    promised = ask(firm, case)
    with firm.engine.begin("sue") as uow:
        closing.close(uow, uow.case(case.id), outcome="solved")
    late = ask(firm, case, who="ben")
    for one, who in ((promised, "anna"), (late, "ben")):
        with firm.engine.begin(who) as uow:
            assert tasks.complete(uow, one.task_id, {"note": "Alles gut."}).state == TaskState.DONE


def test_what_was_promised_goes_along_when_cases_are_merged(firm: World, case: Case):
    promised, other = ask(firm, case), firm.receive(mail(message_id="<other@example.org>"))
    assert other is not None
    with firm.engine.begin("sue") as uow:
        joining.merge(uow, case.id, other.id, why="dasselbe")
    with firm.engine.read() as look:
        task = look.get(Task, promised.task_id)
        assert (task.case_id, task.state) == (other.id, TaskState.CLAIMED)


def late(firm: World, case: Case) -> list[IncidentState]:
    """How the exceptions stand that tell of something late in this case, the oldest first."""
    with firm.engine.read() as look:
        told = select(Incident.state).where(Incident.case_id == case.id, Incident.code == "overdue")
        return list(look.session.scalars(told.order_by(Incident.id)))


@pytest.mark.parametrize("closed", [False, True])
def test_a_call_that_nobody_makes_in_time_is_an_exception_until_it_is_made(
    firm: World, case: Case, clock, *, closed: bool
):
    """Also after the end of its case, and whatever the process does meanwhile."""
    promised = ask(firm, case, call="0211 5550100")
    firm.do(case, "check_facts", "anna", FACTS)
    if closed:
        with firm.engine.begin("sue") as uow:
            closing.close(uow, uow.case(case.id), outcome="solved")
    clock.advance(LATER - timedelta(minutes=1))
    firm.drain()
    assert late(firm, case) == []
    clock.advance(timedelta(minutes=2))
    firm.drain()
    assert late(firm, case) == [IncidentState.OPEN]
    with firm.engine.begin("anna") as uow:
        tasks.complete(uow, promised.task_id, {"note": "Erreicht."})
    firm.drain()
    assert late(firm, case) == [IncidentState.WITHDRAWN]


def test_what_is_put_off_is_late_only_after_its_new_time(firm: World, case: Case, clock):
    promised = ask(firm, case, call="0211 5550100")
    clock.advance(LATER + timedelta(minutes=1))
    firm.drain()
    with firm.engine.begin("anna") as uow:
        follow_ups.put_off(uow, promised.task_id, note="Niemand da", due=uow.now + LATER)
    clock.advance(LATER - timedelta(minutes=1))
    firm.drain()
    assert late(firm, case) == [IncidentState.WITHDRAWN]
    clock.advance(timedelta(minutes=2))
    firm.drain()
    assert late(firm, case) == [IncidentState.WITHDRAWN, IncidentState.OPEN]


def test_what_was_promised_before_anything_watched_it_is_watched_too(firm: World, case: Case):
    """0048: as if it were promised now; what is watched, done or without a time of its own is let alone."""
    watched, forgotten, finished = (ask(firm, case, after=LATER * number) for number in (1, 2, 3))
    with firm.engine.begin("anna") as uow:
        tasks.complete(uow, finished.task_id, {"note": "Ist angekommen."})
    ours = select(Job).where(Job.kind == JobKind.OVERDUE, Job.node.is_(None)).order_by(Job.run_at)
    with firm.engine.read() as look:
        before = [_facts(job) for job in look.session.scalars(ours)]
    assert [facts["key"] for facts in before] == [
        f"task/{each.task_id}/overdue" for each in (watched, forgotten)
    ]
    schema.downgrade(firm.engine.database, "0047")
    with firm.engine.begin("anna") as uow:
        overdue.forget(uow, uow.of_case(Task, forgotten.task_id))
    schema.upgrade(firm.engine.database)
    with firm.engine.read() as look:
        assert [_facts(job) for job in look.session.scalars(ours)] == before


def _facts(job: Job) -> dict[str, object]:
    return {name: each for name, each in vars(job).items() if name != "id" and not name.startswith("_")}


@pytest.mark.parametrize("late_already", [False, True])
def test_undoing_a_merge_gives_back_what_was_promised(firm: World, case: Case, clock, *, late_already: bool):
    """With the exception that it is late, if it is; what was promised in the other case stays there."""
    promised, other = ask(firm, case), firm.receive(mail(message_id="<other@example.org>"))
    assert other is not None
    theirs = ask(firm, other, after=2 * LATER)
    with firm.engine.begin("sue") as uow:
        link = joining.merge(uow, case.id, other.id, why="dasselbe").id
    if late_already:
        clock.advance(LATER + timedelta(minutes=1))
        firm.drain()
        assert (late(firm, case), late(firm, other)) == ([], [IncidentState.OPEN])
    with firm.engine.begin("sue") as uow:
        separating.undo(uow, link, why="doch nicht")
    firm.drain()
    with firm.engine.read() as look:
        home = {one.id: (one.case_id, one.task.case_id) for one in look.session.scalars(select(FollowUp))}
    assert home == {promised.id: (case.id, case.id), theirs.id: (other.id, other.id)}
    if not late_already:
        clock.advance(LATER + timedelta(minutes=1))
        firm.drain()
    assert late(firm, case) == [IncidentState.OPEN]
    assert late(firm, other) == ([IncidentState.WITHDRAWN] if late_already else [])


def test_the_time_is_to_come_and_the_number_is_one(firm: World, case: Case):
    for refused in ({"after": timedelta(0)}, {"after": timedelta(days=400)}, {"call": "later"}):
        with pytest.raises(Invalid) as told:
            ask(firm, case, **refused)
        assert told.value.faults("de")
    with firm.engine.read() as look:
        kept = select(Task.id).where(Task.kind == TaskKind.FOLLOW_UP)
        assert look.session.scalars(kept).all() == []


def test_only_a_follow_up_is_put_off(firm: World, case: Case):
    step = firm.step(case, "check_facts")
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, step.id)
    with pytest.raises(CpmError) as told, firm.engine.begin("anna") as uow:
        follow_ups.put_off(uow, step.id, note="x", due=uow.now + LATER)
    assert isinstance(told.value, WrongState)
    assert told.value.de
