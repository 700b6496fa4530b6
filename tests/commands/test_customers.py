"""What people change about customers: nobody overwrites what they have not seen, and lists stay clean."""

from datetime import date

import pytest

from cpm.attributes import Kind
from cpm.commands import (
    addresses,
    contacts,
    customer_attributes,
    customers,
    identifier_facts,
    identifiers,
    terms,
)
from cpm.commands.addresses import Postal
from cpm.commands.changing import Both, Overtaken
from cpm.commands.customers import Facts
from cpm.commands.identifiers import Known
from cpm.errors import Conflict, Forbidden, Invalid
from cpm.model import AuditEntry, Contact, Customer, CustomerKind, TermKind
from cpm.queries import audit, party
from cpm.uow import UnitOfWork
from tests.world import World

MARA = Facts(first_name="Mara", last_name="Beispiel")
FIRM = Facts(CustomerKind.COMPANY, company_name="Sonnenschein AG")


def made(firm: World, *facts: Facts) -> list[int]:
    with firm.engine.begin("anna") as uow:
        return [customers.create(uow, each).id for each in facts]


def of(uow: UnitOfWork, company: int) -> list[tuple[str, bool]]:
    rows = uow.session.query(Contact).filter_by(company_id=company).order_by(Contact.id)
    return [(uow.get(Customer, row.person_id).name, row.mailing) for row in rows]


def test_changes_of_different_fields_go_together(firm: World):
    (mara,) = made(firm, MARA)
    seen = {"first_name": "Mara", "last_name": "Beispiel", "title": ""}
    with firm.engine.begin("anna") as uow:
        customers.change(uow, mara, {**seen, "last_name": "Muster"}, seen=seen)
    with firm.engine.begin("ben") as uow:
        changed = customers.change(uow, mara, {**seen, "title": "Dr."}, seen=seen)
        assert changed.name == "Dr. Mara Muster"


def test_who_changes_the_same_field_second_is_shown_both(firm: World):
    (mara,) = made(firm, MARA)
    with firm.engine.begin("anna") as uow:
        customers.change(uow, mara, {"last_name": "Muster"}, seen={"last_name": "Beispiel"})
    with pytest.raises(Overtaken) as told, firm.engine.begin("ben") as uow:
        customers.change(uow, mara, {"last_name": "Meister"}, seen={"last_name": "Beispiel"})
    assert told.value.fields == (Both("last_name", "Muster", "Meister"),)
    assert told.value.status == 409
    assert "Nachname ist jetzt “Muster”, nicht “Meister”" in told.value.sentence("de")
    with firm.engine.begin("ben") as uow:
        same = customers.change(uow, mara, {"last_name": "Muster"}, seen={"last_name": "Beispiel"})
        assert same.last_name == "Muster"


def test_what_was_changed_is_told_with_before_and_after(firm: World):
    (mara,) = made(firm, MARA)
    with firm.engine.begin("anna") as uow:
        customers.change(uow, mara, {"gender_address": "Frau", "title": "Dr."})
    with firm.engine.read("otto") as look:
        line = audit.entries(look, what="customer.changed").lines[0].sentence
    assert line == "Angaben zu Kunde K-000001-3 geändert: Titel \u2013 → Dr.; Anrede nicht bekannt → Frau."


def test_a_key_account_is_named_by_a_supervisor(firm: World):
    """It widens what an agent may grant without asking."""
    (mara,) = made(firm, MARA)
    with pytest.raises(Forbidden), firm.engine.begin("anna") as uow:
        customers.set_key_account(uow, mara, key_account=True)
    with firm.engine.begin("sue") as uow:
        assert customers.set_key_account(uow, mara, key_account=True).key_account


def test_who_was_merged_is_changed_no_more(firm: World):
    mara, twin = made(firm, MARA, MARA)
    with firm.engine.begin("anna") as uow:
        uow.get(Customer, twin).merged_into_id = mara
    with pytest.raises(Conflict), firm.engine.begin("anna") as uow:
        customers.change(uow, twin, {"title": "Dr."})


def test_one_contact_person_of_a_company_gets_its_letters(firm: World):
    company, mara, kim = made(firm, FIRM, MARA, Facts(last_name="Kim"))
    with firm.engine.begin("anna") as uow:
        first = contacts.add(uow, company, mara, function="Einkauf")
        second = contacts.add(uow, company, kim)
        assert of(uow, company) == [("Mara Beispiel", True), ("Kim", False)]
        contacts.mail_to(uow, company, second.id)
        assert of(uow, company) == [("Mara Beispiel", False), ("Kim", True)]
        assert contacts.add(uow, company, mara, function="Leitung").id == first.id
        contacts.remove(uow, company, second.id)
        assert of(uow, company) == [("Mara Beispiel", True)]


def test_contact_persons_are_persons_of_companies(firm: World):
    company, mara = made(firm, FIRM, MARA)
    for one, other in ((mara, mara), (company, company), (mara, company)):
        with pytest.raises(Invalid), firm.engine.begin("anna") as uow:
            contacts.add(uow, one, other)


