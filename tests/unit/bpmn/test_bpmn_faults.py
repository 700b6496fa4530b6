"""What does not fit holds one token, loses nothing, and can be put right, supplied or skipped."""

import pytest

from cpm.bpmn import Completed, Decided, DecisionFailed, Fired, NotWaiting, Retried, Skipped, holding, prepare
from cpm.bpmn import start as begin
from tests.unit.bpmn.drawing import (
    DECLARED,
    boundary,
    catch,
    decision,
    each,
    end,
    flow,
    mapping,
    message,
    model,
    node,
    parallel,
    path,
    script,
    service,
    start,
    timer,
    user,
    xor,
)
from tests.unit.bpmn.driving import NOW, Case

CHOICE = model(
    start(),
    parallel("f"),
    user("other"),
    xor("g"),
    user("a"),
    path("s", "f", "g"),
    path("f", "other"),
    flow("g", "a", "=x > 5"),
)


def test_a_condition_that_is_null_is_a_fault_and_the_other_branch_goes_on():
    case = Case(CHOICE)
    assert case.faults == [("g", "not_a_boolean")]
    assert case.at == ["g", "other"]
    assert case.do("other").faults == [("g", "not_a_boolean")]
    assert case.retry("g", x=7).at == ["a"]
    assert case.variables == {"x": 7}


def test_a_gateway_without_a_way_out_is_a_fault_that_a_result_settles():
    case = Case(CHOICE, x=1)
    assert case.faults == [("g", "no_flow")]
    assert case.skip("g").faults == [("g", "no_flow")]
    assert case.do("g", x=9).at == ["a", "other"]


def test_a_skipped_gateway_takes_its_default_flow():
    text = model(
        start(),
        xor("g", default="d"),
        user("a"),
        user("b"),
        flow("s", "g"),
        flow("g", "a", "=x > 5"),
        flow("g", "b", flow_id="d"),
    )
    case = Case(text)
    assert case.faults == [("g", "not_a_boolean")]
    assert case.skip("g").at == ["b"]


def test_a_decision_without_an_answer_is_a_fault():
    def decide(decision_id, facts):
        if "amount" not in facts:
            raise DecisionFailed("no_result", "The table has no row for this.")
        return Decided(3)

    text = model(
        start(), node("businessRuleTask", "d", zeebe=decision("dd", "limit")), user("u"), path("s", "d", "u")
    )
    case = Case(text, decide=decide)
    assert [(f.element, f.name, f.code, f.message) for f in case.step.faults] == [
        ("d", "d", "no_result", "The table has no row for this.")
    ]
    assert case.retry("d", amount=1).variables == {"amount": 1, "limit": 3}
    assert Case(text, decide=decide).do("d", limit=8).variables == {"limit": 8}
    assert Case(text, decide=decide).skip("d").at == ["u"]


@pytest.mark.parametrize(
    ("text", "code"), [("=wait", "not_a_time"), ("=42", "not_a_time"), ('="soon"', "not_a_time")]
)
def test_a_timer_that_is_no_time_is_a_fault(text, code):
    case = Case(model(start(), catch("t", timer(text)), user("u"), path("s", "t", "u")))
    assert case.faults == [("t", code)]
    assert case.skip("t").at == ["u"]
    case = Case(model(start(), catch("t", timer("=wait")), user("u"), path("s", "t", "u")))
    case.retry("t", wait="PT1H")
    assert [item.element for item in case.step.timers] == ["t"]
    assert case.step.faults == ()


def test_a_correlation_key_that_is_null_is_a_fault():
    case = Case(model(start(), catch("m", message()), user("u"), path("s", "m", "u"), declared=DECLARED))
    assert case.faults == [("m", "no_correlation_key")]
    assert case.retry("m", order="7").step.waits[0].key == "7"


