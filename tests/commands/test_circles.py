"""Processes that wake each other in a circle: it ends, and a person is told once; what is no circle goes through."""

import pytest
from sqlalchemy import func, select

from cpm.commands import circles, posting
from cpm.commands.posting import Who
from cpm.model import Job, JobKind
from cpm.queries import troubles
from tests.commands.conversing import (
    SIGNALS,
    cases_of,
    declared,
    deploy,
    listening,
    open_case,
    publish,
    sending,
    throwing,
)
from tests.unit.bpmn.drawing import boundary, catch, end, message, model, node, path, start, throw, user
from tests.world import World

BOTH = SIGNALS + '<bpmn:signal id="si2" name="gale"/>'


def signal(reference: str) -> str:
    return f'<bpmn:signalEventDefinition signalRef="{reference}"/>'


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some turns are enough to see that it turns."""
    monkeypatch.setattr(circles, "REACH", 30)
    monkeypatch.setattr(circles, "_LEAST", 10)


def echo(process_id: str, hears: str, says: str) -> bytes:
    """A person works; beside it each signal throws another one."""
    beside = boundary("b", "work", signal(hears), interrupting=False)
    parts = (start(), user("work"), beside, throw("again", signal(says)), end(), end("f"))
    ways = path("s", "work", "e"), path("b", "again", "f")
    return model(*parts, *ways, process_id=process_id, declared=BOTH)


def answering(process_id: str, hears: str, says: str, times: int = 1) -> bytes:
    """A person works; beside it each message is answered by others."""
    beside = boundary("b", "work", message("hears"), interrupting=False)
    sends = [node("sendTask", f"send{number}", messageRef="says") for number in range(times)]
    ways = [path("b", f"send{number}", "e") for number in range(times)]
    names = {"hears": f"{hears}|=mine", "says": f"{says}|=theirs"}
    return model(
        start(),
        user("work"),
        beside,
        *sends,
        end(),
        path("s", "work", "e"),
        *ways,
        process_id=process_id,
        declared=declared(**names),
    )


def jobs_left(firm: World) -> int:
    """That run now; those that wait until a message expires do not count."""
    with firm.engine.read() as look:
        return look.session.scalar(select(func.count()).where(Job.state == "ready")) or 0


def told(firm: World, process: str) -> list[str]:
    return [
        event.what
        for case in cases_of(firm, process)
        for event in firm.journal(case)
        if event.what == "incident.raised"
    ]


def test_signals_that_set_off_each_other_end_and_each_case_has_one_exception(firm: World):
    deploy(firm, echo("calm", "si1", "si2"), echo("wild", "si2", "si1"), throwing("throws"))
    echoes = [open_case(firm, process) for process in ("calm", "calm", "wild", "wild")]
    open_case(firm, "throws")
    firm.drain()
    assert jobs_left(firm) == 0
    assert sum(firm.story(case).count("signal.heard") for case in echoes) <= 60
    assert {firm.incident(case).code for case in echoes if "incident.raised" in firm.story(case)} == {
        "circle"
    }
    assert 1 <= len(told(firm, "calm") + told(firm, "wild")) <= 4
    assert "circle" in (troubles.known("circle", "en") or "")


@pytest.mark.parametrize("times", [1, 3], ids=["a circle", "one that grows"])
def test_messages_that_set_off_each_other_end(firm: World, times: int):
    deploy(firm, answering("ping", "ping", "pong", times), answering("pong", "pong", "ping", times))
    cases = [
        open_case(firm, "ping", mine="A", theirs="B"),
        open_case(firm, "pong", mine="B", theirs="A"),
    ]
    publish(firm, "ping", "A", reach=30)
    firm.drain()
    assert jobs_left(firm) == 0
    took = sum(firm.story(case).count("message.correlated") for case in cases)
    assert 3 <= took <= 31
    assert 1 <= sum(len(told(firm, process)) for process in ("ping", "pong")) <= 2


def test_processes_that_begin_each_other_end(firm: World):
    deploy(firm, chained("one", "ordered", "invoiced"), chained("two", "invoiced", "ordered"))
    publish(firm, "ordered", "", email="mara@example.org", reach=30)
    firm.drain()
    assert jobs_left(firm) == 0
    assert 3 <= len(cases_of(firm, "one") + cases_of(firm, "two")) <= 6
    assert len(told(firm, "one") + told(firm, "two")) == 1


def chained(process_id: str, hears: str, says: str) -> bytes:
    parts = (
        start("s", message("hears")),
        node("sendTask", "send", messageRef="says"),
        end(),
        path("s", "send", "e"),
    )
    return model(*parts, process_id=process_id, declared=declared(hears=hears, says=says))


def test_what_a_person_does_in_between_begins_anew(firm: World):
    """The turns of people are their own business."""
    deploy(firm, listening("listens"), throwing("throws"))
    for _ in range(20):
        case = open_case(firm, "listens")
        open_case(firm, "throws")
        firm.drain()
        assert firm.at(case) == ["after"]


def test_each_of_many_that_hear_a_signal_may_send(firm: World):
    relay = model(
        start(),
        catch("wait", signal("si1")),
        node("sendTask", "send", messageRef="m1"),
        end(),
        path("s", "wait", "send", "e"),
        process_id="relay",
        declared=SIGNALS + declared(m1="paid|=order"),
    )
    deploy(firm, relay, sending("other"))
    cases = [open_case(firm, "relay", order=f"A-{number}") for number in range(40)]
    with firm.engine.begin("worker") as uow:
        assert posting.signal(uow, "storm", {}, about=Who()) == 40
    firm.drain()
    assert all(firm.story(case)[-1] == "case.closed" for case in cases)
    with firm.engine.read() as look:
        assert look.session.scalar(select(func.count()).where(Job.kind == JobKind.SIGNAL)) == 0
