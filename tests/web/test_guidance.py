"""What the tables advise beside a step: a tip for the talk, and what suggests itself."""

from datetime import timedelta
from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from cpm.commands import customers, definitions, notes
from cpm.commands.customers import Facts
from cpm.commands.notes import NewCustomer, Said
from cpm.model import Case, Customer, CustomerKind
from cpm.queries import guidance, variables
from cpm.queries.guidance import Guidance
from tests.clock import FakeClock
from tests.commands.test_access import deploy_confidential
from tests.commands.test_cost import statements
from tests.web.conftest import Browser
from tests.world import World, mail, shipped

ENGLISH = {"Accept-Language": "en"}
#: Its tip, actions, reasons, the talk at hand and the tabs have a statement each; one tells what most cases have none of.
MOST = 12


def page(firm: World, client: FlaskClient, case: Case, language: str = "en") -> str:
    task = firm.step(case, "check_facts")
    return client.get(f"/cases/{case.number}/tasks/{task.id}", headers={"Accept-Language": language}).text


def advised(firm: World, case: Case, who: str = "anna", **known: object) -> Guidance:
    with firm.engine.read(who) as look:
        task = look.get(type(firm.step(case, "check_facts")), firm.step(case, "check_facts").id)
        seen = {**variables.seen_at(look, task.case, task.node), **known}
        return guidance.guidance(look, task, seen, "de")


def received(firm: World, number: int = 1, text: str = "Der Kessel ist kaputt.") -> Case:
    case = firm.receive(mail(message_id=f"<{number}@example.org>", text=f"{text} ({number})"))
    assert case is not None
    return case


def called(firm: World, phone: str) -> Case:
    facts = Facts(kind=CustomerKind.PERSON, first_name="Mara", last_name="Beispiel", language="de")
    with firm.engine.begin("anna") as uow:
        said = Said(channel="phone", subject="Kessel", text=f"Kaputt, rufen Sie an: {phone}")
        return notes.open_by_hand(uow, said, process="complaint", customer=NewCustomer(facts, phone=phone))


def test_a_tip_stands_beside_the_step_in_the_readers_language(firm: World, browser: Browser):
    case = received(firm)
    assert "First impression: ask for the need" in page(firm, browser("anna"), case)
    german = page(firm, browser("anna"), case, "de")
    assert "Erster Eindruck: Bedarf erfragen" in german
    assert 'class="panel tip value-b"' in german
    assert "Wert B" in german  # not by its colour alone


def test_danger_that_was_reported_comes_before_all_else(firm: World):
    """Who smells gas was met with a friendly word, as anybody else."""
    tip = advised(firm, received(firm, 1, text="Im Keller ist deutlicher Gasgeruch.")).tip
    assert tip is not None
    assert (tip.tone, tip.row) == ("caution", 1)


def test_the_third_complaint_within_ninety_days_calls_for_caution(firm: World, clock: FakeClock):
    received(firm, 1)
    received(firm, 2)
    third = received(firm, 3)
    tip = advised(firm, third).tip
    assert tip is not None
    assert (tip.tone, tip.row, tip.by.facts["complaints_90d"]) == ("caution", 3, 3)
    clock.advance(timedelta(days=91))
    assert advised(firm, received(firm, 4)).tip != tip


def test_with_nothing_to_suggest_the_card_says_so(firm: World, browser: Browser):
    assert "Nothing else to do." in page(firm, browser("anna"), received(firm))


def test_what_suggests_itself_has_its_reason_and_leads_there(firm: World, browser: Browser):
    called(firm, phone="+49 211 555 0100")
    case = called(firm, phone="+49 211 555 0101")
    found = page(firm, browser("anna"), case)
    assert "Nothing else to do." not in found
    assert "No written confirmation without e-mail." in found
    assert "before wrapping up" in found
    assert f'href="/customers/{case.customer_id}">Ask for the e-mail address</a>' in found
    assert 'href="/search?q=Mara+Beispiel">Compare customers</a>' in found
    assert "Possible second record." in found


def test_what_is_due_before_the_end_comes_first_and_three_are_shown(firm: World):
    called(firm, phone="+49 211 555 0100")
    case = called(firm, phone="+49 211 555 0101")
    found = advised(firm, case, mood="upset", outcome="not_in_stock", bounced_address=True)
    assert [(one.kind, one.row) for one in found.actions] == [
        ("queued", 3),
        ("suggested", 2),
        ("suggested", 9),
        ("suggested", 10),
    ]
    assert len(found.card) == 3


