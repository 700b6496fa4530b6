"""Ad-hoc subprocesses (BPMN 2.0.2, 10.3.5 and 13.3.5): somebody chooses what is done next, and when it is enough."""

import pytest

from cpm.bpmn import Chosen, Ended, NotWaiting, choice, prepare, resume
from cpm.bpmn.nodes.ad_hoc_offers import MOST_OPEN
from tests.unit.bpmn.drawing import (
    DECLARED,
    ad_hoc,
    boundary,
    called,
    catch,
    compensate,
    each,
    end,
    error,
    escalation,
    mapping,
    message,
    model,
    node,
    parallel,
    path,
    script,
    service,
    start,
    throw,
    timer,
    undone,
    user,
)
from tests.unit.bpmn.driving import NOW, Case


def process(*inside, more="", **options):
    """Start, the ad-hoc subprocess `h`, then the task `z`."""
    return model(
        start(), ad_hoc("h", *inside, **options), user("z"), path("s", "h", "z"), more, declared=DECLARED
    )


def test_what_no_flow_leads_to_is_offered_and_done_as_often_as_it_is_chosen():
    case = Case(process(user("a"), user("b"), user("c"), path("b", "c")))
    assert (case.at, case.offered) == ([], ["a", "b"])
    assert case.choose("a").choose("a").at == ["a", "a"]
    assert case.do("a").do("a").at == []
    assert [(offer.element, offer.done, offer.last) for offer in case.choice.offered] == [
        ("a", 2, NOW),
        ("b", 0, None),
    ]
    assert not case.finished
    assert case.end("h").at == ["z"]
    assert case.told("left") == ["s", "a", "a", "h"]
    assert case.told("chosen") == ["a", "a"]
    assert [(entry.element, entry.detail) for entry in case.trace if entry.what == "ended"] == [
        ("h", "person")
    ]
    assert case.do("z").finished


def test_a_flow_inside_orders_what_it_joins():
    """13.3.5: sequence flows give the same order as in any process."""
    case = Case(process(user("b"), user("c"), path("b", "c"))).choose("b")
    assert case.do("b").at == ["c"]
    assert case.do("c").at == []
    assert case.offered == ["b"]


def test_a_choice_says_what_runs_and_what_was_chosen_last():
    case = Case(process(user("a"), service("b")))
    assert (case.choice.begun, case.choice.last, case.choice.running) == (0, None, ())
    case.choose("a").choose("b")
    assert (case.choice.begun, case.choice.last, case.choice.running) == (2, "b", ("a", "b"))
    assert case.choice.within >= {case.node("a"), case.node("b")}
    assert case.choice.can_end
    seen = choice(case.program, case.step.state, case.step.scopes, case.choice.node)
    assert (seen.offered, seen.running) == (case.choice.offered, case.choice.running)


def test_what_needs_nobody_is_done_at_once():
    case = Case(process(node("scriptTask", "a", zeebe=script("=1 + 1", "sum")), user("b")))
    assert case.choose("a").variables == {"sum": 2}
    assert (case.at, case.choice.offered[0].done) == ([], 1)


def test_what_is_not_offered_cannot_be_chosen():
    case = Case(process(user("b"), user("c"), path("b", "c")))
    here = case.choice.node
    for element in ("c", "z", "h", "nothing"):
        with pytest.raises(NotWaiting):
            case.tell(Chosen(here, element))
    case.choose("b")
    for happened in (Chosen(case.node("b"), "b"), Ended(case.node("b")), Chosen(10_000, "b")):
        with pytest.raises(NotWaiting):
            case.tell(happened)


def test_the_condition_is_asked_after_each_activity_and_ends_it():
    """13.3.5: if it holds, the subprocess completes without doing anything further."""
    case = Case(process(user("a"), user("b"), path("a", "b"), until="=enough"), enough=False)
    assert not case.choice.can_end
    with pytest.raises(NotWaiting):
        case.end("h")
    assert case.choose("a").do("a").at == ["b"]
    assert case.choose("a").do("a", enough=True).at == ["z"]
    assert case.told("cancelled") == ["b"], "b was running; the second one was not begun any more"
    assert [entry.detail for entry in case.trace if entry.what == "ended"] == ["condition"]


def test_a_condition_that_holds_from_the_beginning_is_not_asked_before_something_was_done():
    case = Case(process(user("a"), until="=true"))
    assert case.offered == ["a"]
    assert case.choose("a").do("a").at == ["z"]


