"""Signals across cases: who listens as one is thrown hears it once, nobody later (BPMN 2.0.2, 10.5.1 and 10.5.7)."""

import pytest
from sqlalchemy import func, select

from cpm.commands import broadcasting, closing, posting, variables
from cpm.commands.posting import Who
from cpm.errors import Invalid
from cpm.model import Case, Job, JobKind
from tests.commands.conversing import (
    begun_by_storm,
    cases_of,
    deploy,
    listening,
    listening_beside,
    listening_twice,
    open_case,
    open_ones,
    throwing,
)
from tests.commands.test_cost import statements
from tests.world import World


@pytest.fixture
def coast(firm: World) -> World:
    deploy(firm, listening("listens"), listening_beside("beside"), throwing("throws", wind="=9"))
    return firm


def storm(firm: World, **data: object) -> int:
    with firm.engine.begin("worker") as uow:
        return posting.signal(uow, "storm", data)


def heard(firm: World, case: Case) -> int:
    return firm.story(case).count("signal.heard")


def test_a_signal_thrown_in_one_case_is_heard_by_all_that_listen_with_what_it_brings(coast: World):
    listeners = [open_case(coast, process) for process in ("listens", "listens", "beside")]
    thrower = open_case(coast, "throws")
    assert "signal.thrown" in coast.story(thrower)
    assert [heard(coast, case) for case in listeners] == [0, 0, 0], "each in a transaction of its own"
    coast.drain()
    assert [heard(coast, case) for case in listeners] == [1, 1, 1]
    assert [coast.at(case) for case in listeners] == [["after"], ["after"], ["look", "work"]]
    with coast.engine.read() as look:
        assert variables.load(look, look.get(Case, listeners[0].id))[""]["wind"] == 9


def test_nobody_hears_a_signal_that_was_thrown_before(coast: World):
    assert storm(coast) == 0
    late = open_case(coast, "listens")
    coast.drain()
    assert heard(coast, late) == 0


def test_two_signals_right_after_each_other_are_both_heard_where_listening_goes_on(coast: World):
    once, again = open_case(coast, "listens"), open_case(coast, "beside")
    assert (storm(coast), storm(coast)) == (2, 2)
    coast.drain()
    assert (heard(coast, once), heard(coast, again)) == (1, 2)
    assert coast.at(again) == ["look", "look", "work"]


def test_who_has_gone_on_before_the_signal_comes_does_not_hear_it_elsewhere(coast: World):
    case = open_case(coast, "beside")
    storm(coast)
    coast.do(case, "work", "sue", {})
    coast.drain()
    assert heard(coast, case) == 0
    with coast.engine.read() as look:
        assert look.session.scalars(select(Job.id).where(Job.kind == JobKind.SIGNAL)).all() == []


def test_no_signal_changes_what_the_engine_knows(coast: World):
    case = open_case(coast, "listens")
    storm(coast, case_no="C-000009-9", wind=7)
    coast.drain()
    with coast.engine.read() as look:
        data = variables.load(look, look.get(Case, case.id))[""]
    assert (data["case_no"], data["wind"]) == (case.number, 7)


def test_a_case_that_listens_at_two_places_counts_once(coast: World):
    case = open_case(coast, "beside")
    coast.do(case, "work", "sue", {})
    deploy(coast, listening_twice("twice"))
    open_case(coast, "twice")
    assert storm(coast) == 1


def test_a_broadcast_costs_as_many_statements_however_many_listen(coast: World):
    def cost() -> int:
        with statements(coast.engine.database) as seen:
            storm(coast)
        return len(seen)

    coast.engine.library.refresh(now=True)
    open_case(coast, "beside")
    storm(coast)
    few = cost()
    for _ in range(20):
        open_case(coast, "beside")
    assert cost() == few <= 6
    with coast.engine.read() as look:
        assert look.session.scalar(select(func.count()).where(Job.kind == JobKind.SIGNAL)) == 2 + 21


def test_a_process_that_begins_by_a_signal_opens_a_case_for_the_customer_of_the_one_that_threw_it(
    coast: World,
):
    deploy(coast, begun_by_storm("watch"), begun_by_storm("repair"))
    thrower = open_case(coast, "throws")
    coast.drain()
    for process in ("watch", "repair"):
        [case] = open_ones(coast, process)
        assert (case.customer_id, case.channel, coast.at(case)) == (thrower.customer_id, "signal", ["work"])


def test_a_signal_from_outside_that_begins_a_process_says_for_whom(coast: World):
    deploy(coast, begun_by_storm("watch"))
    with pytest.raises(Invalid, match="whose case"):
        storm(coast)
    with coast.engine.begin("worker") as uow:
        assert posting.signal(uow, "storm", {}, about=Who(email="mara@example.org")) == 1
    coast.drain()
    assert len(cases_of(coast, "watch")) == 1


def test_a_signal_brings_no_more_than_can_be_written_down_for_everybody(coast: World):
    with pytest.raises(Invalid, match="at most"):
        storm(coast, text="x" * broadcasting.LARGEST)


def test_a_case_that_ends_before_the_signal_comes_is_left_alone(coast: World):
    case = open_case(coast, "beside")
    storm(coast)
    with coast.engine.begin("test") as uow:
        closing.end(uow, uow.case(case.id), outcome="ended", reason="test")
    coast.drain()
    assert heard(coast, case) == 0
