"""Transactions, and how they are cancelled (BPMN 2.0.2, 10.3.5, 10.5.3, 10.5.4 and 13.5.5)."""

import pytest

from cpm.bpmn import Retried, Skipped
from tests.unit.bpmn.drawing import (
    CANCEL,
    DECLARED,
    boundary,
    compensate,
    each,
    end,
    error,
    flow,
    mapping,
    model,
    node,
    parallel,
    path,
    start,
    throw,
    timer,
    undone,
    user,
    xor,
)
from tests.unit.bpmn.driving import Case


def transaction(*inside, zeebe="", **attributes):
    return node("transaction", "tx", *inside, zeebe=zeebe, **attributes)


def booking(*extra, **attributes):
    """Two bookings in a transaction, which is then cancelled or not."""
    return transaction(
        start("s1"), user("hotel"), undone("hotel"), user("flight"), undone("flight"), xor("ok", default="no"),
        end("done"), end("stop", CANCEL), path("s1", "hotel", "flight", "ok"), flow("ok", "done", "=fine"),
        flow("ok", "stop", flow_id="no"), *extra, **attributes,
    )  # fmt: skip


def around(tx, *extra):
    return model(
        start(), tx, boundary("cancelled", "tx", CANCEL), user("after"), user("instead"), *extra,
        path("s", "tx", "after"), path("cancelled", "instead"), declared=DECLARED,
    )  # fmt: skip


def test_a_transaction_runs_as_a_subprocess():
    case = Case(around(booking()), fine=True)
    assert case.do("hotel").do("flight").at == ["after"]
    assert case.told("left")[-1] == "tx"


def test_a_cancelled_transaction_is_undone_before_the_cancel_event_happens():
    """10.3.5, 13.5.5: what was done is undone, last things first, and then the flow goes on from the boundary event."""
    case = Case(around(booking()), fine=False)
    case.do("hotel").do("flight")
    assert case.at == ["undo_flight"]
    assert case.do("undo_flight").at == ["undo_hotel"]
    before = len(case.trace)
    assert case.do("undo_hotel").at == ["instead"]
    assert [(t.what, t.element) for t in case.trace[before:] if t.what != "flow"] == [
        ("left", "undo_hotel"), ("compensated", "hotel"), ("left", "stop"), ("rolled_back", "tx"), ("cancelled", "tx"),
        ("entered", "cancelled"), ("left", "cancelled"), ("entered", "instead"),
    ]  # fmt: skip
    assert case.do("instead").finished


def test_what_runs_in_a_cancelled_transaction_is_stopped_and_its_event_subprocesses_hear_no_more():
    """10.3.5; 10.7: what was done in an activity that is stopped can be undone as well."""
    listener = node(
        "subProcess", "h", start("hs", timer("P1D"), isInterrupting="false"), user("z"), path("hs", "z"),
        triggeredByEvent="true",
    )  # fmt: skip
    part = node(
        "subProcess",
        "part",
        start("s2"),
        user("x"),
        undone("x"),
        user("y"),
        undone("y"),
        path("s2", "x", "y"),
    )
    tx = transaction(
        start("s1"), parallel("f"), part, user("no"), end("stop", CANCEL), path("s1", "f", "part"), path("f", "no", "stop"),
        listener,
    )  # fmt: skip
    case = Case(around(tx))
    case.do("x", own=1)
    assert case.at == ["hs", "no", "y"]
    assert case.do("no").at == ["undo_x"]
    assert case.told("cancelled") == ["y", "part"]
    assert case.do("undo_x").at == ["instead"]
    assert case.do("instead").finished


def test_a_transaction_without_anything_to_undo_is_left_at_once():
    tx = transaction(start("s1"), end("stop", CANCEL), path("s1", "stop"))
    assert Case(around(tx)).at == ["instead"]


def test_a_hazard_undoes_nothing():
    """10.3.5: an error, unlike a cancel event, leaves the transaction without compensation."""
    tx = transaction(
        start("s1"), user("hotel"), undone("hotel"), end("bad", error("er1")), path("s1", "hotel", "bad"), end("stop", CANCEL),
        user("never"), boundary("late", "hotel", timer("P1D")), path("late", "never", "stop"),
    )  # fmt: skip
    hazard = boundary("hazard", "tx", error("er1")) + user("help") + path("hazard", "help")
    case = Case(around(tx, hazard))
    assert case.do("hotel").at == ["help"]
    assert "undo_hotel" not in case.told("entered")


def test_an_error_while_it_is_undone_is_a_hazard_too():
    handler = node(
        "subProcess", "undo_hotel", start("s9"), user("u9"), end("e9", error("er1")), path("s9", "u9", "e9"),
        isForCompensation="true",
    )  # fmt: skip
    tx = transaction(
        start("s1"), user("hotel"), undone("hotel", handler), end("stop", CANCEL), path("s1", "hotel", "stop")
    )
    hazard = boundary("hazard", "tx", error("er1")) + user("help") + path("hazard", "help")
    case = Case(around(tx, hazard))
    assert case.do("hotel").do("u9").at == ["help"]


def test_a_completed_transaction_is_undone_from_outside_like_any_subprocess():
    tx = booking(zeebe=mapping({"own": "=1"}))
    case = Case(
        model(
            start(), tx, boundary("cancelled", "tx", CANCEL), throw("t", compensate()), user("n"), path("s", "tx", "t", "n"),
            path("cancelled", "n"),
        ),
        fine=True,
    )  # fmt: skip
    case.do("hotel").do("flight")
    assert case.at == ["undo_flight"]
    assert case.step.tasks[0].visible["own"] == 1
    assert case.do("undo_flight").do("undo_hotel").at == ["n"]