def test_what_still_runs_may_go_on_to_its_end():
    """13.3.5, cancelRemainingInstances false: it completes when what runs has completed; nothing else begins."""
    text = process(
        user("a"), user("b"), user("c"), path("b", "c"), until="=enough", cancelRemainingInstances="false"
    )
    case = Case(text, enough=False).choose("a").choose("b").choose("a").do("a", enough=True)
    assert (case.at, case.step.choices) == (["a", "b"], ())
    assert case.do("b").at == ["a"], "what follows b is something further"
    assert case.do("a", enough=False).at == ["z"], "that it was enough stays true"


def test_ending_by_hand_cancels_what_runs_or_waits_for_it():
    assert Case(process(user("a"))).choose("a").end("h").at == ["z"]
    waits = Case(process(user("a"), cancelRemainingInstances="false")).choose("a").end("h")
    assert (waits.at, waits.step.choices) == (["a"], ())
    assert waits.do("a").at == ["z"]


def test_an_event_that_is_waited_for_keeps_nothing_open():
    inside = catch("t", timer("PT1H")), user("a"), path("t", "a")
    case = Case(process(*inside, cancelRemainingInstances="false")).choose("t")
    assert case.at == ["t"]
    assert case.end("h").at == ["z"]


def test_a_condition_that_is_no_condition_is_a_fault_that_can_be_put_right():
    case = Case(process(user("a"), until="=enough")).choose("a").do("a")
    assert case.faults == [("a", "not_a_boolean")]
    assert case.retry("a", enough=True).at == ["z"]
    assert case.told("left").count("a") == 1


def test_a_skipped_activity_asks_the_condition_but_was_not_done():
    case = Case(process(user("a"), user("b"), until="=missing")).choose("a").skip("a")
    assert (case.at, [offer.done for offer in case.choice.offered]) == ([], [0, 0])


def test_a_sequential_one_offers_nothing_while_something_runs():
    case = Case(process(user("a"), user("b"), ordering="Sequential")).choose("a")
    assert (case.offered, case.choice.running) == ([], ("a",))
    with pytest.raises(NotWaiting):
        case.tell(Chosen(case.choice.node, "b"))
    assert case.do("a").offered == ["a", "b"]
    assert case.choose("b").end("h").at == ["z"]


def test_what_follows_in_a_sequential_one_queues():
    inside = user("a"), parallel("fork"), user("b"), user("c"), path("a", "fork", "b"), path("fork", "c")
    case = Case(process(*inside, ordering="Sequential")).choose("a").do("a")
    assert (case.at, case.offered) == (["b"], [])
    assert (case.do("b").at, case.offered) == (["c"], [])
    assert case.do("c").offered == ["a"]
    queued = Case(process(*inside, ordering="Sequential")).choose("a").do("a").end("h")
    assert queued.at == ["z"]
    assert queued.told("cancelled") == ["b"], "c was not begun, so it was not cancelled"


def test_a_sequential_one_begins_one_after_the_other_what_the_model_names():
    case = Case(process(user("a"), user("b"), first='=["b", "a", "b"]', ordering="Sequential"))
    for element in "bab":
        assert (case.at, case.offered) == ([element], [])
        case.do(element)
    assert case.at == ["z"]


def test_an_event_in_a_sequential_one_lets_others_run():
    """13.3.5 is about activities: while a timer runs, something else can be done, and what follows it queues."""
    inside = user("a"), catch("t", timer("PT1H")), user("b"), path("a", "t", "b")
    case = Case(process(*inside, ordering="Sequential")).choose("a").do("a")
    assert (case.at, case.offered) == (["t"], ["a"])
    assert case.choose("a").fire("t").at == ["a"]
    assert case.do("a").at == ["b", "t"]


# What the model begins (zeebe:adHoc).


def test_the_model_begins_what_it_names_and_then_all_of_it_suffices():
    case = Case(process(user("a"), user("b"), user("c"), first="=names"), names=["a", "b"])
    assert (case.at, case.offered) == (["a", "b"], ["a", "b", "c"])
    assert case.told("chosen") == ["a", "b"]
    assert case.do("a").choose("c").do("b").at == ["c"]
    assert case.do("c").at == ["z"]
    assert [entry.detail for entry in case.trace if entry.what == "ended"] == ["done"]


def test_with_a_condition_what_the_model_begins_does_not_suffice():
    case = Case(process(user("a"), first='=["a"]', until="=enough"), enough=False).do("a")
    assert (case.at, case.offered) == ([], ["a"])


def test_naming_nothing_leaves_the_choice_to_people():
    case = Case(process(user("a"), first="=[]")).choose("a").do("a")
    assert case.offered == ["a"]


