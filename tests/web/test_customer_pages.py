"""The customer's page: all that is known, changed part by part; lists, what they are sorted by, and a new customer by hand."""

import re
from datetime import timedelta

import pytest

from cpm.attributes import Kind
from cpm.commands import (
    addresses,
    callers,
    contacts,
    customer_attributes,
    customer_notes,
    customers,
    follow_ups,
    identifiers,
    talks,
    tasks,
    terms,
)
from cpm.commands.addresses import Postal
from cpm.commands.customers import Facts
from cpm.model import Case, Contact, Customer, CustomerKind, Direction, Identifier, TermKind
from tests.commands.test_cost import statements
from tests.web.conftest import Browser
from tests.world import World, mail
from web.language import reached

ENGLISH = {"Accept-Language": "en"}
MARA = {
    "kind": "person",
    "first_name": "Mara",
    "last_name": "Beispiel",
    "language": "de",
    "status": "prospect",
}


@pytest.fixture
def mara(firm: World) -> int:
    with firm.engine.begin("anna") as uow:
        facts = Facts(first_name="Mara", last_name="Beispiel")
        return customers.create(uow, facts, email="mara@example.org").id


@pytest.fixture
def sun(firm: World) -> int:
    with firm.engine.begin("anna") as uow:
        return customers.create(uow, Facts(CustomerKind.COMPANY, company_name="Sonnenschein AG")).id


def test_two_who_change_the_same_field_are_shown_both(browser: Browser, mara: int):
    page, seen = f"/customers/{mara}", {f"was_{name}": value for name, value in MARA.items()}
    ben, anna = browser("ben"), browser("anna")
    assert anna.post(page, data={**MARA, **seen, "last_name": "Muster"}).status_code == 303
    refused = ben.post(page, data={**MARA, **seen, "last_name": "Meister"}, headers=ENGLISH)
    assert refused.status_code == 409
    assert "<td>Muster</td><td>Meister</td>" in refused.text
    assert 'name="last_name" type="text" value="Meister"' in refused.text
    assert 'name="was_last_name" value="Muster"' in refused.text
    assert ben.post(page, data={**MARA, **seen, "title": "Dr."}).status_code == 303
    assert "Dr. Mara Muster" in ben.get(page).text


def test_what_is_known_of_an_address_is_shown_and_changed(firm: World, browser: Browser, mara: int):
    client, page = browser("anna"), f"/customers/{mara}"
    given = {"address": "0221 1234567", "identifier_kind": "phone", "source": "Visitenkarte", "shared": "yes"}
    assert client.post(f"{page}/addresses", data=given).status_code == 303
    with firm.engine.begin("mailbox") as uow:
        identifiers.mark_unreachable(uow, "email", "mara@example.org", "550 no such user")
        mail, phone = uow.session.query(Identifier.id).order_by(Identifier.id).all()
    told = client.get(page, headers=ENGLISH).text
    assert "+49 221 1234567" in told
    assert "from Visitenkarte" in told
    assert "550 no such user" in told
    for identifier, what in (
        (mail.id, "reachable"),
        (mail.id, "verify"),
        (phone.id, "alone"),
        (phone.id, "end"),
    ):
        assert client.post(f"{page}/addresses/{identifier}", data={"what": what}).status_code == 303
    told = client.get(page, headers=ENGLISH).text
    assert "cannot be reached</span>" not in told
    assert "Former addresses" in told
    for words in ("0221 7654321 ist hinzugefügt.", "0221 7654321 war schon da."):
        again = client.post(f"{page}/addresses", data={"address": "0221 7654321"}, follow_redirects=True)
        assert words in again.text
    alone = client.post(f"{page}/addresses", data={"address": "0221"})
    assert alone.status_code == 422
    assert "Bitte eine vollständige Telefonnummer mit Vorwahl angeben" in alone.text
    assert client.post(f"{page}/addresses/{mail.id}", data={"what": "fly"}).status_code == 422
    by_hand = {"what": "unreachable", "why": ""}
    refused = client.post(f"{page}/addresses/{mail.id}", data=by_hand, headers=ENGLISH)
    assert refused.status_code == 422
    assert f'href="#known-{mail.id}-why"' in refused.text
    by_hand["why"] = "Postfach gibt es nicht mehr"
    assert client.post(f"{page}/addresses/{mail.id}", data=by_hand).status_code == 303
    told = client.get(page, headers=ENGLISH).text
    assert "cannot be reached</span>" in told
    assert re.search(
        r"Anna.*cannot be reached at mara@example.org: Postfach gibt es nicht mehr", told, re.DOTALL
    )


