"""One box that finds cases and customers by whatever somebody on the telephone can tell."""

import pytest

from cpm.case_numbers import case_number, customer_number
from cpm.commands import customers, notes
from cpm.commands.customers import Facts
from cpm.commands.notes import NewCustomer, Said
from cpm.errors import NotFound
from cpm.model import Case, CaseState, Identifier
from cpm.queries import customers as of_customers
from cpm.queries import search
from cpm.queries.search import Found
from tests.commands.test_access import deploy_confidential
from tests.world import World, mail


@pytest.fixture
def boiler(firm: World) -> Case:
    said = Said("phone", "Kessel tropft", "Der Kessel tropft seit gestern.", unique_id="1")
    who = NewCustomer(
        Facts(first_name="Mara", last_name="Beispiel"), email="mara@example.org", phone="0211 5550100"
    )
    with firm.engine.begin("anna") as uow:
        return notes.open_by_hand(uow, said, process="complaint", customer=who)


def found(firm: World, sought: str, who: str = "anna", **more) -> Found:
    with firm.engine.read(who) as look:
        return search.search(look, sought, **more)


@pytest.mark.parametrize(
    "sought", ["mara", "Mara Beispiel", "KESSEL", "mara@example.org", "0211 / 555 01 00", "+49 211 5550100"]
)
def test_all_ways_lead_to_the_case(firm: World, boiler: Case, sought: str):
    firm.receive(mail(sender="jonas@example.org", subject="Rechnung", text="Die Rechnung ist falsch."))
    assert [hit.id for hit in found(firm, sought).cases.rows] == [boiler.id]


def test_what_somebody_wrote_leads_to_the_case(firm: World, boiler: Case):
    for sought in ("seit gestern", "GESTERN tropft"):
        assert [hit.id for hit in found(firm, sought).cases.rows] == [boiler.id]
    assert found(firm, "gestern trocken").cases.rows == ()


def test_customers_come_with_their_addresses(firm: World, boiler: Case):
    hit = found(firm, "beispiel").customers[0]
    assert (hit.id, hit.addresses) == (boiler.customer_id, ("mara@example.org", "+492115550100"))


def test_a_number_leads_straight_to_its_case(firm: World, boiler: Case):
    assert found(firm, boiler.number).case_id == boiler.id
    assert found(firm, boiler.number.replace("-", " ").lower()).case_id == boiler.id
    assert not found(firm, boiler.number).mistyped


def test_a_customers_number_finds_them_and_no_case_of_another(firm: World, boiler: Case):
    """The message of another customer speaks of a case whose number has the same digits."""
    same = case_number(boiler.customer_id)
    firm.receive(
        mail(sender="jonas@example.org", subject=same, text=f"Zu {same} von K. habe ich eine Frage.")
    )
    number = customer_number(boiler.customer_id)
    for sought in (number, number.replace("-", " ").lower(), number[:-2], number[:-1]):
        hits = found(firm, sought)
        assert hits.customer_id == boiler.customer_id, sought
        assert [hit.id for hit in hits.customers] == [boiler.customer_id], sought
        assert [hit.id for hit in hits.cases.rows] == [boiler.id], sought
        assert not hits.mistyped
    for begun in (number[:-3], number[:-4]):
        assert found(firm, begun).cases.rows == (), begun


def test_a_mistyped_number_of_a_customer_is_told(firm: World, boiler: Case):
    number = customer_number(boiler.customer_id)
    wrong = found(firm, number[:-1] + str((int(number[-1]) + 1) % 10))
    assert (wrong.mistyped, wrong.customer_id, wrong.customers, wrong.cases.rows) == (
        "customer",
        None,
        (),
        (),
    )


def test_a_number_of_another_system_that_looks_like_ours_finds_its_customer(firm: World, boiler: Case):
    with firm.engine.begin("anna") as uow:
        uow.session.add(
            Identifier(
                customer_id=boiler.customer_id,
                kind="customer_no",
                value="K-200300",
                source="erp",
                valid_from=uow.now,
            )
        )
    assert [hit.id for hit in found(firm, "K-200300").cases.rows] == [boiler.id]


