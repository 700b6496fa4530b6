"""Links for opting out and for confirming: who only looks changes nothing, a click counts once and can be undone."""

import pytest
from flask import Flask

from cpm.commands import consents, customers
from cpm.model import Customer
from cpm.queries import opting_out
from tests.clock import FakeClock
from tests.web.conftest import shared
from tests.web.customer.conftest import Visitor
from tests.world import World
from web.customer import brake


class Mara:
    """A customer who reads our mail."""

    def __init__(self, firm: World, clock: FakeClock, app: Flask):
        self.firm = firm
        self.visitor = Visitor(app.test_client(use_cookies=False), clock, "192.0.2.1")
        with firm.engine.begin("cpm test") as uow:
            self.id = customers.of_address(uow, "mara@example.org", name="Mara", language="de").id

    def link(self, kind: str, purpose: str = "advertising") -> str:
        with self.firm.engine.read() as look:
            made = getattr(opting_out, kind)(look, look.get(Customer, self.id), purpose)
        return str(made).removeprefix("http://localhost")

    def consents(self, purpose: str = "advertising") -> list[tuple[bool, str]]:
        """The oldest first."""
        with self.firm.engine.read() as look:
            said = consents.history(look, look.get(Customer, self.id))
            return [(one.given, one.source) for one in reversed(said) if one.purpose == purpose]


@pytest.fixture
def mara(firm: World, clock: FakeClock, made: dict[str, Flask]) -> Mara:
    brake.forget()
    return Mara(firm, clock, shared(made, "outside", firm, PROPAGATE_EXCEPTIONS=True))


def test_a_scanner_that_opens_the_link_withdraws_nothing(mara: Mara):
    mara.visitor.get(mara.link("link"))
    mara.visitor.client.head(mara.link("link"))
    assert mara.consents() == []
    assert "Möchten Sie keine Werbung" in mara.visitor.words()


def test_a_mail_program_ends_it_with_one_click(mara: Mara):
    """RFC 8058 3.1: no cookie, no page before, no redirect."""
    address = mara.link("link")
    answer = mara.visitor.client.post(address, data={"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, mara.consents()) == (200, [(False, "one-click unsubscribe")])
    mara.visitor.client.post(address, data={"List-Unsubscribe": "One-Click"})
    assert len(mara.consents()) == 1


def test_a_person_reads_what_was_withdrawn_and_undoes_it(mara: Mara):
    page = mara.visitor
    page.get(mara.link("link", "notices") + "?lang=en")
    page.post(page.page.forms[0].action, {"act": "withdraw"})
    assert "You get no more notices by e-mail from us" in page.words()
    page.post(page.page.forms[0].action, {"act": "restore"})
    assert "You get these messages again." in page.words()
    assert mara.consents("notices") == [(False, "opt-out link"), (True, "opt-out link, undone")]
    assert mara.consents() == []


def test_consent_is_confirmed_by_a_click_and_not_by_looking(mara: Mara):
    page = mara.visitor
    page.get(mara.link("confirming"))
    assert mara.consents() == []
    page.post(page.page.forms[0].action, {})
    page.post(mara.link("confirming"), {})
    assert mara.consents() == [(True, "double opt-in")]


def test_no_link_serves_for_the_other(mara: Mara):
    out, confirm = mara.link("link"), mara.link("confirming")
    for address in (
        out.replace("/o/", "/o/confirm/"),
        confirm.replace("/confirm", ""),
        out[:-2] + "xx",
        "/o/x",
    ):
        assert mara.visitor.client.post(address).status_code == 404
    assert mara.consents() == []
