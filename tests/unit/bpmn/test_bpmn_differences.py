"""What is different between two versions is told element by element, with what that means for running cases."""

import pytest

from cpm.bpmn import Plan, differences, prepare, propose
from tests.unit.bpmn.drawing import (
    DECLARED,
    ad_hoc,
    boundary,
    called,
    catch,
    condition,
    decision,
    each,
    end,
    error,
    escalation,
    flow,
    job,
    mapping,
    message,
    model,
    node,
    parallel,
    path,
    script,
    service,
    signal,
    start,
    timer,
    user,
    xor,
)
from tests.unit.bpmn.driving import Case
from tests.unit.bpmn.migrated import take
from tests.unit.test_shipped_process import PROGRAM, SOURCES

CALLED = {
    f"{name}.bpmn": model(start(), user(f"in_{name}"), path("s", f"in_{name}"), process_id=name)
    for name in "qr"
}
CATCH = '<zeebe:formDefinition formId="{}"/>'


def prepared(parts):
    drawn = model(*parts, declared=DECLARED)
    return (
        prepare({"p.bpmn": drawn, **CALLED}, main="p.bpmn")
        if b"calledElement" in drawn
        else prepare({"p.bpmn": drawn})
    )


def found(old, new, **plan):
    before, after = prepared(old), prepared(new)
    proposed = propose(before, after)
    return differences(
        before, after, Plan(plan.pop("elements", proposed.elements), flows=proposed.flows, **plan)
    )


def told(old, new, **plan):
    return [(each.what, each.element or each.target, each.aspect) for each in found(old, new, **plan)]


def line(*drawn):
    """In a row: each as it is drawn, with `x` for its id."""
    return start(), *drawn, end(), path("s", "x", "e")


def human(zeebe="", *inside):
    return line(user("x", *inside, zeebe=zeebe))


def machine(zeebe):
    return line(node("serviceTask", "x", zeebe=zeebe))


def waits(definition, zeebe=""):
    return line(catch("x", definition, zeebe=zeebe))


def rule(zeebe):
    return line(node("businessRuleTask", "x", zeebe=zeebe))


def call(zeebe):
    return line(node("callActivity", "x", zeebe=zeebe))


def assigned(**attributes):
    return (
        "<zeebe:assignmentDefinition "
        + " ".join(f'{name}="{text}"' for name, text in attributes.items())
        + "/>"
    )


def schedule(name, text):
    return f'<zeebe:taskSchedule {name}="{text}"/>'


def attached(definition, **attributes):
    return (
        start(),
        user("a"),
        end(),
        boundary("x", "a", definition, **attributes),
        end("e2"),
        path("s", "a", "e"),
        path("x", "e2"),
    )


def looped(most, condition_text):
    again = f'<bpmn:loopCondition xsi:type="bpmn:tFormalExpression">{condition_text}</bpmn:loopCondition>'
    return human(
        "",
        f'<bpmn:standardLoopCharacteristics loopMaximum="{most}">{again}</bpmn:standardLoopCharacteristics>',
    )


def choosing(**how):
    return line(ad_hoc("x", user("a"), user("b"), **how))


KEEPS_TASK, KEEPS_TIMER = (
    "A task that is there already keeps",
    "Cases that wait there keep the timer they have",
)
KEEPS_NAME = "Cases that wait there go on waiting"