def test_the_model_may_begin_all_there_is():
    case = Case(process(user("a"), user("b"), first="=adHocSubProcessElements.elementId"))
    assert case.at == ["a", "b"]
    about = case.choice.visible["adHocSubProcessElements"][0]
    assert (about["elementId"], about["elementName"], about["properties"]) == ("a", "a", {})


@pytest.mark.parametrize(
    ("names", "code"),
    [(["x"], "not_offered"), (["a", 1], "not_a_list"), ("a", "not_a_list"), (None, "not_a_list")],
)
def test_a_name_of_nothing_is_a_fault_that_can_be_put_right(names, code):
    case = Case(process(user("a"), first="=names"), names=names)
    assert (case.faults, case.step.choices) == ([("h", code)], ())
    assert case.retry("h", names=["a"]).at == ["a"]


def test_what_is_given_with_a_choice_is_for_what_follows_from_it():
    inside = user("a"), user("b"), path("a", "b")
    case = Case(process(*inside), who="all").choose("a", who="one", why=1).choose("a")
    assert [(task.visible["who"], task.visible.get("why")) for task in case.step.tasks] == [
        ("one", 1),
        ("all", None),
    ]
    case.do_node(case.step.tasks[0].node, who="changed")
    follower = next(task for task in case.step.tasks if task.element == "b")
    assert (follower.visible["who"], case.variables) == ("changed", {"who": "all"})
    case.do("b").do("a").do("b")
    assert set(case.step.scopes) == {"", str(case.choice.node)}


def test_what_joins_sees_what_was_given_to_either():
    inside = user("a"), user("b"), parallel("j"), user("c"), path("a", "j"), path("b", "j", "c")
    case = Case(process(*inside)).choose("a", x=1).choose("b", y=2)
    assert case.do("a").at == ["b"], "the join waits; what it waits for may also be chosen later"
    case.do("b")
    assert (case.step.tasks[0].visible["x"], case.step.tasks[0].visible["y"]) == (1, 2)
    assert case.do("c").end("h").at == ["z"]


def test_a_join_that_waits_is_no_fault():
    case = (
        Case(process(user("a"), user("b"), parallel("j"), user("c"), path("a", "j", "c"), path("b", "j")))
        .choose("a")
        .do("a")
    )
    assert (case.faults, case.offered) == ([], ["a", "b"])
    assert case.end("h").at == ["z"]


def test_each_choice_adds_what_it_came_to():
    inside = user("a"), service("b"), user("c"), path("b", "c")
    case = Case(process(*inside, output=("results", "=result"), until="=count(results) = 2"))
    case.choose("a").choose("b").do("b", result="first").do("c")
    assert case.at == ["a"]
    case.do("a", result="second")
    assert case.at == ["z"]
    assert case.variables == {"results": ["first", "second"]}, "result itself stayed inside"


def test_mappings_lead_in_and_out():
    text = process(
        user("a"), zeebe=mapping({"inner": "=outer"}, {"out": "=inner + 1"}), output=("list", "=inner")
    )
    case = Case(text, outer=1).choose("a").do("a", inner=5).end("h")
    assert case.variables == {"outer": 1, "list": [5], "out": 2}, "what a choice comes to is its own"


# Events, scopes, other constructs.


def test_a_boundary_event_ends_it_with_all_that_runs():
    more = boundary("t", "h", timer("PT1H")) + user("late") + path("t", "late")
    case = Case(process(user("a"), more=more)).choose("a").fire("t")
    assert (case.at, case.told("cancelled"), case.step.choices) == (["late"], ["a", "h"], ())


def test_boundary_events_inside_belong_to_their_activities():
    inside = service("a"), boundary("e", "a", error("er1")), user("b"), path("e", "b")
    case = Case(process(*inside)).choose("a", hint=1).fail("a", "E1")
    assert (case.at, case.step.tasks[0].visible["hint"]) == (["b"], 1)
    assert case.do("b").end("h").at == ["z"]


def test_an_error_that_nothing_inside_catches_goes_further_out():
    more = boundary("e", "h", error("er1")) + user("help") + path("e", "help")
    assert Case(process(service("a"), more=more)).choose("a").fail("a", "E1").at == ["help"]


@pytest.mark.parametrize(("interrupting", "at"), [("false", ["a", "hs", "hu"]), ("true", ["hu"])])
def test_an_event_subprocess_runs_in_it(interrupting, at):
    handler = node(
        "subProcess",
        "hh",
        start("hs", message(), isInterrupting=interrupting),
        user("hu"),
        path("hs", "hu"),
        triggeredByEvent="true",
    )
    case = Case(process(user("a"), handler), order=1).choose("a").fire("hs")
    assert case.at == at
    case.do("hu")
    if interrupting == "true":
        assert case.at == ["z"], "as in Zeebe: what took the place of all is all there was to do"
    else:
        assert (case.at, case.offered) == (["a", "hs"], ["a"])
        assert case.fire("hs").end("h").at == ["z"]


