"""The ERP behind its breaker: quick when it is away, and asked again when it may be back."""

import threading
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cpm import settings
from cpm.connectors.erp import ErpFault
from cpm.connectors.erp.breaker import PAUSE, Breaker
from cpm.connectors.erp.budget import Budget
from cpm.connectors.erp.demo import DemoErp, faults
from cpm.connectors.erp.guarded import guarded
from cpm.connectors.erp.systems import Systems
from cpm.erp_settings import ErpSettings
from cpm.errors import Invalid
from tests.clock import FakeClock

BERLIN = ZoneInfo("Europe/Berlin")
AT_ONCE = timedelta(seconds=5)


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    return tmp_path / "erp-demo.db"


@pytest.fixture
def systems(demo: Path, clock: FakeClock) -> Systems:
    return Systems(ErpSettings(demo=demo), BERLIN, clock)


def asked(systems: Systems) -> str:
    """How a question ends."""
    try:
        systems.of("demo").party("K-1")
    except ErpFault as fault:
        return fault.why
    return "answered"


def test_after_a_few_faults_it_is_not_asked_any_more_until_the_pause_is_over(systems, demo, clock):
    faults.order(demo, "away")
    assert ["asked to be away" in asked(systems) for _ in range(3)] == [True] * 3
    down = systems.standing("demo")
    assert (down.up, down.since) == (False, clock())

    faults.mend(demo)
    assert asked(systems).startswith("Expected demo to answer, but it has not for a while")
    assert systems.tally["demo", "party", "not_asked"] == 1

    clock.advance(PAUSE)
    assert asked(systems) == "answered"
    assert systems.standing("demo").up


