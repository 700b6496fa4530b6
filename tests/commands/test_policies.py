"""Policies are obeyed by every command: warned, approved, refused, overridden; and the journal tells it."""

import re
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from cpm.commands import definitions, incidents, interactions, resolutions, tasks, users
from cpm.connectors import Failed
from cpm.errors import Forbidden
from cpm.model import Case, Job, Remedy, Task, TaskKind
from cpm.policies import Assent, PolicyNeedsApproval, PolicyRefused, PolicyWarning
from cpm.settings import SHIPPED
from tests.world import World, mail, shipped

FACTS = {"cause": "other", "damage_text": "Der Monteur war unhöflich"}
LATE = {"cause": "late", "damage_text": "Kam drei Wochen zu spät", "order_value": "2000"}
GOODWILL = {"remedy": "price_cut", "goodwill_amount": "500", "reason": "Lange gewartet, das tut uns leid."}
ANSWER = {"answer_channel": "email", "subject": "Ihre Reklamation", "answer": "Guten Tag, das tut uns leid."}
NO_LIMIT = re.sub(
    rb'"(supervisor|management|refused)"', b'"none"', (SHIPPED / "rules" / "goodwill.dmn").read_bytes()
)
BANK = {**ANSWER, "answer": "Bitte überweisen Sie auf DE89 3704 0044 0532 0130 00."}
EXPLAIN = {"remedy": "explain", "reason": "So war es vereinbart, das erklären wir."}


def to_answer(firm: World, **more) -> Case:
    """A case whose answer is to be written."""
    case = firm.receive(mail())
    assert case is not None
    firm.drain()
    firm.do(case, "check_facts", "anna", {**FACTS, **more})
    firm.do(case, "decide_remedy", "anna", EXPLAIN)
    return case


def claimed(firm: World, case: Case, element: str, who: str = "anna") -> Task:
    task = firm.step(case, element)
    with firm.engine.begin(who) as uow:
        tasks.claim(uow, task.id)
    return task


def complete(firm: World, task: Task, data, who: str = "anna", **said) -> None:
    with firm.engine.begin(who, Assent(**said)) as uow:
        tasks.complete(uow, task.id, data)


def resolve(
    firm: World, incident, remedy: Remedy, who: str = "sue", *, said: Assent | None = None, **more
) -> None:
    with firm.engine.begin(who, said or Assent()) as uow:
        resolutions.resolve(uow, incident.id, remedy, **more)


def told(firm: World, case: Case, word: str) -> list[dict]:
    return [event.particulars for event in firm.journal(case) if event.what == word]


@contextmanager
def on_the_desk_of(firm: World, case: Case, who: str):
    """The ad-hoc task by which an approval was asked for, claimed by this person."""
    (task,) = [each for each in firm.open_tasks(case) if each.kind == TaskKind.AD_HOC]
    with firm.engine.begin(who) as uow:
        tasks.claim(uow, task.id)
    yield task


def test_a_warning_is_given_once_and_then_confirmed(firm: World):
    case = to_answer(firm)
    task = claimed(firm, case, "write_answer")
    with pytest.raises(PolicyWarning, match="bank details") as warned:
        complete(firm, task, BANK)
    assert [policy.key for policy in warned.value.policies] == ["bank_data"]
    assert "Bankverbindung" in warned.value.sentence("de")
    assert firm.at(case) == ["write_answer"]
    complete(firm, task, BANK, confirmed=frozenset({"bank_data"}))
    (entry,) = told(firm, case, "policy.warned")
    assert (entry["policy"], entry["decision"], entry["facts"]["action"]) == (
        "bank_data",
        "policies",
        "complete",
    )
    assert entry["version"] == 1
    assert [rule["number"] for rule in entry["rules"]] == [5, 15]


def test_confirming_another_policy_confirms_nothing(firm: World):
    task = claimed(firm, to_answer(firm), "write_answer")
    with pytest.raises(PolicyWarning):
        complete(firm, task, BANK, confirmed=frozenset({"promise_past"}))