#: Aspect, before, after; the sentence, and how begins what it means for running cases.
ASPECTS = [
    ("type", machine(job("old")), machine(job("new")), "Job type: 'new' instead of 'old'.", "A call that waits there is still made by the old type"),
    ("retries", machine(job("x", "3")), machine(job("x", "5")), "Number of attempts: '5' instead of '3'.", "A call that waits there keeps"),
    ("header:to", machine(job("x")), machine(job("x") + '<zeebe:taskHeaders><zeebe:header key="to" value="me"/></zeebe:taskHeaders>'), "Header to: 'me'; it had none.", "A call that nobody has made yet"),
    ("input:a", machine(job("x") + mapping({"a": "=1"})), machine(job("x") + mapping({"a": "=2"})), "Input a: '=2' instead of '=1'.", "What runs there keeps the data"),
    ("output:a", machine(job("x") + mapping(outputs={"a": "=1"})), machine(job("x")), "Output a: none; it was '=1'.", None),
    ("form", human(CATCH.format("one")), human(CATCH.format("two")), "Form: 'two' instead of 'one'.", "A task that is there already shows it"),
    ("assignee", human(), human(assigned(assignee="=boss")), "Assignee: '=boss'; it had none.", KEEPS_TASK),
    ("groups", human(assigned(candidateGroups="a")), human(assigned(candidateGroups="b")), "Candidate groups: 'b' instead of 'a'.", KEEPS_TASK),
    ("users", human(assigned(candidateUsers="a")), human(), "Candidate users: none; it was 'a'.", KEEPS_TASK),
    ("due", human(schedule("dueDate", "=a")), human(schedule("dueDate", "=b")), "Due date: '=b' instead of '=a'.", KEEPS_TASK),
    ("follow_up", human(schedule("followUpDate", "=a")), human(schedule("followUpDate", "=b")), "Follow-up date: '=b' instead of '=a'.", KEEPS_TASK),
    ("priority", human(), human('<zeebe:priorityDefinition priority="80"/>'), "Priority: '80'; it had none.", KEEPS_TASK),
    ("property:p", human(), human('<zeebe:properties><zeebe:property name="p" value="1"/></zeebe:properties>'), "Property p: '1'; it had none.", None),
    ("timer", waits(timer("P3D")), waits(timer("P5D")), "Timer: 'P5D' instead of 'P3D'.", KEEPS_TIMER),
    ("timer", attached(timer("P3D")), attached(timer("P5D")), "Timer: 'P5D' instead of 'P3D'.", KEEPS_TIMER),
    ("interrupts", attached(timer("P3D")), attached(timer("P3D"), interrupting=False), "Interrupts what runs there: no longer.", None),
    ("code", attached(error("er1")), attached(error("er2")), "Code: 'E2' instead of 'E1'.", None),
    ("code", attached(escalation()), attached(escalation("es1")), "Code: 'S1'; it had none.", None),
    ("message", waits(message("m1")), waits(message("answered")), "Message: 'answered' instead of 'paid'.", KEEPS_NAME),
    ("signal", waits(signal("si1")), waits(signal("si2")), "Signal: 'calm' instead of 'alarm'.", KEEPS_NAME),
    ("asks", waits(condition("=a > 1")), waits(condition("=a > 2")), "Condition: '=a > 2' instead of '=a > 1'.", "Cases that wait there are asked the new condition at once."),
    ("process", call(called("q")), call(called("r")), "Called process: 'r' instead of 'q'.", "What has been called goes on"),
    ("all_out", call(called("q")), call(called("q", propagateAllChildVariables="false")), "Takes all variables back: no longer.", None),
    ("decision", rule(decision("one", "r")), rule(decision("two", "r")), "Decision: 'two' instead of 'one'.", None),
    ("result", rule(decision("one", "r")), rule(decision("one", "s")), "Variable of the result: 's' instead of 'r'.", None),
    ("script", line(node("scriptTask", "x", zeebe=script("=1", "r"))), line(node("scriptTask", "x", zeebe=script("=2", "r"))), "Script: '=2' instead of '=1'.", None),
    ("collection", human("", each("=a")), human("", each("=b")), "List of the instances: '=b' instead of '=a'.", "Where instances have begun, all of them have"),
    ("item", human("", each("=a")), human("", each("=a", element="one")), "Variable of the item: 'one' instead of 'item'.", None),
    ("until", human("", each("=a", until="=x")), human("", each("=a", until="=y")), "Ends when: '=y' instead of '=x'.", None),
    ("collected", human("", each("=a", output=("o", "=item"))), human("", each("=a", output=("p", "=item"))), "List of the results: 'p' instead of 'o'.", None),
    ("most", looped(3, "=a"), looped(5, "=a"), "Repeats at most: '5' instead of '3'.", None),
    ("again", looped(3, "=a"), looped(3, "=b"), "Repeats while: '=b' instead of '=a'.", None),
    ("begun_first", choosing(first='=["a"]'), choosing(first='=["b"]'), """Begun at once: '=["b"]' instead of '=["a"]'.""", None),
    ("one_at_a_time", choosing(), choosing(ordering="Sequential"), "One at a time: yes.", None),
    ("needs", human(), line(user("x", startQuantity="2")), "Tokens needed to start: '2'; it had none.", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("aspect", "old", "new", "sentence", "keeps"),
    ASPECTS,
    ids=[f"{number}-{case[0]}" for number, case in enumerate(ASPECTS)],
)
def test_what_changed_of_an_element_is_told_with_what_a_running_case_keeps(aspect, old, new, sentence, keeps):
    one = next(each for each in found(old, new) if each.element == "x" and each.aspect == aspect)
    assert (one.what, one.target, one.name) == ("changed", "x", "x")
    assert one.told.english == sentence
    assert (one.keeps is None) == (keeps is None)
    assert one.keeps is None or one.keeps.english.startswith(keeps)
    assert one.told.german.endswith(".")
    assert one.told.german != sentence
    assert found(old, old) == ()
    assert told(old, new).count(("changed", "x", aspect)) == 1


def test_what_the_plan_settles_anew_is_told_so():
    old, new = waits(timer("P3D")), waits(timer("P5D"))
    assert [each.keeps.english for each in found(old, new, anew=frozenset({"x"}))] == [
        "The plan settles it anew."
    ]
    old, new = human(CATCH.format("one")), human(CATCH.format("two"))
    assert "drafts are kept" in found(old, new, anew=frozenset({"x"}))[0].keeps.english


@pytest.mark.parametrize(
    ("sequential", "keeps", "times"), [(False, "none begins besides", 2), (True, "still to come", 4)]
)
def test_what_is_told_of_instances_is_what_becomes_of_them(sequential, keeps, times):
    old, new = (human("", each(items, sequential=sequential)) for items in ("=a", "=b"))
    assert keeps in found(old, new)[0].keeps.english
    case = take(Case(model(*old), a=[1, 2], b=[1, 2, 3, 4]), model(*new))
    done = 0
    while not case.step.finished:
        case.do_node(case.step.tasks[0].node)
        done += 1
    assert done == times


def test_what_is_told_of_a_job_is_what_becomes_of_it():
    """Decision 0014: the old type goes on, and that is told."""
    old, new = machine(job("old")), machine(job("new"))
    for anew, expected in ((frozenset(), "old"), (frozenset({"x"}), "new")):
        assert take(Case(model(*old)), model(*new), anew=anew).step.jobs[0].type == expected
    assert "made by the old type" in found(old, new)[0].keeps.english


def test_a_key_is_told_apart_from_the_name_of_its_message():
    other = DECLARED.replace('"=order"', '"=invoice"', 1)
    before = prepare({"p.bpmn": model(*waits(message()), declared=DECLARED)})
    after = prepare({"p.bpmn": model(*waits(message()), declared=other)})
    (one,) = differences(before, after, propose(before, after))
    assert (one.aspect, one.told.english) == ("key", "Correlation key: '=invoice' instead of '=order'.")


def test_what_is_new_gone_and_called_otherwise_is_told():
    old = start(), user("a"), user("b"), end(), path("s", "a", "b", "e")
    new = (
        start(), user("a").replace('name="a"', 'name="Look"'), service("c"), end(),
        boundary("late", "a", timer("P1D")), flow("late", "e"), path("s", "a", "c", "e"),
    )  # fmt: skip
    kinds = [(each.what, each.element, each.target) for each in found(old, new)]
    assert ("renamed", "a", "a") in kinds
    assert ("removed", "b", None) in kinds
    assert ("added", None, "c") in kinds
    by_name = {each.name: each for each in found(old, new) if each.what in {"added", "removed"}}
    assert by_name["b"].told.german == "Entfällt: Benutzeraufgabe."
    assert by_name["b"].keeps.english.startswith("A case that stands there cannot be migrated")
    assert by_name["late"].told.english == "New: timer boundary event at 'Look'."
    assert by_name["late"].keeps.english.startswith("In cases that are there it begins to wait")
    assert {each.name: each.keeps for each in found(new, old) if each.what == "removed"}["late"].english == (
        "What waits there ends with the migration."
    )


def test_what_moves_into_and_out_of_a_subprocess_is_told():
    flat = start(), user("a"), end(), path("s", "a", "e")
    around = (
        start(),
        node("subProcess", "sub", start("s2"), user("a"), path("s2", "a")),
        end(),
        path("s", "sub", "e"),
    )
    (into,) = [each for each in found(flat, around) if each.what == "moved"]
    assert (into.element, into.told.english) == ("a", "It lies in 'sub' now.")
    assert "it is entered" in into.keeps.english
    (out,) = [each for each in found(around, flat) if each.what == "moved"]
    assert (out.told.german, out.keeps.german) == (
        "Liegt nicht mehr in „sub“.",
        "Was dort läuft, geht außerhalb weiter, mit seinen Angaben.",
    )
    assert found(around, around) == ()


def branching(*flows, default="no"):
    attributes = {"default": default} if default else {}
    drawn = start(), xor("g", **attributes), user("a"), user("b"), user("c")
    return *drawn, flow("s", "g", flow_id="in"), flow("b", "c", flow_id="on"), *flows


def of_gateway(old, new):
    return [each.told.english for each in found(old, new) if each.element == "g"]


def test_flows_of_a_gateway_that_are_new_gone_or_ask_otherwise_are_told():
    yes, no, more = (
        flow("g", "a", "=n > 1", "yes"),
        flow("g", "b", flow_id="no"),
        flow("g", "c", "=n > 9", "more"),
    )
    old, new = branching(yes, no, more), branching(flow("g", "a", "=n > 2", "yes"), no)
    assert of_gateway(old, new) == ["Goes to 'a' if =n > 2 instead of if =n > 1.", "The flow to 'c' is gone."]
    assert of_gateway(new, old) == [
        "Goes to 'a' if =n > 1 instead of if =n > 2.",
        "A new flow leads to 'c', if =n > 9.",
    ]
    sure = branching(yes, flow("g", "b", "=n < 0", "no"), more, default=None)
    assert of_gateway(old, sure) == ["Goes to 'b' if =n < 0 instead of if no condition holds."]
    assert told(old, branching(more, yes, no)) == [("changed", "g", "order")]


def test_a_flow_that_becomes_the_default_is_told():
    flows = path("s", "x") + flow("x", "a", "=n > 1", "yes") + flow("x", "b", flow_id="no")
    old, new = (
        (start(), user("x", **default), user("a"), user("b"), flows) for default in ({}, {"default": "no"})
    )
    assert [each.told.english for each in found(old, new)] == [
        "Goes to 'b' if no condition holds instead of always."
    ]


def test_ids_of_flows_do_not_matter_as_long_as_they_lead_where_they_led():
    old = branching(flow("g", "a", "=n > 1", "yes"), flow("g", "b", flow_id="no"))
    assert found(old, branching(flow("g", "a", "=n > 1", "y2"), flow("g", "b", flow_id="no"))) == ()
    first, second = ("=n > 1", "=n = 0")
    old, new = (
        branching(
            flow("g", "a", one, f"{ids}1"), flow("g", "a", other, f"{ids}2"), flow("g", "b", flow_id="no")
        )
        for ids, one, other in (("x", first, second), ("y", second, first))
    )
    assert told(old, new) == [("changed", "g", "order")]


def test_a_step_between_two_others_is_told_where_the_flow_led_before():
    old = start(), user("a"), user("b"), flow("s", "a", flow_id="f1"), flow("a", "b", flow_id="f2")
    new = (
        start(),
        user("a"),
        user("n"),
        user("b"),
        flow("s", "a", flow_id="f1"),
        flow("a", "n", flow_id="f2"),
        flow("n", "b", flow_id="f3"),
    )
    assert [(each.name, each.told.english) for each in found(old, new)] == [
        ("a", "Goes on to 'n' instead of 'b'."),
        ("n", "New: user task."),
    ]


def test_a_parallel_join_that_waits_for_a_branch_more_is_told_with_what_becomes_of_it():
    def split(*names):
        flows = [
            flow("f", name, flow_id=f"to_{name}") + flow(name, "j", flow_id=f"from_{name}") for name in names
        ]
        return (
            start(),
            parallel("f"),
            *map(user, names),
            parallel("j"),
            end(),
            flow("s", "f", flow_id="in"),
            *flows,
            flow("j", "e", flow_id="out"),
        )

    joins = [each for each in found(split("a", "b"), split("a", "b", "c")) if each.aspect == "join"]
    assert [each.element for each in joins] == ["j"]
    assert joins[0].keeps.english.startswith("Beside cases that have not passed the join it begins too")


def test_an_event_subprocess_listens_from_the_migration_on():
    handler = node(
        "subProcess", "h", start("hs", timer("P1D")), user("u"), path("hs", "u"), triggeredByEvent="true"
    )
    old = start(), user("a"), path("s", "a")
    keeps = {each.name: each.keeps for each in found(old, (*old, handler))}
    assert "begins to wait with the migration" in keeps["hs"].english
    later = handler.replace("P1D", "P2D")
    (one,) = found((*old, handler), (*old, later))
    assert (one.element, one.keeps.english.startswith(KEEPS_TIMER)) == ("hs", True)


def test_what_begins_a_process_counts_for_new_cases_only():
    old, new = ((start("s", message(name)), user("a"), path("s", "a")) for name in ("m1", "answered"))
    assert {each.keeps.english for each in found(old, new)} == {"It counts for cases that begin from now on."}


def test_another_kind_is_told_alone():
    (one,) = [each for each in found(human(), machine(job("x"))) if each.aspect == "kind"]
    assert "user task" in one.told.english
    assert "tried again" in one.keeps.english


def test_what_a_plan_names_wrongly_does_not_stop_the_telling():
    old = start(), user("a"), path("s", "a")
    assert ("removed", "a", "") in told(old, old, elements={"a": "none", "no": "a"})


def test_the_shipped_complaint_with_an_edited_copy_shows_exactly_the_edits():
    edits = (
        (b"P3D", b"P5D"),
        (b'type="smtp.send"', b'type="demo.echo"'),
        ("Sachverhalt prüfen".encode(), b"Alles ansehen"),
    )
    copy = dict(SOURCES)
    for was, becomes in edits:
        assert was in copy["complaint.bpmn"]
        copy["complaint.bpmn"] = copy["complaint.bpmn"].replace(was, becomes)
    new = prepare(copy, main="complaint.bpmn")
    assert differences(PROGRAM, PROGRAM, propose(PROGRAM, PROGRAM)) == ()
    shown = {
        (each.element, each.aspect or each.what): each.told.english
        for each in differences(PROGRAM, new, propose(PROGRAM, new))
    }
    assert shown == {
        ("after_3_days", "timer"): "Timer: 'P5D' instead of 'P3D'.",
        ("check_facts", "renamed"): "It is called 'Alles ansehen' instead of 'Sachverhalt prüfen'.",
        ("send_answer", "type"): "Job type: 'demo.echo' instead of 'smtp.send'.",
    }
