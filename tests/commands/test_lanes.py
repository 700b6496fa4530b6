"""A lane that is named after a team lets that team take its steps (BPMN 2.0.2, 10.8); other lanes only draw."""

from sqlalchemy import select

from cpm.commands import cases, customers, definitions, process
from cpm.model import Candidate, Case, Task
from tests.unit.bpmn.drawing import model, user
from tests.world import World


def opened(firm: World, *parts: str) -> Case:
    with firm.engine.begin("cpm test") as uow:
        definitions.deploy(uow, {"laned.bpmn": model(*parts, process_id="laned")})
        customer = customers.of_address(uow, "x@example.org", name="Jonas Probe", language="de")
        about = {"process": "laned", "subject": "x", "channel": "email", "language": "de"}
        case = cases.open_case(uow, customer, **about, data={})
        process.start(uow, case)
    return case


def may_take(firm: World, case: Case) -> dict[str | None, tuple[str, list[str]]]:
    """Element -> its team, and who may take it too."""
    with firm.engine.read() as uow:
        tasks = uow.session.scalars(select(Task).where(Task.case_id == case.id)).all()
        rows = uow.session.scalars(select(Candidate).order_by(Candidate.name)).all()
        return {
            task.element: (task.team, [row.name for row in rows if row.task_id == task.id]) for task in tasks
        }


def laned(*lanes: str) -> str:
    return f"<bpmn:laneSet>{''.join(lanes)}</bpmn:laneSet>"


def lane(name: str, holds: str, inside: str = "") -> str:
    refs = "".join(f"<bpmn:flowNodeRef>{each}</bpmn:flowNodeRef>" for each in holds)
    return f'<bpmn:lane id="Lane_{holds}" name="{name}">{refs}{inside}</bpmn:lane>'


def test_the_team_of_the_lane_may_take_the_step_unless_the_model_names_somebody(firm: World):
    named = user("c", zeebe='<zeebe:assignmentDefinition candidateGroups="supervisors"/>')
    lanes = laned(lane("finance", "ac"), lane("service", "b"), lane("Nobody", "d"))
    case = opened(firm, lanes, user("a"), user("b"), named, user("d"))
    assert may_take(firm, case) == {
        "a": ("service", ["finance"]),
        "b": ("service", []),
        "c": ("supervisors", []),
        "d": ("service", []),
    }


def test_within_a_lane_that_is_no_team_the_one_around_it_counts(firm: World):
    inner = f"<bpmn:childLaneSet>{lane('Second level', 'a')}</bpmn:childLaneSet>"
    case = opened(firm, laned(lane("finance", "ab", inner)), user("a"), user("b"))
    assert may_take(firm, case) == {"a": ("service", ["finance"]), "b": ("service", ["finance"])}
