"""What is overdue in an ERP is followed up until it is paid: one case for each invoice, and nothing after the money is there."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from cpm.commands import (
    acting,
    addresses,
    closing,
    correlation,
    definitions,
    dunning,
    identifiers,
    incidents,
    replies,
    resolutions,
    tasks,
)
from cpm.commands.addresses import Postal
from cpm.commands.messages import Sent
from cpm.connectors import Call, Failed
from cpm.connectors.erp import Invoice
from cpm.connectors.erp.demo import faults
from cpm.errors import Forbidden
from cpm.following import Follower
from cpm.model import Case, CaseState, Customer, Document, Errand, Remedy
from cpm.queries import actions, journal, party
from cpm.queries.written import Written
from tests.clock import FakeClock
from tests.commands.test_bounces import ours, report
from tests.following import Site
from tests.world import World, shipped

#: What is tried on both elsewhere.
SQLITE = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)


@dataclass
class Debt(Site):
    """An invoice of a customer of ours, over there."""

    invoice_no: str = ""

    def owe(self, number: int = 1) -> str:
        case = self.case(number)
        with self.firm.engine.begin("anna") as uow:
            addresses.add(uow, case.customer_id, Postal("Am Sonnenhang 12", "50939", "Köln", "DE"))
        order = self.ordered(case)
        self.people.ship(order.number)
        return self.people.invoice(order.number)

    def morning(self, days: int = 1) -> None:
        """Six o'clock, so many days later; whatever is due by then is done."""
        engine = self.firm.engine
        local = engine.clock().astimezone(engine.settings.zone)
        at = datetime.combine(local.date() + timedelta(days=days), time(6, 0, 30), engine.settings.zone)
        self.clock.advance(at - local)
        Follower(engine).turn("demo", Errand.DUNNING)
        self.poll()
        self.firm.drain()

    def until_overdue(self, days: int) -> None:
        """As many days after the due date."""
        due = self.erp.invoice(self.invoice_no).due_on
        engine = self.firm.engine
        local = engine.clock().astimezone(engine.settings.zone)
        self.clock.advance(timedelta(days=(due - local.date()).days + days - 1))
        self.morning()

    def look(self) -> list[dunning.Overdue]:
        """What an operator would see."""
        with self.firm.engine.read() as look:
            return dunning.sorted_out(look, "demo", self.erp.open_items(due_before=look.local_now.date()))

    def cases(self) -> list[Case]:
        with self.firm.engine.read() as look:
            of_it = select(Case).where(Case.process == "dunning").order_by(Case.id)
            return list(look.session.scalars(of_it))

    @property
    def the_case(self) -> Case:
        (case,) = self.cases()
        return case

    def told(self) -> list[str]:  # type: ignore[override]
        """The events that the customer was told of, in this order."""
        return [str(call.inputs["event"]) for call in self.calls()]

    def calls(self) -> list[Call]:
        ours = {case.id for case in self.cases()}
        return [call for call in self.firm.post.calls if call.case_id in ours and "event" in call.inputs]

    def letters(self) -> list[str]:
        with self.firm.engine.read() as look:
            rows = look.session.scalars(select(Document).where(Document.case_id == self.the_case.id))
            return sorted(row.name for row in rows)


@pytest.fixture
def debt(firm: World, clock: FakeClock) -> Debt:
    found = Debt(firm, clock)
    found.poll()
    found.invoice_no = found.owe()
    found.morning()
    firm.post.calls.clear()
    return found


def test_a_reminder_on_the_fifth_day_and_thanks_when_it_is_paid(debt: Debt):
    debt.until_overdue(2)
    assert (debt.the_case.business_key, debt.told()) == (debt.invoice_no, [])

    debt.morning(3)
    assert debt.told() == ["dunning_1"]
    (call,) = debt.calls()
    assert call.inputs["to"] == "mara1@example.org"
    assert [file.media_type for file in call.files] == ["application/pdf"]
    assert len(debt.letters()) == 1

    debt.people.pay(debt.invoice_no)
    debt.poll()
    debt.firm.drain()
    assert (debt.the_case.state, debt.the_case.outcome) == (CaseState.CLOSED, "paid")
    debt.morning(12)
    assert debt.told() == ["dunning_1", "invoice_paid"]
    assert len(debt.cases()) == 1