@pytest.mark.parametrize("order", ["x" * 201, "a\0b", "\ud800"], ids=["long", "NUL", "surrogate"])
def test_a_correlation_key_that_no_index_holds_is_a_fault(order: str):
    """A customer's subject may be one: PostgreSQL would refuse the whole step otherwise."""
    case = Case(model(start(), catch("m", message()), user("u"), path("s", "m", "u"), declared=DECLARED))
    assert case.retry("m", order=order).faults == [("m", "no_correlation_key")]
    assert case.retry("m", order="x" * 200).step.waits[0].key == "x" * 200


def test_a_faulty_boundary_event_leaves_its_task_alone():
    text = model(
        start(),
        user("a"),
        boundary("b", "a", timer("=wait")),
        user("u"),
        user("n"),
        path("s", "a", "n"),
        path("b", "u"),
    )
    case = Case(text)
    assert case.at == ["a", "b"]
    assert case.do("a").at == ["n"]
    assert Case(text).skip("b").at == ["a"]
    assert Case(text).retry("b", wait="PT1H").step.timers
    assert Case(text).do("b").at == ["u"]


def test_an_input_collection_that_is_no_list_is_a_fault():
    text = model(start(), user("m", each("=items", output=("out", "=item"))), user("u"), path("s", "m", "u"))
    assert Case(text).faults == [("m", "not_a_list")]
    assert Case(text).retry("m", items=[1, 2]).at == ["m", "m"]
    assert Case(text).skip("m").at == ["u"]


def test_an_instance_is_retried_with_its_own_item():
    text = model(
        start(),
        service("m", each("=items"), zeebe=mapping({"i": "=item * factor"})),
        user("u"),
        path("s", "m", "u"),
    )
    case = Case(text, items=[1, 2], factor=2)
    first = case.step.jobs[0]
    case.tell(Retried(first.node, {"factor": 5}))
    assert [job.inputs for job in case.step.jobs] == [
        {"loopCounter": 1, "item": 1, "i": 5},
        {"loopCounter": 2, "item": 2, "i": 4},
    ]


def test_null_in_a_mapping_is_null_and_no_fault():
    case = Case(
        model(
            start(),
            service("x", zeebe=mapping({"a": "=nothing.at.all"}, {"b": "=nothing + 1"})),
            user("u"),
            path("s", "x", "u"),
        )
    )
    assert case.step.jobs[0].inputs == {"a": None}
    assert case.do("x").variables == {"b": None}


def test_an_expression_without_end_is_a_fault():
    text = model(
        start(),
        node("scriptTask", "sc", zeebe=script("=for i in 1..100000, j in 1..100000 return i", "x")),
        user("u"),
        path("s", "sc", "u"),
    )
    assert Case(text).faults == [("sc", "evaluation_error")]


@pytest.mark.parametrize("number", ["=10**30", "=0-5", "=2.5", "=true", '="many"', "=1001"])
def test_a_computed_number_that_makes_no_sense_is_a_fault(number):
    """No column holds it, and it would take the whole step down with it."""
    for each_node in (
        user("x", zeebe=f"<zeebe:priorityDefinition priority='{number}'/>"),
        node("serviceTask", "x", zeebe=f"<zeebe:taskDefinition type='t' retries='{number}'/>"),
    ):
        case = Case(model(start(), each_node, end(), path("s", "x", "e")))
        assert case.faults == [("x", "not_a_number")]


def test_computed_numbers_reach_to_their_bounds():
    text = model(
        start(),
        user("u", zeebe='<zeebe:priorityDefinition priority="=50 + 50"/>'),
        node("serviceTask", "x", zeebe='<zeebe:taskDefinition type="t" retries="=999 + 1"/>'),
        path("s", "u", "x"),
    )
    case = Case(text)
    assert case.step.tasks[0].priority == 100
    assert case.do("u").step.jobs[0].retries == 1000


def test_a_process_that_runs_in_circles_without_waiting_is_stopped():
    text = model(
        start(),
        xor("m"),
        xor("g", default="d"),
        end(),
        path("s", "m", "g"),
        flow("g", "e", "=stop"),
        flow("g", "m", flow_id="d"),
    )
    case = Case(text, stop=False)
    assert [code for _, code in case.faults] == ["endless"]