def test_an_approval_is_asked_for_given_by_somebody_else_and_used_once(firm: World):
    case = to_answer(firm, legal_threat=True)
    task = claimed(firm, case, "write_answer")
    with pytest.raises(PolicyNeedsApproval, match="supervisors"):
        complete(firm, task, ANSWER)
    with pytest.raises(PolicyNeedsApproval, match="asked for and not yet given"):
        complete(firm, task, ANSWER, ask="Der Anwalt wartet auf Antwort.")
    with pytest.raises(PolicyNeedsApproval, match="not yet given"):
        complete(firm, task, ANSWER)
    with on_the_desk_of(firm, case, "sue") as desk:
        complete(firm, desk, {"approved": "yes", "note": "Passt so."}, "sue")
    with pytest.raises(PolicyNeedsApproval, match="has not been asked for"):
        complete(firm, task, {**ANSWER, "answer": "Etwas ganz anderes."})
    complete(firm, task, ANSWER)
    firm.drain()
    assert "customer_replied" in firm.waits(case)
    words = [word for word in firm.story(case) if word.startswith("policy.")]
    assert words == ["policy.asked", "policy.approved", "policy.approval_used"]
    assert told(firm, case, "policy.approval_used")[0]["by"] == "sue"


def test_a_refused_approval_says_so_to_whoever_asked(firm: World):
    case = to_answer(firm, legal_threat=True)
    task = claimed(firm, case, "write_answer")
    with pytest.raises(PolicyNeedsApproval):
        complete(firm, task, ANSWER, ask="Bitte lesen.")
    with on_the_desk_of(firm, case, "sue") as desk:
        complete(firm, desk, {"approved": "no", "note": "Kein Schuldeingeständnis!"}, "sue")
    with pytest.raises(PolicyNeedsApproval, match="was refused"):
        complete(firm, task, ANSWER)
    assert told(firm, case, "policy.rejected")[0]["reason"] == "Kein Schuldeingeständnis!"


def test_nobody_approves_what_they_asked_for_and_no_other_team_does(firm: World):
    case = to_answer(firm, legal_threat=True)
    task = claimed(firm, case, "write_answer")
    with pytest.raises(PolicyNeedsApproval):
        complete(firm, task, ANSWER, ask="Bitte lesen.")
    (desk,) = [each for each in firm.open_tasks(case) if each.kind == TaskKind.AD_HOC]
    for who in ("anna", "max"):
        with pytest.raises(Forbidden), firm.engine.begin(who) as uow:
            tasks.claim(uow, desk.id)


def test_asking_again_with_other_data_replaces_the_request(firm: World):
    case = to_answer(firm, legal_threat=True)
    task = claimed(firm, case, "write_answer")
    for text in ("Erster Entwurf.", "Zweiter Entwurf.", "Zweiter Entwurf."):
        with pytest.raises(PolicyNeedsApproval):
            complete(firm, task, {**ANSWER, "answer": text}, ask="Bitte lesen.")
    assert len([each for each in firm.open_tasks(case) if each.kind == TaskKind.AD_HOC]) == 1


def dangerous(firm: World):
    """A case with an open danger, and another incident that offers to end it."""
    case = firm.receive(mail(text="Es riecht nach Gas und es brennt gleich!"))
    assert case is not None
    firm.drain()
    task = claimed(firm, case, "check_facts")
    with firm.engine.begin("anna") as uow:
        made = incidents.declare(uow, task.id, kind="several_concerns", note="Drei Sachen auf einmal.")
    return case, made


def test_a_refusal_is_journalled_and_only_a_role_with_a_reason_goes_on(firm: World):
    case, incident = dangerous(firm)
    ending = {"note": "Erledigt.", "outcome": "settled"}
    with pytest.raises(PolicyRefused, match="danger") as refused:
        resolve(firm, incident, Remedy.END, **ending)
    assert refused.value.may_override
    assert firm.now(case).state == "open"
    (entry,) = told(firm, case, "policy.refused")
    assert entry["facts"]["open_special_cases"] == ["safety_risk"]
    resolve(firm, incident, Remedy.END, said=Assent(override="Feuerwehr war da, alles aus."), **ending)
    assert firm.now(case).state == "closed"
    assert told(firm, case, "policy.overridden")[0]["reason"] == "Feuerwehr war da, alles aus."


def test_a_reason_without_the_role_changes_nothing(firm: World):
    case, incident = dangerous(firm)
    with firm.engine.begin("sue") as uow:
        resolutions.resolve(uow, incident.id, Remedy.HANDOVER, note="Bitte ihr.", team="service")
    with pytest.raises(PolicyRefused) as refused:
        resolve(
            firm,
            incident,
            Remedy.END,
            "anna",
            said=Assent(override="Ich will aber."),
            note="x",
            outcome="settled",
        )
    assert not refused.value.may_override
    assert firm.now(case).state == "open"