@pytest.mark.parametrize("sought", ["beispiel mara", "Beispiel, Mara", "spiel ma", "DR. BEISPIEL"])
def test_words_of_a_name_fit_in_any_order(firm: World, boiler: Case, sought: str):
    with firm.engine.begin("anna") as uow:
        customers.change(uow, boiler.customer_id, Facts(title="Dr.", first_name="Mara", last_name="Beispiel"))
    assert [hit.id for hit in found(firm, sought).customers] == [boiler.customer_id]
    assert [hit.id for hit in found(firm, sought).cases.rows] == [boiler.id]


def test_each_word_of_a_name_must_fit(firm: World, boiler: Case):
    for sought in ("beispiel jonas", "mara beispiel gmbh", ",", "mara %"):
        assert found(firm, sought).customers == (), sought


def test_umlauts_of_a_name_have_capitals_too(firm: World):
    with firm.engine.begin("anna") as uow:
        sought = notes.open_by_hand(
            uow,
            Said("phone", "Frage", "Eine Frage.", unique_id="2"),
            process="complaint",
            customer=NewCustomer(Facts(first_name="Özlem", last_name="Ärger")),
        )
    assert [hit.id for hit in found(firm, "ärger özlem").customers] == [sought.customer_id]


def test_a_mistyped_number_is_told(firm: World, boiler: Case):
    wrong = boiler.number[:-1] + str((int(boiler.number[-1]) + 1) % 10)
    assert found(firm, wrong).mistyped
    assert found(firm, wrong).case_id is None


def test_nothing_finds_nothing_and_signs_mean_themselves(firm: World, boiler: Case):
    assert found(firm, "%").cases.rows == ()
    assert found(firm, "_").cases.rows == ()
    assert found(firm, "").customers == ()
    assert found(firm, "").cases.total == 0


def test_states_are_told_apart(firm: World, boiler: Case):
    assert found(firm, "mara", state=CaseState.CLOSED).cases.total == 0
    assert found(firm, "mara", state=CaseState.OPEN).cases.total == 1


def test_pages_hold_25(firm: World):
    for number in range(27):
        firm.receive(
            mail(message_id=f"<{number}@example.org>", sender=f"Mara Beispiel <m{number}@example.org>")
        )
    first, second = found(firm, "Beispiel").cases, found(firm, "Beispiel", page=2).cases
    assert (len(first.rows), len(second.rows), first.total, first.pages) == (25, 2, 27, 2)
    assert found(firm, "Beispiel", page=99).cases.rows == ()


def test_what_one_may_not_see_is_not_found(firm: World):
    deploy_confidential(firm)
    case = firm.receive(mail())
    assert case is not None
    assert found(firm, case.number, "fay").case_id is None
    assert found(firm, "Beispiel", "fay").cases.rows == ()
    assert found(firm, "Beispiel", "otto").customers == ()
    with firm.engine.read("otto") as look, pytest.raises(NotFound):
        of_customers.page(look, case.customer_id)
    with firm.engine.read("fay") as look:
        page = of_customers.page(look, case.customer_id)
        assert page.cases.rows == ()


def test_a_customers_page_has_cases(firm: World, boiler: Case):
    with firm.engine.begin("anna") as uow:
        customers.change(uow, boiler.customer_id, Facts(first_name="Mara", last_name="Muster"))
    with firm.engine.read("anna") as look:
        page = of_customers.page(look, boiler.customer_id)
    assert page.customer.name == "Mara Muster"
    assert [hit.case for hit in page.cases.rows] == [boiler.number]


def test_customers_are_looked_for_by_no_more_than_a_name_has(firm: World):
    """SQLite refuses to look for a text of more than 50 000 characters."""
    with firm.engine.read("anna") as look:
        assert search.customers(look, "x" * 60_000) == ()
