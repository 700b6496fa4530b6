"""Orders to a real ERP while our workers and the ERP are killed, calls are cut and the ERP freezes: each is there exactly once.

The ERP is a server of this test alone: it is killed, and all its orders are counted.
"""

import contextlib
import os
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from cpm.commands import addresses, cases, customers, process
from cpm.commands.addresses import Postal
from cpm.connectors.erp import Erp as Member
from cpm.connectors.erp import Order
from cpm.connectors.erp.tryton import Server, Tryton
from cpm.demo.erp import places
from cpm.engine import Engine
from cpm.following import Follower
from cpm.model import Case, CaseState, ErpErrand, ErpLink, Errand, Incident, LinkedKind
from cpm.queries import variables
from tests.crash.hosts import Host, Hosts, engine_on, eventually
from tests.crash.models import deploy, in_a_row
from tests.crash.wire import Wire, wire
from tests.databases import Databases
from tests.erp.running import Erp, begun
from tests.world import furnish

pytestmark = pytest.mark.slow
TIMEOUT = 8.0  #: CPM_ERP_TIMEOUT here, in seconds
LEASE = 24  #: seconds; the call of a worker that is killed is made again after two thirds of it, which is more than SETTLES
_SMALL, _FULL = 20, 200
WITHIN = 230.0  # seconds for the small size, on a busy machine; faulthandler ends what takes longer
_CUSTOMERS = 4
_GOODS = ("SO-3002", "KL-9001")
#: Much patience: what is proved is what becomes of attempts, not how many there are before a person is asked.
_PATIENT = '<zeebe:taskHeaders><zeebe:header key="retryBackoff" value="PT1S"/></zeebe:taskHeaders>'


def _asking(element: str, kind: str, mapping: str) -> str:
    task = f'<zeebe:taskDefinition type="{kind}" retries="1000"/>{_PATIENT}'
    mapped = f"<zeebe:ioMapping>{mapping}</zeebe:ioMapping>"
    extension = f"<extensionElements>{task}{mapped}</extensionElements>"
    return f'<serviceTask id="{element}" name="{element}">{extension}</serviceTask>'


_ORDER = '<zeebe:output source="=order" target="order"/><zeebe:output source="=order_no" target="order_no"/>'
FILES = {
    "buying/buying.bpmn": in_a_row(
        "buying",
        _asking("save", "erp.save_order", f'<zeebe:input source="=lines" target="lines"/>{_ORDER}'),
        _asking(
            "confirm",
            "erp.confirm_order",
            f'<zeebe:input source="=order.total" target="expected_total"/>{_ORDER}',
        ),
    )
}


