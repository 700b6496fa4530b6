"""A step that is done is done again where its model lets one: what stands behind it goes, what was entered stays."""

from pathlib import Path

import pytest

from cpm.bpmn.reading.properties import FOUR_EYES
from cpm.commands import definitions, going_back, incidents, resolutions, tasks
from cpm.errors import Conflict, CpmError, Forbidden, Invalid, NotFound, WrongState
from cpm.model import Case, Remedy, Task
from cpm.policies import PolicyRefused
from cpm.queries import variables
from tests.commands.test_interventions import told
from tests.commands.test_policies import table
from tests.office import ANSWER, FACTS, REMEDY
from tests.world import World, mail


@pytest.fixture
def done(firm: World) -> Task:
    """The facts of a complaint are checked, and its remedy is to be decided."""
    case = firm.receive(mail())
    assert case is not None
    firm.drain()
    return firm.do(case, "check_facts", "anna", FACTS)


def again(firm: World, task: Task, who: str = "anna", why: str = "Der Liefertag war falsch.") -> Task:
    with firm.engine.begin(who) as uow:
        return going_back.again(uow, task.id, why=why)


def refused(kind: type[CpmError], firm: World, *args, **more) -> str:
    with pytest.raises(kind) as found:
        again(firm, *args, **more)
    return found.value.sentence("de")


def test_one_goes_back_to_a_step_that_is_done(firm: World, done: Task):
    assert firm.at(done.case) == ["decide_remedy"]
    task = again(firm, done)
    assert firm.at(done.case) == ["check_facts"]
    assert (task.assignee, task.state) == ("anna", "claimed")
    entry = told(firm, done.case, "task.again")
    assert entry.sentence == "Zurück zu „Sachverhalt prüfen“. Begründung: Der Liefertag war falsch."
    assert entry.before[0].startswith("Aufgabe „Lösung wählen“")
    with firm.engine.read() as look:
        assert variables.of_case(look, look.get(Case, done.case_id))["cause"] == FACTS["cause"]
    with firm.engine.begin("anna") as uow:
        tasks.complete(uow, task.id, FACTS)
    assert firm.at(done.case) == ["decide_remedy"]


def test_it_wants_a_reason_and_somebody_who_may(firm: World, done: Task):
    refused(Invalid, firm, done, why=" ")
    refused(Forbidden, firm, done, who="tom")
    refused(NotFound, firm, done, who="otto")
    assert firm.at(done.case) == ["decide_remedy"]


def test_a_policy_is_asked(firm: World, done: Task):
    with firm.engine.begin("test") as uow:
        definitions.deploy(uow, {"policies.dmn": table('"again"', "true", '"refuse"')})
    firm.engine.library.refresh(now=True)
    assert "Nein." in refused(PolicyRefused, firm, done)
    assert firm.at(done.case) == ["decide_remedy"]


def test_nobody_is_sent_back_who_works_behind_it(firm: World, done: Task):
    with firm.engine.begin("ben") as uow:
        tasks.claim(uow, firm.step(done.case, "decide_remedy").id)
    assert "Lösung wählen" in refused(Conflict, firm, done)
    again(firm, done, who="sue")
    assert firm.at(done.case) == ["check_facts"]


def test_what_waits_for_its_special_case_stays(firm: World, done: Task):
    task = firm.step(done.case, "decide_remedy")
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, task.id)
        incidents.declare(uow, task.id, kind="other", note="Passt nicht.")
    refused(Conflict, firm, done)


def test_once_another_system_has_done_something_there_is_no_way_back(firm: World, done: Task):
    firm.do(done.case, "decide_remedy", "anna", REMEDY)
    firm.do(done.case, "write_answer", "anna", ANSWER)
    assert "anderes System" in refused(Conflict, firm, done)
    firm.drain()
    assert "anderes System" in refused(Conflict, firm, done)


def test_a_special_case_that_is_settled_bars_no_way_back(firm: World, done: Task):
    """The task at which it was settled is about the step, but it is not the step done again."""
    task = again(firm, done)
    with firm.engine.begin("anna") as uow:
        incidents.declare(uow, task.id, kind="other", note="Passt nicht.")
    with firm.engine.begin("sue") as uow:
        resolutions.resolve(uow, firm.incident(done.case).id, Remedy.RETRY)
    with firm.engine.begin("anna") as uow:
        tasks.complete(uow, task.id, FACTS)
    again(firm, task)
    assert firm.at(done.case) == ["check_facts"]


def test_only_the_last_time_and_only_where_the_model_says_so(firm: World, done: Task):
    task = again(firm, done)
    with firm.engine.begin("anna") as uow:
        tasks.complete(uow, task.id, FACTS)
    refused(Conflict, firm, done)
    refused(WrongState, firm, firm.step(done.case, "decide_remedy"))


@pytest.mark.parametrize(
    ("file", "right", "wrong", "element", "german"),
    [
        (
            "complaint",
            '"cpm:again" value="true"',
            '"cpm:again" value="chek_facts"',
            "check_facts",
            "cpm:again nennt chek_facts; diesen Schritt gibt es im Prozess nicht.",
        ),
        (
            "approval",
            "decide_remedy, capture_lines, find_way, change_order",
            "decide_remedi",
            "approve",
            f"{FOUR_EYES} nennt decide_remedi; so heißt hier kein Schritt, den jemand tut, auch in keinem anderen Prozess.",
        ),
    ],
)
def test_a_step_that_is_not_there_is_told_when_the_process_is_uploaded(
    firm: World, file: str, *, right: str, wrong: str, element: str, german: str
):
    """An approval names steps of the processes that call it: those that are there are no mistake."""
    drawn = (Path(__file__).parents[2] / f"processes/{file}/{file}.bpmn").read_text()
    assert right in drawn
    with firm.engine.read() as look:
        [finding] = definitions.check(look, {f"{file}/{file}.bpmn": drawn.replace(right, wrong, 1).encode()})
    assert (finding.element, finding.because("de")) == (element, german)


def test_an_approval_may_name_steps_that_a_firm_calls_otherwise(firm: World):
    """An upgrade brings the approval as it ships, and keeps the processes that a firm changed."""
    drawn = (Path(__file__).parents[2] / "processes/approval/approval.bpmn").read_bytes()
    with firm.engine.read() as look:
        found = definitions.examine(
            look, {"approval/approval.bpmn": drawn.replace(b"find_way", b"find_ways")}
        )
    assert found.findings == ()
    assert [(warning.element, warning.because("en")) for warning in found.warnings] == [
        (
            "approve",
            f"Expected {FOUR_EYES} to name what people do in this process or another here, but there is no find_ways.",
        )
    ]
