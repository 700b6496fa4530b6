"""Lists of customers: by what they are sorted by, and as a file for a serial letter."""

import csv
import io

import pytest

from cpm import case_numbers
from cpm.attributes import Kind
from cpm.commands import addresses, contacts, customer_attributes, customers, terms
from cpm.commands.addresses import Postal
from cpm.commands.customers import Facts
from cpm.errors import Invalid
from cpm.model import Customer, CustomerKind, CustomerStatus, TermKind
from cpm.queries import customer_lists, customer_sheets, glance, search
from cpm.queries import customers as queries
from cpm.queries.customer_lists import Wanted
from tests.world import World, mail


@pytest.fixture
def sun(firm: World) -> dict[str, int]:
    """A company that buys solar panels, with two contact persons, met at a fair; and somebody else."""
    with firm.engine.begin("sue") as uow:
        terms.put(uow, TermKind.CATEGORY, "IAA 2013")
        terms.put(uow, TermKind.BUSINESS_FIELD, "Solar")
        terms.put(uow, TermKind.LEAD_SOURCE, "Messe", name_en="Trade fair")
        facts = Facts(CustomerKind.COMPANY, company_name="=Sonnenschein AG", lead_source="messe")
        company = customers.create(uow, facts, email="info@sun.example", phone="0221 1234567").id
        mara = customers.create(
            uow, Facts(first_name="Mara", last_name="Beispiel", title="Dr.", gender_address="Frau")
        ).id
        kim = customers.create(
            uow, Facts(last_name="Kim", status=CustomerStatus.CUSTOMER), email="kim@x.example"
        ).id
        contacts.add(uow, company, kim)
        contacts.add(uow, company, mara, function="Einkauf", mailing=True)
        addresses.add(uow, company, Postal("Lager 1", "50667", "Köln", kind="delivery"))
        addresses.add(uow, company, Postal("Domplatz 1", "50667", "Köln"))
        terms.assign(uow, TermKind.CATEGORY, "iaa-2013", [company, kim])
        terms.assign(uow, TermKind.BUSINESS_FIELD, "solar", [company])
        return {"company": company, "mara": mara, "kim": kim}


def test_customers_are_listed_by_what_they_are_sorted_by(firm: World, sun: dict[str, int]):
    expected = {
        Wanted(): {"company", "mara", "kim"},
        Wanted(kind="company"): {"company"},
        Wanted(status="customer"): {"kim"},
        Wanted(category="iaa-2013"): {"company", "kim"},
        Wanted(business_field="solar", category="iaa-2013"): {"company"},
        Wanted(lead_source="messe"): {"company"},
        Wanted(sought="info@sun.example"): {"company"},
        Wanted(sought=case_numbers.customer_number(sun["mara"])): {"mara"},
        Wanted(sought="nobody"): set(),
    }
    with firm.engine.read("anna") as look:
        for wanted, found in expected.items():
            listed = {line.id for line in customer_lists.lines(look, wanted).rows}
            assert listed == {sun[name] for name in found}, wanted


def test_they_are_listed_by_their_attributes(firm: World, sun: dict[str, int]):
    with firm.engine.begin("otto") as uow:
        customer_attributes.declare(uow, "roof", Kind.NUMBER, "Dachfläche")
        customer_attributes.declare(uow, "hall", Kind.TEXT, "Halle")
        customer_attributes.declare(uow, "since", Kind.DATE, "Seit")
        customer_attributes.put(uow, sun["kim"], {"roof": "120", "hall": "Süd 3", "since": "2.3.2026"})
    with firm.engine.read("anna") as look:
        for key, fits, fits_not in (
            ("roof", "120,0", "12"),
            ("hall", "SÜD", "x"),
            ("since", "2026-03-02", "1.1.2026"),
        ):
            assert [
                line.id for line in customer_lists.lines(look, Wanted(attribute=key, value=fits)).rows
            ] == [sun["kim"]]
            assert not customer_lists.lines(look, Wanted(attribute=key, value=fits_not)).rows
        assert len(customer_lists.lines(look, Wanted(attribute="roof")).rows) == 1
        for wrong in (Wanted(attribute="moon"), Wanted(attribute="roof", value="much"), Wanted(status="x")):
            with pytest.raises(Invalid):
                customer_lists.lines(look, wrong)


def test_who_sees_no_cases_is_listed_no_customers(firm: World, sun: dict[str, int]):
    with firm.engine.read("otto") as look:
        assert not customer_lists.lines(look, Wanted()).rows
        assert len(list(customer_sheets.as_csv(look, Wanted()))) == 2  # mark and heading


def test_who_was_merged_is_listed_no_more_and_leads_to_who_stands_for_them(firm: World, sun: dict[str, int]):
    with firm.engine.begin("anna") as uow:
        uow.get(Customer, sun["kim"]).merged_into_id = sun["mara"]
    with firm.engine.read("anna") as look:
        assert sun["kim"] not in {line.id for line in customer_lists.lines(look, Wanted()).rows}
        number = look.get(Customer, sun["kim"]).number
        assert [hit.id for hit in search.customers(look, number)] == [sun["mara"]]


def test_a_file_has_all_that_a_serial_letter_needs(firm: World, sun: dict[str, int]):
    """A company's letter goes to whom it named; no cell becomes a formula."""
    with firm.engine.read("anna") as look:
        written = b"".join(customer_sheets.as_csv(look, Wanted(kind="company"))).decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(written), delimiter=";")
    assert row == {
        "Kundennummer": "K-000001-3",
        "Art": "Firma",
        "Status": "Interessent",
        "Firma": "'=Sonnenschein AG",
        "Anrede": "Frau",
        "Titel": "Dr.",
        "Vorname": "Mara",
        "Nachname": "Beispiel",
        "Briefanrede": "Sehr geehrte Frau Dr. Beispiel,",
        "Sprache": "de",
        "E-Mail": "info@sun.example",
        "Telefon": "0049 221 1234567",
        "Adresszusatz": "",
        "Straße": "Domplatz 1",
        "PLZ": "50667",
        "Ort": "Köln",
        "Land": "Deutschland",
        "Kategorien": "IAA 2013",
        "Geschäftsfelder": "Solar",
        "Herkunft": "messe",
    }


def test_a_company_and_its_contact_persons_show_each_others_cases(firm: World, sun: dict[str, int]):
    case = firm.receive(mail(sender="kim@x.example"))
    assert case.customer_id == sun["kim"]
    with firm.engine.read("anna") as look:
        page = queries.page(look, sun["company"])
        assert [(hit.case, hit.customer) for hit in page.cases.rows] == [(case.number, "Kim")]
        assert page.related
        assert [one.name for one in page.customer.contacts] == ["Dr. Mara Beispiel", "Kim"]
        beside = glance.glance(look, look.get(Customer, sun["kim"]))
        assert beside.companies == ((sun["company"], "=Sonnenschein AG"),)
        assert beside.addresses == ("kim@x.example",)
        told = [line.sentence for line in page.changes]
        assert told[0] == "Kunde K-000001-3 zugeordnet: Geschäftsfeld „Solar“."