def test_every_order_is_there_exactly_once(
    databases: Databases, tmp_path: Path, fleet: Hosts, full_size: bool
):
    seed = random.randrange(10_000)
    print(f"seed {seed}")
    dice, count = random.Random(seed), _FULL if full_size else _SMALL
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(databases.fresh(tmp_path))
        server = stack.enter_context(begun("8.0", tmp_path / "erp"))
        line = stack.enter_context(wire(server.port))
        erp = _settings(server, line.url)
        engine = engine_on(url, tmp_path, erp=erp)
        stack.callback(engine.database.close)
        furnish(engine)
        deploy(engine, FILES)
        shipped_on = places.today() + timedelta(days=7)  # none of it is late, whatever midnight passes
        before = _stock(server, shipped_on)
        wanted = _open(engine, count, dice, shipped_on)
        host = fleet.begin(url, tmp_path, processes=2, lease=LEASE, erp=erp)
        fire = Fire(engine, server, line, host, dice, list(wanted))
        fire.burn(WITHIN * (10 if full_size else 1), kills=count // 10, freezes=count // 20, hits=count // 7)
        _settled(host)
        print(f"{count} orders: {dict(fire.done)} in {fire.took:.0f} s")
        wrong = _audit(engine, server, wanted, before, _stock(server, shipped_on))
        assert wrong == {}, f"seed {seed}: {wrong}"
        assert fire.done["ERP killed"] >= count // 10
        assert fire.done["ERP frozen"] >= 1
        assert fire.done["worker killed"] >= 1
        assert fire.done["cut"] >= 1


@dataclass
class Fire:
    """What happens meanwhile, to whom, in an order that the dice choose, so often and no more: everything comes to an end."""

    engine: Engine
    server: Erp
    line: Wire
    host: Host
    dice: random.Random
    cases: list[int]
    done: Counter[str] = field(default_factory=Counter)
    took: float = 0.0

    def burn(self, within: float, *, kills: int, freezes: int, hits: int) -> None:
        """Until all cases are closed. So many workers are killed and so many times all calls that are under way are cut."""
        began = time.monotonic()
        due = ["kill"] * kills + ["freeze"] * freezes
        hitting = ["worker killed", "cut"] * hits
        self.dice.shuffle(due)
        every = len(self.cases) / (2 * len(due) + 1)  # what then waits overlaps with the other half
        while (closed := self._closed()) < len(self.cases) and time.monotonic() - began < within:
            time.sleep(self.dice.uniform(0.5, 1.5))
            if due and closed >= every * (kills + freezes - len(due)):
                self._away(due.pop())
            elif hitting and self._hit(hitting[-1]):
                self.done[hitting.pop()] += 1
        for left in due:
            self._away(left)
        self.took = time.monotonic() - began

    def _hit(self, how: str) -> bool:
        """Whether there was somebody to hit."""
        if how == "cut":
            return self.line.cut() > 0
        return self.host.signal_one(self.dice, signal.SIGKILL) is not None

    def _away(self, how: str) -> None:
        if how == "kill":
            self.server.kill()
            self.server.start()
            self.done["ERP killed"] += 1
        else:
            self.server.freeze()
            time.sleep(TIMEOUT + 1)
            self.server.thaw()
            self.done["ERP frozen"] += 1

    def _closed(self) -> int:
        with self.engine.read() as look:
            closed = select(func.count()).where(Case.id.in_(self.cases), Case.state == CaseState.CLOSED)
            return look.session.scalar(closed) or 0


def _audit(
    engine: Engine,
    server: Erp,
    wanted: dict[int, dict[str, int]],
    before: Counter[str],
    left: Counter[str],
) -> dict[str, Any]:
    """What is wrong, by what it is about; nothing if all is as it should be."""
    member = _member(server)
    there = Counter(order.key for order in member.orders_with_keys("C-"))
    wrong: dict[str, Any] = {"incidents": _incidents(engine)}
    with engine.read() as look:
        known = {case.number: (case, wanted[case.id]) for case in map(look.case, wanted)}
        links = look.session.scalars(select(ErpLink).where(ErpLink.kind == LinkedKind.ORDER))
        each = Counter(list(known))
        linked = Counter(link.key for link in links)
        wrong["links"] = (linked - each) + (each - linked)
        wrong["open"] = [number for number, (case, _) in known.items() if case.state != CaseState.CLOSED]
        wrong["number of orders"] = (there - each) + (each - there)
        wrong["orders"] = {
            number: found
            for number, (case, lines) in known.items()
            if (found := _differs(member.order(number), lines, dict(variables.of_case(look, case))))
        }
    sold = Counter({sku: sum(lines.get(sku, 0) for lines in wanted.values()) for sku in _GOODS})
    wrong["stock"] = {sku: (before[sku], left[sku]) for sku in _GOODS if before[sku] - left[sku] != sold[sku]}
    Follower(engine).turn("tryton", Errand.RECONCILIATION, at_once=True)
    with engine.read() as look:
        errand = look.session.get(ErpErrand, ("tryton", Errand.RECONCILIATION))
        result = dict(errand.result or {}) if errand else {}
    wrong["reconciler"] = (
        {} if (result.get("orders"), result.get("differences")) == (len(wanted), 0) else result
    )
    return {part: found for part, found in wrong.items() if found}


def _differs(order: Order | None, lines: dict[str, int], data: dict[str, Any]) -> Any:
    """Both sides say the same: number, total, and what was wanted, confirmed and to be shipped once."""
    if order is None:
        return "missing"
    said = (data.get("order_no"), (data.get("order") or {}).get("total"))
    if (order.number, order.total) != said:
        return (order.number, order.total), said
    if {line.sku: int(line.qty) for line in order.lines} != lines:
        return order.lines
    if (order.state, len(order.shipments)) != ("processing", 1):
        return order.state, order.shipments
    return None


def _open(engine: Engine, count: int, dice: random.Random, wanted_on: date) -> dict[int, dict[str, int]]:
    """Cases by their ids, with what each orders."""
    wanted = {}
    for number in range(count):
        lines = {sku: dice.randint(1, 2) for sku in _GOODS[: dice.randint(1, 2)]}
        with engine.begin("test") as uow:
            who = number % _CUSTOMERS
            customer = customers.of_address(
                uow, f"crowd{who}@example.org", name=f"Jonas Probe {who}", language="de"
            )
            addresses.add(uow, customer.id, Postal(f"Weg {who}", "50667", "Köln"))
            data = {
                "lines": [
                    {"sku": sku, "qty": Decimal(quantity), "wanted_on": wanted_on}
                    for sku, quantity in lines.items()
                ]
            }
            case = cases.open_case(
                uow, customer, process="buying", subject="Test", channel="email", language="de", data=data
            )
            process.start(uow, case)
        wanted[case.id] = lines
    return wanted


def _stock(server: Erp, on: date) -> Counter[str]:
    """What is not promised to anybody on that day."""
    found = _member(server).products(skus=_GOODS, on=on)
    return Counter({product.sku: int(product.available or 0) for product in found})


def _incidents(engine: Engine) -> list[str]:
    with engine.read() as look:
        return [f"{one.case_id} {one.code}: {one.message}" for one in look.session.scalars(select(Incident))]


def _settings(server: Erp, url: str) -> dict[str, Any]:
    signed_in = {"key": server.key, "user": server.user, "password": server.password}
    return {
        "main": "tryton",
        "url": url,
        "database": server.database,
        "timeout": TIMEOUT,
        "poll": 2.0,
        **signed_in,
    }


def _member(server: Erp) -> Member:
    """Past the wire."""
    known = {"key": server.key, "user": server.user, "password": server.password}
    return Tryton(Server(url=server.url, database=server.database, timeout=60, today=places.today, **known))


def _settled(host: Host) -> None:
    """In good order, so that what is under way is written down."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(host.pid, signal.SIGTERM)
    eventually(lambda: not host.workers(), 30)
