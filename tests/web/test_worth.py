"""What a customer is worth to us stands beside a step and on their page, as an ERP said last; nobody is asked for it."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest

from cpm.commands import erp_views as kept
from cpm.commands import notes
from cpm.commands.notes import Said
from cpm.connectors.erp.nouns import Invoice
from cpm.erp_views import _by_month
from cpm.model import Case, ErpLink, LinkedKind
from cpm.queries import variables
from cpm.queries.erp_views import CUSTOMER, Want
from tests.clock import FakeClock
from tests.databases import Sqlite
from tests.web.conftest import Browser
from tests.world import World

GERMAN = {"Accept-Language": "de"}


@pytest.fixture
def databases(sqlite: Sqlite) -> Sqlite:
    """One kind is enough here: the ERP's answers are kept on both elsewhere."""
    return sqlite


def invoice(state: str, total: int, *, month: int = 3) -> Invoice:
    return Invoice("R", state, Decimal(total), Decimal(0), date(2026, month, 5))


def heard(firm: World, case: Case, invoiced: dict[str, Decimal] | None) -> None:
    with firm.engine.begin("ERP") as uow:
        link = ErpLink(system="demo", kind=LinkedKind.CUSTOMER, key="K-1", number="K-1", seen_at=uow.now)
        link.customer_id, link.state = firm.now(case).customer_id, {}
        uow.session.add(link)
    told(firm, invoiced)


def told(firm: World, invoiced: dict[str, Decimal] | None) -> None:
    """As the ERP says it now."""
    owed = {"number": "R-1", "state": "posted", "total": Decimal(900), "open": Decimal(900), "due_on": None}
    terms = {"blocked": False, "credit_limit": None, "credit_used": Decimal(0), "overdue": Decimal(50)}
    value = {"terms": terms, "orders": [], "invoices": [owed], "invoiced": invoiced}
    with firm.engine.begin("ERP") as uow:
        kept.keep(uow, "demo", Want(CUSTOMER, "K-1"), value, at=uow.now)


def test_class_months_and_open_items_stand_there_with_their_age(
    firm: World, case: Case, at: str, browser: Browser, clock: FakeClock
):
    """What is longer ago than twelve months counts no more; the drawing says its months in words."""
    this, before = clock(), clock() - timedelta(days=40)
    months = {f"{this:%Y-%m}": Decimal(4000), f"{before:%Y-%m}": Decimal(2000), "2001-01": Decimal(99)}
    heard(firm, case, months)
    clock.advance(timedelta(hours=3))
    for page in (at, f"/customers/{case.customer_id}"):
        text = browser("anna").get(page, headers=GERMAN).text
        assert 'Kundenwert</dt><dd><span class="tag">B</span>' in text, page
        assert re.search(r"<strong>6\.000,00.€</strong> <small>Stand [^<]+, vor 3 Std\.", text), page
        assert f"Rechnungen nach Monaten: {before:%m/%Y} 2.000,00" in text, page
        assert [
            int(high) for high in re.findall(r'<rect x="\d+" y="\d+" width="16" height="(\d+)"', text)
        ] == [
            20,
            40,
        ], page
        assert "900,00" in text, page


@pytest.mark.parametrize(("amount", "value", "priority"), [(49_999, "B", 55), (50_000, "A", 90)])
def test_a_new_case_is_steered_by_the_same_class(
    firm: World, case: Case, clock: FakeClock, *, amount: int, value: str, priority: int
):
    """A class that nobody fed with money would give good customers no more priority than others."""
    heard(firm, case, {f"{clock():%Y-%m}": Decimal(amount)})
    clock.advance(timedelta(hours=1))
    with firm.engine.begin("anna") as uow:
        said = Said("phone", "", "Noch ein Riss.", "k-1")
        later = notes.open_by_hand(uow, said, process="complaint", customer=case.customer_id)
    with firm.engine.read() as look:
        assert variables.of_case(look, later)["customer_value"] == value
    assert later.priority == priority


@pytest.mark.parametrize("asked", [False, True])
def test_what_nobody_has_heard_is_said_to_be_unknown(
    firm: World, case: Case, at: str, browser: Browser, *, asked: bool
):
    if asked:
        heard(firm, case, None)
    for page in (at, f"/customers/{case.customer_id}"):
        text = browser("anna").get(page, headers=GERMAN).text
        assert "Hier nicht bekannt." in text, page
        assert 'class="revenue"' not in text, page


def test_months_are_added_up_unless_there_are_too_many_invoices(monkeypatch: pytest.MonkeyPatch):
    some = [
        invoice("posted", 100),
        invoice("paid", 20),
        invoice("paid", -30, month=4),
        invoice("cancelled", 7),
    ]
    assert _by_month(some) == {"2026-03": Decimal(120), "2026-04": Decimal(-30)}
    monkeypatch.setattr("cpm.erp_views._A_YEAR", len(some))
    assert _by_month(some) is None
