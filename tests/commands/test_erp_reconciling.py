"""Both sides are compared each night: what differs reaches the person who can settle it, once, with a remedy."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from cpm.commands import erp_views, resolutions
from cpm.connectors.erp.demo import faults
from cpm.errors import Conflict, Invalid
from cpm.model import Case, ErpSeen, ErpView, Errand, Remedy
from cpm.queries import settling
from cpm.queries.erp_views import ORDER, Want
from cpm.queries.remedy_fields import fields
from cpm.worker import Worker
from tests.clock import FakeClock
from tests.following import MODULE, Site
from tests.world import World


@pytest.fixture
def site(firm: World, clock: FakeClock) -> Site:
    found = Site(firm, clock)
    found.poll()
    return found


@pytest.fixture
def case(site: Site) -> Case:
    """With an order that both sides know."""
    case = site.case()
    site.linked(case, site.ordered(case))
    site.firm.drain()
    return case


def compared(site: Site) -> tuple[int, int]:
    """Differences, and how many of them are new."""
    result = site.reconcile()
    return int(result["differences"]), int(result["new"])


def _drifts(site: Site, case: Case) -> None:
    """Somebody has changed the order there, and the feed has lost it."""
    site.people.change(site.erp.order(case.number).number, MODULE, Decimal(9))
    with site.firm.engine.begin("erp") as uow:
        uow.session.execute(update(ErpSeen).values(seen_at=uow.now))
    with pytest.MonkeyPatch.context() as lost:
        lost.setattr("cpm.commands.erp_news._news", lambda *_: [])
        site.poll()


def test_two_sides_that_are_the_same_have_no_difference(site: Site, case: Case):
    assert compared(site) == (0, 0)
    assert site.errand(Errand.RECONCILIATION).result["orders"] == 1
    assert site.errand(Errand.RECONCILIATION).result["customers"] == 1
    assert site.incidents(case) == []


def test_an_amount_that_differs_is_one_incident_however_often_it_is_found(site: Site, case: Case):
    _drifts(site, case)
    assert [compared(site) for _ in range(3)] == [(1, 1), (1, 0), (1, 0)]
    (incident,) = site.incidents(case)
    assert (incident.connector, incident.code, incident.team) == ("erp", "drift", "finance")
    assert incident.remedies == ["correct", "supply", "handover"]
    assert incident.facts["ours"] != incident.facts["theirs"]


def test_theirs_is_taken_over_and_then_both_are_the_same(site: Site, case: Case):
    _drifts(site, case)
    site.reconcile()
    (incident,) = site.incidents(case)
    with pytest.raises(Invalid), site.firm.engine.begin("fay") as uow:
        resolutions.resolve(uow, incident.id, Remedy.CORRECT, data={"keep": "ours"})
    with site.firm.engine.begin("fay") as uow:
        resolutions.resolve(uow, incident.id, Remedy.CORRECT, data={"keep": "theirs"})
    assert compared(site) == (0, 0)
    (finding,) = site.findings()
    assert finding.gone_at is not None


def test_a_delivery_that_the_case_has_not_heard_of_is_told(site: Site, case: Case):
    site.people.ship(site.erp.order(case.number).number)
    with pytest.MonkeyPatch.context() as lost:
        lost.setattr("cpm.commands.erp_news._news", lambda *_: [])
        site.poll()
    assert [compared(site) for _ in range(2)] == [(1, 1), (1, 0)]
    (incident,) = site.incidents(case)
    assert (incident.facts["field"], incident.facts["theirs"]) == ("shipped", "10 SO-1001, 1 SO-2001")
    assert "ours is nothing and that of demo is 10 SO-1001, 1 SO-2001" in incident.message
    assert incident.remedies == ["supply", "handover"]
    with site.firm.engine.begin("fay") as uow:
        resolutions.resolve(uow, incident.id, Remedy.SUPPLY, note="Der Kunde weiß es, er hat angerufen.")
    assert compared(site) == (1, 0)


def test_what_left_and_was_told_is_no_difference(site: Site, case: Case):
    site.people.ship(site.erp.order(case.number).number, (MODULE,))
    assert compared(site) == (0, 0)


def test_goods_that_are_planned_twice_over_there_are_told(
    site: Site, case: Case, monkeypatch: pytest.MonkeyPatch
):
    order = site.erp.order(case.number)
    twice = replace(order, lines=tuple(replace(one, planned=one.qty * 2) for one in order.lines))
    monkeypatch.setattr(site.erp, "orders_with_keys", lambda _prefix, most: [twice][:most], raising=False)
    monkeypatch.setattr(site.erp, "order", lambda _key: twice, raising=False)
    assert compared(site) == (1, 1)
    (incident,) = site.incidents(case)
    assert (incident.facts["ours"], incident.facts["theirs"]) == (
        "10 SO-1001, 1 SO-2001",
        "20 SO-1001, 2 SO-2001",
    )


def test_other_goods_for_the_same_money_are_told(site: Site, case: Case, monkeypatch: pytest.MonkeyPatch):
    order = site.erp.order(case.number)
    lines = (replace(order.lines[0], qty=Decimal(8), planned=Decimal(8)), *order.lines[1:])
    other = replace(order, lines=lines)
    monkeypatch.setattr(site.erp, "orders_with_keys", lambda _prefix, most: [other][:most], raising=False)
    monkeypatch.setattr(site.erp, "order", lambda _key: other, raising=False)
    assert compared(site) == (1, 1)
    assert [one.field for one in site.findings()] == ["ordered"]


def test_what_was_accepted_is_told_again_only_when_it_is_another_difference(site: Site, case: Case):
    _drifts(site, case)
    site.reconcile()
    (incident,) = site.incidents(case)
    with site.firm.engine.begin("fay") as uow:
        resolutions.resolve(uow, incident.id, Remedy.SUPPLY, note="Rabatt von Hand, so abgesprochen.")
    assert (compared(site), len(site.incidents(case))) == ((1, 0), 1)
    _change_again(site, case)
    assert (compared(site), len(site.incidents(case))) == ((1, 1), 2)


def test_what_was_accepted_is_not_gone_while_something_of_the_order_is_on_its_way(site: Site, case: Case):
    _drifts(site, case)
    site.reconcile()
    (incident,) = site.incidents(case)
    with site.firm.engine.begin("fay") as uow:
        resolutions.resolve(uow, incident.id, Remedy.SUPPLY, note="Rabatt von Hand, so abgesprochen.")
    with pytest.MonkeyPatch.context() as moving:
        moving.setattr("cpm.queries.erp_orders.on_their_way", lambda *_: True)
        assert compared(site) == (0, 0)
    assert (compared(site), len(site.incidents(case))) == ((1, 0), 1)


def test_nobody_takes_over_what_is_not_so_any_more(site: Site, case: Case):
    _drifts(site, case)
    site.reconcile()
    _change_again(site, case)
    assert (compared(site), len(site.incidents(case))) == ((1, 1), 1)
    (incident,) = site.incidents(case)
    total = site.erp.order(case.number).total
    assert incident.facts["theirs"] == str(total)
    assert str(total) in incident.message
    site.people.change(site.erp.order(case.number).number, MODULE, Decimal(10))
    with pytest.MonkeyPatch.context() as lost:
        lost.setattr("cpm.commands.erp_news._news", lambda *_: [])
        site.poll()
    assert compared(site) == (0, 0)
    with pytest.raises(Conflict), site.firm.engine.begin("fay") as uow:
        resolutions.resolve(uow, incident.id, Remedy.CORRECT, data={"keep": "theirs"})


def _change_again(site: Site, case: Case) -> None:
    site.people.change(site.erp.order(case.number).number, MODULE, Decimal(7))
    with pytest.MonkeyPatch.context() as lost:
        lost.setattr("cpm.commands.erp_news._news", lambda *_: [])
        site.poll()


def test_a_difference_that_is_gone_closes_no_incident(site: Site, case: Case):
    _drifts(site, case)
    site.reconcile()
    site.people.change(site.erp.order(case.number).number, MODULE, Decimal(10))
    with pytest.MonkeyPatch.context() as lost:
        lost.setattr("cpm.commands.erp_news._news", lambda *_: [])
        site.poll()
    assert compared(site) == (0, 0)
    (incident,) = site.incidents(case)
    assert (incident.state.value, site.findings()[0].gone_at is not None) == ("open", True)


def test_what_is_merely_on_its_way_is_no_difference(site: Site, case: Case):
    site.people.change(site.erp.order(case.number).number, MODULE, Decimal(9))
    assert compared(site) == (0, 0)
    assert [name for name, _ in site.told()] == ["order_changed_in_erp"]


def test_an_order_that_is_missing_over_there_is_told(site: Site, case: Case, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(site.erp, "orders_with_keys", lambda _prefix, most: [][:most], raising=False)
    monkeypatch.setattr(site.erp, "order", lambda _key: None, raising=False)
    assert compared(site) == (1, 1)
    (incident,) = site.incidents(case)
    assert (incident.facts["field"], incident.remedies) == ("missing", ["supply", "handover"])


def test_an_order_of_ours_that_nobody_here_knows_is_told_on_the_case_that_its_key_names(site: Site):
    case = site.case()
    site.ordered(case)
    assert compared(site) == (1, 1)
    (incident,) = site.incidents(case)
    assert incident.facts["field"] == "unknown"


def test_an_order_under_a_key_of_no_case_is_found_without_an_incident(site: Site):
    case = site.case()
    order = site.ordered(case)
    stranger = replace(order, key="C-999999-9")
    with pytest.MonkeyPatch.context() as there:
        there.setattr(site.erp, "orders_with_keys", lambda _prefix, most: [stranger][:most], raising=False)
        there.setattr(site.erp, "order", lambda _key: stranger, raising=False)
        assert compared(site) == (1, 1)
    (finding,) = site.findings()
    assert (finding.case_id, finding.incident_id, finding.field) == (None, None, "unknown")


def test_customers_meet_by_themselves_and_only_what_nobody_can_decide_is_told(site: Site, case: Case):
    site.people.change_customer(case.customer.number, language="en")
    assert compared(site) == (0, 0)
    Worker(site.firm.engine).drain()
    assert compared(site) == (1, 1)
    (incident,) = site.incidents(case)
    assert (incident.element, incident.team) == ("customer", "master_data")
    assert incident.remedies == ["correct", "supply"]
    with site.firm.engine.read("sue") as look:
        (field,) = fields(look, look.get(type(incident), incident.id), Remedy.CORRECT, "de")
        assert [value for value, _ in field.options] == ["theirs", "ours"]
        assert settling.settling(look, look.get(type(incident), incident.id), "de").actable
    with site.firm.engine.begin("sue") as uow:
        resolutions.resolve(uow, incident.id, Remedy.CORRECT, data={"keep": "theirs"})
    Worker(site.firm.engine).drain()
    assert compared(site) == (0, 0)


def test_while_the_erp_is_away_nothing_is_said(site: Site, case: Case):
    _drifts(site, case)
    faults.order(site.firm.engine.settings.erp.demo, "away")
    site.clock.advance(timedelta(minutes=1))
    site.follower().turn("demo", Errand.RECONCILIATION, at_once=True)
    row = site.errand(Errand.RECONCILIATION)
    assert (row.result, row.failures, site.incidents(case)) == (None, 1, [])


def test_what_was_heard_for_pages_that_nobody_looks_at_is_forgotten_in_the_night(site: Site):
    """Of every system, also of one that this installation works with no more."""
    with site.firm.engine.begin("ERP") as uow:
        for system, days in (("demo", 29), ("demo", 31), ("gone", 31)):
            at = uow.now - timedelta(days=days)
            erp_views.keep(uow, system, Want(ORDER, f"{days}"), {"order": None}, at=at)
    site.reconcile()
    with site.firm.engine.read() as look:
        assert look.session.scalars(select(ErpView.key)).all() == ["order/29"]


def test_it_runs_once_a_night_however_many_workers_there_are(site: Site, case: Case):
    site.follower().turn("demo", Errand.RECONCILIATION)
    due = site.errand(Errand.RECONCILIATION).due_at
    assert due.astimezone(site.firm.engine.settings.zone).strftime("%d.%m. %H:%M") == "03.03. 02:30"
    site.clock.advance(due - site.clock())
    assert [site.follower().turn("demo", Errand.RECONCILIATION) for _ in range(3)] == [True, False, False]
