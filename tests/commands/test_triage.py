"""What is not clear is looked at by a person, with suggestions and their reasons; what is clear goes on by itself."""

from datetime import timedelta

from sqlalchemy import select

from cpm.channels import Attachment
from cpm.commands import cancelling, documents, notes, process
from cpm.model import (
    Case,
    CaseLink,
    CaseState,
    Customer,
    Direction,
    Document,
    Event,
    Interaction,
    LinkKind,
)
from cpm.queries import variables
from tests.clock import FakeClock
from tests.commands.test_cost import statements
from tests.world import World, mail

STRANGER = "Xaver Fremd <x@example.com>"
VAGUE = "Hallo, ich bin es noch einmal."


def received(firm: World, **how) -> Case:
    case = firm.receive(mail(**how))
    assert case is not None
    firm.drain()
    return firm.now(case)


def vague(firm: World, **how) -> Case:
    return received(firm, **{"subject": "Guten Tag", "text": VAGUE, "message_id": "<7@example.org>", **how})


def known(firm: World, case: Case, name: str):
    with firm.engine.read() as look:
        return variables.load(look, case)[""].get(name)


def offered(firm: World, case: Case, name: str = "case_options") -> dict[str, str]:
    return {each["value"]: each["label"] for each in known(firm, case, name)}


def messages(firm: World, case: Case) -> list[str]:
    with firm.engine.read() as look:
        theirs = (Interaction.case_id == case.id) & (Interaction.direction == Direction.IN)
        return list(look.session.scalars(select(Interaction.text).where(theirs).order_by(Interaction.id)))


def choose(firm: World, case: Case, **data) -> Case:
    usual = {"customer_choice": known(firm, case, "customer_choice") or "new"}
    firm.do(case, "triage", "anna", {**usual, **data})
    firm.drain()
    return firm.now(case)


def begun(firm: World, case: Case) -> Case:
    with firm.engine.read() as look:
        link = look.session.scalars(select(CaseLink).where(CaseLink.case_id == case.id)).one()
        assert link.kind == LinkKind.SORTED
        return look.get(Case, link.other_id)


def test_a_clear_mail_goes_on_without_anybody(firm: World):
    assert received(firm).process == "complaint"
    again = received(firm, message_id="<2@example.org>", text="Auch der zweite Kessel ist kaputt.")
    assert again.process == "complaint"
    assert firm.story(again).count("case.suggested") == 1


def test_an_unclear_mail_waits_with_the_customers_open_cases(firm: World):
    complaint = received(firm)
    case = vague(firm)
    assert (case.process, firm.at(case)) == ("intake", ["triage"])
    assert list(offered(firm, case)) == [complaint.number, "new", "none"]
    assert "Offener Vorgang desselben Kunden" in offered(firm, case)[complaint.number]
    assert known(firm, case, "customer_choice") == str(case.customer_id)


def test_who_chose_the_process_begins_it_and_the_case_they_have_is_named(firm: World):
    """A form from an address that somebody typed proves nothing: the agent sees what it may belong to."""
    first = received(firm)
    with firm.engine.begin("cpm test") as uow:
        said = notes.Said("webform", "Kessel", "Noch etwas zum Kessel.", unique_id="page 1")
        second = notes.receive(uow, said, email="mara@example.org", process="complaint").case
    assert second.process == "complaint"
    assert second.id != first.id
    with firm.engine.read() as look:
        told = select(Event.particulars).where(Event.case_id == second.id, Event.what == "case.suggested")
        assert [each["other"] for each in look.session.scalars(told)] == [first.number]


def test_attached_it_is_a_reply_to_the_case(firm: World):
    complaint, case = received(firm), vague(firm)
    case = choose(firm, case, case_choice=complaint.number)
    assert (case.state, case.outcome) == (CaseState.CLOSED, "attached")
    assert VAGUE in messages(firm, complaint)
    assert messages(firm, case) == []
    assert "messages.came" in firm.story(complaint)
    assert known(firm, complaint, "reply_text") == VAGUE


def test_danger_in_what_is_attached_is_heard_at_once(firm: World):
    """The process hears it as if it had come there."""
    complaint = received(firm)
    stranger = received(
        firm,
        sender=STRANGER,
        subject=f"Zu {complaint.number}",
        text="Jetzt riecht es nach Rauch.",
        message_id="<3@x.example>",
    )
    assert stranger.process == "intake"
    choose(firm, stranger, case_choice=complaint.number)
    assert firm.incident(complaint).code == "safety_risk"


def test_a_strangers_number_is_a_suggestion_with_its_reason(firm: World):
    complaint = received(firm)
    case = received(firm, sender=STRANGER, subject=f"Kaputt: {complaint.number}", message_id="<3@x.example>")
    assert case.process == "intake"
    assert "Nummer genannt, Absender fremd" in offered(firm, case)[complaint.number]
    assert case.customer_id != complaint.customer_id
    assert known(firm, case, "concern") == "complaint"
    assert firm.post.calls[-1].inputs["to"] != "x@example.com"  # who asks about others' cases hears nothing