def unapproved_credit(firm: World) -> Case:
    """A token comes to the credit note with 500 euros that nobody approved: a designer has let go of the limit."""
    files = {**dict(shipped()), "goodwill.dmn": NO_LIMIT}
    with firm.engine.begin("test") as uow:
        definitions.deploy(uow, files)
    case = firm.receive(mail())
    assert case is not None
    firm.drain()
    firm.do(case, "check_facts", "anna", LATE)
    firm.do(case, "decide_remedy", "anna", GOODWILL)
    firm.drain()
    return case


def test_no_money_leaves_without_approval_whatever_the_process_says(firm: World):
    case = unapproved_credit(firm)
    incident = firm.incident(case)
    assert (incident.element, incident.code, incident.team) == (
        "credit_note",
        "needs_approval",
        "supervisors",
    )
    with pytest.raises(PolicyNeedsApproval) as needed:
        resolve(firm, incident, Remedy.RETRY)
    assert needed.value.may_approve
    supplied = {"note": "Von Hand gebucht.", "data": {"credit_note_no": "GS 1"}}
    with pytest.raises(PolicyNeedsApproval):
        resolve(firm, incident, Remedy.SUPPLY, **supplied)
    resolve(firm, incident, Remedy.RETRY, said=Assent(override="Langjähriger Kunde."))
    firm.drain()
    assert firm.at(case) == ["write_answer"]
    assert told(firm, case, "policy.approved")[0]["reason"] == "Langjähriger Kunde."


def test_who_brought_the_token_there_does_not_approve_it(firm: World):
    case = unapproved_credit(firm)
    with firm.engine.begin("otto") as uow:
        users.change_user(uow, "anna", teams=("service", "supervisors"))
    with pytest.raises(PolicyNeedsApproval) as needed:
        resolve(firm, firm.incident(case), Remedy.RETRY, "anna", said=Assent(override="Ich war es."))
    assert not needed.value.may_approve


def test_a_step_may_be_skipped_without_the_money(firm: World):
    case = unapproved_credit(firm)
    resolve(firm, firm.incident(case), Remedy.SKIP, note="Der Kunde verzichtet.")
    assert firm.at(case) == ["write_answer"]


def test_mail_to_a_machine_is_stopped_before_it_leaves_and_corrected(firm: World):
    """However the token came to the step: here the receipt of an ordinary mail, from an address that the house avoids."""
    avoided = table('"send"', 'data.to = "no-reply@shop.example"', '"refuse"')
    with firm.engine.begin("test") as uow:
        definitions.deploy(uow, {"policies.dmn": avoided})
    firm.engine.library.refresh(now=True)
    case = firm.receive(mail(sender="Shop <no-reply@shop.example>"))
    assert case is not None
    firm.drain()
    assert firm.post.calls == []
    incident = firm.incident(case)
    assert (incident.connector, incident.code, incident.team) == ("policy", "policy_refused", "supervisors")
    firm.do(case, "check_facts", "anna", FACTS)  # further steps raise no second one
    assert firm.incident(case).id == incident.id
    with pytest.raises(PolicyRefused):
        resolve(firm, incident, Remedy.RETRY)
    resolve(firm, incident, Remedy.CORRECT, data={"email": "mara@example.org"})
    firm.drain()
    assert [call.inputs["to"] for call in firm.post.calls] == ["mara@example.org"]


def test_a_policy_of_today_stops_a_call_that_was_enqueued_yesterday(firm: World):
    """Between two attempts at a call hours pass; a policy that was put in force meanwhile is obeyed."""
    case = firm.receive(mail())
    assert case is not None
    with firm.engine.begin("test") as uow:
        definitions.deploy(
            uow, {"policies.dmn": table('"send"', "true", '"refuse"', override='"supervisor"')}
        )
    firm.engine.library.refresh(now=True)
    firm.drain()
    assert firm.post.calls == []
    incident = firm.incident(case)
    assert incident.code == "policy_refused"
    with pytest.raises(PolicyRefused):
        resolve(firm, incident, Remedy.RETRY)
    resolve(firm, incident, Remedy.RETRY, said=Assent(override="Dieses eine Mal."))
    firm.post.outcomes = [Failed("auth_failed", "535 no")]
    firm.drain()
    resolve(firm, firm.incident(case), Remedy.RETRY)  # the same call is still let pass
    firm.drain()
    assert len(firm.post.calls) == 2
    assert told(firm, case, "policy.overridden")[0]["reason"] == "Dieses eine Mal."