def test_a_process_that_splits_into_itself_is_one_fault():
    """Thousands of faults would be thousands of rows and mails, written in one go."""
    text = model(
        start(), xor("x"), parallel("f"), user("u"), end(),
        path("s", "x", "f", "x"), path("f", "x"), path("f", "u", "e"),
    )  # fmt: skip
    case = Case(text)
    assert [code for _, code in case.faults] == ["endless"]
    assert len(case.step.tasks) + len(case.step.state) < 10_000
    tasks = len(case.step.tasks)
    case.do("u")
    assert len(case.step.tasks) == tasks - 1
    assert len(case.faults) == 1
    case.tell(Retried(case.step.faults[0].node, {}))
    assert [code for _, code in case.faults] == ["endless"]


def test_what_an_endless_branch_held_goes_on_when_that_is_settled(monkeypatch):
    """The others were only in the same step; no token is lost, and none is a fault of its own."""
    monkeypatch.setattr(holding, "MOST_MOVES", 1_000)
    text = model(
        start(), parallel("f"), xor("m"), xor("g", default="d"), xor("m2"), xor("g2", default="d2"), user("a"), user("b"),
        path("s", "f", "m", "g"), flow("g", "a", "=stop"), flow("g", "m", flow_id="d"),
        path("f", "m2", "g2"), flow("g2", "b", "=stop"), flow("g2", "m2", flow_id="d2"),
    )  # fmt: skip
    case = Case(text, stop=False)
    assert [code for _, code in case.faults] == ["endless"]
    case.tell(Retried(case.step.faults[0].node, {}))
    assert [code for _, code in case.faults] == ["endless"]
    case.tell(Retried(case.step.faults[0].node, {"stop": True}))
    assert case.at == ["a", "b"]


def test_what_is_held_is_not_forgotten_when_the_one_that_stands_for_it_is_ended(monkeypatch):
    monkeypatch.setattr(holding, "MOST_MOVES", 1_000)
    text = model(
        start(),
        node(
            "subProcess", "sub", start("s1"), xor("m"), xor("g", default="d"), user("a"),
            path("s1", "m", "g"), flow("g", "a", "=stop"), flow("g", "m", flow_id="d"),
        ),
        boundary("b", "sub", timer("P1D")), parallel("f"), xor("m2"), xor("g2", default="d2"), user("c"), end(),
        path("s", "f", "sub"), path("f", "m2", "g2"), flow("g2", "c", "=stop"), flow("g2", "m2", flow_id="d2"),
        path("b", "e"),
    )  # fmt: skip
    case = Case(text, stop=False)
    assert [code for _, code in case.faults] == ["endless"]
    case.fire("b")
    assert [code for _, code in case.faults] == ["endless"]
    assert case.tell(Retried(case.step.faults[0].node, {"stop": True})).at == ["c"]


def test_branches_that_can_never_meet_are_a_fault_not_a_silence():
    text = model(
        start(),
        xor("x", default="d"),
        user("a"),
        user("b"),
        parallel("j"),
        user("u"),
        flow("s", "x"),
        flow("x", "a", "=true"),
        flow("x", "b", flow_id="d"),
        path("a", "j", "u"),
        path("b", "j"),
    )
    case = Case(text).do("a")
    assert case.faults == [("j", "stuck")]
    assert case.retry("j").faults == [("j", "stuck")]
    assert case.skip("j").at == ["u"]


def test_a_waiting_job_is_entered_again_with_what_was_put_right():
    text = model(
        start(),
        service("x", zeebe=mapping({"to": "=mail"})),
        boundary("b", "x", timer("P1D")),
        user("u"),
        path("s", "x", "u"),
        path("b", "u"),
    )
    case = Case(text, mail="old")
    before = case.node("x")
    case.retry("x", mail="new")
    assert (case.node("x"), case.step.jobs[0].inputs) == (before, {"to": "new"})
    assert case.at == ["b", "x"]


