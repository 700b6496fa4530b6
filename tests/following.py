"""An order of a case in the demo ERP, the people over there, and who follows them."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from cpm.commands import erp_seen, process
from cpm.connectors.erp import Line, Order, PostalAddress, Wanted, following, telling
from cpm.connectors.erp.demo.people import People
from cpm.following import Follower
from cpm.model import Case, Customer, ErpChange, ErpErrand, ErpFinding, ErpLink, Errand, Incident, Message
from cpm.queries import party
from tests.clock import FakeClock
from tests.world import World, mail

MODULE, INVERTER = "SO-1001", "SO-2001"


@dataclass
class Site:
    firm: World
    clock: FakeClock

    @property
    def people(self) -> People:
        engine = self.firm.engine
        return People(engine.settings.erp.demo, lambda: engine.clock().date())

    @property
    def erp(self):
        return self.firm.engine.erp.of("demo")

    def follower(self) -> Follower:
        return Follower(self.firm.engine)

    def poll(self, times: int = 1) -> None:
        """Look again as soon as that is due."""
        for _ in range(times):
            self.clock.advance(timedelta(minutes=1))
            self.follower().turn("demo", Errand.FEED)

    def case(self, number: int = 1) -> Case:
        raw = mail(sender=f"Mara <mara{number}@example.org>", message_id=f"<{number}@example.org>")
        case = self.firm.receive(raw)
        assert case is not None
        return case

    def customer_there(self, case: Case) -> None:
        with self.firm.engine.read() as look:
            found = party.party(look, look.get(Customer, case.customer_id))
        self.erp.save_party(found)

    def ordered(self, case: Case, qty: int = 10) -> Order:
        """A confirmed order of the case, over there."""
        self.customer_there(case)
        with self.firm.engine.begin("worker") as uow:
            uow.case(case.id).erp = "demo"
        key = case.customer.number if case.customer else ""
        lines = (Line(MODULE, Decimal(qty)), Line(INVERTER, Decimal(1)))
        ship_to = PostalAddress("Weg 1", "50667", "Köln", "DE")
        self.erp.save_order(case.number, Wanted(key, lines, ship_to=ship_to))
        return self.erp.confirm_order(case.number)

    def linked(self, case: Case, order: Order, **data: object) -> None:
        """As a call of the case would have left it."""
        number, customer = order.number, case.customer
        told = {"order_no": number, "order": telling.order(order), **data}
        with self.firm.engine.begin("worker") as uow:
            of_order = {"kind": "order", "key": order.key, "number": number, "case_id": case.id}
            of_customer = {"kind": "customer", "key": customer.number, "number": None}
            for each in (of_order, of_customer):
                row = ErpLink(system="demo", seen_at=uow.now, customer_id=customer.id, **each)
                uow.session.add(row)
            erp_seen.note(uow, "demo", "order", order.key, following.agreed(order))
            process.change(uow, uow.case(case.id), told)

    def reconcile(self) -> dict[str, int]:
        self.clock.advance(timedelta(minutes=1))
        self.follower().turn("demo", Errand.RECONCILIATION, at_once=True)
        return self.errand(Errand.RECONCILIATION).result

    def incidents(self, case: Case) -> list[Incident]:
        with self.firm.engine.read() as look:
            of_case = select(Incident).where(Incident.case_id == case.id).order_by(Incident.id)
            return list(look.session.scalars(of_case))

    def findings(self) -> list[ErpFinding]:
        with self.firm.engine.read() as look:
            return list(look.session.scalars(select(ErpFinding).order_by(ErpFinding.id)))

    def told(self) -> list[tuple[str, str]]:
        """Each message that was made, by name and key, the oldest first."""
        return [(row.name, row.key) for row in self.messages()]

    def messages(self) -> list[Message]:
        with self.firm.engine.read() as look:
            ours = select(Message).where(Message.sender == "erp/demo").order_by(Message.id)
            return list(look.session.scalars(ours))

    def errand(self, errand: Errand = Errand.FEED) -> ErpErrand:
        with self.firm.engine.read() as look:
            return look.session.get_one(ErpErrand, ("demo", errand))

    def aside(self) -> list[ErpChange]:
        with self.firm.engine.read() as look:
            return list(look.session.scalars(select(ErpChange).where(ErpChange.state == "aside")))