def test_events_and_gateways_can_be_chosen_too():
    """As in Zeebe; they can be triggered again and again, whenever somebody wants them (13.3.5)."""
    inside = throw("up", escalation("es1")), user("a"), path("up", "a"), catch("m", message())
    more = boundary("e", "h", escalation("es1"), interrupting=False) + user("look") + path("e", "look")
    case = Case(process(*inside, more=more), order=1)
    assert case.offered == ["up", "m"]
    assert case.choose("up").choose("m").at == ["a", "look", "m"]
    assert case.fire("m").at == ["a", "look"]
    assert [offer.done for offer in case.choice.offered] == [0, 0], "events are not done; activities are"


def test_each_instance_is_chosen_in_by_itself():
    case = Case(process(user("a"), each("=[1, 2]")))
    first, second = case.step.choices
    case.tell(Chosen(second.node, "a"))
    assert case.step.tasks[0].visible["item"] == 2
    case.tell(Ended(first.node)).tell(Ended(second.node))
    assert case.at == ["z"]


def test_instances_inside_are_one_activity():
    case = Case(process(user("a", each("=[1, 2]")), until="=true")).choose("a", hint=1)
    assert [task.visible["hint"] for task in case.step.tasks] == [1, 1]
    assert case.do("a").at == ["a"]
    assert case.do("a").at == ["z"]


def test_one_in_another_and_in_a_called_process():
    inner = ad_hoc("i", user("a"))
    sub = node("subProcess", "sub", start("s1"), user("b"), path("s1", "b"))
    child = model(start(), ad_hoc("h", inner, sub), path("s", "h"), process_id="child")
    caller = model(start(), node("callActivity", "c", zeebe=called("child")), user("z"), path("s", "c", "z"))
    case = Case(caller, child)
    assert case.offered == ["i", "sub"]
    case.choose("i").choose("a").choose("sub")
    assert case.at == ["a", "b"]
    outermost = next(each for each in case.step.choices if each.element == "h")
    assert outermost.within >= {case.node("a"), case.node("b")}
    assert case.end("i").at == ["b"]
    assert case.end("h").at == ["z"]


def test_what_was_done_in_it_can_be_undone():
    """10.7: inside while it goes on, and from outside when it is over."""
    undo = user("a"), undone("a"), throw("t", compensate()), node("task", "after"), path("t", "after")
    case = Case(process(*undo)).choose("a").do("a").choose("a").do("a")
    assert case.offered == ["a", "t"], "what undoes is not chosen"
    assert case.choose("t").at == ["undo_a"]
    assert case.do("undo_a").do("undo_a").choice.running == ()
    assert case.choose("a").do("a").end("h").at == ["z"]
    later = model(
        start(),
        ad_hoc("h", user("a"), undone("a")),
        throw("t", compensate()),
        end(),
        path("s", "h", "t", "e"),
    )
    over = Case(later).choose("a").do("a").end("h")
    assert (over.at, over.step.choices) == (["undo_a"], ())
    assert over.do("undo_a").finished


def test_whoever_settles_it_may_say_that_it_is_done():
    """Whatever its condition says; what still runs is cancelled."""
    case = Case(process(user("a"), until="=false")).choose("a")
    case.do_node(case.choice.node, result=1)
    assert (case.at, case.variables) == (["z"], {"result": 1})


def test_skipping_it_leaves_it_as_if_it_were_done():
    case = Case(process(user("a"), first="=names"), names="no list").skip("h")
    assert case.at == ["z"]


def test_only_so_much_goes_on_side_by_side():
    case = Case(process(user("a"), first='=for i in 1..most return "a"'), most=MOST_OPEN)
    assert (len(case.at), case.offered) == (MOST_OPEN, [])
    assert case.do("a").offered == ["a"]
    too_many = Case(process(user("a"), first='=for i in 1..most return "a"'), most=MOST_OPEN + 1)
    assert too_many.faults == [("h", "too_many")]


def test_ten_thousand_choices_leave_nothing_behind():
    program = prepare({"m.bpmn": process(node("task", "a"), user("b"))})
    case = Case(program=program)
    size = len(case.choose("a").choose("a").step.state)
    step = case.step
    for _ in range(300):
        step = resume(program, step.state, step.scopes, Chosen(case.choice.node, "a"), now=NOW)
    assert step.choices[0].begun == 302
    assert len(step.state) < size + 10
