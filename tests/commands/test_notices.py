"""What customers are told: on which way and when, or not at all; asked just before it leaves."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from cpm.commands import (
    addresses,
    cases,
    consents,
    customers,
    definitions,
    identifiers,
    interactions,
    notices,
    opting,
    process,
    resolutions,
    waiting_notices,
)
from cpm.connectors import Sent
from cpm.errors import Conflict
from cpm.model import Address, Case, Direction, Document, Interaction, Job, Remedy
from cpm.queries import opting_out
from tests.clock import FakeClock
from tests.world import World, mail

MARA = "mara@example.org"


def told(firm: World, what: str, case: Case) -> list[dict[str, Any]]:
    return [event.particulars for event in firm.journal(case) if event.what == what]


def notices_of(firm: World) -> list[str]:
    return [str(call.inputs["event"]) for call in firm.post.calls if call.operation == "notice.send"]


def waiting(firm: World, case: Case) -> Job:
    theirs = select(Job).where(Job.case_id == case.id, Job.type == "notice.send")
    with firm.engine.read() as look:
        return look.session.scalars(theirs).one()


def test_what_left_stands_in_the_history_as_a_notice(firm: World):
    case = firm.receive(mail())
    firm.drain()
    call = firm.post.calls[0]
    assert (call.inputs["to"], call.inputs["kind"]) == (MARA, "service")
    assert call.inputs["values"]["status_link"].startswith("http://localhost/s/")
    with firm.engine.read() as look:
        out = look.session.scalars(select(Interaction).where(Interaction.direction == Direction.OUT)).one()
        assert (out.notice, out.case_id) == ("complaint_received", case.id)


def test_who_opted_out_is_told_nothing_and_the_process_goes_on(firm: World):
    case = firm.receive(mail())
    with firm.engine.begin("webform") as uow:
        token = opting_out.link(uow, uow.get(Case, case.id).customer, "notices").rpartition("/")[2]
        opting.withdraw(uow, token, source="opt-out link")
    firm.drain()
    assert notices_of(firm) == []
    [skipped] = told(firm, "notice.skipped", case)
    assert skipped["reason"] == "Der Kunde hat Benachrichtigungen abbestellt."
    assert skipped["title"] == f"Ihre Reklamation {case.number}"
    assert firm.at(case) == ["check_facts"]


def test_nothing_is_sent_where_nothing_arrives(firm: World):
    """Another address of the customer's own is tried, and none that is somebody else's too."""
    case = firm.receive(mail())
    with firm.engine.begin("anna") as uow:
        identifiers.mark_unreachable(uow, "email", MARA, "550 no such user")
        identifiers.claim(uow, uow.get(Case, case.id).customer, "email", "mara@home.example")
    firm.drain()
    assert firm.post.calls[0].inputs["to"] == "mara@home.example"


def test_a_machine_is_never_answered(firm: World):
    case = firm.receive(mail(sender="noreply@shop.example"))
    firm.drain()
    assert notices_of(firm) == []
    assert told(firm, "notice.skipped", case)


def test_the_fourth_of_a_day_waits_until_the_morning(firm: World, clock: FakeClock):
    case = capped(firm)
    assert notices_of(firm) == []
    [postponed] = told(firm, "notice.postponed", case)
    local = postponed["until"].astimezone(firm.engine.settings.zone)
    assert (local.hour, local.date()) == (8, (clock().astimezone(local.tzinfo) + timedelta(days=1)).date())
    clock.advance(timedelta(days=1))
    firm.drain()
    assert notices_of(firm) == ["complaint_received"]
    assert waiting_jobs(firm, case) == 0


def waiting_jobs(firm: World, case: Case) -> int:
    with firm.engine.read() as look:
        return len(
            look.session.scalars(select(Job).where(Job.case_id == case.id, Job.type.is_not(None))).all()
        )


def capped(firm: World) -> Case:
    case = firm.receive(mail())
    with firm.engine.begin("cpm test") as uow:
        usual = {"direction": "out", "channel": "email", "sender": "x", "recipients": [MARA], "at": uow.now}
        for number in range(3):
            row = {
                **usual,
                "message_key": f"<{number}@x>",
                "subject": "",
                "text": "",
                "notice": "still_working",
            }
            uow.session.add(Interaction(case_id=case.id, **row))
    firm.drain()
    return case


def test_an_agent_says_it_now_or_not_at_all(firm: World):
    case = capped(firm)
    with firm.engine.begin("anna") as uow:
        waiting_notices.hurry(uow, waiting(firm, case).id)
    firm.drain()
    assert notices_of(firm) == ["complaint_received"]
    with pytest.raises(Exception, match="find job"), firm.engine.begin("anna") as uow:
        waiting_notices.hurry(uow, 999)


def test_what_an_agent_leaves_out_is_not_said(firm: World):
    case = capped(firm)
    job = waiting(firm, case).id
    with firm.engine.begin("anna") as uow:
        waiting_notices.leave_out(uow, job)
    firm.drain()
    assert notices_of(firm) == []
    assert told(firm, "notice.skipped", case)[0]["reason_en"] == "Anna decided not to say it."
    assert waiting_jobs(firm, case) == 0
    with pytest.raises(Exception, match="find job"), firm.engine.begin("anna") as uow:
        waiting_notices.leave_out(uow, job)


ADVERTISING = b"""<?xml version="1.0"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
  id="d" targetNamespace="t"><bpmn:process id="fair" isExecutable="true">
  <bpmn:startEvent id="begun"><bpmn:outgoing>a</bpmn:outgoing></bpmn:startEvent>
  <bpmn:serviceTask id="thank"><bpmn:extensionElements><zeebe:taskDefinition type="notice.send" /><zeebe:ioMapping>
    <zeebe:input source='="campaign_thanks"' target="event" /><zeebe:input source="=email" target="to" />
    </zeebe:ioMapping></bpmn:extensionElements><bpmn:incoming>a</bpmn:incoming><bpmn:outgoing>b</bpmn:outgoing></bpmn:serviceTask>
  <bpmn:endEvent id="ended"><bpmn:incoming>b</bpmn:incoming></bpmn:endEvent>
  <bpmn:sequenceFlow id="a" sourceRef="begun" targetRef="thank" /><bpmn:sequenceFlow id="b" sourceRef="thank" targetRef="ended" />
