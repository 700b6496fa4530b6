"""A pure function: the same in, the same out; no clock, no Python evaluation; one program for all threads."""

import ast
import builtins
import threading
import time
import zlib
from datetime import datetime

import pytest
import SpiffWorkflow.bpmn.specs.event_definitions.timer as spiff_timer
from SpiffWorkflow.bpmn.script_engine import python_engine, python_environment

from cpm.bpmn import Completed, UnreadableState, prepare, resume, start, visible
from cpm.bpmn.state import load, save
from tests.unit.bpmn.drawing import (
    DECLARED,
    boundary,
    each,
    end,
    flow,
    mapping,
    message,
    model,
    node,
    path,
    script,
    service,
    timer,
    user,
    xor,
)
from tests.unit.bpmn.drawing import (
    start as start_event,
)
from tests.unit.bpmn.driving import NOW, Case

WIDE = model(
    start_event(), node("scriptTask", "sc", zeebe=script("=amount * 2", "twice")), xor("g", default="d"), user("a", zeebe=mapping({"i": "=twice"})),
    boundary("b", "a", timer("=wait"), interrupting=False), user("n"), service("m", each("=items", output=("out", "=item * 2"))),
    boundary("w", "m", message(), interrupting=False), end(), flow("s", "sc"), flow("sc", "g"), flow("g", "a", "=amount > 1"), flow("g", "m", flow_id="d"),
    path("a", "m", "e"), path("b", "n"), path("w", "n"), declared=DECLARED,
)  # fmt: skip


def drive(case):
    case.fire("b")
    case.do("a").fire("w")
    while case.step.jobs:
        case.do("m")
    while case.at:
        case.do("n")
    return case


def test_no_clock_is_read_and_nothing_is_evaluated_as_python(monkeypatch):
    def trap(*_args, **_kwargs):
        raise AssertionError("The process reached what it must not reach")

    class NoClock(datetime):
        now = utcnow = today = trap

    program = prepare({"m.bpmn": WIDE})
    for module in (python_environment, python_engine):
        for name in ("eval", "exec"):
            monkeypatch.setattr(module, name, trap, raising=False)
    for name in ("eval", "exec", "open"):
        monkeypatch.setattr(builtins, name, trap)
    monkeypatch.setattr(ast, "parse", trap)
    monkeypatch.setattr(spiff_timer, "datetime", NoClock)
    case = Case(program=program, amount=2, items=[1, 2, 3], order="x", wait="PT1H")
    assert drive(case).finished


def test_the_time_of_day_leaves_no_trace_in_the_state(monkeypatch):
    states = []
    for moment in (0.0, 1e9):
        monkeypatch.setattr(time, "time", lambda moment=moment: moment)
        states.append(drive(Case(WIDE, amount=2, items=[1, 2], order="x", wait="PT1H")).step.state)
    assert states[0] == states[1]


def test_a_program_of_a_new_process_takes_over_where_the_old_one_stopped():
    case = Case(WIDE, amount=0, items=[1, 2, 3], order="x")
    for _ in range(3):
        case.program = prepare({"m.bpmn": WIDE})
        case.do("m")
    assert case.finished


def test_four_threads_share_one_program():
    program = prepare({"m.bpmn": WIDE})
    wrong = []

    def work(number):
        for turn in range(25):
            case = drive(
                Case(program=program, amount=2 + number, items=[number, turn], order="x", wait="PT1H")
            )
            if (
                not case.finished
                or case.variables["out"] != [2 * number, 2 * turn]
                or case.variables["twice"] != 4 + 2 * number
            ):
                wrong.append((number, turn, case.variables))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_state_carries_no_data_and_stays_small():
    case = Case(WIDE, amount=2, items=["secret"] * 3, order="key", wait="PT1H")
    state = case.do("a").step.state
    assert len(state) < 300
    text = zlib.decompress(state[1:])
    assert b"secret" not in text
    assert b"key" in text, "awaited keys are part of the state"


def test_a_scope_remembers_its_data_from_state_to_state():
    """What must outlive the tokens, such as what can be compensated; a state without any is as it always was."""
    sub = node("subProcess", "sub", start_event("s1"), user("u"), path("s1", "u"))
    case = Case(model(start_event(), sub, path("s", "sub")))
    runner = load(case.program, case.step.state, case.step.scopes)
    assert save(runner)[0] == case.step.state
    runner.tree.data["a"] = 1
    (inside,) = runner.tree.subprocesses.values()
    inside.data["b"] = [2]
    again = load(case.program, save(runner)[0], case.step.scopes)
    assert again.tree.data == {"a": 1}
    assert [tree.data for tree in again.tree.subprocesses.values()] == [{"b": [2]}]


def test_a_state_of_another_format_is_refused_in_words():
    case = Case(WIDE, amount=2, items=[], order="x", wait="PT1H")
    for state, words in (
        (b"", "of format nothing"),
        (b"\x03" + case.step.state[1:], "of format 3"),
        (case.step.state[:20], "damaged"),
    ):
        with pytest.raises(UnreadableState, match=words):
            resume(case.program, state, case.step.scopes, Completed(1), now=NOW)


def test_a_state_of_another_process_version_is_refused_in_words():
    case = Case(WIDE, amount=2, items=[], order="x", wait="PT1H")
    other = prepare({"m.bpmn": model(start_event(), user("u"), end(), path("s", "u", "e"))})
    with pytest.raises(UnreadableState, match="token at 'a'"):
        resume(other, case.step.state, case.step.scopes, Completed(case.node("a")), now=NOW)


def test_what_a_node_sees_can_be_asked_later():
    case = Case(WIDE, amount=2, items=[], order="x", wait="PT1H")
    seen = visible(case.program, case.step.state, case.step.scopes, case.node("a"))
    assert seen == {"amount": 2, "items": [], "order": "x", "wait": "PT1H", "twice": 4, "i": 4}


def test_values_from_outside_are_made_feels_or_refused():
    case = Case(model(start_event(), user("u"), end(), path("s", "u", "e")), n=1)
    assert type(case.variables["n"]).__name__ == "Decimal"
    with pytest.raises(TypeError):
        case.do("u", x=1.5)


@pytest.mark.parametrize("expression", ["=[1..3]", "=function(x) x", "={f: function(x) x}"])
def test_what_cannot_be_stored_is_a_fault(expression):
    script_task = node("scriptTask", "sc", zeebe=script(expression, "x"))
    assert Case(model(start_event(), script_task, path("s", "sc"))).faults == [("sc", "not_a_value")]


def test_the_same_start_gives_the_same_bytes():
    program = prepare({"m.bpmn": WIDE})
    variables = {"amount": 2, "items": [1], "order": "x", "wait": "PT1H"}
    assert start(program, variables, now=NOW).state == start(program, variables, now=NOW).state


def test_a_moment_needs_its_offset():
    program = prepare({"m.bpmn": WIDE})
    with pytest.raises(ValueError, match="offset"):
        start(program, {}, now=NOW.replace(tzinfo=None))