def test_a_cancelled_transaction_was_undone_and_is_not_again():
    case = Case(
        model(
            start(), booking(), boundary("cancelled", "tx", CANCEL), throw("t", compensate()), user("n"),
            path("s", "tx", "n"), path("cancelled", "t", "n"),
        ),
        fine=False,
    )  # fmt: skip
    case.do("hotel").do("flight").do("undo_flight").do("undo_hotel")
    assert case.at == ["n"]
    assert set(case.step.scopes) == {""}


def test_its_compensation_event_subprocess_undoes_it_when_it_has_one():
    handler = node(
        "subProcess", "h", start("hs", compensate()), user("look"), end("ht", compensate("hotel")), path("hs", "look", "ht"),
        triggeredByEvent="true",
    )  # fmt: skip
    case = Case(around(booking(handler)), fine=False)
    assert case.do("hotel").do("flight").at == ["look"]
    assert case.do("look").at == ["undo_hotel"]
    assert case.do("undo_hotel").at == ["instead"]


@pytest.mark.parametrize(("sequential", "order"), [(False, [2, 3, 1]), (True, [2, 1])])
def test_of_several_instances_all_are_cancelled_and_undone(sequential, order):
    """The boundary event is at all of them: after it nothing of the transaction may remain."""
    tx = transaction(
        start("s1"), user("hotel"), undone("hotel"), user("more"), xor("ok", default="no"), end("done"), end("stop", CANCEL),
        path("s1", "hotel", "more", "ok"), flow("ok", "done", "=item = 1"), flow("ok", "stop", flow_id="no"),
        each("=[1, 2, 3]", sequential=sequential),
    )  # fmt: skip
    case = Case(around(tx))
    case.do("hotel").do("more").do("hotel")
    if not sequential:
        case.do("hotel")
    case.do("more")
    undone_for = []
    while "instead" not in case.at:
        (task,) = case.step.tasks
        assert task.element == "undo_hotel"
        undone_for.append(task.visible["item"])
        case.do(task.element)
    assert undone_for == order
    assert case.at == ["instead"]
    assert set(case.step.scopes) == {""}


def node_of(case, element):
    return next(t.node for t in reversed(case.trace) if (t.what, t.element) == ("entered", element))


def test_a_cancel_event_that_is_tried_again_goes_on_with_what_is_left():
    case = Case(around(booking()), fine=False)
    case.do("hotel").do("flight").do("undo_flight")
    case.tell(Retried(node_of(case, "stop")))
    assert case.at == ["undo_hotel"]
    assert case.do("undo_hotel").at == ["instead"]


def test_a_cancel_event_that_is_skipped_leaves_the_transaction_without_the_rest():
    case = Case(around(booking()), fine=False)
    case.do("hotel").do("flight").do("undo_flight")
    case.tell(Skipped(node_of(case, "stop")))
    assert case.at == ["instead"]
    assert "hotel" not in {t.element for t in case.trace if t.what == "compensated"}


def test_a_timer_at_a_transaction_ends_its_undoing_too():
    """Nothing but the cancel event undoes (10.3.5), and other events go on waiting until that happens."""
    late = boundary("late", "tx", timer("P1D")) + user("help") + path("late", "help")
    case = Case(around(booking(), late), fine=False)
    case.do("hotel").do("flight").fire("late")
    assert case.at == ["help"]
    assert case.do("help").finished


def test_transactions_within_transactions_are_undone_with_the_outer_one():
    inner = node(
        "transaction", "inner", start("s2"), user("x"), undone("x"), end("e2"), end("stop2", CANCEL), xor("g2", default="ok2"),
        path("s2", "x", "g2"), flow("g2", "e2", flow_id="ok2"), flow("g2", "stop2", "=false"),
    )  # fmt: skip
    tx = transaction(
        start("s1"), inner, boundary("c2", "inner", CANCEL), end("stop", CANCEL), end("e3"), path("s1", "inner", "stop"),
        path("c2", "e3"),
    )  # fmt: skip
    case = Case(around(tx))
    assert case.do("x").at == ["undo_x"]
    assert case.do("undo_x").at == ["instead"]


def test_what_is_being_undone_when_the_transaction_is_cancelled_is_undone_after_all():
    """Its handler is stopped with all else, so that it was not undone yet; what lies deeper is not forgotten."""
    part = node(
        "subProcess",
        "part",
        start("s2"),
        user("x"),
        undone("x"),
        user("y"),
        undone("y"),
        path("s2", "x", "y"),
    )
    tx = transaction(
        start("s1"), parallel("f"), part, throw("t", compensate()), user("no"), end("stop", CANCEL),
        end("e1"), path("s1", "f", "part", "t", "e1"), path("f", "no", "stop"),
    )  # fmt: skip
    case = Case(around(tx))
    case.do("x").do("y").do("undo_y")
    assert case.at == ["no", "undo_x"]
    assert case.do("no").at == ["undo_x"]
    assert case.told("cancelled") == ["undo_x", "t"] or case.told("cancelled") == ["t", "undo_x"]
    assert case.do("undo_x").at == ["instead"]
    assert [t.element for t in case.trace if t.what == "compensated"] == ["y", "x", "part"]
    assert set(case.step.scopes) == {""}