def test_an_address_that_turns_out_to_be_shared_is_nobodys_alone(firm: World):
    mara, kim = made(firm, MARA, Facts(last_name="Kim"))
    with firm.engine.begin("anna") as uow:
        alone = identifier_facts.add(uow, mara, "phone", "0211 5550-0", verified=True, source="business card")
        assert (alone.source, alone.verified_at, alone.identifying) == ("business card", uow.now, True)
    with pytest.raises(Known), firm.engine.begin("anna") as uow:
        identifier_facts.add(uow, kim, "phone", "0211 5550-0")
    with firm.engine.begin("anna") as uow:
        shared = identifier_facts.add(uow, kim, "phone", "0211 5550-0", shared=True)
        assert identifiers.owner(uow, "phone", "+4921155500") is None
        with pytest.raises(Conflict):
            identifier_facts.keep_alone(uow, kim, shared.id)
        identifier_facts.end(uow, mara, alone.id)
        identifier_facts.keep_alone(uow, kim, shared.id)
        assert identifiers.owner(uow, "phone", "+4921155500").id == kim


def test_what_is_over_may_become_another_customers(firm: World):
    mara, kim = made(firm, MARA, Facts(last_name="Kim"))
    with firm.engine.begin("anna") as uow:
        old = identifier_facts.add(uow, mara, "email", "office@example.org")
        identifier_facts.end(uow, mara, old.id)
        identifier_facts.add(uow, kim, "email", "office@example.org")
        assert identifiers.owner(uow, "email", "office@example.org").id == kim
        with pytest.raises(Conflict):
            identifier_facts.verify(uow, mara, old.id)


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("vat_id", "de 136 695 976", "DE136695976"),
        ("customer_no", " erp-4711 ", "ERP-4711"),
        ("handle", "@Mara", "@mara"),
        ("fax", "0211 5550-1", "+4921155501"),
    ],
)
def test_identifiers_of_all_kinds_are_kept_in_one_form(kind: str, value: str, kept: str):
    assert identifiers.normalised(kind, value) == kept


@pytest.mark.parametrize(("kind", "value"), [("vat_id", "136695976"), ("shoe", "44"), ("email", "mara at x")])
def test_what_is_no_identifier_is_refused(kind: str, value: str):
    with pytest.raises(Invalid):
        identifiers.normalised(kind, value)


def test_a_postal_address_is_checked_and_kept_once(firm: World):
    (mara,) = made(firm, MARA)
    with firm.engine.begin("anna") as uow:
        kept = addresses.add(uow, mara, Postal("Ring 1", "1010", "Wien", "Österreich"))
        assert kept.country == "AT"
        assert addresses.add(uow, mara, Postal("Ring 1", "1010", "Wien", "AT")).id == kept.id
        assert addresses.change(uow, mara, kept.id, Postal("Ring 2", "1010", "Wien", "AT")).street == "Ring 2"
        for wrong in (
            Postal("Ring 1", "5066", "Köln"),
            Postal("", "50667", "Köln"),
            Postal("R", "1", "X", "Y"),
        ):
            with pytest.raises(Invalid):
                addresses.add(uow, mara, wrong)
        other = addresses.add(uow, mara, Postal("Hof 3", "1010", "Wien", "AT", "billing"))
        who = uow.get(Customer, mara)
        addresses.unreachable(uow, mara, kept.id, "Zurück: unbekannt verzogen")
        assert (
            addresses.unreachable(uow, mara, kept.id, "noch einmal").unreachable_why
            == "Zurück: unbekannt verzogen"
        )
        assert (party.main_address(uow, who), party.letters_to(uow, who)) == (kept, other)
        moved = addresses.change(uow, mara, kept.id, Postal("Ring 2", "1010", "Wien", "AT", "private"))
        assert moved.unreachable_at is not None
        moved = addresses.change(uow, mara, kept.id, Postal("Ring 3", "1010", "Wien", "AT"))
        assert (moved.unreachable_at, party.letters_to(uow, who)) == (None, kept)
        uow.session.flush()
        assert "customer.reachable" in [line.what for line in uow.session.query(AuditEntry)]
        addresses.remove(uow, mara, kept.id)
        with pytest.raises(Conflict):
            addresses.remove(uow, mara, kept.id)


def test_where_letters_come_back_from_is_a_place_whatever_it_is_to_them(firm: World):
    (mara,) = made(firm, MARA)
    with firm.engine.begin("anna") as uow:
        main = addresses.add(uow, mara, Postal("Ring 1", "1010", "Wien", "AT"))
        billing = addresses.add(uow, mara, Postal("RING  1", "1010", "wien", "AT", "billing"))
        assert addresses.of_street(uow, mara, "ring 1") == main.id
        addresses.unreachable(uow, mara, billing.id, "Zurück")
        private = addresses.add(uow, mara, Postal("Ring 1", "1010", "Wien", "AT", "private"))
        everywhere = [main, billing, private]
        assert [one.unreachable_why for one in everywhere] == ["Zurück"] * 3
        addresses.change(uow, mara, main.id, Postal("ring 1", "1010", "Wien", "AT", extra="c/o Kim"))
        assert main.unreachable_at is not None
        addresses.reachable_again(uow, mara, private.id)
        assert [one.unreachable_at for one in everywhere] == [None] * 3
        addresses.add(uow, mara, Postal("Ring 1", "4020", "Linz", "AT", "delivery"))
        with pytest.raises(Conflict):
            addresses.of_street(uow, mara, "Ring 1")


