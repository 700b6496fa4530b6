"""A running Tryton that is cut off, frozen, killed in the middle or does not know us: each thing is done once all the same."""

import contextlib
import sqlite3
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

import pytest

from cpm.connectors.erp import Erp, ErpFault
from cpm.connectors.erp.tryton import Server, Tryton
from cpm.connectors.erp.tryton.rest import Rest
from tests.contracts.erp_house import House, a_party, line, member, of_tryton
from tests.contracts.fake_tryton import Cutter
from tests.erp.running import Erp as Running


def code(error: pytest.ExceptionInfo[ErpFault]) -> str:
    return error.value.code


@pytest.fixture
def cutter(erp: Running) -> Iterator[Cutter]:
    between = Cutter(erp.port)
    yield between
    between.close()


@pytest.mark.parametrize(
    "request_line", [b"POST /erp/rest/model/sale.sale?", b"POST /erp/rest/model/sale.sale/"]
)
def test_an_answer_that_was_cut_off_leaves_the_outcome_open_and_the_next_try_finds_it(
    erp: Running, cutter: Cutter, request_line: bytes
):
    house = of_tryton(erp)
    key, wanted = house.order_key, house.wanted(line("SO-3002", 1))
    ours = member(erp, url=cutter.url)
    cutter.cut(request_line)
    with pytest.raises(ErpFault) as error:
        ours.save_order(key, wanted)
    assert code(error) == "unknown_outcome"
    assert cutter.cuts == 1
    cutter.cut(None)
    assert ours.save_order(key, wanted).state == "quotation"
    cutter.cut(b"POST /erp/rest/model/sale.sale/")
    with pytest.raises(ErpFault) as error:
        ours.confirm_order(key)
    assert code(error) == "unknown_outcome"
    cutter.cut(None)
    confirmed = ours.confirm_order(key)
    assert len(confirmed.shipments) == 1
    assert len(house.erp.orders_of(wanted.customer)) == 1


def test_a_frozen_server_is_left_in_time_and_what_it_does_later_is_found(erp: Running):
    house = of_tryton(erp)
    key, wanted = house.order_key, house.wanted(line("SO-3002", 1))
    hurried: Erp = member(erp, timeout=1)
    hurried.party(wanted.customer)
    erp.freeze()
    began = time.monotonic()
    for ask in (lambda: hurried.save_order(key, wanted), lambda: hurried.save_party(a_party())):
        with pytest.raises(ErpFault) as error:
            ask()
        assert code(error) in ("timeout", "unknown_outcome")
    assert time.monotonic() - began < 10
    erp.thaw()
    house.erp.save_order(key, wanted)
    assert len(house.erp.orders_of(wanted.customer)) == 1


def test_lines_that_a_frozen_attempt_adds_beside_ours_are_taken_out(
    erp: Running, monkeypatch: pytest.MonkeyPatch
):
    """It read the order before, and is done after: what has no key of its own would be there twice."""
    house = of_tryton(erp)
    key, ours = house.order_key, member(erp, timeout=20)
    wanted = house.wanted(line("SO-3002", 1))
    ours.save_order(key, wanted)
    write, late = Rest.write, []

    def written(rest: Rest, model: str, number: int, values: Mapping[str, object]) -> None:
        if not late:
            late.append(values)
            write(rest, model, number, values)
        write(rest, model, number, values)

    monkeypatch.setattr(Rest, "write", written)
    found = ours.save_order(key, replace(wanted, lines=(*wanted.lines, line("KL-9001", 2))))
    assert late
    assert [(one.sku, one.qty) for one in found.lines] == [("SO-3002", 1), ("KL-9001", 2)]


def test_who_is_not_known_there_is_told_so(erp: Running):
    with pytest.raises(ErpFault, match="CPM_ERP_KEY") as error:
        member(erp, key="0" * 64).party("K-1")
    assert code(error) == "auth_failed"
    known = of_tryton(erp).customer()
    stranger = Tryton(
        Server(url=erp.url, database=erp.database, key=erp.key, user="cpm", password="wrong", timeout=20)
    )
    with pytest.raises(ErpFault, match="CPM_ERP_PASSWORD") as error:
        stranger.save_party(replace(known, name="Neu"))
    assert code(error) == "auth_failed"


def test_what_is_not_set_up_there_is_said_to_who_can_do_it(erp: Running):
    server = Server(url=erp.url, database=erp.database, key=erp.key, shop="Nirgends", timeout=20)
    with pytest.raises(ErpFault, match="web shop with the name Nirgends"):
        Tryton(server).order("C-1")
    house = of_tryton(erp)
    odd = replace(house.wanted(line("SO-3002", 1)), net_days=13, prepay_percent=Decimal(35))
    with pytest.raises(ErpFault, match="payment term of 13 days net, 35 % of it before"):
        house.erp.save_order(house.order_key, odd)


