"""Whatever happens in whatever order while a case is suspended and resumed: nothing moves meanwhile, and all of it happens once."""

import random
from datetime import datetime, timedelta

from cpm.commands import suspending, tasks
from cpm.connectors import Done
from cpm.errors import Suspended, WrongState
from cpm.model import Case, Timers
from tests.clock import FakeClock
from tests.commands.conversing import deploy, open_case, publish
from tests.commands.test_suspending import busy, steps, throw
from tests.world import World

ACTS = 14


class Told:
    """What a person would keep in mind of the case."""

    def __init__(self, firm: World, clock: FakeClock, seed: int) -> None:
        self.firm, self.clock, self.seed = firm, clock, seed
        self.case = open_case(firm, "busy", order=f"A-{seed}")
        self.due: datetime = clock() + timedelta(hours=2)
        self.came: set[str] = set()
        self.by: set[str] = set()  #: what suspends it
        self.since: datetime | None = None  #: it stands still without a break

    def suspend(self, by: str) -> None:
        try:
            with self.firm.engine.begin("cpm test") as uow:
                if by == "case":
                    suspending.suspend_case(uow, self.case.id, why="test")
                else:
                    suspending.suspend_process(uow, "busy", why="test")
            assert by not in self.by
            self.by.add(by)
            self.since = self.since or self.clock()
        except WrongState:
            assert by in self.by

    def resume(self, by: str, timers: Timers) -> None:
        try:
            with self.firm.engine.begin("cpm test") as uow:
                if by == "case":
                    suspending.resume_case(uow, self.case.id, timers=timers)
                else:
                    suspending.resume_process(uow, "busy", timers=timers)
            assert by in self.by
        except WrongState:
            assert by not in self.by
            return
        self.by.discard(by)
        if not self.by and self.since is not None:
            if timers == Timers.SHIFT and "chase" not in self.came:
                self.due += self.clock() - self.since
            self.since = None

    def wait(self) -> None:
        self.clock.advance(timedelta(minutes=random.Random(str(self.clock())).choice((20, 50, 90))))

    def work(self) -> None:
        """Let the machine do what it can; then what came has happened, unless it stands still."""
        self.firm.post.outcomes = [Done()]
        self.firm.drain()
        if not self.by:
            self.came |= {"called"} | ({"chase"} if self.clock() >= self.due else set())

    def is_as_told(self, happened: set[str]) -> set[str]:
        """What happened by now: all that came if it goes on, what had happened before if it stands still."""
        happened = happened if self.by else set(self.came)
        assert steps(self.firm, self.case) == sorted({*happened, "work"}), f"seed {self.seed}"
        return happened


def test_nothing_moves_while_it_stands_still_and_all_that_came_happens_once(
    firm: World, clock: FakeClock, full_size: bool
):
    deploy(firm, busy("busy"))
    for seed in range(100 if full_size else 2):
        dice, told, happened = random.Random(seed), Told(firm, clock, seed), set[str]()
        for _ in range(ACTS):
            _act(dice, told)
            told.work()
            happened = told.is_as_told(happened)
            _must_refuse_steps(firm, told)
        for by in ("case", "process"):
            told.resume(by, Timers.RING)
        told.work()
        told.is_as_told(happened)
        _each_once(firm, told.case)


def _act(dice: random.Random, told: Told) -> None:
    by, timers = dice.choice(("case", "process")), dice.choice(list(Timers))
    match dice.choice(("suspend", "suspend", "resume", "resume", "message", "signal", "wait", "wait")):
        case "suspend":
            told.suspend(by)
        case "resume":
            told.resume(by, timers)
        case "message" if "paid" not in told.came:
            publish(told.firm, "paid", f"A-{told.seed}", unique_id=f"{told.seed}")
            told.came.add("paid")
        case "signal" if "heard" not in told.came:
            throw(told.firm, "storm")
            told.came.add("heard")
        case _:
            told.wait()


def _must_refuse_steps(firm: World, told: Told) -> None:
    task = firm.step(told.case, "work")
    try:
        with firm.engine.rehearse("sue") as uow:
            tasks.claim(uow, task.id)
        assert not told.by
    except Suspended:
        assert told.by


def _each_once(firm: World, case: Case) -> None:
    story = firm.story(case)
    for what in ("message.correlated", "signal.heard", "timer.fired", "job.finished"):
        assert story.count(what) <= 1
    assert story.count("job.finished") == 1
