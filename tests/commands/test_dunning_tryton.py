"""An invoice that is overdue in the real Tryton: a reminder, the payment, and an end to it."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select

from cpm.clock import utcnow
from cpm.commands import addresses, adopting, customers
from cpm.commands.addresses import Postal
from cpm.demo.erp import debts, places
from cpm.following import Follower
from cpm.model import Case, Errand
from tests import databases as kinds
from tests import order_story
from tests.databases import Databases, Kind
from tests.erp.running import Erp
from tests.order_story import TRYTON, Story
from tests.world import mail

pytestmark = pytest.mark.slow
AHEAD = timedelta(days=20)  #: an invoice of today, 14 days net, is overdue since six


@pytest.fixture
def story(sqlite: Databases, tmp_path: Path, erp: Erp) -> Iterator[Story]:
    with (
        sqlite.fresh(tmp_path, Kind.FURNISHED) as url,
        kinds.opened(url) as database,
        order_story.told(database, tmp_path, erp) as told,
    ):
        told.engine.clock = lambda: utcnow() + AHEAD
        yield told


def owing(story: Story) -> int:
    """A customer whom both sides know, with an invoice over there; the customer's id."""
    mark = uuid4().hex[:8]  # other tests have customers in the same ERP
    case = story.world.receive(mail(sender=f"Mara Beispiel <{mark}@example.org>"))
    assert case is not None
    with story.engine.begin("anna") as uow:
        customers.change(uow, case.customer_id, {"first_name": "Mara", "last_name": "Beispiel"})
        addresses.add(uow, case.customer_id, Postal("Am Sonnenhang 12", "50939", "Köln", "DE"))
        key = f"{uow.get(Case, case.id).customer.number}-{mark}"
        adopting.link(uow, case.customer_id, TRYTON, key, make=True)
    story.work()
    party = story.engine.erp.of(TRYTON).party(key)
    assert party is not None
    debts.invoice(story.erp.people.boss, int(party.number or 0), places.today(), Decimal(100))
    return case.customer_id


def dunned(story: Story, customer: int) -> Case:
    with story.engine.read() as look:
        of_it = select(Case).where(Case.process == "dunning", Case.customer_id == customer)
        return look.session.scalars(of_it).one()


def test_an_overdue_invoice_is_reminded_of_once_and_paid(story: Story) -> None:
    customer = owing(story)
    for _ in range(2):
        Follower(story.engine).turn(TRYTON, Errand.DUNNING, at_once=True)
        story.work()
    case = dunned(story, customer)
    told = [str(mail["Subject"]) for mail in story.sink.mails]
    assert told.count(f"Zahlungserinnerung zur Rechnung {case.business_key}") == 1, told

    story.erp.people.pay(str(case.business_key))
    for _ in range(2):
        story.follow()
    assert dunned(story, customer).outcome == "paid"