def test_contact_persons_known_and_new_are_added(firm: World, browser: Browser, mara: int, sun: int):
    client, page = browser("anna"), f"/customers/{sun}/contacts"
    assert client.post(page, data={"person": "Mara", "function": "Einkauf"}).status_code == 303
    assert (
        client.post(page, data={"last_name": "Neu", "email": "neu@sun.example", "mailing": "y"}).status_code
        == 303
    )
    assert client.post(page, data={"person": "nobody at all"}).status_code == 422
    with firm.engine.read() as look:
        first, second = look.session.query(Contact).order_by(Contact.id)
        assert (first.person_id, first.function, first.mailing, second.mailing) == (
            mara,
            "Einkauf",
            False,
            True,
        )
    assert client.post(f"{page}/{first.id}", data={"what": "mailing"}).status_code == 303
    assert client.post(f"{page}/{first.id}", data={"function": "Leitung"}).status_code == 303
    assert client.post(f"{page}/{second.id}", data={"what": "remove"}).status_code == 303
    assert client.post(f"{page}/{second.id}", data={"what": "remove"}).status_code == 409
    told = client.get(f"/customers/{sun}", headers=ENGLISH).text
    assert "Leitung" in told
    assert re.search(r"Function of Mara Beispiel at customer \S+: Leitung\.", told)
    assert "Sonnenschein AG" in client.get(f"/customers/{mara}").text


def test_addresses_consent_words_and_particulars(firm: World, browser: Browser, mara: int):
    with firm.engine.begin("otto") as uow:
        terms.put(uow, TermKind.BUSINESS_FIELD, "Solar")
        customer_attributes.declare(uow, "roof", Kind.NUMBER, "Dachfläche", name_en="Roof")
        customer_attributes.declare(uow, "heat", Kind.CHOICE, "Heizung", options={"oil": "Öl"})
    client, page = browser("anna"), f"/customers/{mara}"
    place = {"street": "Ring 1", "postcode": "1010", "city": "Wien", "country": "Österreich"}
    said = {
        "said": "given",
        "channel": "email",
        "purpose": "advertising",
        "source": "Messe",
        "said_on": "2.3.2020",
    }
    words = {"business_field": "solar", "new_category": "IAA 2013"}
    particulars = {"attr.roof": "1.234,5", "was_attr.roof": "", "attr.heat": "oil", "was_attr.heat": ""}
    for part, data in (("postal", place), ("consents", said), ("words", words), ("attributes", particulars)):
        assert (
            client.post(f"{page}/{part}", data=data, headers={"Accept-Language": "de"}).status_code == 303
        ), part
    told = client.get(page, headers={"Accept-Language": "de"}).text
    for each in ("Ring 1", "Österreich", "Messe", "02.03.2020", "Solar", "IAA 2013", "1.234,5", "Öl"):
        assert each in told
    for part, wrong in (
        ("postal", {**place, "country": "Atlantis"}),
        ("consents", {**said, "source": ""}),
        ("consents", {**said, "said_on": "2.3.9999"}),
        ("attributes", {"attr.roof": "much"}),
    ):
        refused = client.post(f"{page}/{part}", data=wrong)
        assert refused.status_code == 422, wrong
        assert next(iter(wrong.values())) in refused.text


def test_a_number_is_read_in_the_language_of_its_page(firm: World, browser: Browser, mara: int):
    with firm.engine.begin("otto") as uow:
        customer_attributes.declare(uow, "roof", Kind.NUMBER, "Dachfläche")
    client, english = browser("anna"), {"Accept-Language": "en"}
    typed = {"attr.roof": "1.000", "was_attr.roof": "", "_language": "de"}
    assert client.post(f"/customers/{mara}/attributes", data=typed, headers=english).status_code == 303
    page = client.get(f"/customers/{mara}", headers=english).text
    assert 'name="was_attr.roof" value="1,000"' in page