def test_a_skipped_step_overwrites_nothing():
    text = model(
        start(),
        service("x", zeebe=mapping(outputs={"mail": "=result.mail", "kind": '="skipped"'})),
        user("u"),
        path("s", "x", "u"),
    )
    case = Case(text, mail="kept").skip("x")
    assert case.variables == {"mail": "kept", "kind": "skipped"}
    assert case.at == ["u"]


def test_timers_messages_and_hosts_can_be_skipped():
    sub = node("subProcess", "sub", start("s1"), user("x"), path("s1", "x"))
    text = model(
        start(),
        catch("t", timer("P1D")),
        catch("m", message()),
        sub,
        user("u"),
        path("s", "t", "m", "sub", "u"),
        declared=DECLARED,
    )
    case = Case(text, order="1").skip("t").skip("m")
    assert case.at == ["x"]
    host = case.node("x") - 2
    case.tell(Skipped(host))
    assert case.at == ["u"]
    assert case.told("cancelled") == ["x"]


def test_what_does_not_wait_cannot_be_told():
    case = Case(
        model(start(), user("a"), boundary("b", "a", timer("P1D")), user("n"), path("s", "a"), path("b", "n"))
    )
    with pytest.raises(NotWaiting, match="node 99"):
        case.tell(Completed(99))
    with pytest.raises(NotWaiting, match="'a' is none"):
        case.tell(Fired(case.node("a")))


def test_an_assignee_that_is_no_text_is_a_fault():
    zeebe = '<zeebe:assignmentDefinition assignee="=17"/>'
    assert Case(model(start(), user("a", zeebe=zeebe), path("s", "a"))).faults == [("a", "not_a_text")]
    zeebe = '<zeebe:assignmentDefinition candidateGroups="=[1]"/>'
    assert Case(model(start(), user("a", zeebe=zeebe), end(), path("s", "a", "e"))).faults == [
        ("a", "not_names")
    ]


def test_instances_can_wait_for_messages():
    text = model(
        start(),
        node("receiveTask", "m", each("=items"), messageRef="m1"),
        user("u"),
        path("s", "m", "u"),
        declared=DECLARED,
    )
    case = Case(text, items=[1, 2], order="x")
    assert case.at == ["m", "m"]
    assert case.fire("m").at == ["m"]
    assert case.fire("m").at == ["u"]


def test_a_sequence_of_instances_goes_on_where_it_stopped():
    text = model(start(), user("m", each("=items", sequential=True)), user("u"), path("s", "m", "u"))
    case = Case(text, items=[1, 2]).do("m", items="gone")
    assert case.faults == [("m", "not_a_list")]
    assert case.retry("m", items=[1, 2]).at == ["m"]
    assert case.step.tasks[0].visible["item"] == 2
    assert case.do("m").at == ["u"]


def test_the_output_of_instances_that_never_began_can_be_supplied():
    text = model(start(), user("m", each("=items", output=("out", "=item"))), user("u"), path("s", "m", "u"))
    case = Case(text).do("m", out=[7])
    assert (case.at, case.variables) == (["u"], {"out": [7]})
    assert Case(text, out=[3]).skip("m").variables == {"out": [3]}


def test_a_faulty_event_that_is_made_to_happen_does_not_wait_again():
    text = model(
        start(),
        user("a"),
        boundary("b", "a", message(), interrupting=False),
        user("n"),
        path("s", "a"),
        path("b", "n"),
        declared=DECLARED,
    )
    case = Case(text)
    assert case.faults == [("b", "no_correlation_key")]
    assert case.fire("b").at == ["a", "n"]
    assert case.do("a").do("n").finished


def test_a_message_whose_name_is_null_is_a_fault():
    declared = DECLARED.replace('name="paid"', 'name="=name"')
    text = model(start(), catch("m", message()), user("u"), path("s", "m", "u"), declared=declared)
    assert Case(text, order=1).faults == [("m", "no_message_name")]
    assert Case(text, order=1, name="paid").step.waits[0].message == "paid"


def test_a_completion_condition_that_is_no_boolean_holds_the_instance():
    case = Case(model(start(), user("m", each("=items", until="=enough")), path("s", "m")), items=[1, 2]).do(
        "m"
    )
    assert case.faults == [("m", "not_a_boolean")]
    assert case.do("m", enough=True).finished