def test_who_paid_before_the_hour_hears_nothing(debt: Debt):
    """Paid at ten to six; at six nothing leaves."""
    debt.until_overdue(4)
    debt.people.pay(debt.invoice_no)
    Follower(debt.firm.engine).turn("demo", Errand.FEED)
    debt.morning()

    assert debt.told() == []
    assert debt.the_case.outcome == "paid"


def test_after_a_part_the_next_letter_is_over_the_rest(debt: Debt):
    debt.until_overdue(5)
    total = debt.erp.invoice(debt.invoice_no).total
    debt.people.pay(debt.invoice_no, total - 100)
    debt.morning()
    assert debt.told() == ["dunning_1"]

    debt.morning(12)
    second = debt.calls()[-1]
    assert (second.inputs["event"], second.inputs["values"]["amount"]) == ("dunning_2", 100)
    assert debt.firm.at(debt.the_case) == ["print_and_post"]


def test_an_objection_is_credited_and_ends(debt: Debt):
    """Until the credit note is set off, the ERP goes on saying that the money is open."""
    debt.people.pay(debt.invoice_no, debt.erp.invoice(debt.invoice_no).total - 100)
    debt.until_overdue(5)
    case = debt.the_case
    with debt.firm.engine.begin("feed") as uow:
        correlation.correlate(uow, "dispute_raised", debt.invoice_no, "d-1", {})
    debt.firm.drain()
    said = {"dispute_reason": "not_received", "disputed_amount": "100", "decision": "accept"}
    debt.firm.do(case, "settle_dispute", "fay", {**said, "dispute_note": "Die Lieferung kam nie an."})
    debt.firm.drain()

    assert debt.the_case.outcome == "credited"
    assert debt.told() == ["dunning_1", "dispute_accepted"]
    debt.morning(8)
    assert len(debt.cases()) == 1


def test_a_letter_that_cannot_be_delivered_holds_the_clock(debt: Debt):
    debt.until_overdue(4)
    debt.firm.post.outcomes = [Failed("address_refused", "550 5.1.1 no such user")]
    debt.morning()
    assert debt.firm.incident(debt.the_case).code == "address_refused"

    debt.morning(20)
    assert debt.told() == ["dunning_1"]


def test_a_reminder_that_the_mail_server_sends_back_holds_the_clock(debt: Debt):
    """The report comes after the mail has left; nobody is dunned for what nobody told them."""
    debt.until_overdue(5)
    case = debt.the_case
    debt.firm.receive(report(ours(debt.firm, case), address="mara1@example.org"))
    debt.firm.drain()
    incident = debt.firm.incident(case)
    assert (incident.connector, incident.code, incident.team) == ("post", "undeliverable", "service")
    assert incident.remedies == ["correct", "supply", "skip", "end"]
    debt.morning(30)
    assert (debt.told(), debt.firm.at(case)) == (["dunning_1"], ["find_address"])

    with debt.firm.engine.begin("anna") as uow:
        resolutions.resolve(uow, incident.id, Remedy.CORRECT, data={"email": "mara.neu@example.org"})
    debt.firm.drain()
    assert debt.told() == ["dunning_1", "dunning_1"]
    assert debt.calls()[-1].inputs["to"] == "mara.neu@example.org"
    assert debt.firm.at(case) == []
    with debt.firm.engine.read() as look:
        assert identifiers.owner(look, "email", "mara.neu@example.org").id == case.customer_id


@SQLITE
def test_what_somebody_wrote_and_comes_back_is_no_reminder_that_came_back(debt: Debt):
    """The reminder has arrived: it does not go again, and its time goes on."""
    debt.until_overdue(5)
    case = debt.the_case
    said = Written(to="kanzlei@example.net", subject="Rechnung", text="Vertreten Sie den Kunden?")
    with debt.firm.engine.begin("fay") as uow:
        replies.send(uow, case.id, said)
    debt.clock.advance(replies.PAUSE + timedelta(seconds=1))
    debt.firm.drain()
    debt.firm.receive(report(ours(debt.firm, case), address="kanzlei@example.net"))
    debt.firm.drain()

    assert debt.firm.incident(case).code == "bounced_hard"
    debt.morning(12)
    assert [event for event in debt.told() if event.startswith("dunning")] == ["dunning_1", "dunning_2"]


