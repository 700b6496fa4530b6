"""Bulk acts: which cases is frozen first, a dry run says how each would take it, then each is a job with its own result."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select, update

from cpm.bpmn import Begin
from cpm.commands import batch_work, batches, enqueue, jobs, moving
from cpm.commands.bulk_kinds import KINDS
from cpm.connectors import Failed
from cpm.errors import Conflict, Forbidden, Invalid, NotFound
from cpm.model import (
    Batch,
    BatchItem,
    BatchState,
    Case,
    CaseState,
    Definition,
    ItemState,
    Job,
    JobKind,
    JobState,
)
from cpm.queries import batch_words
from cpm.queries import batches as shown
from cpm.queries.moving import standing
from cpm.queries.targets import Targets
from cpm.queries.variables import of_case
from cpm.worker import Worker
from tests.clock import FakeClock
from tests.world import World, mail

SET = {"data": {"order_value": Decimal(99)}}


def cases(firm: World, count: int) -> list[Case]:
    found = [firm.receive(mail(message_id=f"<{number}@example.org>")) for number in range(count)]
    firm.drain()
    return [case for case in found if case is not None]


def proposed(firm: World, by: str = "sue", kind: str = "set_variables", options=SET, **which) -> Batch:
    """With a verdict for each case."""
    chosen = Targets(**(which or {"process": "complaint"}))
    with firm.engine.begin(by) as uow:
        batch = batches.propose(uow, kind, chosen, options, why="Preisliste war falsch")
    firm.drain()
    return row(firm, batch)


def row(firm: World, batch: Batch) -> Batch:
    with firm.engine.read() as look:
        return look.get(Batch, batch.id)


def done(firm: World, batch: Batch, clock: FakeClock, by: str = "sue", only: Sequence[str] = ()) -> Batch:
    with firm.engine.begin(by) as uow:
        batches.start(uow, batch.id, only=only)
    return worked(firm, batch, clock)


def worked(firm: World, batch: Batch, clock: FakeClock) -> Batch:
    firm.drain()
    return row(firm, batch)


def states(firm: World, batch: Batch) -> dict[int, ItemState]:
    with firm.engine.read() as look:
        found = look.session.scalars(
            select(BatchItem).where(BatchItem.batch_id == batch.id).order_by(BatchItem.case_id)
        )
        return {item.case_id: item.state for item in found}


def data(firm: World, case: Case) -> object:
    with firm.engine.read() as look:
        return of_case(look, look.get(Case, case.id)).get("order_value")


def test_nothing_happens_to_a_case_before_somebody_has_seen_the_dry_run_and_started_it(
    firm: World, clock: FakeClock
):
    first, second = cases(firm, 2)
    batch = proposed(firm)
    assert batch.state == BatchState.PROPOSED
    assert states(firm, batch) == dict.fromkeys((first.id, second.id), ItemState.ABLE)
    assert [data(firm, case) for case in (first, second)] == [None, None]
    batch = done(firm, batch, clock)
    assert batch.state == BatchState.DONE
    assert states(firm, batch) == dict.fromkeys((first.id, second.id), ItemState.DONE)
    assert [data(firm, case) for case in (first, second)] == [Decimal(99)] * 2
    entry = [event for event in firm.journal(first) if event.what == "case.corrected"]
    assert [(each.actor, each.particulars["batch"]) for each in entry] == [("sue", batch.id)]


def test_a_case_that_refuses_or_breaks_leaves_the_others_alone_and_can_be_tried_again(
    firm: World, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
):
    refusing, breaking, fine = cases(firm, 3)
    batch = proposed(firm)
    act = KINDS["set_variables"].act

    def moody(uow, case, options, why):
        if case.id == refusing.id:
            raise Conflict(f"Expected case {case.number} to be in the mood, but it is not", de="Keine Lust.")
        if case.id == breaking.id:
            raise ZeroDivisionError(case.number)
        act(uow, case, options, why)

    with monkeypatch.context() as patched:
        patched.setitem(KINDS, "set_variables", replace(KINDS["set_variables"], act=moody))
        batch = done(firm, batch, clock)
    assert states(firm, batch) == {
        refusing.id: ItemState.REFUSED,
        breaking.id: ItemState.FAILED,
        fine.id: ItemState.DONE,
    }
    with firm.engine.read("sue") as look:
        told = {reason.state: reason.sentence for reason in shown.view(look, batch.id, "de").reasons}
        lines = b"".join(shown.as_csv(look, batch.id, "de")).decode("utf-8-sig").splitlines()
    assert told[ItemState.REFUSED] == "Keine Lust."
    assert "ZeroDivisionError" in told[ItemState.FAILED]
    assert lines[0] == "Vorgang;Stand;Warum;Wann"
    assert lines[1].startswith(f"{refusing.number};abgelehnt;Keine Lust.;")
    with firm.engine.begin("sue") as uow:
        batches.retry(uow, batch.id)
    batch = worked(firm, batch, clock)
    assert set(states(firm, batch).values()) == {ItemState.DONE}
    with firm.engine.read() as look:
        corrected = [event for event in firm.journal(fine) if event.what == "case.corrected"]
    assert len(corrected) == 1
    assert batch.state == BatchState.DONE


def test_cases_are_tried_again_moved_and_ended_by_the_worker(firm: World, clock: FakeClock):
    chosen = cases(firm, 2)
    called = len(firm.post.calls)
    firm.post.outcomes = [Failed("auth_failed", "535 no") for _ in chosen]
    with firm.engine.begin("sue") as uow:
        for case in chosen:
            stood = next(each.node for each in standing(uow, uow.case(case.id), "en"))
            moving.move(uow, case.id, cancel=[stood], begin=[Begin("send_answer")], why="Zum Probieren.")
    firm.drain()
    for kind, options in (
        ("retry", {}),
        ("move", {"from": "wait_for_reply", "to": "write_answer"}),
        ("cancel", {"outcome": "settled"}),
    ):
        where = firm.at(chosen[0])
        batch = proposed(firm, kind=kind, options=options)
        assert firm.at(chosen[0]) == where, "the dry run changes nothing"
        batch = done(firm, batch, clock)
        assert set(states(firm, batch).values()) == {ItemState.DONE}, kind
    assert len(firm.post.calls) == called + 4
    assert {firm.now(case).state for case in chosen} == {CaseState.CLOSED}


def test_what_was_stopped_is_left_alone_and_can_go_on_later(
    firm: World, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(batch_work, "HANDED_OUT", 2)
    chosen = cases(firm, 4)
    batch = proposed(firm)
    with firm.engine.begin("sue") as uow:
        batches.start(uow, batch.id)
    worker = Worker(firm.engine)
    worker.batch_one()
    worker.inline_one()
    with firm.engine.begin("max") as uow:
        batches.stop(uow, batch.id)
    stopped = worked(firm, batch, clock)
    assert stopped.state == BatchState.STOPPED
    assert list(states(firm, batch).values()) == [
        ItemState.DONE,
        ItemState.CHOSEN,
        ItemState.ABLE,
        ItemState.ABLE,
    ]
    with firm.engine.read() as look:
        assert look.session.scalar(select(func.count()).where(Job.kind == JobKind.BATCH)) == 0
    with firm.engine.begin("sue") as uow:
        batches.retry(uow, batch.id)
    assert worked(firm, batch, clock).state == BatchState.DONE
    assert [data(firm, case) for case in chosen] == [Decimal(99)] * 4


def test_somebody_may_pick_a_few_of_those_that_can(firm: World, clock: FakeClock):
    first, second = cases(firm, 2)
    batch = proposed(firm)
    batch = done(firm, batch, clock, only=[second.number])
    assert batch.state == BatchState.DONE
    assert states(firm, batch) == {first.id: ItemState.ABLE, second.id: ItemState.DONE}


def test_the_list_is_frozen_and_made_in_portions(
    firm: World, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(batch_work, "LISTED_AT_ONCE", 2)
    before = cases(firm, 5)
    batch = proposed(firm)
    firm.receive(mail(message_id="<later@example.org>"))
    done(firm, batch, clock)
    assert list(states(firm, batch)) == [case.id for case in before]


def test_cases_are_found_by_number_element_filters_and_what_another_batch_did(firm: World, clock: FakeClock):
    first, second, third = cases(firm, 3)
    firm.do(third, "check_facts", "anna", {"cause": "other", "damage_text": "Riss", "safety": False})
    for chosen, expected in (
        ({"numbers": (second.number,)}, {second.id}),
        ({"process": "complaint", "element": "check_facts"}, {first.id, second.id}),
        ({"process": "complaint", "versions": (1,), "search": f"case={first.number}"}, {first.id}),
        ({"process": "complaint", "versions": (7,)}, set()),
        ({"view": "complaint:open"}, {first.id, second.id, third.id}),
    ):
        batch = proposed(firm, **chosen)
        assert set(states(firm, batch)) == expected, chosen
    with firm.engine.begin("sue") as uow:
        one = batches.propose(uow, "set_variables", Targets(numbers=(first.number,)), SET, why="zuerst")
    firm.drain()
    done(firm, one, clock)
    assert set(states(firm, proposed(firm, done_in=one.id))) == {first.id}


@pytest.mark.parametrize(
    ("chosen", "options"),
    [
        (Targets(), SET),
        (Targets(versions=(1,)), SET),
        (Targets(numbers=("C-000001-1",)), SET),
        (Targets(process="complaint", search="no_such_column=1"), SET),
        (Targets(process="complaint"), {}),
    ],
)
def test_what_cannot_be_asked_is_refused_before_anything_is_written(firm: World, chosen: Targets, options):
    with pytest.raises(Invalid), firm.engine.begin("sue") as uow:
        batches.propose(uow, "set_variables", chosen, options, why="x")


_MIGRATE = {"process": "complaint", "to": Decimal(1), "plans": [{"from": Decimal(1)}]}


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("migrate", {**_MIGRATE, "plans": ["x"]}),
        ("migrate", {**_MIGRATE, "plans": Decimal(3)}),
        ("migrate", {**_MIGRATE, "plans": {"from": Decimal(1)}}),
        ("migrate", {**_MIGRATE, "to": Decimal("1e30")}),
        ("migrate", {**_MIGRATE, "plans": [{"from": Decimal("1e30")}]}),
        ("resume", {"timers": ["ring"]}),
        ("move", {"cancel": Decimal(3), "begin": Decimal(3), "to": [], "from": []}),
        ("cancel", {"outcome": ["x"]}),
        ("set_variables", {"data": "x"}),
        ("set_variables", {"data": ["x"]}),
    ],
)
def test_options_that_mean_nothing_are_refused_and_no_error_of_ours(firm: World, kind: str, options):
    """Over REST they come from strangers, and no schema knows them."""
    with pytest.raises((Invalid, NotFound)), firm.engine.begin("sue") as uow:
        batches.propose(uow, kind, Targets(process="complaint"), options, why="x")


def test_who_may_not_do_it_to_one_case_may_not_do_it_to_many(firm: World):
    with pytest.raises(Forbidden), firm.engine.begin("anna") as uow:
        batches.propose(uow, "set_variables", Targets(process="complaint"), SET, why="x")


def test_cases_that_are_not_theirs_to_see_do_not_belong_to_their_batch(firm: World, clock: FakeClock):
    theirs, _hidden = cases(firm, 2)
    with firm.engine.begin("worker") as uow:
        uow.case(theirs.id).team = "supervisors"
        uow.session.execute(update(Definition).values(confidential=True))
    firm.engine.library.refresh(now=True)
    batch = proposed(firm)
    assert set(states(firm, batch)) == {theirs.id}
    assert row(firm, batch).unseen == 1
    with firm.engine.read("max") as look:
        assert shown.items(look, batch.id) == []
        seen = shown.view(look, batch.id)
        assert (seen.total, dict(seen.counts)) == (0, {})
    with firm.engine.begin("worker") as uow:
        uow.case(theirs.id).team = "finance"
    batch = done(firm, batch, clock)
    assert states(firm, batch) == {theirs.id: ItemState.REFUSED}
    with firm.engine.read("max") as look:
        assert shown.view(look, batch.id).reasons == ()


def test_a_case_that_kills_its_workers_is_set_aside_as_failed(firm: World, clock: FakeClock):
    (case,) = cases(firm, 1)
    batch = proposed(firm)
    with firm.engine.begin("sue") as uow:
        batches.start(uow, batch.id)
    Worker(firm.engine).batch_one()
    with firm.engine.begin("worker") as uow:
        job = uow.session.scalars(select(Job).where(Job.case_id == case.id, Job.kind == JobKind.BATCH)).one()
        job.deaths = jobs.MOST_DEATHS
    assert worked(firm, batch, clock).state == BatchState.DONE
    assert states(firm, batch) == {case.id: ItemState.FAILED}
    assert "incident.raised" not in firm.story(case)


def test_a_case_is_set_aside_only_by_a_worker_that_has_died_of_it_alone(firm: World, clock: FakeClock):
    """However many are killed one after the other, with whatever they have in hand."""
    (case,) = cases(firm, 1)
    batch = proposed(firm)
    with firm.engine.begin("sue") as uow:
        batches.start(uow, batch.id)
    Worker(firm.engine).batch_one()
    for number in range(4):
        with firm.engine.begin("watch") as uow:
            this = select(Job.id).where(Job.case_id == case.id, Job.kind == JobKind.BATCH)
            jobs.bereave(uow, f"worker {number}", uow.session.scalars(this).all(), alone=False)
    assert worked(firm, batch, clock).state == BatchState.DONE
    assert states(firm, batch) == {case.id: ItemState.DONE}


def test_a_batch_that_cannot_be_listed_says_so(
    firm: World, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
):
    cases(firm, 1)

    def broken(*_args, **_more):
        raise ZeroDivisionError

    with firm.engine.begin("sue") as uow:
        batch = batches.propose(uow, "set_variables", Targets(process="complaint"), SET, why="x")
    with monkeypatch.context() as patched:
        patched.setattr(batch_work.access, "within_reach", broken)
        for _ in range(7):
            firm.drain()
            clock.advance(timedelta(days=1))
    assert row(firm, batch).state == BatchState.BROKEN
    assert row(firm, batch).error == "ZeroDivisionError"


def test_other_work_goes_first(firm: World):
    cases(firm, 1)
    batch = proposed(firm)
    with firm.engine.begin("sue") as uow:
        batches.start(uow, batch.id)
    Worker(firm.engine).batch_one()
    with firm.engine.begin("worker") as uow:
        case = uow.session.scalars(select(Case)).one()
        later = {"state": JobState.READY, "run_at": uow.now, "payload": {"task": 0}}
        enqueue.put(uow, [enqueue.at_node(case, None, None, JobKind.OVERDUE, **later)])
    with firm.engine.begin("worker") as uow:
        assert jobs.claim_inline(uow).kind == JobKind.OVERDUE


def test_every_kind_has_a_name():
    assert set(KINDS) == set(batch_words.KINDS)
