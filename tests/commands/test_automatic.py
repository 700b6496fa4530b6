"""What may be repeated without harm is tried once more by itself, before a person has to."""

from datetime import timedelta

import pytest

from cpm.commands import definitions, resolutions
from cpm.connectors import Done, Failed, Retry
from cpm.errors import Invalid
from cpm.model import Case, Incident, IncidentState, Job, JobKind, Remedy, Task, TaskState
from cpm.queries import journal
from tests.clock import FakeClock
from tests.commands.test_absences import PAID
from tests.commands.test_incidents import about_to_answer, resolve
from tests.commands.test_owning import receive
from tests.commands.test_robust_steering import changed
from tests.commands.test_spine import FACTS
from tests.world import World

DOWN = Failed("unreachable", "connection refused")


def mail_server_down(firm: World, *later: object) -> tuple[Case, Incident]:
    case = about_to_answer(firm)
    firm.post.outcomes = [DOWN, *later]
    firm.drain()
    return case, firm.incident(case)


def automatic_jobs(firm: World, case: Case) -> list[Job]:
    with firm.engine.read() as uow:
        return list(uow.session.query(Job).filter_by(case_id=case.id, kind=JobKind.AUTOMATIC))


def answers(firm: World) -> list[str]:
    return [call.message_id for call in firm.post.calls if call.operation == "smtp.send"]


def test_a_call_is_made_once_more_by_itself_and_settles_its_incident(firm: World, clock: FakeClock):
    case, incident = mail_server_down(firm)
    assert incident.auto_at == clock() + timedelta(minutes=30)
    assert firm.story(case)[-1] == "incident.auto_planned"
    clock.advance(timedelta(minutes=29))
    assert firm.drain() == 0
    clock.advance(timedelta(minutes=1))
    firm.drain()
    assert len(set(answers(firm))) == 1
    assert len(answers(firm)) == 2
    with firm.engine.read() as uow:
        settled = uow.get(Incident, incident.id)
        assert (settled.state, settled.resolved_by) == (IncidentState.RESOLVED, "automatic")
        assert settled.task.state == TaskState.WITHDRAWN
    assert {"incident.auto_tried", "incident.auto_resolved"} <= set(firm.story(case))
    assert firm.waits(case) == ["customer_replied", "customer_wrote"]


@pytest.mark.parametrize("again", [DOWN, Retry("still away", code="unreachable")])
def test_if_it_fails_again_the_same_incident_stays_with_its_person(
    firm: World, clock: FakeClock, again: object
):
    case, incident = mail_server_down(firm, again)
    clock.advance(timedelta(minutes=30))
    firm.drain()
    clock.advance(timedelta(days=3))
    firm.drain()
    assert len(answers(firm)) == 2
    assert firm.incident(case).id == incident.id
    assert firm.story(case).count("incident.raised") == 1
    # the customer is told meanwhile that it takes longer
    assert [what for what in firm.story(case) if what.startswith("incident.")][-1] == "incident.auto_failed"
    assert automatic_jobs(firm, case) == []


def test_after_a_person_s_own_retry_it_is_not_tried_by_itself_once_more(firm: World, clock: FakeClock):
    case, incident = mail_server_down(firm, DOWN, DOWN)
    clock.advance(timedelta(minutes=30))
    firm.drain()
    resolve(firm, incident, Remedy.RETRY)
    firm.drain()
    assert firm.incident(case).id != incident.id
    assert firm.incident(case).auto_at is None


def test_what_fails_in_another_way_goes_to_those_it_concerns(firm: World, clock: FakeClock):
    case, incident = mail_server_down(firm, Failed("address_refused", "550"))
    assert incident.team == "operations"
    clock.advance(timedelta(minutes=30))
    firm.drain()
    found = firm.incident(case)
    assert (found.code, found.team) == ("address_refused", "service")
    with firm.engine.read() as uow:
        assert uow.get(Incident, incident.id).state == IncidentState.WITHDRAWN


