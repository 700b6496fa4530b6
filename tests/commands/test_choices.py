"""An agent chooses the next step: the shipped example `docs/example/clarify`, and what else an ad-hoc subprocess may be."""

from pathlib import Path

import pytest

from cpm.cli import files
from cpm.commands import choices, definitions, interactions, next_task, tasks
from cpm.errors import Conflict, Forbidden, Invalid, WrongState
from cpm.model import Case, CaseState, Task, TaskKind, TaskState
from cpm.queries import inbox, journal
from cpm.queries import task as task_query
from cpm.queries.inbox import View
from tests.clock import FakeClock
from tests.commands.cli import ready
from tests.unit.bpmn.drawing import ad_hoc, each, model, node, path, start, user
from tests.world import World, mail

EXAMPLE = Path(__file__).parents[2] / "docs" / "example" / "clarify"


def opened(firm: World, *inside: str, **options: str) -> Case:
    """A case of the example, or of a process with this ad-hoc subprocess `h` and the task `z` behind it."""
    drawn = start(), ad_hoc("h", *inside, **options), user("z"), path("s", "h", "z")
    given = {"small/small.bpmn": model(*drawn, process_id="small")} if inside else files.read([EXAMPLE])
    with firm.engine.begin("dora") as uow:
        definitions.deploy(uow, given)
    with firm.engine.begin("mailbox") as uow:
        arrival = interactions.store(uow, mail(), process="small" if inside else "clarify")
    with firm.engine.begin("mailbox") as uow:
        filed = interactions.file(uow, arrival.id).interaction
        assert filed is not None
        assert filed.case is not None
        return filed.case


def desk(firm: World, case: Case) -> Task:
    (found,) = [task for task in firm.open_tasks(case) if task.kind == TaskKind.CHOICE]
    return found


def taken(firm: World, case: Case, who: str = "anna") -> Task:
    with firm.engine.begin(who) as uow:
        return tasks.claim(uow, desk(firm, case).id)


def choose(firm: World, task: Task, element: str, who: str = "anna", **more) -> Task:
    with firm.engine.begin(who) as uow:
        return choices.choose(uow, task.id, element, **more)


def end(firm: World, task: Task, who: str = "anna", **more) -> Task:
    with firm.engine.begin(who) as uow:
        return choices.end_choice(uow, task.id, **more)


def test_the_example_goes_as_the_agent_chooses(firm: World):
    case = opened(firm)
    here = desk(firm, case)
    assert (here.title_de, here.title_en, here.team, here.state) == (
        "Nächsten Schritt wählen",
        "Choose the next step",
        "service",
        TaskState.READY,
    )
    assert here.due_at is not None
    with firm.engine.begin("anna") as uow:
        assert next_task.take_next(uow).id == here.id
    choose(firm, here, "call_customer")
    call = firm.step(case, "call_customer")
    assert (call.assignee, call.state) == ("anna", TaskState.CLAIMED), "who chooses does it"
    firm.do(case, "call_customer", "anna", {"talk_note": "Der Riss ist im Lack."})
    choose(firm, here, "look_up")
    firm.drain()
    choose(firm, here, "draft_offer")
    firm.do(case, "draft_offer", "anna", {})
    firm.do(case, "check_offer", "ben", {})
    assert firm.at(case) == ["clarify_it"]
    done = end(firm, here)
    assert (done.state, firm.at(case)) == (TaskState.DONE, ["tell_customer"])
    firm.do(case, "tell_customer", "anna", {})
    assert firm.now(case).state == CaseState.CLOSED
    story = firm.story(case)
    assert story.count("step.chosen") == 3
    assert story.index("step.chosen") < story.index("task.completed")
    assert [event.actor for event in firm.journal(case) if event.what == "step.chosen"] == ["anna"] * 3
    with firm.engine.read("anna") as uow:
        told = [entry.sentence for entry in journal.journal(uow, case.id, "de").entries]
        english = [entry.sentence for entry in journal.journal(uow, case.id, "en").entries]
    assert "Nächster Schritt gewählt: „Kunden anrufen“ (in „Nächsten Schritt wählen“)." in told
    assert "„Nächsten Schritt wählen“ ist zu Ende: nichts weiter zu tun." in told
    assert "Next step chosen: “Look up the orders” (in “Choose the next step”)." in english