def test_a_refusal_leads_to_the_field_and_keeps_what_was_typed_there(
    firm: World, browser: Browser, mara: int, sun: int
):
    """Several forms of the page have fields of one name, and each row a form of its own."""
    with firm.engine.begin("anna") as uow:
        home = addresses.add(uow, mara, Postal("Ring 1", "50667", "Köln")).id
    with firm.engine.begin("otto") as uow:
        customer_attributes.declare(uow, "roof", Kind.NUMBER, "Dachfläche")
    client = browser("anna")
    for path, typed, field in (
        (
            f"{mara}/postal/{home}",
            {"street": "Weg 2", "postcode": "5", "city": "Köln"},
            f"place-{home}-postcode",
        ),
        (f"{mara}/postal", {"street": "Weg 2", "postcode": "5", "city": "Köln"}, "postcode"),
        (f"{mara}/consents", {"said": "given", "channel": "email", "purpose": "survey"}, "s-source"),
        (f"{mara}/attributes", {"attr.roof": "much"}, "attr.roof"),
        (f"{mara}/addresses", {"address": "kim at example"}, "address"),
        (f"{sun}/contacts", {"first_name": "Kim"}, "c-last_name"),
        (f"{sun}/contacts", {"person": "nobody at all"}, "c-person"),
        (f"{mara}", {**MARA, "last_name": ""}, "last_name"),
    ):
        page = client.post(f"/customers/{path}", data=typed).text
        assert re.findall(
            r'<li><a href="#([^"]+)">', page.partition('id="summary"')[2].partition("</ul>")[0]
        ) == [field], path
        assert re.findall(r'id="([^"]+)"[^>]*aria-invalid', page) == [field], path
        opened = page.partition(f'id="{field}"')[0].rpartition("<details")[2]
        assert opened.startswith(" open"), path
        assert len(re.findall(r"<details[^>]* open", page)) == 2, "and that for files, as there are none yet"
    reach, dead = f"/customers/{mara}/postal/{home}/reach", {"why": ""}
    refused = client.post(reach, data=dead, headers=ENGLISH)
    assert refused.status_code == 422
    assert f'href="#place-{home}-why"' in refused.text
    assert client.post(reach, data={"why": "Unbekannt verzogen"}).status_code == 303
    told = client.get(f"/customers/{mara}", headers=ENGLISH).text
    assert re.search(
        r"Anna.*cannot be reached at main: Ring 1, 50667 Köln, DE: Unbekannt verzogen", told, re.DOTALL
    )
    assert client.post(reach, data={"again": "yes"}).status_code == 303
    assert "cannot be reached</span>" not in client.get(f"/customers/{mara}", headers=ENGLISH).text
    assert (
        'value="Weg 2"'
        in client.post(f"/customers/{mara}/postal/{home}", data={"street": "Weg 2", "postcode": "5"}).text
    )


def test_calls_and_what_was_promised_stand_on_the_page(firm: World, browser: Browser):
    """A company's with those of who speaks for it; a call of a colleague's desk is not everybody's to see."""
    case = firm.receive(mail())
    assert case is not None
    with firm.engine.begin("anna") as uow:
        due = uow.now + timedelta(days=1)
        task = follow_ups.ask(uow, case, what="Termin nennen", due=due, call="0221 4710123").task_id
        customers.change(uow, case.customer_id, {"gender_address": "Frau", "last_name": "Beispiel"})
        talk = talks.begin(uow, direction=Direction.OUT, number="0221 4710123").id
        callers.identify(uow, talk, case.customer_id)
        customer_notes.add(uow, case.customer_id, "Bitte duzen.")
        firm_of = customers.create(uow, Facts(CustomerKind.COMPANY, company_name="Musterbau GmbH")).id
        contacts.add(uow, firm_of, case.customer_id)
    told = browser("anna").get(f"/customers/{case.customer_id}", headers=ENGLISH).text
    assert "Sehr geehrte Frau Beispiel," in told
    for page in (told, browser("anna").get(f"/customers/{firm_of}", headers=ENGLISH).text):
        assert f'/tasks/{task}">Termin nennen</a> · {case.number}' in page
        assert f'/talk/{talk}"' in page
    theirs = browser("ben").get(f"/customers/{case.customer_id}", headers=ENGLISH).text
    assert "Termin nennen" in theirs
    assert f'/talk/{talk}"' not in theirs
    assert f'/talk/{talk}"' in browser("sue").get(f"/customers/{case.customer_id}").text
    with statements(firm.engine.database) as few:
        browser("anna").get(f"/customers/{case.customer_id}")
    with firm.engine.begin("anna") as uow:
        for number in range(3):
            follow_ups.ask(uow, uow.get(Case, case.id), what=f"Nachfrage {number}", due=due)
            more = talks.begin(uow, direction=Direction.OUT, number="0221 4710123", key=str(number)).id
            callers.identify(uow, more, case.customer_id)
            customer_notes.add(uow, case.customer_id, f"Notiz {number}")
    with statements(firm.engine.database) as many:
        assert "Nachfrage 2" in browser("anna").get(f"/customers/{case.customer_id}").text
    assert len(many) == len(few), "however much there is"
    with firm.engine.begin("anna") as uow:
        tasks.complete(uow, task, {"note": "Genannt."})
    assert "Termin nennen</a>" not in browser("anna").get(f"/customers/{case.customer_id}").text