def test_nobody_is_on_the_phone_half_an_hour_later(firm: World, clock: FakeClock):
    case = called(firm, phone="+49 211 555 0101")
    assert [one.action for one in advised(firm, case).actions] == ["ask_email"]
    clock.advance(timedelta(minutes=30))
    assert [one.action for one in advised(firm, case).actions] == ["none"]


def test_money_days_and_dates_are_written_as_the_house_does(firm: World):
    case = received(firm)
    found = advised(firm, case, quote_age_days=8, service_due_days=30)
    assert [one.reason for one in found.actions] == [
        "Angebot seit 8 Tagen offen.",
        "Wartung fällig am 01.04.2026.",
    ]


@pytest.mark.parametrize("days", ["bald", [30], 10**12, Decimal("1E+30")])
def test_a_variable_that_is_no_number_of_days_breaks_no_page(firm: World, days: object):
    assert advised(firm, received(firm), service_due_days=days).tip


def test_an_action_whose_reason_lacks_a_value_is_not_shown(firm: World):
    table = dict(shipped())["next_action.dmn"].replace(
        b"Letzte Mail kam zur\xc3\xbcck.", b"{{amount}} offen."
    )
    table = table.replace(b"<text>true</text>", b"<text></text>", 2)  # nobody need be on the phone
    with firm.engine.begin("test") as uow:
        definitions.deploy(uow, {"next_action.dmn": table})
    firm.engine.library.refresh(now=True)
    assert [one.action for one in advised(firm, received(firm)).actions] == ["none"]


def test_a_process_that_is_not_there_cannot_be_begun(firm: World):
    table = dict(shipped())["next_action.dmn"].replace(b'"start:complaint"', b'"start:no_such_process"')
    deploy(firm, table.replace(b'<text>"order"</text>', b"<text></text>"))
    found = {
        one.action: (one.deed, one.process) for one in advised(firm, received(firm), mood="upset").actions
    }
    assert found["take_complaint"] == ("start", None)


def deploy(firm: World, table: bytes) -> None:
    with firm.engine.begin("test") as uow:
        definitions.deploy(uow, {"next_action.dmn": table})
    firm.engine.library.refresh(now=True)


def test_cases_that_one_may_not_see_do_not_count(firm: World):
    """A number would tell that there is one."""
    received(firm, 1)
    received(firm, 2)
    case = received(firm, 3)
    deploy_confidential(firm)
    seen = [advised(firm, case, who).tip for who in ("anna", "otto")]
    assert [tip and tip.by.facts.get("complaints_90d") for tip in seen] == [3, 0]


def test_a_mail_that_came_back_is_known(firm: World):
    case = received(firm)
    firm.drain()
    ours = firm.post.calls[0].message_id
    daemon = "Mail Delivery <mailer-daemon@example.org>"
    back = mail(sender=daemon, message_id="<b@example.org>", headers={"In-Reply-To": ours})
    assert (found := firm.receive(back)) is not None
    assert found.id == case.id
    assert [one.action for one in advised(firm, case).actions] == ["mend_address"]


def test_without_the_tables_the_page_goes_without_advice(firm: World, browser: Browser, monkeypatch):
    case = received(firm)
    monkeypatch.setattr(firm.engine.library, "_steering", {})
    found = page(firm, browser("anna"), case)
    assert "What suggests itself" not in found
    assert "This task is free." in found


def test_the_page_costs_no_more_than_it_may(firm: World, browser: Browser):
    case, anna = received(firm), browser("anna")
    page(firm, anna, case)
    task = firm.step(case, "check_facts")
    with statements(firm.engine.database) as seen:
        anna.get(f"/cases/{case.number}/tasks/{task.id}")
    assert len(seen) <= MOST, "\n".join(seen)


def test_one_without_a_name_has_no_namesakes(firm: World):
    with firm.engine.begin("anna") as uow:
        customers.create(
            uow, Facts(kind=CustomerKind.PERSON, language="de", last_name="X"), email="x@example.org"
        )
        uow.session.add(Customer(language="de", created_at=uow.now))
        uow.session.add(Customer(language="de", created_at=uow.now))
    case = received(firm)
    with firm.engine.begin("test") as uow:
        customer = uow.get(Customer, case.customer_id)
        customer.first_name = customer.last_name = customer.company_name = None
    assert [one.action for one in advised(firm, case).actions] == ["none"]