def test_a_job_without_a_type_is_a_fault():
    text = model(
        start(), node("serviceTask", "x", zeebe='<zeebe:taskDefinition type="=kind"/>'), path("s", "x")
    )
    assert Case(text).faults == [("x", "no_type")]
    assert Case(text).retry("x", kind="mail").step.jobs[0].type == "mail"


def test_a_due_date_that_is_no_time_is_a_fault():
    for value in ("soon", "2030-01-01", 7, "0001-01-01T00:00:00+10:00"):
        case = Case(
            model(start(), user("a", zeebe='<zeebe:taskSchedule dueDate="=until"/>'), path("s", "a")),
            until=value,
        )
        assert case.faults == [("a", "not_a_time")]


def test_too_many_items_are_a_fault():
    text = model(start(), user("m", each("=for i in 1..10001 return i")), path("s", "m"))
    assert Case(text).faults in ([("m", "too_many")], [("m", "evaluation_error")])


def test_skipping_survives_mappings_without_end():
    endless = "=for i in 1..100000, j in 1..100000 return i"
    case = Case(
        model(start(), service("x", zeebe=mapping(outputs={"a": endless})), user("u"), path("s", "x", "u"))
    ).do("x")
    assert case.faults == [("x", "evaluation_error")]
    assert case.skip("x").at == ["u"]


def test_a_case_without_anybody_to_decide_is_a_fault():
    text = model(start(), node("businessRuleTask", "d", zeebe=decision("dd", "x")), path("s", "d"))
    step = begin(prepare({"m.bpmn": text}), {}, now=NOW)
    assert [fault.code for fault in step.faults] == ["no_decision"]


ENDLESS = "=if fine then 1 else count(for i in 1..100000, j in 1..100000 return i)"


def test_a_job_that_was_done_is_not_done_again():
    text = model(
        start(),
        service("x", zeebe=mapping(outputs={"a": ENDLESS, "b": "=result"})),
        user("u"),
        path("s", "x", "u"),
    )
    case = Case(text).do("x", result=7)
    assert case.faults == [("x", "evaluation_error")]
    assert case.retry("x", fine=True).at == ["u"]
    assert (case.variables["a"], case.variables["b"]) == (1, 7)
    assert case.told("entered").count("x") == 1


def test_a_task_whose_way_on_is_unclear_is_not_done_again():
    text = model(
        start(),
        user("a"),
        user("b"),
        user("c"),
        path("s", "a"),
        flow("a", "b", "=x > 1"),
        flow("a", "c", "=x < 0"),
    )
    case = Case(text).do("a")
    assert case.faults == [("a", "not_a_boolean")]
    assert case.retry("a", x=0).faults == [("a", "no_flow")]
    assert case.retry("a", x=2).at == ["b"]


def test_a_message_that_came_is_not_waited_for_again():
    text = model(
        start(),
        catch("m", message(), zeebe=mapping(outputs={"a": ENDLESS})),
        user("u"),
        path("s", "m", "u"),
        declared=DECLARED,
    )
    case = Case(text, order=1).fire("m")
    assert case.faults == [("m", "evaluation_error")]
    assert case.retry("m", fine=True).at == ["u"]


def test_a_subprocess_that_ended_is_not_begun_again():
    sub = node(
        "subProcess", "sub", start("s1"), user("x"), path("s1", "x"), zeebe=mapping(outputs={"a": ENDLESS})
    )
    case = Case(model(start(), sub, user("u"), path("s", "sub", "u"))).do("x")
    assert case.faults == [("sub", "evaluation_error")]
    assert case.retry("sub", fine=True).at == ["u"]


def test_a_script_is_computed_again():
    case = Case(
        model(start(), node("scriptTask", "sc", zeebe=script(ENDLESS, "x")), user("u"), path("s", "sc", "u"))
    )
    assert case.faults == [("sc", "evaluation_error")]
    assert case.retry("sc", fine=True).variables == {"fine": True, "x": 1}
