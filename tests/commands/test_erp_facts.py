"""What the card beside a step says of orders and money, from what an ERP has said before: nobody is asked for it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from cpm.commands import erp_views as kept
from cpm.model import Case, CustomerStatus, ErpLink, LinkedKind
from cpm.queries import guidance, variables
from cpm.queries.erp_views import CUSTOMER, Want
from tests.clock import FakeClock
from tests.ordering import CALLER, called, done
from tests.world import World

MODULES = {"lines": [{"sku": "SO-1001", "qty": Decimal(8)}]}


def advised(firm: World, case: Case, **known: object) -> dict[int, str]:
    """The reasons by the rows of next_action.dmn."""
    task = firm.step(case, "capture_lines")
    with firm.engine.read("oda") as look:
        task = look.get(type(task), task.id)
        seen = {**variables.seen_at(look, task.case, task.node), **known}
        return {one.row: one.reason for one in guidance.guidance(look, task, seen, "de").actions}


def heard(firm: World, case: Case, *bought: str, overdue: int = 0) -> None:
    """A customer of some time, as the ERP has just told."""
    order = {"state": "done", "lines": [{"sku": sku} for sku in bought]}
    value: dict[str, Any] = {"terms": {"overdue": Decimal(overdue)}, "orders": [order], "invoices": []}
    with firm.engine.begin("ERP") as uow:
        customer = uow.get(Case, case.id).customer
        customer.status = CustomerStatus.CUSTOMER
        kept.keep(uow, "demo", Want(CUSTOMER, customer.number), value, at=uow.now)


def test_money_that_is_overdue_an_old_quote_and_a_storage_are_thought_of(
    firm: World, clock: FakeClock
) -> None:
    case = called(firm)
    done(firm, case, "capture_customer", **CALLER)
    assert not {4, 6} & advised(firm, case).keys()
    assert 8 in advised(firm, case, **MODULES), "who has bought nothing has no storage either"
    both = {"lines": [*MODULES["lines"], {"sku": "SO-2501", "qty": Decimal(1)}]}
    assert 8 not in advised(firm, case, **both), "who orders one needs not be told of it"
    heard(firm, case, "SO-1001", overdue=120)
    with firm.engine.begin("worker") as uow:
        quote = ErpLink(system="demo", kind=LinkedKind.ORDER, key="C-9", number="9", seen_at=uow.now)
        quote.customer_id, quote.state = firm.now(case).customer_id, {"state": "quotation"}
        uow.session.add(quote)
    clock.advance(timedelta(days=8))

    found = advised(firm, case, **MODULES)
    assert found[4].startswith("120,00"), found
    assert found[6] == "Angebot seit 8 Tagen offen."
    assert found[8] == "Speicher passt zur Anlage."
    clock.advance(timedelta(seconds=1))
    heard(firm, case, "SO-1001", "SO-2501")
    assert not {4, 8} & advised(firm, case, **MODULES).keys()
    assert 4 in advised(firm, case, check={"terms": {"overdue": Decimal(5)}}), "as it was just checked"