def test_it_stands_in_the_inbox_with_all_that_is_offered(firm: World, clock: FakeClock):
    case = opened(firm)
    with firm.engine.read("anna") as uow:
        assert [row.title for row in inbox.inbox(uow, View.TEAM, language="en").rows] == [
            "Choose the next step"
        ]
    here = taken(firm, case)
    choose(firm, here, "call_customer")
    firm.do(case, "call_customer", "anna", {"talk_note": "Ja."})
    choose(firm, here, "ask_department")
    with firm.engine.read("anna") as uow:
        found = task_query.view(uow, here.id, "en").choosing
    assert [(offer.element, offer.name, offer.automatic, offer.done) for offer in found.offers] == [
        ("call_customer", "Call the customer", False, 1),
        ("ask_department", "Ask the department", False, 0),
        ("look_up", "Look up the orders", True, 0),
        ("draft_offer", "Draft an offer", False, 0),
    ]
    assert found.offers[0].hint == "If something is missing that only the customer knows."
    assert found.offers[2].hint == "Fragt das andere System, ohne dass jemand wartet."
    assert found.offers[0].last == clock()
    assert [running.name for running in found.running] == ["Ask the department"]
    assert [line.id for line in found.open] == [firm.step(case, "ask_department").id]
    assert (found.seen, found.can_end) == (2, True)


def test_clicking_twice_chooses_once(firm: World):
    case = opened(firm)
    here = taken(firm, case)
    choose(firm, here, "call_customer", seen=0)
    choose(firm, here, "call_customer", seen=0)
    assert firm.at(case) == ["call_customer", "clarify_it"]
    with pytest.raises(Conflict):
        choose(firm, here, "ask_department", seen=0)
    choose(firm, here, "call_customer", seen=1)
    assert firm.at(case) == ["call_customer", "call_customer", "clarify_it"]
    with pytest.raises(Conflict):
        end(firm, here, seen=0, cancel_running=True)


def test_clicking_twice_on_what_was_the_last_chooses_once(firm: World):
    case = opened(firm, node("task", "a"), user("b"), until="=true")
    here = taken(firm, case)
    choose(firm, here, "a", seen=0)
    assert choose(firm, here, "a", seen=0).state == TaskState.DONE
    assert firm.at(case) == ["z"]
    assert firm.story(case).count("step.chosen") == 1
    with pytest.raises(Conflict):
        choose(firm, here, "b", seen=0)


def test_ending_asks_before_it_cancels_and_does_it_once(firm: World):
    case = opened(firm)
    here = taken(firm, case)
    choose(firm, here, "call_customer")
    with pytest.raises(Conflict) as refused:
        end(firm, here)
    assert "call_customer would be cancelled" in str(refused.value)
    end(firm, here, cancel_running=True)
    assert end(firm, here).state == TaskState.DONE
    assert firm.at(case) == ["tell_customer"]
    assert firm.story(case).count("choice.ended") == 1
    assert firm.story(case).count("task.withdrawn") == 1, "the call, not the desk"


def test_what_still_runs_may_be_waited_for(firm: World):
    case = opened(firm, user("a"), cancelRemainingInstances="false")
    here = taken(firm, case)
    choose(firm, here, "a")
    end(firm, here)
    assert firm.at(case) == ["a"]
    firm.do(case, "a", "anna", {})
    assert firm.at(case) == ["z"]


def test_a_condition_ends_it_and_nobody_lost_a_task(firm: World):
    case = opened(firm, user("a"), until="=true")
    here = taken(firm, case)
    choose(firm, here, "a")
    with pytest.raises(WrongState):
        end(firm, here, cancel_running=True)
    firm.do(case, "a", "anna", {})
    assert firm.at(case) == ["z"]
    assert "task.withdrawn" not in firm.story(case)
    with firm.engine.read() as uow:
        assert uow.get(Task, here.id).state == TaskState.DONE