def test_one_that_is_stuck_between_confirmed_and_processing_is_helped_on(erp: Running):
    """A kill -9 leaves it so: the processing is a task after the commit."""
    house = of_tryton(erp)
    key, wanted = house.order_key, house.wanted(line("SO-3002", 1))
    leave_confirmed(erp, house, house.erp.save_order(key, wanted).number, minutes=5)
    confirmed = house.erp.confirm_order(key)
    assert (confirmed.state, len(confirmed.shipments)) == ("processing", 1)


def test_two_that_help_one_on_at_once_do_it_once(erp: Running):
    house = of_tryton(erp)
    key, wanted = house.order_key, house.wanted(line("SO-3002", 1))
    leave_confirmed(erp, house, house.erp.save_order(key, wanted).number, minutes=5)
    with ThreadPoolExecutor(2) as both:
        for each in [both.submit(member(erp).confirm_order, key) for _ in range(2)]:
            with contextlib.suppress(ErpFault):
                each.result()
    order = house.erp.confirm_order(key)
    assert (order.state, len(order.shipments)) == ("processing", 1)


def test_one_that_was_confirmed_just_now_is_left_to_whoever_does_it(erp: Running):
    house = of_tryton(erp)
    key, wanted = house.order_key, house.wanted(line("SO-3002", 1))
    leave_confirmed(erp, house, house.erp.save_order(key, wanted).number, minutes=0)
    with pytest.raises(ErpFault) as error:
        house.erp.confirm_order(key)
    assert code(error) == "unknown_outcome"
    there = house.erp.order(key)
    assert there is not None
    assert (there.state, there.shipments) == ("confirmed", ())


def test_one_whose_confirmation_still_runs_there_is_not_processed_twice(erp: Running):
    """On SQLite two at once make two shipments."""
    house = of_tryton(erp)
    key, wanted = house.order_key, house.wanted(line("SO-3002", 1))
    number = house.erp.save_order(key, wanted).number
    with ThreadPoolExecutor(1) as meanwhile, opened(erp) as database:
        first = meanwhile.submit(member(erp).confirm_order, key)
        state = "SELECT state FROM sale_sale WHERE number = ?"
        while database.execute(state, (number,)).fetchone()[0] == "quotation" and not first.done():
            time.sleep(0.005)
        with contextlib.suppress(ErpFault):
            house.erp.confirm_order(key)
        assert len(first.result().shipments) == 1
    order = house.erp.order(key)
    assert order is not None
    assert (order.state, len(order.shipments)) == ("processing", 1)


def test_a_change_that_was_put_in_force_but_not_processed_is_processed_when_asked_for_again(erp: Running):
    """A kill -9 leaves it so: without shipments."""
    house = of_tryton(erp)
    key, wanted = house.order_key, house.wanted(line("SO-3002", 1))
    house.erp.save_order(key, wanted)
    house.erp.confirm_order(key)
    more = replace(wanted, lines=(line("SO-3002", 2),))
    (shipment,) = house.erp.amend_order(key, more).shipments
    with opened(erp) as database:
        (number,) = database.execute(
            "SELECT id FROM stock_shipment_out WHERE number = ?", (shipment.number,)
        ).fetchone()
        database.execute("DELETE FROM stock_move WHERE shipment = ?", (f"stock.shipment.out,{number}",))
        database.execute("DELETE FROM stock_shipment_out WHERE id = ?", (number,))
    left = house.erp.order(key)
    assert left is not None
    assert left.shipments == ()
    assert len(house.erp.amend_order(key, more).shipments) == 1


def leave_confirmed(erp: Running, house: House, number: str | None, *, minutes: int) -> None:
    """As a kill between the commit of the state and the task after it does; so many minutes ago."""
    with opened(erp) as database:
        left = "UPDATE sale_sale SET state = 'confirmed', sale_date = ?, write_date = datetime(CURRENT_TIMESTAMP, ?) WHERE number = ?"
        database.execute(left, (house.today.isoformat(), f"-{minutes} minutes", number))


@contextlib.contextmanager
def opened(erp: Running) -> Iterator[sqlite3.Connection]:
    """Its database, past it; each statement counts at once."""
    file = erp.folder / f"{erp.database}.sqlite"
    with contextlib.closing(sqlite3.connect(file, timeout=20, isolation_level=None)) as database:
        yield database
