"""Instances of large multi-instances lie apart, and nobody can tell: BPMN 2.0.2, 10.3.8, with everything around it."""

from random import Random

import pytest

from cpm.bpmn import Chosen, Completed, Signalled, choice, prepare
from tests import looping
from tests.unit.bpmn.drawing import (
    DECLARED,
    TERMINATE,
    ad_hoc,
    boundary,
    called,
    catch,
    condition,
    each,
    end,
    error,
    escalation,
    flow,
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
    throw,
    timer,
    user,
    xor,
)
from tests.unit.bpmn.keeping import Apart, Kept, Whole, happening

ITEMS = list(range(20))
OUT = ("out", "=answer")
MANY = each("=items", output=OUT)


def sub(*inside, name="m", loop=MANY):
    return node("subProcess", name, start("s1"), *inside, loop)


def listening(name, definition, *inside, interrupting=True):
    began = start(name, definition, isInterrupting=str(interrupting).lower())
    return node("subProcess", f"{name}h", began, *inside, triggeredByEvent="true")


CHILD = model(start(), service("cx"), end(), path("s", "cx", "e"), process_id="child")
NO_WAY = xor("g") + user("y") + path("x", "g") + flow("g", "y", "=go = true")
MODELS = {
    "user tasks": [user("m", MANY)],
    "enough": [user("m", each("=items", output=OUT, until="=numberOfCompletedInstances = 7"))],
    "enough by what they brought": [
        user("m", each("=items", output=OUT, until="=count(out[item > 50]) = 3"))
    ],
    "calls with an error boundary": [
        service("m", MANY), boundary("b", "m", error()), user("c"), path("b", "c"),
    ],
    "an error caught inside": [
        sub(service("x"), boundary("b1", "x", error("er1")), user("c"), path("s1", "x"), path("b1", "c")),
    ],
    "an interrupting boundary": [
        sub(user("x"), user("y"), path("s1", "x", "y")), boundary("b", "m", timer("P1D")), user("c"), path("b", "c"),
    ],
    "a boundary beside": [
        sub(user("x"), path("s1", "x")), boundary("b", "m", timer("R3/P1D", "timeCycle"), interrupting=False),
        user("c"), path("b", "c"),
    ],
    "an escalation out of it": [
        sub(user("x"), throw("t", escalation("es1")), user("y"), path("s1", "x", "t", "y")),
        boundary("b", "m", escalation(), interrupting=False),
        node("scriptTask", "c", zeebe=script("=1", "told")), path("b", "c"),
    ],
    "an escalation that ends it": [
        sub(user("x"), throw("t", escalation("es1")), end("e1"), path("s1", "x", "t", "e1")),
        boundary("b", "m", escalation()), user("c"), path("b", "c"),
    ],
    "timers and messages in it": [
        sub(catch("w", timer("P1D")), user("x"), catch("v", message()), end("e1"), path("s1", "w", "x", "v", "e1")),
    ],
    "event subprocesses in it": [
        sub(user("x"), user("y"), path("s1", "x", "y"),
            listening("l", message(), user("z"), path("l", "z"), interrupting=False),
            listening("k", timer("P2D"), user("q"), path("k", "q"))),
    ],
    "branches and the end of all in it": [
        sub(parallel("f"), user("x"), user("y"), user("z"), end("t", TERMINATE), path("s1", "f", "x", "t"),
            path("f", "y"), path("f", "z")),
    ],
    "joins in it": [
        sub(parallel("f"), user("x"), user("y"), parallel("j"), user("z"), path("s1", "f", "x", "j", "z"),
            path("f", "y", "j")),
    ],
    "processes called": [node("callActivity", "m", MANY, zeebe=called("child"))],
    "faults": [sub(user("x"), NO_WAY, path("s1", "x"))],
    "many in each": [
        sub(user("x", each("=for i in 1..18 return i", element="inner", output=("each", "=answer"))), path("s1", "x"),
            loop=each("=for i in 1..17 return i", output=("out", "=each"))),
    ],
    "many in a few": [
        sub(user("x", each("=for i in 1..18 return i", element="inner", until="=numberOfCompletedInstances = 5")), path("s1", "x"),
            loop=each("=for i in 1..3 return i")),
    ],
    "one after the other in each": [
        sub(user("x", each("=for i in 1..3 return i", element="inner", sequential=True)), path("s1", "x")),
    ],
    "many one after the other": [
        user("m", each("=items", output=OUT, sequential=True)), boundary("b", "m", timer("P1D")), user("c"), path("b", "c"),
    ],
    "enough one after the other": [
        sub(user("x"), path("s1", "x"),
            loop=each("=items", output=OUT, sequential=True, until="=numberOfCompletedInstances = 7")),
    ],
    "many one after the other in each": [
        sub(user("x", each("=for i in 1..18 return i", element="inner", output=("each", "=answer"), sequential=True)),
            path("s1", "x"), loop=each("=for i in 1..17 return i", output=("out", "=each"))),
    ],
    "mappings": [service("m", MANY, zeebe=mapping({"r": "=item * 2"}, {"answer": "=r + 1"}))],
    "signals in it": [
        sub(user("x"), catch("g1", signal()), user("y"), path("s1", "x", "g1", "y")),
    ],
    "conditions in it": [
        sub(user("x"), catch("g1", condition("=rang = true")), user("y"), path("s1", "x", "g1", "y")),
    ],
}  # fmt: skip


def program(parts):
    """Beside it a branch whose end ends all, and after it a step that sees what came out."""
    around = start() + parallel("a") + user("after") + user("stop") + end("te", TERMINATE)
    around += path("s", "a", "m", "after") + path("a", "stop", "te")
    return prepare({"p.bpmn": model(around, *parts, declared=DECLARED), "child.bpmn": CHILD}, "p")


