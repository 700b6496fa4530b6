"""The loop: a mail becomes a case, is worked, and ends."""

import unicodedata
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from cpm.channels import message_ids
from cpm.commands import interactions, tasks, users
from cpm.errors import Conflict, Forbidden, Invalid, WrongState
from cpm.model import (
    Arrival,
    ArrivalState,
    Case,
    CaseState,
    Customer,
    Interaction,
    Job,
    RawMessage,
    Task,
    Variable,
    Wait,
)
from tests.clock import FakeClock
from tests.world import World, mail

FACTS = {"cause": "other", "damage_text": "Riss im Kessel", "safety": False}
REMEDY = {"remedy": "explain", "reason": "Der Riss ist nur im Lack, das schadet nicht."}
ANSWER = {
    "answer_channel": "email",
    "subject": "Ihre Reklamation",
    "answer": "Guten Tag, der Riss ist nur im Lack.",
}


def answered(firm: World) -> Case:
    """A case whose answer has left and which waits for the customer."""
    case = firm.receive(mail())
    firm.drain()
    firm.do(case, "check_facts", "anna", FACTS)
    firm.do(case, "decide_remedy", "anna", REMEDY)
    firm.do(case, "write_answer", "anna", ANSWER)
    firm.drain()
    return case


def reply(
    firm: World, case: Case, text: str = "Danke, einverstanden.", message_id: str = "<2@example.org>"
) -> bytes:
    ours = message_ids.make(firm.engine.settings.secret, "firm.example", case.id, "any key")
    return mail(text=text, message_id=message_id, headers={"In-Reply-To": ours, "References": ours})


def test_a_mail_becomes_a_case_with_priority_team_and_due_time(firm: World):
    case = firm.receive(mail())
    assert (case.process, case.state, case.channel, case.language) == (
        "complaint",
        CaseState.OPEN,
        "email",
        "de",
    )
    assert (case.team, case.priority) == ("service", 60)
    assert case.due_at.isoformat() == "2026-03-05T17:00:00+00:00"  # 3bd, to close of service on Thursday
    task = firm.step(case, "check_facts")
    assert (task.title_de, task.title_en, task.team) == ("Sachverhalt prüfen", "Check the facts", "service")


def test_a_second_delivery_changes_nothing(firm: World):
    """The same bytes, and the same message over another route, are one message."""
    case = firm.receive(mail())
    before = firm.story(case)
    again = firm.receive(mail())
    relayed = firm.receive(b"Received: from elsewhere\r\n" + mail())
    assert again.id == relayed.id == case.id
    assert firm.story(case) == before
    with firm.engine.read() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Interaction)) == 1
        assert [arrival.state for arrival in uow.session.scalars(select(Arrival))] == [ArrivalState.FILED] * 2


def test_the_same_address_is_the_same_customer(firm: World):
    first = firm.receive(mail())
    second = firm.receive(mail(sender="MARA@example.org", subject="Noch etwas", message_id="<9@example.org>"))
    assert first.id != second.id
    assert first.customer_id == second.customer_id


def test_the_straight_way_leads_to_settled(firm: World):
    case = answered(firm)
    answer = firm.post.calls[-1]
    assert (answer.operation, answer.inputs["to"]) == ("smtp.send", "mara@example.org")
    assert message_ids.read(firm.engine.settings.secret, answer.message_id) == case.id
    firm.receive(reply(firm, case))
    firm.do(case, "read_reply", "anna", {"reply_kind": "accepted"})
    ended = firm.now(case)
    assert (ended.state, ended.outcome) == (CaseState.CLOSED, "settled")
    assert firm.open_tasks(case) == []
    with firm.engine.read() as uow:
        assert uow.session.scalars(select(Job).where(Job.case_id == case.id)).all() == []
        assert uow.session.scalars(select(Wait)).all() == []


