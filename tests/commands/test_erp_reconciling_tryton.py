"""Both sides are compared where the other one is the real Tryton: what it planned, and what is no difference."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select

from cpm.commands import addresses, customers
from cpm.commands.addresses import Postal
from cpm.connectors.erp import Order
from cpm.following import Follower
from cpm.model import Case, ErpErrand, Errand, Incident
from tests import databases as kinds
from tests import order_story
from tests.commands.conversing import deploy, open_case
from tests.databases import Databases, Kind
from tests.erp.running import Erp
from tests.order_story import TRYTON, Story
from tests.unit.bpmn.drawing import end, job, mapping, model, node, path, start, user

pytestmark = pytest.mark.slow


@pytest.fixture
def story(sqlite: Databases, tmp_path: Path, erp: Erp) -> Iterator[Story]:
    """With keys of its own: other tests have orders in the same Tryton."""
    with (
        sqlite.fresh(tmp_path, Kind.FURNISHED) as url,
        kinds.opened(url) as database,
        order_story.told(database, tmp_path, erp, prefix=f"{uuid4().hex[:8]}-") as told,
    ):
        yield told


def asking(element: str, **inputs: str) -> str:
    return node("serviceTask", element, zeebe=job(f"erp.{element}") + mapping(inputs))


def bought(story: Story) -> Case:
    """Two kinds of goods ordered, and something given back for an older matter."""
    wanted = '=[{sku: "SO-3002", qty: 2}, {sku: "PE-9001", qty: 1}]'
    steps = (asking("save_order", lines=wanted), asking("confirm_order"))
    credit = asking("credit_note", amount="=11.90", reason='="Kulanz"')
    way = path("s", "save_order", "confirm_order", "credit_note", "after", "e")
    deploy(story.world, model(start(), *steps, credit, user("after"), end(), way, process_id="buying"))
    case = open_case(story.world, "buying", approved=True)
    with story.engine.begin("anna") as uow:
        customers.change(uow, case.customer_id, {"first_name": "Mara", "last_name": uuid4().hex[:8]})
        addresses.add(uow, case.customer_id, Postal("Am Sonnenhang 12", "50939", "Köln", "DE"))
    story.work()
    return case


def compared(story: Story) -> tuple[int, int]:
    """Orders, and how many differences."""
    assert Follower(story.engine).turn(TRYTON, Errand.RECONCILIATION, at_once=True)
    with story.engine.read() as look:
        result = look.session.get_one(ErpErrand, (TRYTON, Errand.RECONCILIATION)).result
    return int(result["orders"]), int(result["differences"])


def _line(there: sqlite3.Connection, order: Order) -> int:
    """The id of its first line."""
    query = "SELECT l.id FROM sale_line l JOIN sale_sale s ON s.id = l.sale WHERE s.number = ? ORDER BY l.id"
    return int(there.execute(query, (order.number,)).fetchone()[0])


def test_what_tryton_has_planned_is_what_was_ordered_and_a_credit_note_is_no_order(story: Story):
    case = bought(story)
    assert compared(story) == (1, 0)
    order = story.engine.erp.of(TRYTON).order(case.number)
    assert order is not None
    assert [(one.qty, one.planned) for one in order.lines] == [(2, 2), (1, 1)]
    with closing(sqlite3.connect(story.erp.folder / f"{story.erp.database}.sqlite", timeout=20)) as there:
        there.execute(
            "UPDATE stock_move SET quantity = 5 WHERE origin = ?", (f"sale.line,{_line(there, order)}",)
        )
        there.commit()
    assert compared(story) == (1, 1)
    with story.engine.read() as look:
        (incident,) = look.session.scalars(select(Incident))
    assert (incident.facts["field"], incident.facts["ours"], incident.facts["theirs"]) == (
        "planned",
        "1 PE-9001, 2 SO-3002",
        "1 PE-9001, 5 SO-3002",
    )