def test_only_who_holds_it_chooses_what_is_offered(firm: World):
    case = opened(firm)
    here = desk(firm, case)
    with pytest.raises(WrongState):
        choose(firm, here, "call_customer")
    with pytest.raises(Forbidden):
        taken(firm, case, "tom")
    taken(firm, case)
    with pytest.raises(WrongState):
        choose(firm, here, "call_customer", "ben")
    for element in ("check_offer", "tell_customer", "nothing"):
        with pytest.raises(Invalid):
            choose(firm, here, element)
    with pytest.raises(WrongState, match="cpm choose"), firm.engine.begin("anna") as uow:
        tasks.complete(uow, here.id, {})
    choose(firm, here, "call_customer")
    for act in (choose, end):
        with pytest.raises(WrongState):
            act(firm, firm.step(case, "call_customer"), *(["x"] if act is choose else []))


def test_a_sequential_one_offers_nothing_while_something_runs(firm: World):
    case = opened(firm, user("a"), user("b"), ordering="Sequential")
    here = taken(firm, case)
    choose(firm, here, "a")
    with pytest.raises(Conflict):
        choose(firm, here, "b")
    firm.do(case, "a", "anna", {})
    choose(firm, here, "b")


def test_what_a_choice_brings_is_for_its_step_alone(firm: World):
    case = opened(firm, user("a"))
    here = taken(firm, case)
    choose(firm, here, "a", variables={"why": "because"})
    with firm.engine.read() as uow:
        assert task_query.view(uow, firm.step(case, "a").id).seen["why"] == "because"
        assert "why" not in task_query.view(uow, here.id).seen


def test_a_choice_hides_nothing_that_the_engine_knows_or_an_approval_stands_on(firm: World):
    """Otherwise whoever chooses the step that pays would say how much was approved."""
    approval = '<zeebe:properties><zeebe:property name="cpm:locked" value="amount"/></zeebe:properties>'
    case = opened(firm, user("a"), user("b", zeebe=approval))
    here = taken(firm, case)
    for name in ("amount", "case_no"):
        with pytest.raises(Invalid, match=name):
            choose(firm, here, "a", variables={name: "1", "why": "because"})
    assert len(firm.open_tasks(case)) == 1


def test_a_step_of_another_team_is_that_team_s(firm: World):
    group = '<zeebe:assignmentDefinition candidateGroups="finance"/>'
    case = opened(firm, user("a", zeebe=group))
    choose(firm, taken(firm, case), "a")
    step = firm.step(case, "a")
    assert (step.team, step.assignee, step.state) == ("finance", None, TaskState.READY)


def test_each_of_many_instances_is_chosen_in_by_itself(firm: World):
    """Those of a large multi-instance lie in rows of their own."""
    case = opened(firm, user("a"), each("=for i in 1..20 return i"))
    desks = [task for task in firm.open_tasks(case) if task.kind == TaskKind.CHOICE]
    assert len(desks) == 20
    for here in desks[3:5]:
        with firm.engine.begin("anna") as uow:
            tasks.claim(uow, here.id)
        choose(firm, here, "a")
        with firm.engine.read("anna") as uow:
            found = task_query.view(uow, here.id).choosing
        assert [(line.state, line.assignee) for line in found.open] == [("claimed", "anna")]
    assert firm.at(case).count("a") == 2
    end(firm, desks[3], cancel_running=True)
    assert firm.at(case).count("a") == 1


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_the_command_line_shows_what_is_offered_chooses_and_ends(database_url: str, tmp_path: Path):
    cpm = ready(database_url, tmp_path)
    cpm("deploy", EXAMPLE)
    cpm("receive", EXAMPLE.parent / "please-call.eml", "--process", "clarify")
    task = cpm.task("Choose the next step", who="anna")
    cpm("claim", task, "--as", "anna")
    assert "ask_department  Ask the department" in cpm("task", task)
    assert "Next step chosen: “Ask the department”" in cpm("choose", task, "ask_department", "--as", "anna")
    assert "Running" in cpm("task", task)
    cpm("choose", task, "--as", "anna", code=1)
    cpm("choose", task, "--end", "--as", "anna", code=1)
    assert "would be cancelled" in cpm.complaint
    cpm("choose", task, "--end", "--cancel-running", "--as", "anna")
    assert cpm.task("Tell the customer", who="anna")