def test_the_journal_counts_without_a_gap_and_ends_with_the_case(firm: World):
    case = answered(firm)
    firm.receive(reply(firm, case))
    firm.do(case, "read_reply", "anna", {"reply_kind": "accepted"})
    journal = firm.journal(case)
    assert [event.seq for event in journal] == list(range(1, len(journal) + 1))
    assert [event.what for event in journal][:6] == [
        "case.opened",
        *["case.steered"] * 4,
        "interaction.received",
    ]
    assert journal[-1].what == "case.closed"
    assert {event.actor for event in journal} == {"mailbox", "anna", "worker"}


def test_silence_is_reminded_after_three_days_and_closed_after_fourteen(firm: World, clock: FakeClock):
    case = answered(firm)
    sent = len(firm.post.calls)
    clock.advance(timedelta(days=2, hours=23))
    firm.drain()
    assert len(firm.post.calls) == sent
    clock.advance(timedelta(hours=1))
    firm.drain()
    assert firm.post.calls[-1].inputs["event"] == "answer_reminder"
    clock.advance(timedelta(days=10, hours=23))
    firm.drain()
    assert firm.now(case).state == CaseState.OPEN
    clock.advance(timedelta(hours=1))
    firm.drain()
    assert (firm.now(case).state, firm.now(case).outcome) == (CaseState.CLOSED, "refused")


def test_a_reply_before_the_wait_is_not_lost(firm: World):
    """The customer may answer faster than our mail server's answer is written down."""
    case = firm.receive(mail())
    firm.drain()
    firm.do(case, "check_facts", "anna", FACTS)
    firm.do(case, "decide_remedy", "anna", REMEDY)
    firm.do(case, "write_answer", "anna", ANSWER)
    firm.receive(reply(firm, case))
    assert firm.at(case) == []
    firm.drain()
    assert firm.at(case) == ["read_reply"]


def test_a_reply_to_a_closed_case_opens_it_again(firm: World, clock: FakeClock):
    case = answered(firm)
    firm.receive(reply(firm, case))
    firm.do(case, "read_reply", "anna", {"reply_kind": "accepted"})
    clock.advance(timedelta(days=29))
    firm.receive(reply(firm, case, "Doch nicht gut.", "<3@example.org>"))
    assert (firm.now(case).state, firm.at(case)) == (CaseState.OPEN, ["read_reply"])


def test_a_late_reply_opens_a_case_that_follows(firm: World, clock: FakeClock):
    case = answered(firm)
    firm.receive(reply(firm, case))
    firm.do(case, "read_reply", "anna", {"reply_kind": "accepted"})
    clock.advance(timedelta(days=31))
    later = firm.receive(reply(firm, case, "Wieder kaputt.", "<3@example.org>"))
    assert later.id != case.id
    assert later.earlier_id == case.id


def test_a_stranger_cannot_join_a_case_by_guessing_its_messages(firm: World):
    """Only our signed ids are proof; other ids count for the customer alone."""
    case = firm.receive(mail())
    theirs = mail(
        sender="x@example.com", message_id="<5@example.com>", headers={"References": "<1@example.org>"}
    )
    assert firm.receive(theirs).id != case.id
    own = mail(message_id="<6@example.org>", headers={"References": "<1@example.org>"})
    assert firm.receive(own).id == case.id


def test_automatic_mail_is_filed_and_moves_nothing(firm: World):
    case = answered(firm)
    ours = firm.post.calls[-1].message_id
    away = {"In-Reply-To": ours, "Auto-Submitted": "auto-replied"}
    firm.receive(mail(subject="Abwesend", message_id="<7@example.org>", headers=away))
    assert firm.at(case) == []
    assert "interaction.received" in firm.story(case)[-1]
    assert (
        firm.receive(mail(message_id="<8@example.org>", headers={"Auto-Submitted": "auto-generated"})) is None
    )


def test_unreadable_mail_is_quarantined_and_can_be_retried(firm: World):
    assert firm.receive(b"\x00\x01\x02 not a mail") is None
    with firm.engine.read() as uow:
        arrival = uow.session.scalars(select(Arrival)).one()
        assert arrival.state == ArrivalState.QUARANTINED
        assert arrival.reason
        assert uow.get(RawMessage, arrival.id).content == b"\x00\x01\x02 not a mail"
    with firm.engine.begin("sue") as uow:
        assert interactions.retry(uow, arrival.id).state == ArrivalState.QUARANTINED


