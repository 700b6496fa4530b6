"""One ERP for several installations, or an old one for a new installation: nobody takes for theirs what is another's."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest

from cpm.connectors.erp.adopting import twins
from tests.contracts.erp_house import House, a_party, line, member, of_demo, of_tryton
from tests.contracts.test_erp import RIGID_HOOK, fault
from tests.erp.running import Erp as Running


@pytest.fixture(params=["erp", "demo"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> House:
    if request.param == "demo":
        return of_demo(tmp_path / "erp.db")
    return of_tryton(request.getfixturevalue("erp"))


def test_what_is_older_than_its_case_is_left_as_it_is(house: House):
    """Case numbers begin anew in a new installation, and what is under one is an order of years ago."""
    key, wanted = house.order_key, house.wanted(line(RIGID_HOOK, 1))
    later = datetime.now(UTC) + timedelta(hours=1)
    now = replace(wanted, since=datetime.now(UTC))
    made = house.erp.save_order(key, now)
    assert made.made_at is not None
    assert abs(made.made_at - datetime.now(UTC)) < timedelta(minutes=5)
    anew = replace(wanted, lines=(line(RIGID_HOOK, 2),), since=later)
    with fault("duplicate_key"):
        house.erp.save_order(key, anew)
    house.erp.confirm_order(key)
    with fault("duplicate_key"):
        house.erp.amend_order(key, anew)
    there = house.erp.order(key)
    assert there is not None
    assert [one.qty for one in there.lines] == [1]


def test_what_was_given_before_its_case_is_given_once_more_by_nobody(house: House):
    """Taken for done, the customer would get nothing."""
    wanted = replace(house.wanted(line(RIGID_HOOK, 1)), since=datetime.now(UTC))
    later = datetime.now(UTC) + timedelta(hours=1)
    goods, money = house.order_key, house.order_key

    def credited(since: datetime) -> object:
        return house.erp.credit(money, wanted.customer, Decimal("11.90"), "Kulanz", since=since)

    asks: tuple[Callable[[datetime], object], ...] = (
        lambda since: house.erp.replacement(goods, replace(wanted, since=since)),
        credited,
    )
    for ask in asks:
        assert ask(datetime.now(UTC)) == ask(datetime.now(UTC))
        with fault("duplicate_key"):
            ask(later)


def test_an_order_of_another_customer_under_our_key_is_a_conflict(house: House):
    key, wanted = house.order_key, house.wanted(line(RIGID_HOOK, 1))
    house.erp.save_order(key, wanted)
    with fault("conflict"):
        house.erp.save_order(key, replace(wanted, customer=house.customer().key))


def test_customers_of_others_are_found_linked_and_followed_beside_ours(erp: Running):
    """Made by people there, or by another installation: without our prefix, and customers all the same."""
    house, ours = of_tryton(erp), member(erp, prefix=f"{uuid4().hex[:6]}-")
    theirs, since = house.customer(), ours.cursor()
    key = f"ERP:{theirs.key}"
    (found,) = ours.parties(email=theirs.email or "")
    assert replace(found, key=theirs.key) == theirs
    assert found.key == key
    (same,) = twins(ours, replace(a_party(), email=theirs.email, vat_id=None))
    assert same.party == found
    assert ours.party(key) == found
    changed = ours.save_party(replace(found, phone="+49228991"))
    assert (changed.key, changed.phone, house.erp.party(theirs.key)) == (
        key,
        "+49228991",
        replace(changed, key=theirs.key),
    )
    order_key = house.order_key
    number = ours.save_order(order_key, replace(house.wanted(line(RIGID_HOOK, 1)), customer=key)).number
    order = ours.confirm_order(order_key)
    assert (order.key, order.customer) == (order_key, key)
    assert [one.key for one in ours.orders_of(key)] == [order_key]
    house.people.ship(number or "")
    invoice_no = house.people.invoice(number or "")
    assert [(one.number, one.customer) for one in ours.invoices_of(key)] == [(invoice_no, key)]
    told = {(one.kind, one.key) for one in ours.changes(since, most=10_000)}
    assert {("customer", key), ("order", order_key), ("invoice", invoice_no)} <= told


def test_a_customer_of_ours_is_there_under_the_prefix_and_here_without(erp: Running):
    prefix = f"{uuid4().hex[:6]}-"
    house, ours = of_tryton(erp), member(erp, prefix=prefix)
    made = ours.save_party(a_party())
    there = house.erp.party(prefix + made.key)
    assert there is not None
    assert replace(there, key=made.key) == made
    assert ours.party(made.key) == made
    assert house.erp.party(made.key) is None
