"""What goes wrong ends with a person, who puts the case back on its way."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from cpm.channels import Attachment
from cpm.commands import incidents, jobs, resolutions, settling, tasks
from cpm.connectors import Done, Failed, Retry
from cpm.errors import Conflict, Forbidden, Invalid
from cpm.model import (
    Case,
    CaseState,
    Document,
    Incident,
    IncidentState,
    Job,
    JobState,
    Origin,
    Remedy,
    Task,
    TaskKind,
)
from tests.clock import FakeClock
from tests.commands.test_spine import ANSWER, FACTS, REMEDY
from tests.world import World, mail

REFUSED = Failed("address_refused", "550 5.1.1 no such user")


def about_to_answer(firm: World) -> Case:
    case = firm.receive(mail())
    firm.drain()
    firm.do(case, "check_facts", "anna", FACTS)
    firm.do(case, "decide_remedy", "anna", REMEDY)
    firm.do(case, "write_answer", "anna", ANSWER)
    return case


def refused(firm: World) -> tuple[Case, Incident]:
    case = about_to_answer(firm)
    firm.post.outcomes = [REFUSED]
    firm.drain()
    return case, firm.incident(case)


def resolve(firm: World, incident: Incident, remedy: Remedy, who: str = "sue", **more) -> None:
    with firm.engine.begin(who) as uow:
        resolutions.resolve(uow, incident.id, remedy, **more)


def test_a_refused_address_goes_to_the_team_that_the_rules_name(firm: World):
    _, incident = refused(firm)
    assert (incident.connector, incident.code, incident.team) == ("smtp", "address_refused", "service")
    assert incident.task.title_de == "Adresse nimmt keine Post an"
    assert incident.remedies == ["correct", "supply", "skip", "end"]
    assert incident.due_at.isoformat() == "2026-03-02T12:00:00+00:00"  # 4bh in service hours
    assert incident.origin == Origin.JOB
    assert incident.facts["inputs"]["to"] == "mara@example.org"


def test_a_corrected_address_is_tried_again_under_the_same_message_id(firm: World):
    case, incident = refused(firm)
    resolve(firm, incident, Remedy.CORRECT, data={"email": "mara@example.com"})
    firm.drain()
    first, second = firm.post.calls[-2:]
    assert (first.inputs["to"], second.inputs["to"]) == ("mara@example.org", "mara@example.com")
    assert first.message_id == second.message_id
    assert firm.now(case).state == CaseState.OPEN
    assert firm.at(case) == []


def test_a_result_supplied_by_hand_lets_the_process_go_on(firm: World):
    case, incident = refused(firm)
    resolve(firm, incident, Remedy.SUPPLY, note="Habe angerufen und alles gesagt.", data={"told_by": "phone"})
    assert firm.at(case) == []
    firm.drain()
    assert firm.story(case)[-1] != "incident.raised"
    assert len(firm.post.calls) == 2  # the receipt and the one refused try


def test_skipping_lets_the_process_go_on(firm: World):
    case, incident = refused(firm)
    resolve(firm, incident, Remedy.SKIP, note="Kunde weiß Bescheid.")
    assert firm.waits(case) == ["customer_replied", "customer_wrote"]
    with firm.engine.read() as uow:
        assert uow.get(Incident, incident.id).state == IncidentState.RESOLVED


def test_ending_closes_the_case_and_withdraws_the_rest(firm: World):
    case, incident = refused(firm)
    resolve(firm, incident, Remedy.END, note="Anliegen hat sich erledigt.", outcome="withdrawn")
    ended = firm.now(case)
    assert (ended.state, ended.outcome) == (CaseState.CLOSED, "withdrawn")
    assert firm.drain() == 0


def test_a_server_that_stays_down_becomes_an_incident_after_the_last_retry(firm: World, clock: FakeClock):
    case = about_to_answer(firm)
    firm.post.outcomes = [Retry("connection refused")] * 6
    for _ in range(6):
        firm.drain()
        clock.advance(timedelta(hours=1))
    incident = firm.incident(case)
    assert (incident.code, incident.team, incident.remedies) == (
        "unreachable",
        "operations",
        ["retry", "handover"],
    )
    tried = [call for call in firm.post.calls if call.operation == "smtp.send"]
    assert [call.attempt for call in tried] == [1, 2, 3, 4, 5, 6]
    assert len({call.message_id for call in tried}) == 1
    resolve(firm, incident, Remedy.RETRY, who="otto")
    firm.drain()
    assert firm.post.calls[-1].message_id == tried[0].message_id
    assert firm.at(case) == []


def test_retries_wait_longer_each_time(firm: World, clock: FakeClock):
    case = about_to_answer(firm)
    firm.post.outcomes = [Retry("down"), Retry("down")]
    firm.drain()
    with firm.engine.read() as uow:
        job = uow.session.scalars(select(Job).where(Job.case_id == case.id, Job.queue == "calls")).one()
    assert job.state == JobState.WAITING
    assert timedelta(seconds=5) <= job.run_at - clock() <= timedelta(seconds=10)
    clock.advance(timedelta(seconds=10))
    firm.drain()
    with firm.engine.read() as uow:
        job = uow.get(Job, job.id)
    assert timedelta(seconds=30) <= job.run_at - clock() <= timedelta(seconds=60)


def test_only_the_team_or_a_supervisor_settles_an_incident(firm: World):
    _, incident = refused(firm)
    with pytest.raises(Forbidden):
        resolve(firm, incident, Remedy.SKIP, who="fay", note="Ist mir egal.")


def test_a_remedy_that_is_not_offered_is_refused(firm: World):
    _, incident = refused(firm)
    with pytest.raises(Invalid, match="correct, supply, skip, end"):
        resolve(firm, incident, Remedy.RETRY)


def test_skipping_without_a_reason_is_refused(firm: World):
    _, incident = refused(firm)
    with pytest.raises(Invalid, match="note"):
        resolve(firm, incident, Remedy.SKIP, note=" ")


def test_settling_twice_is_a_conflict(firm: World):
    _, incident = refused(firm)
    resolve(firm, incident, Remedy.SKIP, note="Kunde weiß Bescheid.")
    with pytest.raises(Conflict, match="resolved by sue"):
        resolve(firm, incident, Remedy.SKIP, note="Kunde weiß Bescheid.")


def test_handing_over_gives_it_to_another_team(firm: World, clock: FakeClock):
    case = about_to_answer(firm)
    firm.post.outcomes = [Failed("auth_failed", "535 no")]
    firm.drain()
    incident = firm.incident(case)
    resolve(
        firm,
        incident,
        Remedy.HANDOVER,
        who="otto",
        team="supervisors",
        note="Passwort liegt bei der Leitung.",
    )
    moved = firm.incident(case)
    assert (moved.team, moved.task.team, moved.task.assignee) == ("supervisors", "supervisors", None)


def test_a_crashing_connector_is_an_incident_like_any_other(firm: World):
    case = about_to_answer(firm)
    firm.engine.connectors["smtp"] = _Crash()
    firm.drain()
    incident = firm.incident(case)
    assert (incident.code, incident.task.title_de) == (
        "crashed",
        "Bitte ansehen: Unser eigenes Programm ist an diesem Schritt gescheitert",
    )


class _Crash:
    name = "smtp"

    def __call__(self, call):
        raise RuntimeError("boom")


def declared(firm: World) -> tuple[Case, Task, Incident]:
    case = firm.receive(mail())
    task = firm.step(case, "check_facts")
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, task.id)
        photo = Attachment("foto.jpg", "image/jpeg", b"\xff\xd8")
        facts = {"place": "Keller"}
        incidents.declare(uow, task.id, kind="other", note="Zwei Kessel", facts=facts, attachments=[photo])
    return case, task, firm.incident(case)


def test_a_special_case_holds_the_step_until_it_is_settled(firm: World):
    case, task, incident = declared(firm)
    assert (incident.origin, incident.code, incident.team) == (Origin.DECLARED, "other", "supervisors")
    assert incident.facts == {"place": "Keller", "note": "Zwei Kessel"}
    with firm.engine.read() as uow:
        assert uow.session.scalars(select(Document)).one().incident_id == incident.id
    with pytest.raises(Conflict), firm.engine.begin("anna") as uow:
        tasks.complete(uow, task.id, FACTS)
    resolve(firm, incident, Remedy.SUPPLY, note="Zweiten Kessel getrennt aufnehmen.", data={"boilers": "2"})
    firm.do(case, "check_facts", "anna", FACTS)
    assert firm.at(case) == ["decide_remedy"]


def test_a_special_case_waits_for_its_ad_hoc_tasks(firm: World):
    case, _, incident = declared(firm)
    with firm.engine.begin("sue") as uow:
        asked = resolutions.ask(uow, incident.id, title="Kessel vor Ort ansehen", team="field_service")
    with pytest.raises(Conflict, match="still open for field_service"):
        resolve(firm, incident, Remedy.RETRY)
    with firm.engine.begin("tom") as uow:
        tasks.claim(uow, asked.id)
        tasks.complete(uow, asked.id, {"note": "Beide sind dicht."})
    resolve(firm, incident, Remedy.RETRY)
    assert firm.step(case, "check_facts").assignee == "anna"
    assert {"task.asked", "task.answered", "task.given_back"} <= set(firm.story(case))


def test_skipping_a_special_case_skips_the_step(firm: World):
    case, task, incident = declared(firm)
    resolve(firm, incident, Remedy.SKIP, note="Sachverhalt ist bekannt.")
    assert firm.at(case) == ["decide_remedy"]
    assert task.id not in [open_one.id for open_one in firm.open_tasks(case)]


def test_words_of_danger_raise_an_incident_and_hold_nothing_up(firm: World):
    case = firm.receive(mail(subject="Gasgeruch im Keller"))
    incident = firm.incident(case)
    assert (incident.connector, incident.code, incident.severity) == ("case", "safety_risk", "critical")
    assert (incident.team, incident.remedies) == ("field_service", ["handover", "supply"])
    assert firm.at(case) == ["check_facts", incident.element]
    resolve(firm, incident, Remedy.SUPPLY, who="tom", note="Anlage ist aus.", data={"system_off": "ja"})
    assert firm.at(case) == ["check_facts"]


def test_an_overdue_step_is_told_once_and_withdrawn_when_done(firm: World, clock: FakeClock):
    case = firm.receive(mail())
    clock.advance(timedelta(days=4))
    firm.drain()
    firm.drain()
    incident = firm.incident(case)
    assert (incident.code, incident.team) == ("overdue", "supervisors")
    firm.do(case, "check_facts", "anna", FACTS)
    with firm.engine.read() as uow:
        assert uow.get(Incident, incident.id).state == IncidentState.WITHDRAWN
    assert not [task for task in firm.open_tasks(case) if task.kind == TaskKind.INCIDENT]


def test_a_lost_lease_settles_nothing(firm: World, clock: FakeClock):
    """A worker that froze and comes back finds that another has done its call."""
    case = about_to_answer(firm)
    with firm.engine.begin("worker") as uow:
        frozen = jobs.lease(uow, "frozen")
    clock.advance(jobs.LEASE)
    firm.drain()
    with firm.engine.begin("worker") as uow:
        assert settling.settle(uow, frozen, Done()) is False
    assert firm.story(case).count("job.finished") == 2  # the receipt and the answer
    assert "job.came_late" not in firm.story(case)  # both asked under one key: nothing is different


def test_a_call_that_kills_its_workers_is_set_aside(firm: World, clock: FakeClock):
    """After the third, also where retries are left."""
    case = about_to_answer(firm)
    for _ in range(3):
        with firm.engine.begin("worker") as uow:
            assert jobs.lease(uow, "doomed") is not None
        clock.advance(jobs.LEASE)
        with firm.engine.begin("worker") as uow:
            jobs.promote(uow)
    firm.drain()
    incident = firm.incident(case)
    assert (incident.connector, incident.code, incident.team) == ("worker", "poisoned", "operations")
    resolve(firm, incident, Remedy.SKIP, who="otto", note="Mail ging von Hand raus.")
    assert firm.now(case).state == CaseState.OPEN


def test_a_corrected_address_must_be_one(firm: World):
    _, incident = refused(firm)
    with pytest.raises(Invalid, match="address"):
        resolve(firm, incident, Remedy.CORRECT, data={"email": "foo"})


def test_a_special_case_of_no_known_kind_is_refused(firm: World):
    case = firm.receive(mail())
    task = firm.step(case, "check_facts")
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, task.id)
    with pytest.raises(Invalid, match="safety_risk, legal_threat"), firm.engine.begin("anna") as uow:
        incidents.declare(uow, task.id, kind="weather", note="Es regnet.")
    with pytest.raises(Invalid) as nothing, firm.engine.begin("anna") as uow:
        incidents.declare(uow, task.id, kind="", note=" ")
    assert [name for name, _ in nothing.value.faults("de")] == ["kind", "note"]


@pytest.mark.parametrize("value", [1.5, object(), float("nan")], ids=["float", "object", "nan"])
def test_values_that_cannot_be_kept_are_refused(firm: World, value):
    _, incident = refused(firm)
    with pytest.raises(Invalid, match="email is none"):
        resolve(firm, incident, Remedy.CORRECT, data={"email": value})