def test_only_a_quarantined_message_is_retried(firm: World):
    firm.receive(mail())
    with firm.engine.read() as uow:
        filed = uow.session.scalars(select(Arrival)).one()
    with (
        pytest.raises(WrongState, match="to be quarantined, but it is filed"),
        firm.engine.begin("sue") as uow,
    ):
        interactions.retry(uow, filed.id)


def test_mail_that_was_only_stored_is_filed_by_the_worker(firm: World):
    """A crash between storing and filing loses nothing."""
    with firm.engine.begin("mailbox") as uow:
        interactions.store(uow, mail(), process="complaint")
    firm.drain()
    with firm.engine.read() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Case)) == 1


def test_goodwill_above_the_limit_needs_a_supervisor(firm: World):
    case = firm.receive(mail())
    firm.do(case, "check_facts", "anna", {**FACTS, "cause": "late", "order_value": "500"})
    paid = {"remedy": "price_cut", "goodwill_amount": "120", "reason": "Lange gewartet, das tut uns leid."}
    firm.do(case, "decide_remedy", "anna", paid)
    approval = firm.step(case, "approve")
    assert approval.team == "supervisors"
    with pytest.raises(Forbidden), firm.engine.begin("ben") as uow:
        tasks.claim(uow, approval.id)
    firm.do(case, "approve", "sue", {"approved": "no", "approval_reason": "Erst die Spedition fragen."})
    assert firm.at(case) == ["decide_remedy"]
    firm.do(case, "decide_remedy", "anna", paid)
    firm.do(case, "approve", "sue", {"approved": "yes", "approval_amount": "80"})
    firm.drain()
    with firm.engine.read() as uow:
        amount = select(Variable.value).where(Variable.name == "goodwill_amount", Variable.until.is_(None))
        assert uow.session.scalars(amount.where(Variable.scope == "")).one() == 80
    finished = [event.particulars for event in firm.journal(case) if event.what == "job.finished"]
    assert {"type": "erp.credit_note", "connector": "demo"}.items() <= finished[-1].items()


def test_nobody_approves_what_they_asked_for(firm: World):
    case = firm.receive(mail())
    firm.do(case, "check_facts", "sue", {**FACTS, "cause": "late"})
    firm.do(
        case,
        "decide_remedy",
        "sue",
        {"remedy": "price_cut", "goodwill_amount": "120", "reason": "Lange gewartet."},
    )
    with pytest.raises(Forbidden, match="did the step it checks"), firm.engine.begin("sue") as uow:
        tasks.claim(uow, firm.step(case, "approve").id)


def test_a_wrong_form_is_refused_by_field_and_changes_nothing(firm: World):
    case = firm.receive(mail())
    task = firm.step(case, "check_facts")
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, task.id)
    before = firm.story(case)
    with pytest.raises(Invalid) as refused, firm.engine.begin("anna") as uow:
        tasks.complete(uow, task.id, {"cause": "bad weather", "delivered_on": "2027-01-01"})
    assert {field for field, _ in refused.value.problems} >= {"cause", "delivered_on", "damage_text"}
    assert firm.story(case) == before


def test_two_who_claim_one_task_get_one_task(firm: World):
    case = firm.receive(mail())
    task = firm.step(case, "check_facts")
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, task.id)
        tasks.claim(uow, task.id)
    with pytest.raises(Conflict, match="anna holds it"), firm.engine.begin("ben") as uow:
        tasks.claim(uow, task.id)
    assert firm.story(case).count("task.claimed") == 1


def test_who_completes_second_is_told_what_happened(firm: World):
    case = firm.receive(mail())
    task = firm.do(case, "check_facts", "anna", FACTS)
    with pytest.raises(Conflict, match="anna did so at"), firm.engine.begin("ben") as uow:
        tasks.complete(uow, task.id, FACTS)


