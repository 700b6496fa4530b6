"""Each construct of BPMN, taken to another version while something runs in it."""

from dataclasses import replace
from datetime import timedelta

from cpm.bpmn import Plan, prepare, propose
from tests.unit.bpmn.drawing import (
    DECLARED,
    TERMINATE,
    boundary,
    called,
    catch,
    condition,
    each,
    end,
    escalation,
    flow,
    inclusive,
    mapping,
    message,
    model,
    node,
    parallel,
    path,
    service,
    signal,
    start,
    timer,
    user,
)
from tests.unit.bpmn.driving import NOW, Case
from tests.unit.bpmn.migrated import obstacles, take


def sub(name, *inside, **attributes):
    return node("subProcess", name, *inside, **attributes)


def line(*parts, declared=DECLARED, to="z", first=None):
    """A process of what is given, between its start and a task at the end."""
    return model(start(), *parts, user(to), path("s", first, to), declared=declared)


# Instances.


def many(*, element="item", output=("out", "=answer"), sequential=False, collection="=[1,2,3]"):
    return line(user("a", each(collection, element=element, output=output, sequential=sequential)), first="a")


def test_instances_go_on_each_with_its_item():
    case = Case(many())
    nodes = [task.node for task in case.step.tasks]
    case.do_node(nodes[1], answer="two")
    take(case, many(element="thing", output=("all", "=result")))
    assert [task.node for task in case.step.tasks] == [nodes[0], nodes[2]]
    assert [task.visible["thing"] for task in case.step.tasks] == [1, 3]
    case.do_node(nodes[0], result="one").do_node(nodes[2], result="three")
    assert case.variables["all"] == ["one", "two", "three"]
    assert "result" not in case.variables, "what an instance comes to stays with it"


def test_a_sequence_of_instances_goes_on_with_its_next():
    case = Case(many(sequential=True))
    case.do("a", answer=1)
    take(case, many(sequential=True, collection="=[1,2]"))
    case.do("a", answer=2)
    assert case.at == ["z"]


def test_what_runs_at_once_cannot_become_a_sequence():
    assert obstacles(Case(many()), many(sequential=True))[0][0] == "a"


def test_what_is_repeated_goes_on_with_its_count():
    def loop(most):
        text = f'<bpmn:standardLoopCharacteristics loopMaximum="{most}"/>'
        return line(user("a", text), first="a")

    case = Case(loop(5)).do("a").do("a")
    take(case, loop(3))
    assert case.do("a").at == ["z"]


def test_nothing_comes_out_of_one_of_several_instances():
    inner = sub("m", start("s1"), user("a"), path("s1", "a"), each("=[1,2]"))
    found = obstacles(Case(line(inner, first="m")), line(user("a"), first="a"))
    assert {element for element, _ in found} == {"m"}


def test_nothing_comes_into_one_of_several_instances():
    inner = sub("m", start("s1"), user("a"), path("s1", "a"), each("=[1,2]"))
    ((element, why),) = obstacles(Case(line(user("a"), first="a")), line(inner, first="m"))
    assert element == "a"
    assert "repeated" in why


def test_instances_go_on_in_a_subprocess_put_around_them():
    activity = user("a", each("=[1,2]", output=("out", "=answer")))
    case = Case(line(activity, first="a"))
    nodes = [task.node for task in case.step.tasks]
    take(case, line(sub("new", start("s1"), activity, path("s1", "a")), first="new"))
    assert [task.node for task in case.step.tasks] == nodes
    case.do_node(nodes[0], answer=1).do_node(nodes[1], answer=2)
    assert case.variables["out"] == [1, 2]
    assert case.at == ["z"]


# Calls.


def calling(callee="callee", task="a"):
    caller = line(node("callActivity", "call", zeebe=called(callee)), first="call")
    return caller, model(start(), user(task), user("b"), path("s", task, "b"), process_id=callee)


def called_programs(*texts):
    return prepare({f"{number}.bpmn": text for number, text in enumerate(texts)})


