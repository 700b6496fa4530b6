"""A step that its holder hands on to a team that can decide it."""

from unittest.mock import Mock

import pytest

from cpm.commands import escalating, tasks, teams
from cpm.errors import Conflict, Forbidden, Invalid
from cpm.model import Task
from cpm.queries import guided, journal
from tests.commands.test_parking import claim, refused
from tests.office import FACTS, GOODWILL
from tests.world import World, mail

NOTE = "Mehr, als ich zusagen darf"


@pytest.fixture
def claimed(firm: World) -> Task:
    case = firm.receive(mail())
    firm.drain()
    return claim(firm, "anna", firm.step(case, "check_facts").id)


def escalate(world: World, who: str, task: Task, team: str = "finance", note: str = NOTE) -> Task:
    with world.engine.begin(who) as uow:
        return escalating.escalate(uow, task.id, team=team, note=note)


def test_an_escalated_step_is_free_for_the_other_team_with_the_note_beside_it(firm: World, claimed: Task):
    due = claimed.due_at
    done = escalate(firm, "anna", claimed)
    assert (done.state, done.team, done.assignee, done.due_at) == ("ready", "finance", None, due)
    assert done.priority >= escalating.PRIORITY
    assert isinstance(refused(firm, "anna", tasks.claim, claimed), Forbidden)
    claim(firm, "fay", claimed.id)
    with firm.engine.read("fay") as look:
        page = guided.guided(look, claimed.id, "en")
        assert page.escalated == ("Anna", NOTE)
    with firm.engine.begin("fay") as uow:
        assert tasks.complete(uow, claimed.id, FACTS).state == "done"


def test_the_journal_tells_to_whom_and_why(firm: World, claimed: Task):
    escalate(firm, "anna", claimed)
    with firm.engine.read() as look:
        said = {
            language: journal.journal(look, claimed.case_id, language).entries[-1]
            for language in ("de", "en")
        }
    assert said["de"].sentence.endswith(f"weitergegeben: {NOTE}.")
    assert said["en"].sentence.startswith("Escalated the task")


def test_it_wants_a_team_that_there_is_and_a_note(firm: World, claimed: Task):
    for team, note, field in (("", NOTE, "team"), ("nobody", NOTE, "team"), ("finance", "  ", "note")):
        with pytest.raises(Invalid) as told:
            escalate(firm, "anna", claimed, team, note)
        assert told.value.faults("de")[0][0] == field


def test_what_lacks_is_told_at_once_and_the_team_is_looked_up_once(
    firm: World, claimed: Task, monkeypatch: pytest.MonkeyPatch
):
    looked = Mock(wraps=teams.to_take_over)
    monkeypatch.setattr(teams, "to_take_over", looked)
    with pytest.raises(Invalid) as told:
        escalate(firm, "anna", claimed, "", " ")
    assert [field for field, _ in told.value.faults("de")] == ["team", "note"]
    assert escalate(firm, "anna", claimed, note=f" {NOTE} ").team == "finance"
    assert looked.call_count == 2


def test_only_its_holder_escalates_a_step(firm: World, claimed: Task):
    with pytest.raises(Conflict):
        escalate(firm, "ben", claimed)


def test_an_approval_stays_with_the_team_that_approves(firm: World):
    """Else an agent could be asked to approve what only the management may."""
    case = firm.receive(mail())
    firm.drain()
    firm.do(case, "check_facts", "anna", {**FACTS, "cause": "late", "order_value": "500"})
    firm.do(case, "decide_remedy", "anna", GOODWILL)
    approval = firm.step(case, "approve")
    claim(firm, "sue", approval.id)
    with firm.engine.read("sue") as look:
        assert guided.guided(look, approval.id, "de").teams == {}
    with pytest.raises(Forbidden):
        escalate(firm, "sue", approval, "service")