def test_history_of_a_variable_is_kept(firm: World):
    case = answered(firm)
    with firm.engine.read() as uow:
        subjects = (
            select(Variable).where(Variable.name == "subject", Variable.scope == "").order_by(Variable.since)
        )
        old, new = uow.session.scalars(subjects).all()
    assert (old.value, new.value) == ("Der Kessel ist kaputt", "Ihre Reklamation")
    assert old.until is not None
    assert new.until is None
    assert case.id == old.case_id


def test_a_new_sender_becomes_a_customer(firm: World):
    case = firm.receive(mail(sender='"Probe, Jonas" <jonas@example.org>'))
    with firm.engine.read() as uow:
        customer = uow.get(Customer, case.customer_id)
        assert customer.language == "de"
        assert "Probe" in customer.name


def test_releasing_gives_the_task_back(firm: World):
    case = firm.receive(mail())
    task = firm.step(case, "check_facts")
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, task.id)
    with pytest.raises(WrongState), firm.engine.begin("ben") as uow:
        tasks.release(uow, task.id)
    with firm.engine.begin("anna") as uow:
        tasks.release(uow, task.id)
    with firm.engine.begin("ben") as uow:
        assert tasks.claim(uow, task.id).assignee == "ben"


@pytest.mark.parametrize("verb", [tasks.release, lambda uow, task_id: tasks.complete(uow, task_id, FACTS)])
def test_who_has_left_cannot_work_on(firm: World, verb):
    case = firm.receive(mail())
    task = firm.step(case, "check_facts")
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, task.id)
    with firm.engine.begin("otto") as uow:
        users.change_user(uow, "anna", active=False)
    with pytest.raises(Forbidden, match="active user"), firm.engine.begin("anna") as uow:
        verb(uow, task.id)
    with pytest.raises(Forbidden, match="active user"), firm.engine.begin("nobody") as uow:
        tasks.claim(uow, task.id)
    with firm.engine.begin("sue") as uow:
        tasks.release(uow, task.id)  # a supervisor gives it back to the team
    firm.do(case, "check_facts", "ben", FACTS)


def test_the_same_message_id_with_another_text_is_another_message(firm: World):
    """Broken web forms use one Message-ID for everybody; nobody's words are lost over it."""
    first = firm.receive(mail())
    second = firm.receive(mail(sender="Jonas Probe <jonas@example.org>", text="Bei mir fehlt ein Teil."))
    third = firm.receive(mail(text="Und noch etwas: der Deckel fehlt auch."))
    assert len({first.id, second.id, third.id}) == 3
    assert firm.receive(mail()).id == first.id


def test_a_message_id_of_any_length_is_filed(firm: World):
    """An index holds no endless key; a hostile one must not stop the mail behind it."""
    assert firm.receive(mail(message_id=f"<{'😀' * 890}@example.org>")) is not None
    assert firm.receive(mail()) is not None


def test_a_machine_that_answers_our_receipts_is_stopped(firm: World):
    for number in range(10):
        assert firm.receive(mail(message_id=f"<{number}@example.org>", text=f"Ich bin nicht da {number}"))
    assert firm.receive(mail(message_id="<11@example.org>", text="Ich bin nicht da")) is None
    with firm.engine.read() as uow:
        held = uow.session.scalars(select(Arrival).where(Arrival.state == ArrivalState.QUARANTINED)).one()
    assert "10 cases within an hour" in held.reason


def test_a_message_nobody_waited_for_ends_with_a_person(firm: World, clock: FakeClock):
    case = firm.receive(mail())
    firm.receive(reply(firm, case, "Bitte beeilen Sie sich."))
    clock.advance(timedelta(days=7))
    firm.drain()
    codes = [event.particulars["code"] for event in firm.journal(case) if event.what == "incident.raised"]
    assert "not_correlated" in codes