def test_those_met_at_a_fair_are_sorted_at_once_and_written_to(
    firm: World, browser: Browser, mara: int, sun: int
):
    client = browser("anna")
    given = {"customer": [mara, sun], "new_category": "IAA 2013"}
    assert client.post("/customers/words", data=given).status_code == 303
    listed = client.get("/customers?category=iaa-2013&kind=company").text
    assert "Sonnenschein AG" in listed
    assert "Beispiel" not in listed
    with client.get("/customers.csv?category=iaa-2013") as file:
        assert file.mimetype == "text/csv"
        assert len(file.data.splitlines()) == 3
    taken = client.post("/customers/words", data={"all": "y", "term": "category:iaa-2013", "what": "take"})
    assert taken.status_code == 303
    with client.get("/customers.csv?category=iaa-2013") as file:
        assert len(file.data.splitlines()) == 1
    assert client.post("/customers/words", data={"term": "category:iaa-2013"}).status_code == 422
    assert "Danach lässt sich nicht filtern" in client.get("/customers?status=dead").text


def test_a_new_customer_by_hand_comes_with_all_of_it_or_not_at_all(firm: World, browser: Browser, mara: int):
    client = browser("anna")
    given = {
        **MARA,
        "last_name": "Kim",
        "email": "kim@example.org",
        "street": "Ring 1",
        "postcode": "5",
        "city": "Köln",
    }
    assert client.post("/customers/new", data=given).status_code == 422
    made = client.post("/customers/new", data={**given, "postcode": "50667"})
    assert made.status_code == 303
    assert "50667 Köln" in client.get(made.location).text
    again = client.post("/customers/new", data={**given, "postcode": "50667"})
    assert again.status_code == 409
    assert made.location in again.text
    with firm.engine.read() as look:
        assert look.session.query(Customer).count() == 2


def test_who_was_merged_leads_to_who_stands_for_them(firm: World, browser: Browser, mara: int, sun: int):
    with firm.engine.begin("anna") as uow:
        uow.get(Customer, sun).merged_into_id = mara
    answer = browser("anna").get(f"/customers/{sun}")
    assert (answer.status_code, answer.location) == (303, f"/customers/{mara}")


def test_key_accounts_are_named_by_supervisors(browser: Browser, mara: int):
    page = f"/customers/{mara}/key-account"
    assert browser("anna").post(page, data={"key_account": "yes"}).status_code == 403
    assert browser("sue").post(page, data={"key_account": "yes"}).status_code == 303
    assert "key account" in browser("sue").get(f"/customers/{mara}", headers=ENGLISH).text


def test_a_long_address_breaks_between_its_parts_and_a_number_stands_in_groups():
    assert reached("kim.probe@einkauf.example.org") == "kim<wbr>.probe<wbr>@einkauf<wbr>.example<wbr>.org"
    assert reached("kim@example.org") == "kim@example.org"
    assert reached("<b>@einkauf.abteilung.example").startswith("&lt;b&gt;<wbr>@")
    assert reached("+492214710101") == "+49 221 4710101"