def test_what_is_called_goes_on_with_the_version_that_is_called_now():
    """In Camunda 8 each called case has to be migrated for itself."""
    case = Case(*calling())
    new_callee = model(start(), user("a"), user("new"), path("s", "a", "new"), process_id="callee")
    take(case, called_programs(calling()[0], new_callee))
    assert case.at == ["a"]
    case.do("a")
    assert case.at == ["new"]
    assert case.do("new").at == ["z"]


def test_elements_of_a_called_process_are_known_by_its_name():
    case = Case(*calling())
    new = called_programs(*calling(task="x"))
    plan = propose(case.program, new)
    take(case, new, Plan({**plan.elements, "callee/a": "callee/x"}))
    assert case.at == ["x"]


def test_another_process_is_called():
    case = Case(*calling())
    take(case, called_programs(*calling("other")))
    assert case.at == ["a"]
    assert case.do("a").do("b").at == ["z"]
    assert case.trace[-1].what == "entered"
    assert "other" in {entry.detail for entry in case.trace if entry.what == "returned"}


def test_what_is_called_stays_in_its_process():
    case = Case(*calling())
    plan = propose(case.program, case.program)
    ((element, why),) = obstacles(case, case.program, Plan({**plan.elements, "callee/a": "z"}))
    assert (element, "another" in why) == ("a", True)


# Events.


def test_what_is_waited_for_stays_as_it_was_settled():
    """Somebody was told to answer under this key; the signal was announced by this name."""

    def waiting(name, key):
        declared = f'<bpmn:message id="m" name="{name}"><bpmn:extensionElements><zeebe:subscription correlationKey="{key}"/></bpmn:extensionElements></bpmn:message>'
        return line(catch("c", message("m")), first="c", declared=declared)

    case = Case(waiting("paid", "=order"), order="x", other="y")
    take(case, waiting("settled", "=other"))
    assert [(wait.message, wait.key) for wait in case.step.waits] == [("paid", "x")]
    take(case, waiting("settled", "=other"), anew=frozenset({"c"}))
    assert [(wait.message, wait.key) for wait in case.step.waits] == [("settled", "y")]


def test_a_timer_is_set_anew_where_the_plan_says_so():
    def waiting(time):
        return line(catch("c", timer(time)), first="c")

    case = Case(waiting("PT1H"))
    case.now = NOW + timedelta(minutes=10)
    take(case, waiting("PT2H"), anew=frozenset({"c"}))
    assert case.step.timers[0].due == NOW + timedelta(hours=2, minutes=10)


def test_a_task_is_given_anew_where_the_plan_says_so():
    def task(who):
        return line(user("a", zeebe=f"<zeebe:assignmentDefinition assignee='{who}'/>"), first="a")

    case = Case(task("ada"))
    take(case, task("bob"))
    assert case.step.tasks[0].assignee == "ada"
    take(case, task("bob"), anew=frozenset({"a"}))
    assert case.step.tasks[0].assignee == "bob"
    take(case, task("=1"), anew=frozenset({"a"}))
    assert case.faults == [("a", "not_a_text")]


def test_a_job_keeps_its_type_unless_the_plan_says_so():
    def calls(kind):
        return line(node("serviceTask", "a", zeebe=f'<zeebe:taskDefinition type="{kind}"/>'), first="a")

    case = Case(calls("old"))
    take(case, calls("new"))
    assert case.step.jobs[0].type == "old"
    take(case, calls("new"), anew=frozenset({"a"}))
    assert case.step.jobs[0].type == "new"


def test_a_signal_is_heard_by_what_was_migrated():
    case = Case(line(catch("c", signal()), first="c"))
    take(case, line(catch("x", signal()), first="x"), also={"c": "x"})
    assert case.signal("alarm").at == ["z"]


def test_a_condition_that_is_another_is_asked_at_once():
    case = Case(line(catch("c", condition("=n > 5")), first="c"), n=3)
    take(case, line(catch("c", condition("=n > 5")), first="c"))
    assert case.at == []
    take(case, line(catch("c", condition("=n > 2")), first="c"))
    assert case.at == ["z"]


