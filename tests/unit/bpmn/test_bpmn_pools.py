"""Several executable processes in one file: pools of one drawing (BPMN 2.0.2, 9.3)."""

import pytest

from cpm.bpmn import Source, prepare, prepare_deployed
from rules.xml import Refused
from tests.unit.bpmn.drawing import NAMES, called, end, model, node, path, start, user


def pools(*processes):
    inside = "".join(
        f'<bpmn:process id="{name}" isExecutable="true">{"".join(parts)}</bpmn:process>'
        for name, parts in processes
    )
    return f'<bpmn:definitions {NAMES} id="d" targetNamespace="t">{inside}</bpmn:definitions>'.encode()


def straight(name):
    return start(f"s{name}"), user(name), end(f"e{name}"), path(f"s{name}", name, f"e{name}")


BOTH = pools(("p", straight("a")), ("q", straight("b")))


@pytest.mark.parametrize(("process", "task"), [("p", "a"), ("q", "b")])
def test_each_process_of_a_file_runs_by_itself(process, task):
    """BPMN 2.0.2, 9.3: each pool is a process of its own."""
    program = prepare({"m.bpmn": BOTH}, main=process)
    assert program.process == process
    assert task in program.elements


def test_without_a_name_the_first_one_runs():
    assert prepare({"m.bpmn": BOTH}).process == "p"


def test_a_process_may_call_another_of_its_file():
    """BPMN 2.0.2, 10.3.6."""
    caller = start(), node("callActivity", "c", zeebe=called("q")), end(), path("s", "c", "e")
    program = prepare({"m.bpmn": pools(("p", caller), ("q", straight("b")))}, main="p")
    assert {"c", "b"} <= set(program.elements)


def test_versions_of_one_file_can_be_bound_together():
    """A process that its file does not hold any more keeps the version that did."""
    newer = model(*straight("c"))
    program = prepare_deployed([Source("q", "m.bpmn", BOTH), Source("p", "m.bpmn", newer)], "p")
    assert "c" in program.elements
    assert "a" not in program.elements


def test_the_same_id_twice_is_refused():
    with pytest.raises(Refused, match="unique"):
        prepare({"m.bpmn": pools(("p", straight("a")), ("p", straight("b")))})


def test_what_is_wrong_with_a_process_that_is_not_executable_is_told_as_well():
    """Whoever tries a draft hears everything at once."""
    draft = model(user("a"), end(), path("a", "nowhere")).replace(b'isExecutable="true"', b"")
    with pytest.raises(Refused) as refused:
        prepare({"m.bpmn": draft})
    assert "executable process, but there is none" in refused.value.findings[0].reason
    assert any("'nowhere' is none" in finding.reason for finding in refused.value.findings[1:])