def test_many_customers_get_a_category_at_once(firm: World):
    """Everybody met at a trade fair."""
    mara, kim = made(firm, MARA, Facts(last_name="Kim"))
    with firm.engine.begin("anna") as uow:
        fair = terms.put(uow, TermKind.CATEGORY, "IAA 2013")
        assert fair.key == "iaa-2013"
        assert terms.assign(uow, TermKind.CATEGORY, "iaa-2013", [mara, kim]) == 2
        assert terms.assign(uow, TermKind.CATEGORY, "iaa-2013", [mara]) == 0
        assert terms.take(uow, TermKind.CATEGORY, "iaa-2013", [mara, kim]) == 2
        terms.retire(uow, TermKind.CATEGORY, "iaa-2013")
        with pytest.raises(Invalid):
            terms.assign(uow, TermKind.CATEGORY, "iaa-2013", [mara])


def test_agents_make_categories_and_no_business_fields(firm: World):
    with pytest.raises(Forbidden), firm.engine.begin("anna") as uow:
        terms.put(uow, TermKind.BUSINESS_FIELD, "Wasser")


def test_two_who_choose_categories_lose_nothing(firm: World):
    (mara,) = made(firm, MARA)
    with firm.engine.begin("anna") as uow:
        for name in ("a", "b", "c"):
            terms.put(uow, TermKind.CATEGORY, name)
        customer = uow.get(Customer, mara)
        terms.put_of(uow, customer, TermKind.CATEGORY, ["a", "b"])
        terms.put_of(uow, customer, TermKind.CATEGORY, ["a", "b", "c"], seen=["a", "b"])
        terms.put_of(uow, customer, TermKind.CATEGORY, ["b"], seen=["a", "b"])
        assert terms.of(uow, customer, TermKind.CATEGORY) == ["b", "c"]


def test_a_lead_source_is_one_of_the_list(firm: World):
    with firm.engine.begin("sue") as uow:
        terms.put(uow, TermKind.LEAD_SOURCE, "Messe")
        assert customers.create(uow, Facts(last_name="Kim", lead_source="messe")).lead_source == "messe"
        with pytest.raises(Invalid):
            customers.create(uow, Facts(last_name="Kim", lead_source="moon"))


def test_attributes_are_declared_once_and_kept_by_their_kind(firm: World):
    (mara,) = made(firm, MARA)
    with pytest.raises(Forbidden), firm.engine.begin("anna") as uow:
        customer_attributes.declare(uow, "roof", Kind.NUMBER, "Dachfläche")
    with firm.engine.begin("otto") as uow:
        customer_attributes.declare(uow, "roof", Kind.NUMBER, "Dachfläche")
        customer_attributes.declare(uow, "since", Kind.DATE, "Vertrag seit")
        customer_attributes.declare(uow, "heat", Kind.CHOICE, "Heizung", options={"oil": "Öl", "gas": "Gas"})
        with pytest.raises(Invalid):
            customer_attributes.declare(uow, "roof", Kind.TEXT, "Dachfläche")
    with firm.engine.begin("anna") as uow:
        given = {"roof": "1.234,5", "since": "2.3.2026", "heat": "oil"}
        customer_attributes.put(uow, mara, given)
        for wrong in ({"roof": "much"}, {"since": "2.13.2026"}, {"heat": "coal"}, {"moon": "1"}):
            with pytest.raises(Invalid):
                customer_attributes.put(uow, mara, wrong)
        with pytest.raises(Overtaken):
            customer_attributes.put(uow, mara, {"roof": "99"}, seen={"roof": "80"})
        customer_attributes.put(uow, mara, {"roof": ""})
    with firm.engine.read("otto") as look:
        lines = [line.sentence for line in audit.entries(look, what="customer.changed").lines]
    assert lines[0].endswith("Dachfläche 1.234,5 → \u2013.")


def test_a_date_of_birth_is_read_as_people_write_it_and_not_overwritten(firm: World):
    with firm.engine.begin("anna") as uow:
        mara = customers.create(uow, Facts(last_name="Beispiel", born=date(1982, 6, 7)))
        number = mara.id
    with firm.engine.begin("anna") as uow:
        same = customers.change(uow, number, {"born": "7.6.1982"}, seen={"born": "07.06.1982"})
        assert same.born == date(1982, 6, 7)
        assert (
            customers.change(uow, number, {"born": "1982-06-08"}, seen={"born": "1982-06-07"}).born.day == 8
        )
        with pytest.raises(Overtaken):
            customers.change(uow, number, {"born": "9.6.1982"}, seen={"born": "7.6.1982"})
        for wrong in ("1.1.2999", "31.2.1982", "soon"):
            with pytest.raises(Invalid):
                customers.change(uow, number, {"born": wrong})
        assert customers.change(uow, number, {"born": ""}).born is None
