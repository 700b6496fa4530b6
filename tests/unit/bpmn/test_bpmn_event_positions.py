"""Every kind of event in every place where it can stand (BPMN 2.0.2, 10.5.4, 10.3.5, 10.6.6; tables 10.84 to 10.93)."""

from dataclasses import dataclass

import pytest

from tests.unit.bpmn.drawing import (
    DECLARED,
    boundary,
    called,
    catch,
    condition,
    each,
    end,
    escalation,
    message,
    model,
    node,
    parallel,
    path,
    service,
    signal,
    start,
    throw,
    timer,
    user,
)
from tests.unit.bpmn.driving import Case


@dataclass(frozen=True)
class Kind:
    name: str
    definition: str
    come: object  #: lets it happen at the element, once more each time

    def __str__(self):
        return self.name


def by_node(case, element):
    """The newest that waits there."""
    found = [wait for wait in (*case.step.timers, *case.step.waits) if wait.element == element]
    case.fire_node(max(found, key=lambda wait: wait.node).node, got=1)


def meet(case, element):
    """It is the task's own variable in a called process, so that it is set where the condition looks."""
    case.change(x=0)
    case.change(x=2)


CALLED = [
    Kind("timer", timer("R/PT1H", "timeCycle"), by_node),
    Kind("message", message(), by_node),
    Kind("signal", signal(), lambda case, element: case.signal("alarm", got=1)),
    Kind("multiple", message() + signal(), lambda case, element: case.signal("alarm", got=1)),
    Kind(
        "parallel multiple",
        signal("si2") + signal(),
        lambda case, element: case.signal("alarm", got=1).signal("calm"),
    ),
]
KINDS = [*CALLED, Kind("conditional", condition("=x > 1"), meet)]


def more(kind):
    return {"parallelMultiple": "true"} if kind.name == "parallel multiple" else {}


def alone(*parts):
    return [model(*parts, declared=DECLARED)]


def in_subprocess(*parts):
    return alone(start("o"), node("subProcess", "sub", *parts), path("o", "sub"))


def in_called_process(*parts):
    inside = model(*parts, process_id="q", declared=DECLARED)
    return [*alone(start("o"), node("callActivity", "sub", zeebe=called("q")), path("o", "sub")), inside]


def in_one_instance(*parts):
    return alone(start("o"), node("subProcess", "sub", *parts, each("=[1]")), path("o", "sub"))


def in_a_handler(*parts):
    """Of an event subprocess that has begun."""
    handler = node(
        "subProcess", "sub", start("trigger", escalation("es1"), isInterrupting="false"), node("subProcess", "nested", *parts),
        path("trigger", "nested"), triggeredByEvent="true",
    )  # fmt: skip
    return alone(
        start("o"), throw("away", escalation("es1")), end("over"), path("o", "away", "over"), handler
    )


PLACES = [alone, in_subprocess, in_called_process, in_one_instance, in_a_handler]
everywhere = pytest.mark.parametrize(
    ("kind", "place"),
    [(kind, place) for place in PLACES for kind in (CALLED if place is in_called_process else KINDS)],
    ids=lambda value: str(value) if isinstance(value, Kind) else value.__name__,
)


def begin(models):
    return Case(*models, order="o7")


@everywhere
def test_at_the_border_of_a_task_instead_of_it(kind, place):
    border = boundary("b", "a", kind.definition, **more(kind))
    case = begin(place(start(), user("a"), border, user("n"), path("s", "a"), path("b", "n")))
    kind.come(case, "b")
    assert case.at == ["n"]
    assert case.told("cancelled") == ["a"]
    assert case.told("entered").count("b") == 1
    assert case.do("n").finished


@everywhere
def test_at_the_border_of_a_task_beside_it(kind, place):
    border = boundary("b", "a", kind.definition, interrupting=False, **more(kind))
    case = begin(place(start(), user("a"), border, user("n"), path("s", "a"), path("b", "n")))
    kind.come(case, "b")
    kind.come(case, "b")
    assert (case.at.count("a"), case.at.count("n")) == (1, 2)
    assert case.do("a").at == ["n", "n"]
    assert case.told("cancelled") == []
    assert case.do("n").do("n").finished


@everywhere
def test_at_the_border_of_a_subprocess_all_in_it_ends(kind, place):
    inside = (
        start("is"), parallel("if"), user("x"), service("y"), node("subProcess", "deep", start("ds"), user("z"), path("ds", "z")),
        path("is", "if", "x"), path("if", "y"), path("if", "deep"),
    )  # fmt: skip
    border = boundary("b", "guarded", kind.definition, **more(kind))
    case = begin(
        place(
            start(),
            node("subProcess", "guarded", *inside),
            border,
            user("n"),
            path("s", "guarded"),
            path("b", "n"),
        )
    )
    kind.come(case, "b")
    assert case.at == ["n"]
    assert sorted(case.told("cancelled")) == ["deep", "guarded", "x", "y", "z"]


