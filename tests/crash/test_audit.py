"""The audit of the fire has power: each thing that may be wrong with the protocol is found, by the part that is meant for it."""

import contextlib
import random
import time
from collections import Counter
from pathlib import Path

import pytest

from cpm.commands import notes
from cpm.commands.notes import Said
from cpm.engine import Engine
from tests.crash import burning, counterpart
from tests.crash.counterpart import Counterpart, Trouble
from tests.crash.hosts import Hosts, engine_on, eventually, lives
from tests.crash.models import deploy, open_case
from tests.databases import Kind

pytestmark = pytest.mark.slow
CASES = 3
#: What is wrong, and the part of the audit that is meant to find it, whatever others say.
FOUND = {
    "deleted first": "lost",
    "flagged": "jobs",
    "journal apart": "histories",
    "key of each attempt": "effects",
}
WITHIN = 120.0  # seconds for the cases of one variant, on a busy machine


def test_a_broken_protocol_is_found(sqlite, tmp_path: Path, fleet: Hosts):
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(sqlite.fresh(tmp_path, Kind.FURNISHED))
        ledger = stack.enter_context(counterpart.serving(Counterpart(random.Random(1), Trouble(0, 0, 0))))
        engine = engine_on(url, tmp_path, counterpart_port=ledger.port)
        stack.callback(engine.database.close)
        deploy(engine, burning.FILES)
        expected = burning.undisturbed(engine)
        found = {}
        for variant in ("sound", *FOUND):
            cases = {open_case(engine, "fire", amount=number).id: number for number in range(CASES)}
            while burning.complete_ready(engine):
                pass  # before the timers ring: nothing but the host can bring them on
            orders = {"processes": 1, "lease": 1, "counterpart_port": ledger.port, "variant": variant}
            host = fleet.begin(url, tmp_path / variant.replace(" ", "_"), **orders)
            _work(engine, cases)
            host.kill_all()
            eventually(lambda host=host: not lives(host.pid))
            wrong = burning.audit(engine, ledger, cases, expected, Counter())
            found[variant] = wrong
            burning.forget(engine, cases)
        assert found.pop("sound") == {}  # it dies at the same place, and has nothing to hide
        assert {variant: part for variant, part in FOUND.items() if part in found[variant]} == FOUND


def _work(engine: Engine, cases: dict[int, int]) -> None:
    """As people do, until all cases are closed or nothing moves any more."""
    until, stood = time.monotonic() + WITHIN, 0
    while time.monotonic() < until and stood < 5 and not burning.all_closed(engine, cases):
        burning.complete_ready(engine)
        stood = stood + 1 if burning.still(engine, cases) else 0
        time.sleep(0.1)


def test_a_note_that_is_taken_twice_is_found(sqlite, tmp_path: Path):
    """A program that got no answer sends it again; without its key it would be there twice."""
    with sqlite.fresh(tmp_path, Kind.FURNISHED) as url:
        engine = engine_on(url, tmp_path)
        deploy(engine, burning.FILES)
        case = open_case(engine, "fire", amount=0)
        taken = Counter({"Note": 1})
        for key, wrong in (("note-1", False), ("note-1", False), ("note-2", True)):
            with engine.begin("shop") as uow:
                said = Said("phone", "Note", "Sie ruft an.", unique_id=key)
                notes.receive(uow, said, email="crowd@example.org", process="fire", case_id=case.id)
            found = burning.audit(engine, Counterpart(random.Random(1)), {case.id: 0}, {}, taken)
            assert ("notes" in found) == wrong
        engine.database.close()