def event_gateway(*events):
    drawn = [text + user(f"z{name}") + path("g", name, f"z{name}") for name, text in events]
    return model(start(), node("eventBasedGateway", "g"), path("s", "g"), *drawn, declared=DECLARED)


def test_events_behind_a_gateway_stay_come_and_go():
    kept, gone, new = (
        (name, catch(name, event))
        for name, event in (("k", timer("PT1H")), ("x", message()), ("n", signal()))
    )
    case = Case(event_gateway(kept, gone), order="x")
    before = case.node("k")
    take(case, event_gateway(kept, new))
    assert case.at == ["k", "n"]
    assert case.node("k") == before
    assert case.signal("alarm").at == ["zn"]


def multiple(*references):
    definitions = "".join(f'<bpmn:signalEventDefinition signalRef="{each}"/>' for each in references)
    return line(catch("c", definitions, parallelMultiple="true"), first="c")


def test_what_a_multiple_event_has_still_to_hear():
    case = Case(multiple("si1", "si2"))
    case.signal("alarm")
    take(case, multiple("si2", "si1"))
    assert [each.signal for each in case.step.listening] == ["calm"]
    assert case.signal("calm").at == ["z"]


def handler(name, *, interrupting, inside=None, event=None):
    begin = start(f"{name}s", event or message(), isInterrupting=str(interrupting).lower())
    inside = inside or user(f"{name}t") + path(f"{name}s", f"{name}t")
    return sub(name, begin, inside, triggeredByEvent="true")


def test_event_subprocesses_go_on_listening_come_and_go():
    case = Case(
        line(user("a"), handler("h", interrupting=False), handler("gone", interrupting=False), first="a"),
        order="x",
    )
    listens = case.node("hs")
    new = line(
        user("a"),
        handler("h", interrupting=False),
        handler("new", interrupting=False, event=signal()),
        first="a",
    )
    take(case, new)
    assert case.at == ["a", "hs", "news"]
    assert case.node("hs") == listens
    assert case.signal("alarm").at == ["a", "hs", "news", "newt"]


def test_an_event_subprocess_goes_with_its_scope_and_keeps_its_time():
    late = handler("h", interrupting=False, event=timer("PT1H"))
    case = Case(line(user("a"), late, first="a"))
    listens = case.node("hs")
    case.now = NOW + timedelta(minutes=10)
    take(case, line(sub("m", start("s1"), user("a"), late, path("s1", "a")), first="m"))
    assert [(each.node, each.due) for each in case.step.timers] == [(listens, NOW + timedelta(hours=1))]
    take(case, line(user("a"), late, first="a"))
    assert [(each.node, each.due) for each in case.step.timers] == [(listens, NOW + timedelta(hours=1))]


def test_what_runs_in_an_event_subprocess_goes_on():
    case = Case(line(user("a"), handler("h", interrupting=True), first="a"), order="x").fire("hs")
    new = line(
        user("a"),
        handler("h", interrupting=True),
        handler("new", interrupting=True, event=signal()),
        first="a",
    )
    take(case, new)
    assert case.at == ["ht"], "what interrupts has ended all listening"
    assert case.do("ht").finished


def test_an_error_is_caught_by_a_boundary_event_that_is_new():
    case = Case(line(service("a"), first="a"))
    caught = (
        boundary("b", "a", '<bpmn:errorEventDefinition errorRef="er1"/>') + user("help") + path("b", "help")
    )
    take(case, line(service("a"), caught, first="a"))
    assert case.fail("a", "E1").at == ["help"]


def test_an_escalation_goes_to_the_event_that_the_new_version_has():
    def inner(*more):
        throwing = node("intermediateThrowEvent", "t", escalation("es1"))
        return line(
            sub("m", start("s1"), user("a"), throwing, user("b"), path("s1", "a", "t", "b")), *more, first="m"
        )

    case = Case(inner())
    take(
        case,
        inner(boundary("x", "m", escalation("es1"), interrupting=False), user("told"), path("x", "told")),
    )
    assert case.do("a").at == ["b", "told"]


# Branches.