def test_an_erp_that_stays_away_is_asked_seven_times_under_one_key(firm: World, clock: FakeClock):
    """The demo ERP is always away for this amount: six attempts, one by itself, then it is a person's."""
    case = receive(firm)
    firm.do(case, "check_facts", "anna", {**FACTS, "cause": "late", "order_value": "500"})
    firm.do(case, "decide_remedy", "anna", {**PAID, "goodwill_amount": "77.70"})
    while not any(task.incident_id for task in firm.open_tasks(case)):
        if "approve" in firm.at(case):
            firm.do(case, "approve", "sue", {"approved": "yes"})
        clock.advance(timedelta(minutes=20))
        firm.drain()
    incident = firm.incident(case)
    assert (incident.connector, incident.code, incident.team) == ("erp", "timeout", "operations")
    assert incident.auto_at - incident.raised_at == timedelta(minutes=15)
    clock.advance(timedelta(minutes=15))
    firm.drain()
    assert (firm.incident(case).id, firm.story(case)[-1]) == (incident.id, "incident.auto_failed")
    with firm.engine.read() as uow:
        assert uow.get(Job, incident.job_id).attempts == 7


def test_who_settles_it_first_drops_the_try(firm: World, clock: FakeClock):
    case, incident = mail_server_down(firm)
    resolve(firm, incident, Remedy.RETRY)
    assert automatic_jobs(firm, case) == []
    firm.drain()
    clock.advance(timedelta(hours=1))
    firm.drain()
    assert len(answers(firm)) == 2
    assert "incident.auto_tried" not in firm.story(case)


def test_a_person_who_holds_the_exception_is_spared_nothing_by_the_try(firm: World, clock: FakeClock):
    """Somebody has begun to look; the try goes on, and what it settles is theirs no longer."""
    _, incident = mail_server_down(firm, Done())
    with firm.engine.begin("otto") as uow:
        uow.of_case(Task, incident.task_id).claim(by="otto")
    clock.advance(timedelta(minutes=30))
    firm.drain()
    with firm.engine.read() as uow:
        assert uow.get(Task, incident.task_id).state == TaskState.WITHDRAWN


def test_ending_the_case_drops_the_try(firm: World, clock: FakeClock):
    table = changed("exceptions", '["retry", "handover"]', '["retry", "handover", "end"]')
    with firm.engine.begin("dora") as uow:
        definitions.deploy(uow, {"exceptions.dmn": table})
    firm.engine.library.refresh(now=True)
    case, incident = mail_server_down(firm)
    with firm.engine.begin("sue") as uow:
        resolutions.resolve(uow, incident.id, Remedy.END, note="Erledigt.", outcome="settled")
    assert automatic_jobs(firm, case) == []


def test_the_journal_says_when_it_will_be_tried(firm: World):
    case, _ = mail_server_down(firm)
    with firm.engine.read() as uow:
        told = [journal.journal(uow, case.id, language).entries[-1].sentence for language in ("de", "en")]
    assert told[0].startswith("Wird am 2.3.2026 um ") or "von selbst noch einmal versucht" in told[0]
    assert "Will be tried again by itself" in told[1]


@pytest.mark.parametrize(
    "auto",
    ['"skip after PT1H"', '"retry after soon"', '"retry"', '"end"'],
    ids=["skip", "soon", "bare", "end"],
)
def test_a_table_may_let_nothing_happen_by_itself_but_a_retry(firm: World, auto: str):
    table = changed("exceptions", '"retry after P1D"', auto)
    with firm.engine.begin("dora") as uow, pytest.raises(Invalid) as error:
        definitions.deploy(uow, {"exceptions.dmn": table})
    assert any("exceptions, row 6" in said and "auto is" in said for _, said in error.value.problems)


def test_what_is_tried_by_itself_must_be_among_the_remedies(firm: World):
    """Or else nothing would ever be tried, and nobody would know why."""
    table = changed("exceptions", '["retry", "correct", "supply"]', '["correct", "supply"]')
    with pytest.raises(Invalid) as caught, firm.engine.begin("test") as uow:
        definitions.deploy(uow, {"exceptions.dmn": table})
    assert any("row 6, to have retry among its remedies" in said for _, said in caught.value.problems)