</bpmn:process></bpmn:definitions>"""


def fair(firm: World) -> Case:
    """A visitor of the fair, whom the process thanks."""
    with firm.engine.begin("cpm test") as uow:
        texts = b'[notices.campaign_thanks]\nsubject = "Danke"\ntext = "Wie besprochen."\n'
        definitions.deploy(uow, {"fair/fair.bpmn": ADVERTISING, "fair/texts/de.toml": texts})
    with firm.engine.begin("cpm test") as uow:
        customer = customers.of_address(uow, MARA, name="Mara Beispiel", language="de")
        given = {"email": MARA}
        opened = {"subject": "Messe", "channel": "visit", "language": "de", "data": given}
        case = cases.open_case(uow, customer, process="fair", **opened)
        process.start(uow, case)
        return case


def test_advertising_goes_to_nobody_who_did_not_agree(firm: World):
    case = fair(firm)
    firm.drain()
    assert notices_of(firm) == []
    assert "nicht in Werbung" in told(firm, "notice.skipped", case)[0]["reason"]


def test_with_consent_it_waits_for_its_hours_and_nobody_hurries_it(firm: World, clock: FakeClock):
    clock.advance(timedelta(days=5, hours=2))  # Saturday, 11 o'clock
    case = fair(firm)
    with firm.engine.begin("anna") as uow:
        consents.give(uow, uow.get(Case, case.id).customer, "email", "advertising", source="fair")
    firm.drain()
    [postponed] = told(firm, "notice.postponed", case)
    assert postponed["until"].isoformat() == "2026-03-09T08:00:00+00:00"
    with pytest.raises(Conflict), firm.engine.begin("anna") as uow:
        waiting_notices.hurry(uow, waiting(firm, case).id)
    clock.advance(timedelta(days=2))
    firm.drain()
    [call] = firm.post.calls
    assert call.inputs["kind"] == "advertising"
    assert "/o/" in call.inputs["values"]["opt_out_link"]


def test_who_opts_out_while_it_waits_gets_nothing_any_more(firm: World, clock: FakeClock):
    clock.advance(timedelta(days=5, hours=2))
    case = fair(firm)
    with firm.engine.begin("anna") as uow:
        customer = uow.get(Case, case.id).customer
        consents.give(uow, customer, "email", "advertising", source="fair")
        token = opting_out.link(uow, customer, "advertising").rpartition("/")[2]
    firm.drain()
    with firm.engine.begin("webform") as uow:
        opting.withdraw(uow, token, source="one-click unsubscribe")
    clock.advance(timedelta(days=2))
    firm.drain()
    assert notices_of(firm) == []
    assert told(firm, "notice.skipped", case)


def test_who_has_no_mail_gets_a_letter_that_somebody_prints(firm: World):
    case = firm.receive(mail())
    with firm.engine.begin("anna") as uow:
        identifiers.mark_unreachable(uow, "email", MARA, "550 no such user")
        where = {"kind": "main", "street": "Am Markt 1", "postcode": "50667", "city": "Köln", "country": "DE"}
        uow.session.add(Address(customer_id=case.customer_id, created_at=uow.now, **where))
    firm.drain()
    incident = firm.incident(case)
    assert (incident.connector, incident.code, incident.team) == ("notice", "by_letter", "service")
    assert "haben Ihre Nachricht erhalten" in incident.facts["text"]
    with firm.engine.read() as look:
        [page] = look.session.scalars(select(Document).where(Document.incident_id == incident.id))
        assert page.media_type == "text/plain"
    with firm.engine.begin("anna") as uow:
        resolutions.resolve(uow, incident.id, Remedy.SUPPLY, note="Heute zur Post")
    with firm.engine.read() as look:
        out = look.session.scalars(select(Interaction).where(Interaction.direction == Direction.OUT)).one()
        assert (out.channel, out.notice) == ("letter", "complaint_received")
    assert waiting_jobs(firm, case) == 0


def test_no_letter_goes_where_letters_came_back_from(firm: World):
    case = firm.receive(mail())
    with firm.engine.begin("anna") as uow:
        identifiers.mark_unreachable(uow, "email", MARA, "550 no such user")
        home = addresses.add(uow, case.customer_id, addresses.Postal("Am Markt 1", "50667", "Köln"))
        addresses.unreachable(uow, case.customer_id, home.id, "Unbekannt verzogen")
    firm.drain()
    assert told(firm, "notice.skipped", case)


def test_without_the_table_notices_leave_as_the_process_drew_them(
    firm: World, monkeypatch: pytest.MonkeyPatch
):
    """An installation that has not put the table in force yet."""
    monkeypatch.delitem(firm.engine.library._steering, "notices", raising=False)
    found = firm.engine.library.steering
    firm.receive(mail())

    def without(decision: str) -> Any:
        if decision == "notices":
            raise LookupError(decision)
        return found(decision)

    monkeypatch.setattr(firm.engine.library, "steering", without)
    firm.drain()
    assert notices_of(firm) == ["complaint_received"]


def test_undoing_an_opt_out_agrees_to_no_advertising(firm: World):
    """Who never agreed has agreed to nothing by pressing two buttons (§ 7 UWG)."""
    case = firm.receive(mail())
    with firm.engine.begin("webform") as uow:
        mara = uow.get(Case, case.id).customer
        token = opting_out.link(uow, mara, "advertising").rpartition("/")[2]
        assert opting.restore(uow, token) is None
        opting.withdraw(uow, token, source="opt-out link")
        opting.restore(uow, token)
        assert not consents.given(uow, mara, "email", "advertising")
        consents.give(uow, mara, "email", "advertising", source="Telefon")
        opting.withdraw(uow, token, source="opt-out link")
        opting.restore(uow, token)
        assert consents.given(uow, mara, "email", "advertising")


def test_the_cap_counts_the_address_that_it_goes_to(firm: World):
    """And in the language of the case: a process may leave both to the engine."""
    case = firm.receive(mail())
    with firm.engine.begin("worker") as uow:
        job = uow.get(Job, waiting(firm, case).id)
        given = {**job.payload["inputs"], "to": None}
        job.payload = {**job.payload, "inputs": {name: given[name] for name in given if name != "language"}}
        assert notices.inputs(uow, job)["language"] == "de"
        for number in range(10):
            key = f"<{number}@firm.example>"
            interactions.sent(uow, job.case, Sent("email", key, (MARA,), "x", "y", "auto-generated"))
    firm.drain()
    assert notices_of(firm) == []


def test_links_withdraw_confirm_and_undo_once(firm: World):
    case = firm.receive(mail())
    with firm.engine.begin("webform") as uow:
        customer = uow.get(Case, case.id).customer
        token = opting_out.confirming(uow, customer, "advertising").rpartition("/")[2]
        first, again = opting.confirm(uow, token), opting.confirm(uow, token)
        assert (first.id, first.source, first.text_version) == (again.id, "double opt-in", "confirm-1")
        assert consents.given(uow, customer, "email", "advertising")
        out = opting_out.link(uow, customer, "advertising").rpartition("/")[2]
        opting.withdraw(uow, out, source="opt-out link")
        opting.withdraw(uow, out, source="opt-out link")
        assert consents.refused(uow, customer, "email", "advertising")
        opting.restore(uow, out)
        assert consents.given(uow, customer, "email", "advertising")
        assert len(consents.history(uow, customer)) == 3