def forked(*flows, more="", join="j"):
    return model(
        start(), parallel("f"), parallel(join), user("a"), user("b"), user("z"), more, path("s", "f"), *flows, path(join, "z"),
    )  # fmt: skip


TWO = (path("f", "a", "j"), path("f", "b", "j"))


def test_a_new_branch_begins_beside_what_runs():
    """Otherwise the join would wait for it for ever."""
    case = Case(forked(*TWO)).do("a")
    take(case, forked(*TWO, path("f", "c", "j"), more=user("c")))
    assert case.at == ["b", "c"]
    assert case.do("b").at == ["c"]
    assert case.do("c").at == ["z"]


def test_a_new_branch_may_count_as_passed():
    case = Case(forked(*TWO)).do("a")
    new = forked(*TWO, path("f", "c"), flow("c", "j", flow_id="fc"), more=user("c"))
    take(case, new, flows={"fc": ""})
    assert case.at == ["b"]
    assert case.do("b").at == ["z"]


def test_a_branch_put_beside_a_task_begins_with_it():
    case = Case(line(user("a"), first="a"))
    new = model(
        start(), parallel("f"), parallel("j"), user("a"), user("c"), user("z"), path("s", "f", "a", "j", "z"), path("f", "c", "j"),
    )  # fmt: skip
    take(case, new)
    assert case.at == ["a", "c"]


def test_a_join_is_passed_when_its_last_missing_branch_is_no_more():
    three = forked(*TWO, path("f", "c"), flow("c", "j", flow_id="fc"), more=user("c"))
    case = Case(three).do("a").do("b")
    ((element, _),) = obstacles(case, forked(*TWO))
    assert element == "c", "what a person has still to do is never dropped"
    case = Case(three).do("a").do("c")
    ((element, why),) = obstacles(case, forked(*TWO))
    assert (element, "'fc'" in why) == ("j", True)


def test_branches_cannot_come_one_after_the_other():
    case = Case(forked(*TWO))
    ((element, why),) = obstacles(
        case, model(start(), user("a"), user("b"), user("z"), path("s", "a", "b", "z"))
    )
    assert (element, "one comes after the other" in why) == ("a", True)


def test_a_gateway_that_does_not_join_any_more_lets_go_what_waits_there():
    def joined(*flows):
        return model(
            start(),
            inclusive("f"),
            inclusive("j"),
            user("a"),
            user("b"),
            user("z"),
            path("s", "f"),
            *flows,
            path("j", "z"),
        )

    both = joined(
        flow("f", "a", "=true"), flow("f", "b", "=true"), flow("a", "j", flow_id="aj"), flow("b", "j")
    )
    case = Case(both).do("a")
    assert case.at == ["b"]
    one = joined(
        flow("f", "a", "=true"),
        flow("f", "b", "=true"),
        flow("a", "j", flow_id="aj"),
        path("b", "e"),
        end(),
    )
    take(case, one)
    assert case.at == ["b", "z"]


def test_tokens_that_gather_before_a_task():
    def gathered(needs):
        return model(
            start(), parallel("f"), user("a"), user("b"), user("c"), user("d", startQuantity=needs), user("z"),
            path("s", "f", "a", "d", "z"), path("f", "b", "d"), path("f", "c", "d"),
        )  # fmt: skip

    case = Case(gathered(3)).do("a")
    assert case.at == ["b", "c"]
    take(case, gathered(3)).do("b")
    assert case.at == ["c"]
    take(case, gathered(2))
    assert case.at == ["c", "d"]
    case = Case(gathered(3)).do("a")
    assert take(case, gathered(1)).at == ["b", "c", "d"]


def test_a_complex_gateway_that_has_started_waits_for_its_reset():
    def discriminator(name):
        needs = "<bpmn:activationCondition>=activationCount >= 1</bpmn:activationCondition>"
        return model(
            start(), parallel("f"), node("complexGateway", name, needs), user("a"), user("b"), user("z"),
            path("s", "f"), path("f", "a", name), path("f", "b", name), path(name, "z"),
        )  # fmt: skip

    case = Case(discriminator("c")).do("a")
    assert case.at == ["b", "z"]
    take(case, discriminator("x"), also={"c": "x"})
    case.do("b")
    assert case.at == ["z"]
    assert case.do("z").finished