@everywhere
def test_at_the_border_of_all_instances_of_a_task(kind, place):
    border = boundary("b", "a", kind.definition, **more(kind))
    case = begin(
        place(start(), user("a", each("=[1,2,3]")), border, user("n"), path("s", "a"), path("b", "n"))
    )
    assert case.at.count("a") == 3
    kind.come(case, "b")
    assert case.at == ["n"]
    assert case.told("cancelled") == ["a", "a", "a"]


@everywhere
@pytest.mark.parametrize("interrupting", [True, False])
def test_an_event_subprocess_begins(kind, place, interrupting):
    first = start("hs", kind.definition, isInterrupting=str(interrupting).lower(), **more(kind))
    handler = node("subProcess", "h", first, user("hu"), path("hs", "hu"), triggeredByEvent="true")
    case = begin(place(start(), user("a"), path("s", "a"), handler))
    kind.come(case, "hs")
    if interrupting:
        assert case.at == ["hu"]
        assert case.told("cancelled") == ["a"]
        assert not [wait for wait in case.open if wait.element == "hs"], "it happens once"
    else:
        kind.come(case, "hs")
        assert (case.at.count("a"), case.at.count("hu")) == (1, 2)
        kind.come(case.do("a"), "hs")
        assert case.at.count("hu") == 3, "it is listened for as long as a handler runs (as in Zeebe)"
        case.do("hu").do("hu")
    assert case.do("hu").finished
    assert case.told("entered").count("hs") == (1 if interrupting else 3)


@everywhere
def test_behind_an_event_gateway(kind, place):
    """10.6.6; a receive task does not stand there together with message events."""
    once = kind.definition.replace("R/PT1H", "R1/PT1H")
    receive = (
        "" if "message" in once else node("receiveTask", "r", messageRef="answered") + path("g", "r", "other")
    )
    case = begin(
        place(
            start(), node("eventBasedGateway", "g"), catch("b", once, **more(kind)), catch("t", timer("PT5H")), catch("u", timer("PT6H")),
            user("n"), user("other"), path("s", "g", "b", "n"), path("g", "t", "other"), path("g", "u", "other"), receive,
        )
    )  # fmt: skip
    assert {"t", "u"} | ({"r"} if receive else set()) <= set(case.at)
    kind.come(case, "b")
    assert case.at == ["n"]
    assert case.told("left")[-2:] == ["g", "b"]
    assert case.told("cancelled") == []
    assert case.do("n").finished


@everywhere
def test_on_its_way(kind, place):
    once = kind.definition.replace("R/PT1H", "R1/PT1H")
    case = begin(place(start(), catch("b", once, **more(kind)), user("n"), path("s", "b", "n")))
    kind.come(case, "b")
    assert case.at == ["n"]
    assert case.do("n").finished


@everywhere
def test_what_it_guards_is_over_before_it_comes(kind, place):
    border = boundary("b", "a", kind.definition, **more(kind))
    beside = boundary("c", "a", kind.definition, interrupting=False, **more(kind))
    case = begin(
        place(
            start(),
            user("a"),
            border,
            beside,
            user("n"),
            user("m"),
            path("s", "a", "m"),
            path("b", "n"),
            path("c", "n"),
        )
    )
    case.do("a")
    assert case.at == ["m"]
    case.signal("alarm").signal("calm").change(x=2)
    assert case.at == ["m"]


@everywhere
def test_of_an_interrupting_and_another_event_subprocess_all_hear_but_one_goes_on(kind, place):
    """The scope that an event interrupts is not listened in any more (as in Zeebe)."""

    def handler(name, *, interrupting):
        first = start(f"{name}s", kind.definition, isInterrupting=str(interrupting).lower(), **more(kind))
        return node(
            "subProcess", name, first, user(f"{name}u"), path(f"{name}s", f"{name}u"), triggeredByEvent="true"
        )

    case = begin(
        place(
            start(),
            user("a"),
            path("s", "a"),
            handler("h", interrupting=False),
            handler("i", interrupting=True),
        )
    )
    if kind in {CALLED[0], CALLED[1]}:
        by_node(case, "hs")
        assert sorted(set(case.at)) == ["a", "hs", "hu", "is"]
        by_node(case, "is")
    else:
        kind.come(case, "hs")
    assert case.at == ["iu"]
    assert not case.step.listening
