"""Many instances of a step in one case: each lies in a row of its own, and a step costs what one instance costs."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from cpm import bpmn
from cpm.commands import cases, closing, customers, definitions, process, resolutions, tasks
from cpm.model import Case, Incident, IncidentState, Part, Remedy, Task, TaskState, Variable, Wait
from tests.commands.test_cost import statements
from tests.unit.bpmn.drawing import DECLARED, each, flow, message, model, node, path, start, user, xor
from tests.unit.bpmn.drawing import boundary as at_border
from tests.world import World

#: More than a small one takes: its part is read and written, people are looked for elsewhere, and its incidents.
MORE = 4


def loop(number: int, **more: str) -> str:
    return each(f"=for i in 1..{number} return i", output=("out", "=item * 10"), **more)


def opened(firm: World, *parts: str) -> Case:
    text = model(*parts, declared=DECLARED)
    with firm.engine.begin("sue") as uow:
        definitions.deploy(uow, {"test/p.bpmn": text})
    with firm.engine.begin("sue") as uow:
        customer = customers.of_address(uow, "many@example.org", name="Jonas Probe", language="de")
        about = {"process": "p", "subject": "Many", "channel": "email", "language": "de"}
        case = cases.open_case(uow, customer, **about, data={"order": "x", "go": False})
        process.start(uow, case)
    return case


def ready(firm: World, case: Case) -> list[int]:
    query = select(Task.id).where(Task.case_id == case.id, Task.state == TaskState.READY).order_by(Task.id)
    with firm.engine.read() as look:
        return list(look.session.scalars(query))


def do(firm: World, task_id: int, who: str = "sue") -> None:
    with firm.engine.begin(who) as uow:
        tasks.claim(uow, task_id)
    with firm.engine.begin(who) as uow:
        tasks.complete(uow, task_id, {})


def count(firm: World, noun: type, *where: object) -> int:
    with firm.engine.read() as look:
        return look.session.scalar(select(func.count()).select_from(noun).where(*where)) or 0


def test_all_done_is_one_list_and_nothing_is_left_over(firm: World):
    case = opened(firm, start(), user("m", loop(20)), user("u"), path("s", "m", "u"))
    assert count(firm, Part) == 20
    for task_id in reversed(ready(firm, case)):
        do(firm, task_id)
    assert firm.at(case) == ["u"]
    present = Variable.until.is_(None)
    with firm.engine.read() as look:
        out = look.session.scalars(select(Variable.value).where(Variable.name == "out", present)).one()
    assert out == [10 * (number + 1) for number in range(20)]
    assert count(firm, Part) == 0
    assert count(firm, Variable, present, Variable.part != 0) == 0
    assert count(firm, Variable, Variable.name == "out") <= 2  # not one version for each instance


def test_a_step_among_many_takes_as_many_statements_as_among_some(firm: World):
    taken = {}
    for number in (10, 40, 400):
        case = opened(firm, start(), user("m", loop(number)), user("u"), path("s", "m", "u"))
        task_id = ready(firm, case)[5]
        with firm.engine.begin("sue") as uow:
            tasks.claim(uow, task_id)
        firm.engine.library.refresh(now=True)
        with statements(firm.engine.database) as seen, firm.engine.begin("sue") as uow:
            tasks.complete(uow, task_id, {})
        taken[number] = len(seen)
    assert taken[40] == taken[400] <= taken[10] + MORE


def test_an_event_at_the_border_withdraws_all_that_lie_apart(firm: World):
    case = opened(
        firm, start(), user("m", loop(20)), at_border("b", "m", message()), user("c"), path("s", "m"), path("b", "c")
    )  # fmt: skip
    do(firm, ready(firm, case)[3])
    with firm.engine.begin("sue") as uow:
        locked = uow.case(case.id)
        process.resume(uow, locked, bpmn.Fired(uow.session.scalars(select(Wait.node)).one()))
    assert firm.at(case) == ["c"]
    assert count(firm, Part) == 0
    assert count(firm, Task, Task.state == TaskState.WITHDRAWN) == 19


def test_an_instance_that_stands_still_is_helped_on_alone(firm: World):
    inside = (
        start("s1") + user("x") + xor("g") + user("y") + path("s1", "x", "g") + flow("g", "y", "=go = true")
    )
    case = opened(firm, start(), node("subProcess", "m", inside, loop(20)), user("u"), path("s", "m", "u"))
    for task_id in ready(firm, case)[4:6]:
        do(firm, task_id)
    open_now = Incident.state == IncidentState.OPEN
    with firm.engine.read() as look:
        incident = look.session.scalars(select(Incident).where(open_now).order_by(Incident.id)).first()
    with firm.engine.begin("sue") as uow:
        resolutions.resolve(uow, incident.id, Remedy.CORRECT, note="seen", data={"go": True})
    assert count(firm, Incident, open_now) == 1
    assert sorted(firm.at(case)) == ["g", *["x"] * 18, "y"]


def test_a_case_that_is_ended_leaves_no_parts(firm: World):
    case = opened(firm, start(), user("m", loop(20)), user("u"), path("s", "m", "u"))
    with firm.engine.begin("sue") as uow:
        closing.end(uow, uow.case(case.id), outcome="settled", reason="enough")
    assert count(firm, Part) == 0
    assert firm.open_tasks(case) == []


def test_a_step_that_fails_leaves_all_as_it_was(firm: World):
    """A part and the state that counts it change together or not at all."""
    case = opened(firm, start(), user("m", loop(20)), user("u"), path("s", "m", "u"))
    task_id = ready(firm, case)[0]
    with firm.engine.begin("sue") as uow:
        tasks.claim(uow, task_id)
    before = firm.now(case).tokens
    with pytest.raises(ZeroDivisionError):
        _complete_and_fall(firm, task_id)
    assert count(firm, Part) == 20
    assert firm.now(case).tokens == before
    with firm.engine.begin("sue") as uow:
        tasks.complete(uow, task_id, {})
    assert count(firm, Part) == 19


def _complete_and_fall(firm: World, task_id: int) -> None:
    with firm.engine.begin("sue") as uow:
        tasks.complete(uow, task_id, {})
        uow.session.flush()
        raise ZeroDivisionError


def test_two_people_complete_two_instances_at_once(firm: World):
    case = opened(firm, start(), user("m", loop(20)), user("u"), path("s", "m", "u"))
    todo = ready(firm, case)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda one: do(firm, *one), zip(todo, ["sue", "max"] * 10, strict=True)))
    assert firm.at(case) == ["u"]
    assert count(firm, Part) == 0