def test_a_reply_reaches_its_own_case_whatever_another_calls_itself(firm: World):
    ours, theirs = answered(firm), firm.receive(mail(message_id="<9@example.org>"))
    with firm.engine.begin("test") as uow:
        uow.session.execute(update(Wait).where(Wait.case_id == ours.id).values(key=theirs.number))
    firm.receive(reply(firm, theirs, message_id="<10@example.org>"))
    assert firm.at(ours) == []


def test_rehearsing_shows_the_journal_and_leaves_nothing(firm: World):
    case = firm.receive(mail())
    task = firm.step(case, "check_facts")
    with firm.engine.rehearse("anna") as uow:
        tasks.claim(uow, task.id)
    assert [entry["what"] for entry in uow.journal] == ["task.claimed"]
    with firm.engine.read() as uow:
        assert uow.get(Task, task.id).assignee is None


def test_our_own_mail_that_comes_back_is_set_aside(firm: World):
    """A forwarding rule that runs in a circle must not open case after case."""
    ours = message_ids.make(firm.engine.settings.secret, "firm.example", 1, "key")
    assert firm.receive(mail(sender="service@firm.example", message_id=ours)) is None
    with firm.engine.read() as uow:
        arrival = uow.session.scalars(select(Arrival)).one()
    assert (arrival.state, arrival.reason) == (
        ArrivalState.QUARANTINED,
        "Our own mail came back to us: does a rule forward it in a circle?",
    )


def test_our_mail_answers_the_customers_own(firm: World):
    """So that it stands below what they wrote in their mail program."""
    answered(firm)
    assert [call.inputs["in_reply_to"] for call in firm.post.calls] == ["<1@example.org>"] * 2


def test_today_is_the_date_where_the_firm_is(firm: World, clock: FakeClock):
    """Half past eleven at night in UTC is tomorrow in Berlin."""
    clock.advance(timedelta(hours=15, minutes=30))
    case = firm.receive(mail())
    firm.do(case, "check_facts", "anna", {**FACTS, "delivered_on": "2026-03-03"})
    assert firm.at(case) == ["decide_remedy"]


def test_a_case_number_in_the_subject_counts_for_its_customer_only(firm: World):
    """Outlook drops the references when somebody edits the subject; a stranger may guess a number."""
    case = firm.receive(mail())
    answer = mail(subject=f"AW: Ihre Reklamation {case.number}", message_id="<2@example.org>", text="Danke.")
    assert firm.receive(answer).id == case.id
    guess = mail(subject=f"Re: {case.number}", sender="x@example.com", message_id="<3@example.com>")
    assert firm.receive(guess).id != case.id
    wrong = case.number[:-1] + str((int(case.number[-1]) + 1) % 10)
    assert firm.receive(mail(subject=wrong, message_id="<4@example.org>")).id != case.id


def test_a_supervisor_does_not_approve_what_is_the_managements(firm: World):
    case = firm.receive(mail())
    firm.do(case, "check_facts", "anna", {**FACTS, "cause": "late", "order_value": "5000"})
    paid = {"remedy": "price_cut", "goodwill_amount": "1.234,50", "reason": "Sehr lange gewartet."}
    firm.do(case, "decide_remedy", "anna", paid)
    assert firm.step(case, "approve").team == "management"
    with pytest.raises(Forbidden, match="team management to approve"):
        firm.do(case, "approve", "sue", {"approved": "yes"})
    firm.do(case, "approve", "max", {"approved": "yes"})


def test_decomposed_umlauts_are_words_of_danger_too(firm: World):
    case = firm.receive(mail(text=unicodedata.normalize("NFD", "Ich bekam zwei Stromschläge.")))
    assert firm.incident(case).code == "safety_risk"


def test_danger_in_a_later_message_is_heard_at_once(firm: World):
    """Before anybody has read it, and once for each kind."""
    case = firm.receive(mail())
    firm.receive(reply(firm, case, "Jetzt riecht es nach Gas!"))
    assert firm.incident(case).code == "safety_risk"
    firm.receive(reply(firm, case, "Es riecht immer noch nach Gas.", "<3@example.org>"))
    assert firm.incident(case).code == "safety_risk"
    assert "check_facts" in firm.at(case)