@SQLITE
def test_a_letter_that_comes_back_by_post_is_said_on_the_case_and_holds_the_clock(debt: Debt):
    debt.until_overdue(5)
    case = debt.the_case
    with debt.firm.engine.read() as look:
        assert [each.name for each in actions.of_case(look, case, "de")] == ["Schreiben kam zurück"]
    with debt.firm.engine.begin("anna") as uow:
        acting.act(uow, case.id, "letter_returned")
    debt.firm.drain()
    debt.morning(30)
    assert debt.told() == ["dunning_1"]

    incident = debt.firm.incident(case)
    with debt.firm.engine.begin("anna") as uow:
        resolutions.resolve(uow, incident.id, Remedy.CORRECT, data={"street": "Neuer Weg 3"})
    debt.firm.drain()
    assert debt.told() == ["dunning_1", "dunning_1"]
    with debt.firm.engine.read() as look:
        at = party.main_address(look, look.get(Customer, case.customer_id))
    assert (at.street, at.postcode, at.city) == ("Neuer Weg 3", "50939", "Köln")


@SQLITE
def test_an_address_that_was_put_right_to_the_same_is_none(debt: Debt):
    debt.until_overdue(5)
    case = debt.the_case
    with debt.firm.engine.begin("anna") as uow:
        acting.act(uow, case.id, "letter_returned")
    debt.firm.drain()
    with debt.firm.engine.begin("anna") as uow:
        same = {"street": "Am Sonnenhang 12"}
        resolutions.resolve(uow, debt.firm.incident(case).id, Remedy.CORRECT, data=same)
    debt.firm.drain()
    assert debt.firm.incident(case).code == "undeliverable"

    with debt.firm.engine.begin("anna") as uow:
        resolutions.resolve(uow, debt.firm.incident(case).id, Remedy.SUPPLY, note="Am Telefon gesagt.")
    debt.firm.drain()
    assert debt.told() == ["dunning_1"]
    debt.morning(9)
    assert debt.told() == ["dunning_1"]
    debt.morning(4)
    assert debt.told() == ["dunning_1", "dunning_2"]


@SQLITE
def test_a_mail_that_came_back_may_go_by_post_instead(debt: Debt):
    """The address that mail came back from is not written to again."""
    debt.until_overdue(5)
    case = debt.the_case
    debt.firm.receive(report(ours(debt.firm, case), address="mara1@example.org"))
    debt.firm.drain()
    with debt.firm.engine.begin("anna") as uow:
        incident = debt.firm.incident(case).id
        resolutions.resolve(uow, incident, Remedy.SUPPLY, note="Per Brief.", data={"letter_again": True})
    debt.firm.drain()

    assert debt.firm.at(case) == ["print_and_post"]
    assert debt.told() == ["dunning_1"]


@SQLITE
def test_who_pays_while_an_address_is_looked_for_is_done(debt: Debt):
    debt.until_overdue(5)
    case = debt.the_case
    with debt.firm.engine.begin("anna") as uow:
        acting.act(uow, case.id, "letter_returned")
    debt.firm.drain()
    debt.people.pay(debt.invoice_no)
    debt.poll()
    debt.firm.drain()

    assert debt.the_case.outcome == "paid"
    assert debt.firm.open_tasks(case) == []


@SQLITE
def test_a_letter_that_came_back_is_declared_at_the_next_one(debt: Debt):
    """It waits for the same people, and the letter is not posted before."""
    debt.until_overdue(5)
    debt.morning(14)
    step = debt.firm.step(debt.the_case, "print_and_post")
    with debt.firm.engine.begin("anna") as uow:
        tasks.claim(uow, step.id)
        incident = incidents.declare(uow, step.id, kind="undeliverable", note="Unbekannt verzogen.")
        assert (incident.team, incident.remedies[1:]) == ("service", ["correct", "supply", "skip", "end"])


@SQLITE
def test_the_last_day_to_pay_is_no_holiday(debt: Debt):
    """Ten days end on Ascension Day; the day after is one on which people work (§ 193 BGB)."""
    due = debt.erp.invoice(debt.invoice_no).due_on
    debt.until_overdue((date(2026, 5, 4) - due).days)

    assert [call.inputs["values"]["date"] for call in debt.calls()] == [date(2026, 5, 15)]


@SQLITE
def test_the_story_of_a_dunning_is_told_in_words_of_people(debt: Debt):
    debt.until_overdue(5)
    machines = re.compile(r"\d{4}-\d\d-\d\d|next_on|open_amount|days_overdue|rate_missing|Heute: ")
    for language in ("de", "en"):
        with debt.firm.engine.read() as look:
            told = journal.journal(look, debt.the_case.id, language).entries
        said = [entry for entry in told if entry.particulars.get("decision") == "dunning"]
        assert said
        assert [machines.findall(f"{each.sentence} {each.details}") for each in said] == [[]]