def test_an_order_number_of_an_open_case_is_a_suggestion(firm: World):
    complaint = received(firm)
    with firm.engine.begin("sue") as uow:
        process.change(uow, uow.case(complaint.id), {"order_no": "100235"})
    case = received(
        firm, sender=STRANGER, text="Der Kessel zu Auftrag 100235 ist kaputt.", message_id="<3@x.example>"
    )
    assert case.process == "intake"
    assert "Auftragsnummer" in offered(firm, case)[complaint.number]


def test_a_new_case_is_begun_with_the_message_as_its_opener(firm: World):
    case = choose(firm, vague(firm), case_choice="new", concern="complaint", urgency="urgent")
    assert (case.state, case.outcome) == (CaseState.CLOSED, "started")
    complaint = begun(firm, case)
    assert (complaint.process, complaint.customer_id, complaint.priority) == (
        "complaint",
        case.customer_id,
        80,
    )
    assert firm.at(complaint) == ["check_facts"]
    assert messages(firm, complaint) == [VAGUE]
    assert known(firm, complaint, "text") == VAGUE
    assert firm.post.calls[-1].case_number == complaint.number


def test_it_is_spam_or_filed_or_answered_at_once(firm: World):
    spam = vague(firm)
    firm.do(spam, "triage", "anna", {"spam": True})
    filed = choose(firm, vague(firm, message_id="<8@example.org>"), case_choice="none")
    answered = choose(
        firm,
        vague(firm, message_id="<9@example.org>"),
        case_choice="none",
        quick_answer="Montags bis freitags.",
    )
    assert [firm.now(each).outcome for each in (spam, filed, answered)] == ["spam", "filed", "answered"]
    assert [call.inputs["text"] for call in firm.post.calls] == ["Montags bis freitags."]


def test_what_comes_while_it_waits_goes_along(firm: World):
    complaint, case = received(firm), vague(firm)
    more = mail(
        message_id="<8@example.org>", text="Noch etwas dazu.", headers={"References": "<7@example.org>"}
    )
    assert firm.receive(more).id == case.id
    firm.drain()
    assert firm.at(case) == ["triage"]
    choose(firm, case, case_choice=complaint.number)
    assert messages(firm, complaint)[1:] == [VAGUE, "Noch etwas dazu."]


def test_files_go_along(firm: World):
    complaint, case = received(firm), vague(firm)
    with firm.engine.begin("anna") as uow:
        said = uow.session.scalars(select(Interaction).where(Interaction.case_id == case.id)).one()
        documents.attach(uow, uow.case(case.id), Attachment("a.txt", "text/plain", b"a"), interaction=said)
    choose(firm, case, case_choice=complaint.number)
    with firm.engine.read() as look:
        assert look.session.scalars(select(Document.case_id)).all() == [complaint.id]


def test_a_case_closed_too_long_ago_is_followed_by_a_new_one(firm: World, clock: FakeClock):
    complaint, case = received(firm), vague(firm)
    with firm.engine.begin("sue") as uow:
        cancelling.cancel(uow, complaint.id, outcome="withdrawn", why="Zurückgezogen.")
    clock.advance(timedelta(days=31))
    choose(firm, case, case_choice=complaint.number)
    assert begun(firm, case).earlier_id == complaint.id


def test_filing_a_clear_mail_costs_at_most_six_statements_more(firm: World):
    """Of a known customer with an open case, who names an order; 32 were enough before cases were suggested."""
    received(firm)
    with statements(firm.engine.database) as seen:
        firm.receive(mail(message_id="<2@example.org>", subject="Auftrag 100235 kaputt"))
    assert len(seen) <= 32 + 6, "\n".join(seen)


def test_who_may_be_somebody_known_is_compared_first(firm: World):
    """PROCESSES 5.9: weak evidence becomes a step, never a silent link."""
    known_one = received(firm)
    with firm.engine.read() as look:
        number = look.get(Customer, known_one.customer_id).number
    text = f"Meine Kundennummer ist {number}. Der Kessel ist kaputt."
    case = received(firm, sender="Mara Beispiel <mara@example.net>", text=text, message_id="<4@example.net>")
    assert (case.process, firm.at(case)) == ("intake", ["triage"])
    assert case.customer_id != known_one.customer_id
    offered_as = offered(firm, case, "customer_options")
    assert next(iter(offered_as)) == str(known_one.customer_id)
    chosen = {"customer_choice": str(known_one.customer_id), "case_choice": "new", "concern": "complaint"}
    firm.do(case, "triage", "anna", {**chosen, "urgency": "usual"})
    assert firm.at(case) == ["compare_customers"]
    firm.do(case, "compare_customers", "anna", {"same": "unsure"})
    firm.drain()
    assert begun(firm, case).customer_id == case.customer_id
