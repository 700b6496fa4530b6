"""An order on the demo's ERP, step by step as people and machine work on it together."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from cpm.commands import acting, notes, users
from cpm.commands.customers import Facts
from cpm.commands.notes import NewCustomer, Said
from cpm.connectors.erp.demo import People
from cpm.following import Follower
from cpm.model import Case, Document, Errand, Incident, IncidentState, Role
from cpm.queries import actions, variables
from tests.clock import FakeClock
from tests.world import World

CALLER = {
    "customer_kind": "company",
    "company_name": "Sonnenschein AG",
    "vat_id": "DE136695976",
    "gender_address": "Frau",
    "first_name": "Eva",
    "last_name": "Sommer",
    "street": "Am Hang 3",
    "postcode": "50939",
    "city": "Köln",
    "country": "DE",
    "email": "einkauf@sonnenschein.example.com",
    "language": "de",
}


def working_day(day: date, ahead: int) -> str:
    found = day + timedelta(days=ahead)
    while found.weekday() > 4:
        found += timedelta(days=1)
    return found.isoformat()


def lines(firm: World, clock: FakeClock, *wanted: tuple[str, int]) -> list[dict[str, Any]]:
    on = working_day(clock().date(), 3)
    return [{"sku": sku, "qty": str(qty), "wanted_on": on, "all_together": False} for sku, qty in wanted]


def called(firm: World) -> Case:
    for errand in (Errand.CATALOGUE, Errand.FEED):
        Follower(firm.engine).turn("demo", errand)
    with firm.engine.begin("otto") as uow:
        users.add_user(uow, "oda", name="Oda", roles=(Role.AGENT,), teams=("order_desk",))
    with firm.engine.begin("oda") as uow:
        said = Said("phone", "Module und Haken", "Geht das bis nächste Woche?", language="de")
        who = NewCustomer(Facts(last_name="Sommer"), phone="0221 5550100")
        case = notes.open_by_hand(uow, said, process="order", customer=who)
    firm.drain()
    return case


def known(firm: World, case: Case) -> dict[str, Any]:
    with firm.engine.read() as look:
        return dict(variables.load(look, case)[""])


def done(firm: World, case: Case, element: str, who: str = "oda", **data: Any) -> None:
    firm.do(case, element, who, data)
    firm.drain()


def confirmation(firm: World, case: Case, kind: str = "AB") -> list[Document]:
    with firm.engine.read() as look:
        ours = (Document.case_id == case.id) & (Document.kind == kind) & Document.current
        return list(look.session.scalars(select(Document).where(ours)))


def calm(firm: World, case: Case) -> bool:
    with firm.engine.read() as look:
        open_ones = (Incident.case_id == case.id) & (Incident.state == IncidentState.OPEN)
        return list(look.session.scalars(select(Incident.code).where(open_ones))) == []


def ordered(firm: World, clock: FakeClock, *wanted: tuple[str, int]) -> Case:
    """Confirmed; nothing of it is short."""
    case = called(firm)
    done(firm, case, "capture_customer", **CALLER)
    done(firm, case, "capture_lines", lines=lines(firm, clock, *wanted))
    done(firm, case, "confirm_order", accepted="yes")
    return case


def people(firm: World, clock: FakeClock) -> People:
    return People(firm.engine.settings.erp.demo, lambda: clock().date())


def follow(firm: World, clock: FakeClock) -> None:
    """What happened over there reaches the case."""
    for _ in range(3):
        clock.advance(timedelta(minutes=1))
        Follower(firm.engine).turn("demo", Errand.FEED)
        firm.drain()


def says(firm: World, case: Case, message: str) -> None:
    """An agent presses the button on the page of the case."""
    with firm.engine.begin("oda") as uow:
        assert message in [one.message for one in actions.of_case(uow, uow.get(Case, case.id), "de")]
        acting.act(uow, case.id, message)
    firm.drain()