# Subprocesses.


def test_what_runs_comes_into_a_subprocess_that_runs_already():
    def model_of(*, inside):
        first = (
            path("s1", "f1", "b")
            + parallel("f1")
            + (path("f1", "a") if inside else path("f1", "e1") + end("e1"))
        )
        m = sub("m", start("s1"), user("b"), first, user("a") if inside else "")
        return model(
            start(), parallel("f"), m, user("z"), path("s", "f", "m"),
            path("f", "z") if inside else path("f", "a", "z") + user("a"),
        )  # fmt: skip

    case = Case(model_of(inside=False))
    a = case.node("a")
    take(case, model_of(inside=True))
    assert case.at == ["a", "b"]
    assert case.node("a") == a
    assert len([entry for entry in case.trace if entry.what == "entered" and entry.element == "m"]) == 1
    case.do("a").do("b")
    assert "m" in case.told("left")


def test_a_subprocess_that_everything_has_left_is_no_more():
    inner = sub("m", start("s1"), user("a"), user("b"), path("s1", "a", "b"))
    out = model(
        start(),
        user("a"),
        sub("m", start("s1"), user("b"), path("s1", "b")),
        user("z"),
        path("s", "a", "m", "z"),
    )
    case = Case(line(inner, boundary("late", "m", timer("PT1H")), end("el"), path("late", "el"), first="m"))
    take(case, out)
    assert case.at == ["a"]
    assert case.do("a").at == ["b"]
    assert case.do("b").at == ["z"]


def test_data_of_a_subprocess_that_is_no_more_do_not_change_what_is_around_it():
    """What the subprocess was given is a copy; what else has another value there is for a person to decide."""
    given = sub("m", start("s1"), user("a"), path("s1", "a"), zeebe=mapping({"n": "=n + 1"}))
    out = line(user("a"), first="a")
    assert take(Case(line(given, first="m"), n=1), out).variables == {"n": 1}

    case = Case(line(sub("m", start("s1"), user("a"), path("s1", "a")), first="m"), n=1)
    m = next(entry.node for entry in case.trace if entry.element == "m")
    case.step = replace(case.step, scopes={**case.step.scopes, str(m): {"n": 2}})
    ((element, why),) = obstacles(case, out)
    assert (element, "another value" in why) == ("m", True)
    case.step = replace(case.step, scopes={**case.step.scopes, str(m): {"k": 2}})
    assert take(case, out).variables == {"n": 1, "k": 2}


def test_a_subprocess_whose_inputs_cannot_be_had_is_not_put_around_what_runs():
    around = sub("m", start("s1"), user("a"), path("s1", "a"), zeebe=mapping({"x": "=function(y) y"}))
    ((element, why),) = obstacles(Case(line(user("a"), first="a")), line(around, first="m"))
    assert element == "m"
    assert "inputs cannot be had" in why


def test_subprocesses_that_lie_in_each_other_may_change_places():
    def nested(outer, inner):
        return line(
            sub(outer, start("s1"), sub(inner, start("s2"), user("a"), path("s2", "a")), path("s1", inner)),
            first=outer,
        )

    case = Case(nested("m", "n"))
    a = case.node("a")
    take(case, nested("n", "m"))
    assert (case.at, case.node("a")) == (["a"], a)
    assert case.do("a").at == ["z"]


def test_a_terminating_end_ends_what_was_put_around_it():
    case = Case(line(user("a"), first="a"))
    inner = sub("m", start("s1"), user("a"), end("stop", TERMINATE), path("s1", "a", "stop"))
    take(case, line(inner, first="m"))
    assert case.do("a").at == ["z"]


def test_transactions_and_subprocesses_may_become_each_other():
    def of(kind, *more):
        inner = node(kind, "m", start("s1"), user("a"), path("s1", "a"))
        return line(inner, *more, first="m")

    case = Case(of("subProcess"))
    take(case, of("transaction"))
    assert case.do("a").at == ["z"]