def drive(kind, seed, most=50):
    """Both in step, by the same happenings in random order; how many of them there were."""
    random, made = Random(seed), program(MODELS[kind])
    variables = {"items": ITEMS, "order": "x", "go": False, "answer": 0, "rang": False}
    whole, apart = Whole(made, variables), Apart(made, variables)
    for number in range(most):
        where = f"{kind}, seed {seed}, step {number}"
        places, theirs = whole.places(), apart.places()
        assert sorted(places, key=str) == sorted(theirs, key=str), where
        assert whole.scopes[""] == apart.kept.present[""], where
        assert whole.step.finished == apart.step.finished, where
        assert whole.trace == apart.trace, where
        if whole.step.finished:
            assert apart.kept.parts == {}, where
            assert set(apart.kept.present) == {""}, where
            return number
        key = choose(random, sorted(places, key=str))
        if key[0] == "Listening":
            heard = Signalled("alarm", {"rang": True})
            whole.tell(heard)
            apart.tell(heard)
            continue
        state = random.getstate()
        whole.tell(happening(random, key[0], places[key]))
        random.setstate(state)
        apart.tell(happening(random, key[0], theirs[key]))
    return most


def choose(random, keys):
    """What ends all comes seldom."""
    calm = [key for key in keys if key[1] not in {"stop", "b", "k"}]
    return random.choice(calm if calm and random.random() < 0.97 else keys)


@pytest.mark.parametrize("kind", MODELS)
def test_whatever_happens_is_as_if_all_lay_in_the_state(kind):
    assert drive(kind, seed=1) > 1


def test_what_runs_in_a_choice_is_known_with_the_instances_that_lie_apart():
    """A page about an ad-hoc subprocess lists all that is open in it (10.3.5)."""
    inside = user("m", MANY) + user("n")
    made = prepare({"p.bpmn": model(start(), ad_hoc("a", inside), path("s", "a"))}, "p")
    case = Apart(made, {"items": ITEMS, "answer": 0})
    node = case.step.choices[0].node
    case.tell(Chosen(node, "m", {}))
    case.tell(Chosen(node, "n", {}))
    assert len(case.kept.parts) == 20
    found = choice(made, case.step.state, case.kept.main(), node, case.kept)
    assert case.waiting.keys() <= found.within


def test_a_step_speaks_for_its_own_instance_alone():
    """What it reads, writes and says does not grow with the others."""
    case = Apart(program([user("m", MANY)]), {"items": list(range(1_000)), "order": "x", "answer": 0})
    state, node = len(case.step.state), case.places()["UserTask", "m", 500, None, 0]
    case.tell(Completed(node, {"answer": 1}))
    assert list(case.step.parts.values()) == [None]
    assert len(case.step.covers) < 6
    assert len(case.step.scopes) < 6
    assert len(case.step.state) < state + 5 < 200


def test_what_comes_one_after_the_other_is_not_written_again_with_each():
    """The list of all that was brought is written once, at the end; the history of a thousand is not a million entries."""
    case = Apart(
        program([user("m", each("=items", output=OUT, sequential=True))]), {"items": ITEMS, "answer": 0}
    )
    for number in range(10):
        node = case.places()["UserTask", "m", number, None, 0]
        case.tell(Completed(node, {"answer": number}))
        brought = [values for scope, values in case.step.scopes.items() if scope.endswith("#")]
        assert brought == [{str(number): number}]
        assert not any(values.get("out") for values in case.step.scopes.values())


def test_a_case_of_an_earlier_release_goes_on_with_all_its_instances_together():
    made = program([user("m", MANY)])
    case = Whole(made, {"items": ITEMS, "order": "x", "answer": 0})
    case.kept = Kept()
    case.kept.variables[0] = dict(case.step.scopes)
    while nodes := [task.node for task in case.step.tasks if task.element == "m"]:
        case.scopes = case.step.scopes
        case.kept.variables[0] = dict(case.step.scopes)
        case.tell(Completed(nodes[-1], {"answer": 7}))
        assert case.step.parts == {}
    assert case.step.scopes[""]["out"] == [7] * 20


def test_a_subprocess_is_ended_with_all_instances_in_it_that_lie_apart():
    """None of them is at hand as it ends; each is told of all the same."""
    around = node("subProcess", "around", start("s2"), user("m", MANY), path("s2", "m"))
    stopped = boundary("b", "around", signal())
    made = prepare({"m.bpmn": model(start(), around, stopped, user("w"), path("s", "around"), path("b", "w"), declared=DECLARED)})  # fmt: skip
    whole, apart = (kind(made, {"items": ITEMS}) for kind in (Whole, Apart))
    assert len(apart.kept.parts) == 20
    for case in (whole, apart):
        case.tell(Signalled("alarm"))
        assert case.trace.count(("cancelled", "m")) == 20
    assert apart.kept.parts == {}
    assert apart.trace == whole.trace
    assert apart.kept.present == whole.step.scopes


def test_what_has_finished_leaves_the_state():
    """A case of many years is as small as one of yesterday: subprocesses and instances of fifty turns are gone."""
    case = Apart(prepare({"p.bpmn": looping.parts_that_finish()}), {"again": False, "subject": "x"})
    sizes = {}
    for number in range(1, 51):
        for _ in range(20):  # one in the subprocess, two beside each other, 17 in parts of their own
            case.tell(Completed(min(case.waiting)))
        sizes[number] = len(case.step.state), len(case.kept.parts), len(case.kept.present)
    assert sizes[50][1:] == sizes[10][1:]
    assert sizes[50][0] <= sizes[10][0] + 8
