"""Who writes: only an exact and unique address links by itself, all else is for a person to judge."""

import pytest

from cpm.channels import email
from cpm.commands import addresses, customers, definitions, identifier_facts, identity
from cpm.commands.addresses import Postal
from cpm.commands.customers import Facts
from cpm.commands.identity import Level
from cpm.model import Customer, CustomerKind, Duplicate
from cpm.settings import SHIPPED
from tests.world import World, mail

MARA = Facts(first_name="Mara", last_name="Beispiel")


@pytest.fixture
def mara(firm: World) -> int:
    with firm.engine.begin("anna") as uow:
        made = customers.create(uow, MARA, email="mara@example.org", phone="0211 5550100").id
        addresses.add(uow, made, Postal(street="Hauptstraße 5", postcode="40210", city="Düsseldorf"))
    firm.drain()
    return made


def asked(firm: World, sender: str, text: str = "Guten Tag", **more: str) -> identity.Evidence:
    with firm.engine.read("mailbox") as look:
        return identity.of_message(look, email.parse(mail(sender=sender, text=text, **more)))


def said(evidence: identity.Evidence) -> set[str]:
    assert evidence.customer is None
    assert evidence.level == (Level.MAYBE if evidence.candidates else Level.NONE)
    return {why.de for each in evidence.candidates for why in each.reasons}


def test_an_address_that_is_one_customer_s_alone_is_known(firm, mara):
    found = asked(firm, "Irgendwer <MARA@example.org>")
    assert (found.level, found.customer.id) == (Level.KNOWN, mara)


def test_an_address_that_several_have_is_not(firm, mara):
    """The husband writes from the wife's address (PROCESSES 5.9): two persons stay two."""
    with firm.engine.begin("anna") as uow:
        jonas = customers.create(uow, Facts(first_name="Jonas", last_name="Beispiel")).id
        identifier_facts.add(uow, jonas, "email", "mara@example.org", shared=True)
    found = asked(firm, "mara@example.org")
    assert "E-Mail-Adresse haben mehrere" in said(found)
    assert {each.customer.id for each in found.candidates} == {mara, jonas}


def test_a_number_in_the_text_counts_only_with_the_name(firm, mara):
    with firm.engine.read() as look:
        number = look.get(Customer, mara).number
    fits = asked(firm, "M. Beispiel <m@other.test>", f"Meine Kundennummer ist {number}.")
    assert "Kundennummer im Text" in said(fits)
    wrong = asked(firm, "Otto Muster <otto@other.test>", f"Kundennummer {number}.")
    assert said(wrong) == set()


def test_the_number_of_another_system_counts_too(firm, mara):
    with firm.engine.begin("anna") as uow:
        identifier_facts.add(uow, mara, "customer_no", "D-10042")
    assert "Kundennummer im Text" in said(asked(firm, "M. Beispiel <m@other.test>", "Kunde D-10042 hier."))


def test_a_name_and_a_postcode_are_a_suggestion(firm, mara):
    found = asked(firm, "Mara Beispil <mara.neu@other.test>", "Ich wohne jetzt in 40210 Düsseldorf.")
    assert found.candidates[0].customer.id == mara
    assert found.candidates[0].score >= 50
    assert said(found) & {"Name und Ort ähnlich", "Name gleich, andere Adresse"}


def test_a_name_that_few_have_is_a_suggestion_and_a_common_one_is_none(firm, mara):
    assert "Name gleich, andere Adresse" in said(asked(firm, "Mara Beispiel <new@other.test>"))
    with firm.engine.begin("anna") as uow:
        for number in range(9):
            customers.create(uow, MARA, email=f"mara{number}@example.org")
    firm.drain()
    assert said(asked(firm, "Mara Beispiel <new@other.test>")) == set()


def test_the_domain_of_a_company_points_to_it_and_a_provider_s_to_nobody(firm):
    with firm.engine.begin("anna") as uow:
        facts = Facts(kind=CustomerKind.COMPANY, company_name="Musterbau GmbH")
        company = customers.create(uow, facts, email="info@musterbau.example").id
        other = Facts(kind=CustomerKind.COMPANY, company_name="Kiosk Probe")
        customers.create(uow, other, email="kiosk.probe@gmx.de")
    firm.drain()
    found = asked(firm, "Otto Muster <otto.muster@musterbau.example>")
    assert [each.customer.id for each in found.candidates] == [company]
    assert "E-Mail-Adresse der Firma, neuer Kontakt" in said(found)
    assert said(asked(firm, "Otto Muster <otto.muster@gmx.de>")) == set()


def test_a_company_that_writes_from_elsewhere_is_recognised_without_its_form(firm):
    with firm.engine.begin("anna") as uow:
        facts = Facts(kind=CustomerKind.COMPANY, company_name="Musterbau GmbH & Co. KG")
        company = customers.create(uow, facts).id
    firm.drain()
    found = asked(firm, "Musterbau GmbH <bau@gmx.de>")
    assert [each.customer.id for each in found.candidates] == [company]


def test_no_table_can_link_by_weaker_evidence(firm, mara):
    """A designer's table may be as generous as it likes: what is not exact stays a suggestion."""

    text = _shipped().replace('"maybe"', '"known"').encode()
    with firm.engine.begin("dora") as uow:
        definitions.deploy(uow, {"identity.dmn": text})
    firm.engine.library.refresh(now=True)
    found = asked(firm, "Mara Beispiel <new@other.test>")
    assert (found.level, found.customer) == (Level.MAYBE, None)


def test_what_may_be_is_put_into_the_queue(firm, mara):
    found = asked(firm, "Mara Beispiel <new@other.test>")
    with firm.engine.begin("mailbox") as uow:
        new = customers.of_address(uow, "new@other.test", name="Mara Beispiel", language="de")
        assert identity.suggest(uow, new, found.candidates) == 1
        assert identity.suggest(uow, new, found.candidates) == 0
        number = new.id
    with firm.engine.read() as look:
        rows = [(row.one_id, row.other_id) for row in look.session.query(Duplicate)]
    assert rows == [(mara, number)]


@pytest.mark.parametrize(
    "sender",
    ["x@y", "李小龙 <a@b.test>", '"" <a@b.test>', "K-000001-3 <k@b.test>", f"{'a' * 300} <a@b.test>"],
)
def test_whoever_writes_whatever_nothing_breaks(firm, sender):
    text = "K-999999999999999999-9 " * 50 + "D-1234567 " * 50 + "40210 " * 50
    assert asked(firm, sender, text).level in tuple(Level)


def _shipped() -> str:

    return (SHIPPED / "rules" / "identity.dmn").read_text()


def test_a_foreign_sign_that_looks_like_a_letter_is_not_that_letter(firm):
    """str.lower() makes k of the Kelvin sign: a stranger's address was a customer's, and linked by itself."""
    with firm.engine.begin("anna") as uow:
        customers.create(uow, Facts(last_name="Beispiel"), email="niko@example.org")
        forged = email.parse(mail(sender="Niko <ni\u212ao@example.org>"))
        assert identity.of_message(uow, forged).level != Level.KNOWN
        assert identity.of_message(uow, email.parse(mail(sender="NIKO@Example.org"))).level == Level.KNOWN