def test_a_table_that_fails_refuses_people_and_stops_machines(firm: World):
    """What cannot be asked allows nothing; a supervisor may go on with a reason, so that the house does not stand still."""
    case = firm.receive(mail())
    assert case is not None
    with firm.engine.begin("test") as uow:
        definitions.deploy(uow, {"policies.dmn": table('"claim", "send"', "true", "1 / data")})
    firm.engine.library.refresh(now=True)
    firm.drain()
    assert firm.post.calls == []
    assert firm.incident(case).team == "operations"
    task = firm.step(case, "check_facts")
    with pytest.raises(PolicyRefused, match=r"policies\.dmn") as refused, firm.engine.begin("anna") as uow:
        tasks.claim(uow, task.id)
    assert not refused.value.may_override
    with firm.engine.begin("sue", Assent(override="Der Kunde wartet.")) as uow:
        tasks.claim(uow, task.id)


def table(action: str, when: str, verdict: str, *, override: str = "null", approver: str = "null") -> bytes:
    """A small policies.dmn of an installation's own."""
    cells = "".join(f"<inputEntry><text>{cell}</text></inputEntry>" for cell in (action, when))
    open_cells = "<inputEntry><text/></inputEntry>" * 2
    names = ("verdict", "policy", "reason_de", "reason_en", "approver", "override")
    outputs = "".join(f'<output name="{name}"/>' for name in names)
    said = (verdict, '"own"', '"Nein."', '"No."', approver, override)
    allowed = ('"allow"', '"none"', '""', '""', "null", "null")
    rows = [(cells, said), (open_cells, allowed)]
    rules = "".join(
        f"<rule>{tests}{''.join(f'<outputEntry><text>{each}</text></outputEntry>' for each in answers)}</rule>"
        for tests, answers in rows
    )
    inputs = "".join(
        f"<input><inputExpression><text>{each}</text></inputExpression></input>"
        for each in ("action", "true")
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="p" namespace="n">'
        f'<decision id="policies" name="Own"><decisionTable hitPolicy="RULE ORDER">{inputs}{outputs}{rules}'
        "</decisionTable></decision></definitions>"
    ).encode()


TO_A_MACHINE = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
 targetNamespace="t"><process id="small" isExecutable="true"><startEvent id="begin"/>
<sequenceFlow id="one" sourceRef="begin" targetRef="book"/>
<serviceTask id="book"><extensionElements><zeebe:taskDefinition type="demo.book"/><zeebe:taskHeaders>
<zeebe:header key="demo" value="fail:no_seat"/></zeebe:taskHeaders></extensionElements></serviceTask>
<sequenceFlow id="two" sourceRef="book" targetRef="tell"/>
<serviceTask id="tell"><extensionElements><zeebe:taskDefinition type="smtp.send"/><zeebe:ioMapping>
<zeebe:input source='="no-reply@shop.example"' target="to"/><zeebe:input source='="Hallo"' target="subject"/>
<zeebe:input source='="Guten Tag"' target="text"/></zeebe:ioMapping></extensionElements></serviceTask>
<sequenceFlow id="three" sourceRef="tell" targetRef="over"/><endEvent id="over"/></process></definitions>"""


@pytest.mark.parametrize("remedy", [Remedy.SKIP, Remedy.SUPPLY])
def test_a_token_that_somebody_leads_past_a_step_meets_the_policy_at_the_next(firm: World, remedy: Remedy):
    """Skipped or supplied, the token arrives at the call in the same transaction; no job is made of it."""
    with firm.engine.begin("test") as uow:
        definitions.deploy(uow, {"small/small.bpmn": TO_A_MACHINE})
    with firm.engine.begin("mailbox") as uow:
        arrival = interactions.store(uow, mail(), process="small")
    with firm.engine.begin("mailbox") as uow:
        case = interactions.file(uow, arrival.id).interaction.case
    firm.drain()
    incident = firm.incident(case)
    assert incident.element == "book"
    resolve(
        firm, incident, remedy, note="Geht auch so.", data={"booked": "ja"} if remedy == Remedy.SUPPLY else {}
    )
    stopped = firm.incident(case)
    assert (stopped.connector, stopped.element) == ("policy", "tell")
    firm.drain()
    assert firm.post.calls == []
    with firm.engine.read() as look:
        assert (
            look.session.scalars(select(Job).where(Job.case_id == case.id, Job.element == "tell")).all() == []
        )
