"""Operators see how we stand with the ERP: how far behind its changes, what could not be read, what differs."""

from decimal import Decimal

import pytest

from cpm.model import Errand
from cpm.queries import erp_errands
from tests.clock import FakeClock
from tests.commands.test_access import deploy_confidential
from tests.following import MODULE, Site
from tests.web.conftest import Browser
from tests.world import World

pytestmark = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def site(firm: World, clock: FakeClock) -> Site:
    found = Site(firm, clock)
    found.poll()
    return found


def test_the_page_tells_how_each_errand_went(browser: Browser, site: Site):
    client = browser("otto")
    site.customer_there(site.case())
    site.poll()
    site.follower().turn("demo", Errand.CATALOGUE)
    page = client.get("/admin/erp", headers=ENGLISH)
    assert "up to" in page.text
    assert "in order" in page.text
    assert "not done yet" in page.text


def test_what_could_not_be_read_is_read_again_or_discarded(
    browser: Browser, site: Site, monkeypatch: pytest.MonkeyPatch
):
    client = browser("otto")
    order = site.ordered(site.case())
    site.people.ship(order.number)
    with monkeypatch.context() as broken:
        broken.setattr(site.erp, "order", lambda _key: 1 / 0, raising=False)
        site.poll()
    first, *_, last = [row.change for row in site.aside()]
    assert "ZeroDivisionError" in client.get("/admin/erp", headers=ENGLISH).text
    assert client.post(f"/admin/erp/demo/aside/{first}/discard").status_code == 303
    assert client.post(f"/admin/erp/demo/aside/{last}/again").status_code == 303
    site.poll()
    assert site.told() == [("delivery_sent", order.number)]
    assert client.post(f"/admin/erp/demo/aside/{last}/again").status_code == 404


def test_what_differs_is_shown_without_what_belongs_to_a_case(browser: Browser, site: Site):
    client = browser("otto")
    case = site.case()
    site.linked(case, site.ordered(case))
    site.people.change(site.erp.order(case.number).number, MODULE, Decimal(9))
    with pytest.MonkeyPatch.context() as lost:
        lost.setattr("cpm.commands.erp_news._news", lambda *_: [])
        site.poll()
    site.reconcile()
    page = client.get("/admin/erp", headers=ENGLISH).text
    assert ("1 orders and 1 customers compared, 1 differences." in page, case.number in page) == (True, True)
    assert str(site.findings()[0].theirs) not in page


def test_nothing_tells_an_operator_the_number_of_a_confidential_case(
    browser: Browser, site: Site, monkeypatch: pytest.MonkeyPatch
):
    """Neither what differs nor a change that could not be read, nor the reason why."""
    client, case = browser("otto"), site.case()
    order = site.ordered(case)
    site.linked(case, order)
    site.people.change(order.number, MODULE, Decimal(9))
    with monkeypatch.context() as broken:
        broken.setattr("cpm.following.feeding._read", _unreadable)
        site.poll()
    with monkeypatch.context() as lost:
        lost.setattr("cpm.queries.erp_orders.on_their_way", lambda *_: False)
        site.reconcile()
    assert client.get("/admin/erp").text.count(case.number) == 3
    deploy_confidential(site.firm)
    page = client.get("/admin/erp").text
    assert case.number not in page
    assert page.count("***") == 3
    assert client.post(f"/admin/erp/demo/aside/{site.aside()[0].change}/discard").status_code == 303
    audit = client.get("/admin/audit", headers=ENGLISH).text
    assert (case.number in audit, "(order ***) is not looked at any more" in audit) == (False, True)
    with site.firm.engine.read() as look:  # as the command line reads
        assert erp_errands.systems(look, ["demo"], "en")[0].findings[0].key == case.number


def _unreadable(_work: object, _kind: str, key: str) -> None:
    raise ValueError(f"order {key} has no lines")


def test_an_errand_is_run_at_once_when_an_operator_asks(browser: Browser, site: Site):
    client = browser("otto")
    site.follower().turn("demo", Errand.RECONCILIATION)
    assert client.post("/admin/erp/demo/reconciliation/run").status_code == 303
    assert site.errand(Errand.RECONCILIATION).due_at == site.clock()
    assert client.post("/admin/erp/demo/nonsense/run").status_code == 404
    assert client.post("/admin/erp/sap/feed/run").status_code == 404