def test_the_erp_is_asked_again_when_it_was_away_at_the_hour(debt: Debt):
    due = debt.erp.invoice(debt.invoice_no).due_on
    local = debt.firm.engine.clock().astimezone(debt.firm.engine.settings.zone)
    debt.clock.advance(timedelta(days=(due - local.date()).days + 1))
    faults.order(debt.firm.engine.settings.erp.demo, "away")
    debt.morning()
    assert debt.cases() == []
    assert debt.errand(Errand.DUNNING).failures == 1

    faults.mend(debt.firm.engine.settings.erp.demo)
    debt.clock.advance(timedelta(minutes=2))
    Follower(debt.firm.engine).turn("demo", Errand.DUNNING)
    debt.firm.drain()
    assert len(debt.cases()) == 1


def test_each_invoice_has_one_case_however_often_it_is_looked_for(debt: Debt):
    debt.until_overdue(2)
    for _ in range(2):
        found = debt.look()
        for overdue in found:
            with debt.firm.engine.begin("otto") as uow:
                dunning.begin_by_hand(uow, "demo", overdue)
        debt.firm.drain()
    debt.morning(2)

    assert len(debt.cases()) == 1


def test_what_nobody_here_knows_is_listed_for_the_operator(debt: Debt):
    today = debt.firm.engine.clock().date()
    strange = Invoice(
        "RE-77", "posted", Decimal(9), Decimal(9), due_on=today - timedelta(days=9), customer="P-1"
    )
    with debt.firm.engine.read() as look:
        (found,) = dunning.sorted_out(look, "demo", [strange])

    assert found.becomes == dunning.Becomes.UNKNOWN
    assert dunning.told([found]) == {"unknown": 1, "unknown_invoices": ["RE-77"]}


def test_what_was_decided_is_not_begun_again(debt: Debt):
    debt.until_overdue(2)
    with debt.firm.engine.begin("sue") as uow:
        case = uow.case(debt.the_case.id)
        closing.close(uow, case, outcome="written_off")

    (found,) = debt.look()
    assert (found.becomes, found.case and found.case.id) == (dunning.Becomes.DECIDED, case.id)


@SQLITE
def test_what_was_decided_is_not_begun_again_by_a_version_that_says_nothing_of_it(debt: Debt):
    """An installation may go on with the dunning that it has deployed."""
    files = dict(shipped())
    names = (name for name in files if name.endswith("dunning.bpmn"))
    (name,) = names
    of_it = rb'<zeebe:property name="cpm:againAfter"[^>]*/>'
    files[name], count = re.subn(of_it, b"", files[name])
    assert count == 1
    with debt.firm.engine.begin("dora") as uow:
        definitions.deploy(uow, files)
    debt.until_overdue(2)
    with debt.firm.engine.begin("sue") as uow:
        closing.close(uow, uow.case(debt.the_case.id), outcome="written_off")
    debt.morning()

    assert len(debt.cases()) == 1


@pytest.mark.parametrize(("outcome", "cases"), [("written_off", 1), ("handed_over", 1), ("paid", 2)])
def test_a_message_that_was_kept_begins_none_after_a_decision(debt: Debt, outcome: str, cases: int):
    """The order's process said it as well, while the case was open; a message lives for seven days."""
    debt.until_overdue(2)
    first = debt.the_case
    said = Sent(
        "invoice_overdue",
        debt.invoice_no,
        "again",
        {"invoice_no": debt.invoice_no},
        "order",
        first.customer_id,
    )
    with debt.firm.engine.begin("worker") as uow:
        assert not correlation.publish(uow, said)
    with debt.firm.engine.begin("sue") as uow:
        closing.close(uow, uow.case(first.id), outcome=outcome)
    debt.firm.drain()
    with debt.firm.engine.begin("worker") as uow:
        taken = correlation.publish(uow, replace(said, unique_id="a day later"))
    debt.firm.drain()

    assert (len(debt.cases()), taken) == (cases, False)


def test_only_operators_have_it_done_by_hand(debt: Debt):
    debt.until_overdue(1)
    (found,) = debt.look()
    with pytest.raises(Forbidden), debt.firm.engine.begin("anna") as uow:
        dunning.begin_by_hand(uow, "demo", found)