def test_while_it_is_away_one_question_goes_through_after_each_pause(clock):
    breaker = Breaker(clock=clock)
    for _ in range(3):
        breaker.missed("away")
    clock.advance(PAUSE)
    admitted = []
    threads = [threading.Thread(target=lambda: admitted.append(breaker.admits())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(admitted) == [False] * 7 + [True]
    breaker.missed("still away")
    assert not breaker.admits()
    assert breaker.standing.since == clock() - PAUSE


def test_one_that_asked_and_never_came_back_does_not_close_it_for_ever(clock):
    breaker = Breaker(clock=clock)
    breaker.missed("away", surely=True)
    clock.advance(PAUSE)
    assert [breaker.admits(), breaker.admits()] == [True, False]
    clock.advance(PAUSE)
    assert breaker.admits()


def test_what_it_refuses_it_has_answered(systems):
    for _ in range(5):
        with pytest.raises(ErpFault, match="Expected an order under C-1"):
            systems.of("demo").confirm_order("C-1")
    assert systems.standing("demo").up
    assert systems.tally["demo", "confirm_order", "not_found"] == 5


class _Odd:
    """One that is there or not, and always fails at what it is asked."""

    name = "odd"

    def __init__(self, code: str, *, answered: bool = False, there: bool = True) -> None:
        self._fault, self._there = ErpFault(code, "It failed.", answered=answered), there

    def alive(self) -> bool:
        return self._there

    def order(self, _key: str) -> None:
        raise self._fault

    changes = order


def _asked_of(odd: _Odd, *keys: str, question: str = "order") -> bool:
    """Whether it is still asked after that."""
    breaker = Breaker()
    for key in keys:
        with pytest.raises(ErpFault):
            getattr(guarded(odd, breaker, lambda *_: None), question)(key)
    return breaker.standing.up


@pytest.mark.parametrize("there", [True, False])
def test_an_error_of_its_own_at_one_order_keeps_no_other_away(*, there: bool):
    """Whether more than this is wrong is seen by asking for something else."""
    assert _asked_of(_Odd("unknown_outcome", answered=True, there=there), *"AAA") == there


def test_an_order_that_takes_too_long_keeps_no_other_away():
    assert _asked_of(_Odd("timeout"), *"AAAAA")
    assert not _asked_of(_Odd("timeout"), *"ABC")
    assert not _asked_of(_Odd("unreachable"), *"AAA")
    assert not _asked_of(_Odd("timeout"), *"AAA", question="changes")


def test_a_fault_between_answers_is_forgotten(systems, demo):
    for _ in range(3):
        faults.order(demo, "away", times=2)
        assert [asked(systems) == "answered" for _ in range(3)] == [False, False, True]
    assert systems.standing("demo").up


def test_a_page_gets_its_answer_in_time_or_goes_on_without():
    """The question that takes too long goes on; its answer is dropped."""
    released = threading.Event()
    budget = Budget("demo", most=1)
    with pytest.raises(ErpFault) as late:
        budget.ask(released.wait, 0.001)
    assert late.value.code == "timeout"
    with pytest.raises(ErpFault):  # the one thread is taken: not even asked
        budget.ask(lambda: pytest.fail("was asked"), 60)
    released.set()
    while True:
        try:
            assert budget.ask(lambda: "there", 60) == "there"
        except ErpFault:
            continue
        break


def test_a_question_for_which_there_is_no_thread_leaves_its_place(monkeypatch: pytest.MonkeyPatch):
    def start(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    budget = Budget("demo", most=1)
    with monkeypatch.context() as full:
        full.setattr(threading.Thread, "start", start)
        for _ in range(2):
            with pytest.raises(ErpFault):
                budget.ask(lambda: "there", 60)
    assert budget.ask(lambda: "there", 60) == "there"


def test_the_time_of_a_page_is_not_that_of_the_breaker(systems):
    """Whoever waits 150 ms learns that it is late, not that it is away."""
    assert systems.soon("demo", lambda erp: erp.party("K-1"), within=AT_ONCE) is None
    gate = threading.Event()
    with pytest.raises(ErpFault, match="takes longer"):
        systems.soon("demo", lambda _: gate.wait(), within=timedelta(milliseconds=1))
    gate.set()
    assert systems.standing("demo").up


def test_new_cases_go_to_the_stand_in_only_while_the_main_one_is_away(demo, clock, tmp_path):
    main = DemoErp(tmp_path / "main.db")
    main.name = "tryton"
    systems = Systems(ErpSettings(main="tryton", standin="demo", demo=demo), BERLIN, clock)
    systems._members["tryton", True] = guarded(main, systems.breaker("tryton"), lambda *_: None)
    faults.order(main.file, "away")
    systems.look(within=AT_ONCE)
    assert systems.for_new() == "demo"

    faults.mend(main.file)
    clock.advance(PAUSE)
    systems.look(within=AT_ONCE)
    assert systems.for_new() == "tryton"


def test_without_a_stand_in_new_cases_wait_for_the_main_one(demo, clock):
    systems = Systems(ErpSettings(main="tryton", demo=demo), BERLIN, clock)
    systems.breaker("tryton").missed("away", surely=True)
    assert systems.for_new() == "tryton"


def test_a_system_without_settings_says_so(systems):
    with pytest.raises(ErpFault, match="Expected the settings of none") as fault:
        systems.of("none")
    assert fault.value.code == "auth_failed"


def test_secrets_come_from_files_and_are_not_shown(tmp_path):
    (tmp_path / "key").write_text("very secret key\n")
    found = settings.load(
        {
            "CPM_HOME": str(tmp_path),
            "CPM_ERP": "tryton",
            "CPM_ERP_URL": "http://localhost:8000/",
            "CPM_ERP_DATABASE": "demo",
            "CPM_ERP_KEY_FILE": str(tmp_path / "key"),
        }
    ).erp
    assert (found.key, found.url) == ("very secret key", "http://localhost:8000")
    assert "very secret" not in repr(found)


@pytest.mark.parametrize(
    "given",
    [
        {"CPM_ERP": "sap"},
        {"CPM_ERP": "tryton"},
        {"CPM_ERP": "tryton", "CPM_ERP_URL": "http://localhost:8000"},
        {"CPM_ERP_URL": "ftp://localhost"},
        {"CPM_ERP_TIMEOUT": "0"},
        {"CPM_ERP_STANDIN": "tryton"},
    ],
)
def test_settings_that_do_not_fit_are_named(tmp_path, given):
    with pytest.raises(Invalid, match="CPM_ERP"):
        settings.load({"CPM_HOME": str(tmp_path), **given})
