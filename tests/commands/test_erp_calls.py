"""Calls of cases to their ERP: to the one that the case works with, once, and linked; whatever happens on the way."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from cpm.commands import closing, customers, jobs, resolutions, settling, suspending
from cpm.connectors import Done, ErpConnector, Linked, Retry
from cpm.connectors.erp import Invoice, Party, following
from cpm.connectors.erp.breaker import PAUSE
from cpm.connectors.erp.demo import DemoErp, faults
from cpm.connectors.erp.demo.keeping import opened
from cpm.connectors.erp.faults import SETTLES
from cpm.connectors.erp.guarded import guarded
from cpm.connectors.erp.systems import Systems
from cpm.erp_settings import ErpSettings
from cpm.model import Case, Contact, Customer, CustomerKind, ErpLink, ErpSeen, LinkedKind, Remedy
from cpm.queries import journal, variables
from tests.clock import FakeClock
from tests.commands.conversing import deploy, open_case
from tests.unit.bpmn.drawing import boundary, end, error, job, mapping, model, node, path, start, user
from tests.world import World

#: Of two for 10 EUR less 10 %, with tax.
TOTAL = Decimal("21.42")
ONE = '=[{sku: "PE-9001", qty: 1}]'
AWAY = '<bpmn:error id="er1" errorCode="unreachable"/>'


def asking(element: str, retries: str = "3", **inputs: str) -> str:
    """A service task that asks the ERP and keeps what it brings."""
    return node("serviceTask", element, zeebe=job(f"erp.{element}", retries) + mapping(inputs))


def ordering() -> bytes:
    steps = (
        asking("save_customer"),
        asking("save_order", lines="=lines", discount_percent="=10"),
        asking("confirm_order", expected_total="=total"),
    )
    way = path("s", "save_customer", "save_order", "confirm_order", "after", "e")
    return model(start(), *steps, user("after"), end(), way, process_id="buying")


@pytest.fixture
def demo(firm: World) -> DemoErp:
    """The demo ERP, past its breaker."""
    return DemoErp(firm.engine.settings.erp.demo, lambda: firm.engine.clock().date())


def bought(firm: World, total: object = TOTAL) -> Case:
    lines = [{"sku": "PE-9001", "qty": Decimal(2), "price": Decimal(10)}]
    case = open_case(firm, "buying", lines=lines, total=total)
    firm.drain()
    return case


def links(firm: World) -> dict[tuple[str, str], ErpLink]:
    with firm.engine.read() as look:
        return {(row.kind.value, row.key): row for row in look.session.scalars(select(ErpLink))}


def told(firm: World, case: Case) -> list[str]:
    return [what for what in firm.story(case) if what.startswith("erp.")]


def customer_no(firm: World, case: Case) -> str:
    with firm.engine.read() as look:
        return look.get(Case, case.id).customer.number


def test_an_order_stands_there_under_the_case_s_number_and_is_linked(firm: World, demo: DemoErp):
    deploy(firm, ordering())
    case = bought(firm)
    order = demo.order(case.number)
    assert order is not None
    assert (order.state, order.total, firm.now(case).erp) == ("processing", TOTAL, "demo")
    known = links(firm)
    assert set(known) == {("customer", customer_no(firm, case)), ("order", case.number)}
    of_order = known["order", case.number]
    assert (of_order.number, of_order.case_id) == (order.number, case.id)
    assert of_order.state == following.agreed(order)
    assert told(firm, case) == ["erp.customer_saved", "erp.order_saved", "erp.order_confirmed"]
    with firm.engine.read() as look:
        assert look.session.get_one(ErpSeen, ("demo", "order", case.number)).facts["total"] == TOTAL
        text = [entry.sentence for entry in journal.journal(look, case.id, "en").entries]
    assert f"Order confirmed in the ERP (demo ERP, no. {order.number})." in text


def test_another_total_than_was_read_out_is_not_ordered(firm: World, demo: DemoErp):
    deploy(firm, ordering())
    case = bought(firm, TOTAL + 1)
    incident = firm.incident(case)
    assert (incident.code, incident.team) == ("stock_changed", "order_desk")
    assert "22.42 EUR as it was read out, but it is 21.42 EUR" in incident.message
    order = demo.order(case.number)
    assert order is not None
    assert order.state == "quotation"


def test_what_nobody_knows_the_outcome_of_is_never_made_anew(firm: World, demo: DemoErp, clock: FakeClock):
    """Each step is done and its answer lost: there is one customer, one order, confirmed once. What may still run is waited for."""
    deploy(firm, ordering())
    faults.order(demo.file, "cut", times=3)
    case = bought(firm)
    for lost in (1, 2, 3):
        clock.advance(SETTLES - timedelta(seconds=1))
        firm.drain()
        assert firm.story(case).count("job.postponed") == lost
        clock.advance(timedelta(seconds=1))
        firm.drain()
    assert faults.ordered(demo.file) == []
    assert firm.story(case).count("job.postponed") == 3
    assert firm.at(case) == ["after"]
    assert len(demo.parties(name="Mara")) == 1
    assert [order.state for order in demo.orders_with_keys("")] == ["processing"]
    changes = [change.what for change in demo.changes("") if change.kind == "order"]
    assert changes == ["quotation", "processing"]
    assert told(firm, case) == ["erp.customer_saved", "erp.order_saved", "erp.order_confirmed"]


def test_an_unclear_order_is_asked_for_once_more_by_itself_before_somebody_has_to(
    firm: World, demo: DemoErp, clock: FakeClock
):
    deploy(firm, model(start(), asking("save_order", "0", lines=ONE), end(), path("s", "save_order", "e")))
    faults.order(demo.file, "cut")
    case = open_case(firm, "p")
    firm.drain()
    incident = firm.incident(case)
    assert (incident.code, incident.team) == ("unknown_outcome", "order_desk")
    faults.mend(demo.file)
    clock.advance(timedelta(minutes=5))
    firm.drain()
    assert firm.now(case).state == "closed"
    assert "incident.auto_resolved" in firm.story(case)
    assert len(demo.orders_with_keys("")) == 1


def test_a_model_may_take_another_way_while_the_erp_is_away(firm: World, demo: DemoErp, clock: FakeClock):
    _notes_that_it_is_away(firm, retries="1")
    faults.order(demo.file, "away")
    case = open_case(firm, "p")
    firm.drain()
    assert firm.at(case) == []
    clock.advance(timedelta(seconds=10))
    firm.drain()
    assert firm.at(case) == ["note"]


def test_another_way_waits_while_the_case_is_suspended(firm: World, demo: DemoErp, clock: FakeClock):
    _notes_that_it_is_away(firm, retries="0")
    faults.order(demo.file, "away")
    case = open_case(firm, "p")
    with firm.engine.begin("worker") as uow:
        lease = jobs.lease(uow, "worker")
    with firm.engine.begin("sue") as uow:
        suspending.suspend_case(uow, case.id, why="Kunde überlegt noch.")
    with firm.engine.begin("worker") as uow:
        settling.settle(uow, lease, Retry("It is away.", "unreachable"))
    firm.drain()
    assert (firm.at(case), firm.story(case)[-1]) == ([], "job.answered")
    with firm.engine.begin("sue") as uow:
        suspending.resume_case(uow, case.id)
    firm.drain()
    assert firm.at(case) == ["note"]


def test_what_was_ordered_while_the_case_ended_is_linked_all_the_same(firm: World):
    deploy(firm, ordering())
    case = open_case(firm, "buying", lines=[], total=0)
    with firm.engine.begin("worker") as uow:
        lease = jobs.lease(uow, "slow")
        closing.end(uow, uow.case(case.id), outcome="withdrawn", reason="test")
    done = Done({"order_no": "AU-1"}, links=(Linked("order", case.number, "AU-1", None, "confirmed"),))
    with firm.engine.begin("worker") as uow:
        settling.settle(uow, lease, done)
    assert links(firm)["order", case.number].case_id == case.id
    assert told(firm, case) == ["erp.order_confirmed"]
    assert firm.incident(case).code == "came_late"


def test_new_cases_go_to_the_stand_in_and_stay_there(firm: World, demo: DemoErp, clock: FakeClock):
    """What began in one ERP would not be found in another."""
    deploy(firm, ordering())
    main = DemoErp(demo.file.with_name("main.db"))
    main.name = "tryton"
    given = ErpSettings(main="tryton", standin="demo", demo=demo.file)
    systems = Systems(given, firm.engine.settings.zone, clock)
    for hurried in (True, False):
        systems._members["tryton", hurried] = guarded(main, systems.breaker("tryton"), lambda *_: None)
    firm.engine.erp = systems
    firm.engine.connectors["erp"] = ErpConnector(systems)  # type: ignore[index]

    before = bought(firm, total=0)  # waits for a person, as another total was read out
    faults.order(main.file, "away")
    clock.advance(PAUSE)
    meanwhile = bought(firm, total=0)
    faults.mend(main.file)
    clock.advance(PAUSE)
    afterwards = bought(firm, total=0)
    assert [firm.now(case).erp for case in (before, meanwhile, afterwards)] == ["tryton", "demo", "tryton"]
    assert [told(firm, case)[:1] for case in (before, meanwhile)] == [
        ["erp.customer_saved"],
        ["erp.stood_in"],
    ]

    for case in (before, meanwhile):
        incident = firm.incident(case)
        with firm.engine.begin("sue") as uow:
            resolutions.resolve(
                uow, incident.id, Remedy.CORRECT, note="Neu vorgelesen.", data={"total": TOTAL}
            )
    firm.drain()
    assert [erp.order(before.number) is not None for erp in (main, demo)] == [True, False]
    assert [erp.order(meanwhile.number) is not None for erp in (main, demo)] == [False, True]
    assert [firm.at(case) for case in (before, meanwhile)] == [["after"], ["after"]]


def test_a_customer_of_several_cases_is_linked_once(firm: World, demo: DemoErp):
    deploy(firm, ordering())
    first, second = bought(firm), bought(firm)
    assert [kind for kind, _ in links(firm)].count("customer") == 1
    assert told(firm, second) == ["erp.order_saved", "erp.order_confirmed"]
    assert len(demo.orders_of(customer_no(firm, first))) == 2


def test_a_linked_customer_keeps_the_key_that_they_have_there(firm: World, demo: DemoErp):
    """They were a customer over there long before they wrote to us."""
    deploy(firm, ordering())
    demo.save_party(Party("4711", "Mara Beispiel", company=False))
    with firm.engine.begin("test") as uow:
        customer = customers.of_address(uow, "mara@example.org", name="Mara Beispiel", language="de")
        uow.session.flush()
        link = {"system": "demo", "kind": LinkedKind.CUSTOMER, "key": "4711", "seen_at": uow.now}
        uow.session.add(ErpLink(**link, customer_id=customer.id))
    case = bought(firm)
    assert [order.key for order in demo.orders_of("4711")] == [case.number]
    assert [party.key for party in demo.parties(name="Mara")] == ["4711"]


def test_an_invoice_of_the_company_is_there_for_who_speaks_for_it_and_for_no_other(
    firm: World, demo: DemoErp
):
    way = path("s", "open_items", "after", "e")
    bill = model(start(), asking("open_items", invoice_no="=bill"), user("after"), end(), way)
    deploy(firm, bill)
    one = Invoice("R-1", "posted", Decimal(10), Decimal(10), None, None, customer="4711")
    demo.party("4711")  # the file is there
    with opened(firm.engine.settings.erp.demo) as memory:
        memory.keep(one, "R-1", "R-1")
    stranger = open_case(firm, "p", bill="R-1")
    firm.drain()
    assert firm.incident(stranger).code == "not_found"
    with firm.engine.begin("test") as uow:
        company = Customer(company_name="Sonne GmbH", kind=CustomerKind.COMPANY, created_at=uow.now)
        uow.session.add(company)
        uow.session.flush()
        link = {"system": "demo", "kind": LinkedKind.CUSTOMER, "key": "4711", "seen_at": uow.now}
        uow.session.add(ErpLink(**link, customer_id=company.id))
        person = uow.case(stranger.id).customer_id
        uow.session.add(Contact(company_id=company.id, person_id=person, created_at=uow.now))
    speaks = open_case(firm, "p", bill="R-1")
    firm.drain()
    assert firm.at(speaks) == ["after"]


def test_all_that_a_customer_owes_is_found_however_many_invoices_came_after(firm: World):
    deploy(firm, owing())
    case = open_case(firm, "owing")
    day = firm.engine.clock().date()
    with opened(firm.engine.settings.erp.demo) as memory:
        for number in range(30):
            paid = number > 0
            one = Invoice(
                f"RE-{number}",
                "paid" if paid else "posted",
                Decimal(10),
                Decimal(0 if paid else 10),
                day,
                day,
                customer=customer_no(firm, case),
            )
            memory.keep(one, one.number or "", one.number)
    firm.drain()
    with firm.engine.read() as look:
        assert variables.of_case(look, look.get(Case, case.id))["open_amount"] == 10


def owing() -> bytes:
    way = path("s", "open_items", "after", "e")
    return model(start(), asking("open_items"), user("after"), end(), way, process_id="owing")


def _notes_that_it_is_away(firm: World, *, retries: str) -> None:
    """A process whose call has another way."""
    steps = (
        asking("check_order", retries, lines=ONE),
        boundary("away", "check_order", error("er1")),
        user("note"),
    )
    ways = path("s", "check_order", "e") + path("away", "note", "e2")
    deploy(firm, model(start(), *steps, end(), end("e2"), ways, declared=AWAY))
