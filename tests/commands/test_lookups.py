"""What forms look up: who asks finds what they may see, and a value names one or nothing."""

import json
from datetime import datetime
from decimal import Decimal

import pytest

from cpm import forms
from cpm.case_numbers import customer_number
from cpm.commands import contacts, customers, merging
from cpm.commands.customers import Facts
from cpm.forms.lookups import SOURCES
from cpm.model import CustomerKind, ErpProduct
from cpm.queries import lookups
from cpm.queries.lookups import Asked, Asking, registry
from tests.commands.test_cost import statements
from tests.world import World, mail

WHAT = {"type": "textfield", "key": "what", "label": "Was", "properties": {"cpm:lookup": "products"}}
ROWS = {"type": "dynamiclist", "path": "rows", "label": "Zeilen", "components": [WHAT]}
FORM = forms.read(json.dumps({"id": "rows", "type": "default", "components": [ROWS]}).encode())


@pytest.fixture
def sun(firm: World) -> dict[str, int]:
    """A case of a company with two contact persons, and a stranger of the same name as one of them."""
    case = firm.receive(mail(sender="info@sun.example"))
    assert case is not None
    with firm.engine.begin("sue") as uow:
        customers.change(
            uow, case.customer_id, {"kind": CustomerKind.COMPANY, "company_name": "Sonnenschein AG"}
        )
        mara = customers.create(uow, Facts(first_name="Mara", last_name="Beispiel"), email="mara@sun.example")
        other = customers.create(uow, Facts(first_name="Mara", last_name="Beispiel"))
        contacts.add(uow, case.customer_id, mara.id, function="Einkauf")
        return {"case": case.id, "company": case.customer_id, "mara": mara.id, "other": other.id}


def test_customers_are_found_by_name_and_named_by_number(firm: World, sun: dict[str, int]) -> None:
    with firm.engine.read("anna") as look:
        found = registry.SOURCES["customers"].find(look, Asked("mara")).hits
        assert {hit.facts["customer_id"] for hit in found} == {sun["mara"], sun["other"]}
        assert {hit.label for hit in found} == {"Mara Beispiel"}
        assert len({hit.text for hit in found}) == 2
        mara = next(hit for hit in found if hit.facts["customer_id"] == sun["mara"])
        assert mara.facts["email"] == "mara@sun.example"
        named = registry.SOURCES["customers"].named(look, [mara.value, "Mara Beispiel"], Asked())
        assert named == {mara.value: mara}


def test_contacts_are_those_of_the_company_whose_case_it_is(firm: World, sun: dict[str, int]) -> None:
    with firm.engine.read("anna") as look:
        asking = Asking(look, sun["case"], frozenset({"contacts"}))
        (mara,) = asking.find("contacts", "beisp", {}).hits
        assert mara.facts["customer_id"] == sun["mara"]
        assert mara.facts["function"] == "Einkauf"
        assert asking.named("contacts", mara.value, {}) == mara
        assert Asking(look, None, frozenset({"contacts"})).find("contacts", "beisp", {}).hits == ()
        assert asking.find("customers", "beisp", {}).hits == (), "nobody opened that source"


@pytest.mark.parametrize("who", ["otto", "stranger"])
def test_who_sees_no_customers_finds_none(firm: World, sun: dict[str, int], who: str) -> None:
    with firm.engine.read("anna") as look:
        number = registry.SOURCES["customers"].find(look, Asked("mara")).hits[0].value
    with firm.engine.read(who) as look:
        for source in ("customers", "contacts"):
            assert registry.SOURCES[source].find(look, Asked("mara", sun["case"])).hits == ()
            assert registry.SOURCES[source].named(look, [number], Asked("", sun["case"])) == {}


def test_strangers_look_up_no_people(firm: World, sun: dict[str, int]) -> None:
    with firm.engine.read("anna") as look:
        public = lookups.of_public(look)
        assert public.find("customers", "mara", {}).hits == ()
        assert public.find("demo", "pear", {}).hits != ()


def test_what_a_form_may_name_is_there():
    assert registry.SOURCES.keys() == SOURCES
    assert registry.PUBLIC <= SOURCES
    assert not registry.PUBLIC & {"customers", "contacts"}


def test_a_customer_who_was_merged_is_named_as_the_other(firm: World, sun: dict[str, int]) -> None:
    with firm.engine.begin("sue") as uow:
        merging.merge(uow, sun["mara"], sun["other"])
    numbers = [customer_number(sun[who]) for who in ("mara", "other")]
    with firm.engine.read("anna") as look:
        named = registry.SOURCES["customers"].named(look, numbers, Asked())
    assert [named[number].value for number in numbers] == [numbers[0], numbers[0]]


def product(sku: str, seen_at: datetime) -> ErpProduct:
    more = {"unit": "m", "price": Decimal(3), "group": "", "field": ""}
    return ErpProduct(system="demo", sku=sku, name="Rohr", key=sku, words="rohr", seen_at=seen_at, **more)


def test_fifty_rows_are_named_by_as_many_statements_as_three(firm: World, sun: dict[str, int]) -> None:
    """Which products they are, is asked for all rows at once."""
    skus = [f"X-{number}" for number in range(50)]
    with firm.engine.begin("worker") as uow:
        uow.session.add_all(product(sku, uow.now) for sku in skus)
    costs = []
    for count in (3, 50):
        rows = {"rows": [{"what": f"Rohr ({sku})"} for sku in skus[:count]]}
        with firm.engine.read("anna") as look, statements(firm.engine.database) as seen:
            asking = Asking(look, sun["case"], frozenset({"products"}))
            (shown,) = FORM.present({}, rows, now=look.local_now, lookups=asking)
            costs.append(len(seen))
        assert [row["components"][0]["value"] for row in shown["rows"]] == skus[:count]
    assert costs[0] == costs[1]
