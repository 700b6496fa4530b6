"""The ERPs that an installation knows: the main one, its stand-in, and those that older cases began with."""

import contextlib
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from cpm.clock import Clock, utcnow
from cpm.connectors.erp.breaker import Breaker, Standing
from cpm.connectors.erp.budget import Budget
from cpm.connectors.erp.demo import DemoErp
from cpm.connectors.erp.faults import ErpFault
from cpm.connectors.erp.guarded import Tell, guarded
from cpm.connectors.erp.offers import Offers
from cpm.connectors.erp.protocol import Erp
from cpm.connectors.erp.tryton import Server, Tryton
from cpm.erp_settings import DEMO, NONE, TRYTON, ErpSettings

T = TypeVar("T")
#: How long somebody at a desk lets the ERP think, in seconds; the page itself waits no longer than its budget.
HURRIED = timedelta(seconds=3)
#: What was heard of the main system in this time is taken for its state now.
_FRESH = timedelta(seconds=5)


class Systems:
    """One a process; its threads share it. Nothing is asked, and no file is made, before somebody needs a system."""

    def __init__(self, settings: ErpSettings, zone: ZoneInfo, clock: Clock = utcnow) -> None:
        self._settings, self._zone, self._clock = settings, zone, clock
        self._breakers: dict[str, Breaker] = {}
        self._members: dict[tuple[str, bool], Erp] = {}
        self._budgets: dict[str, Budget] = {}
        #: What desks were told of products.
        self.offers = Offers(clock)
        #: How many questions ended how: the system, the question, "answered" or the code of the fault.
        self.tally: Counter[tuple[str, str, str]] = Counter()
        #: Told each time too, for figures that outlive this process.
        self.listeners: list[Tell] = []
        #: When the database was asked last, and since when it says that nobody can follow the main system.
        self.followed: tuple[datetime, datetime | None] | None = None

    @property
    def main(self) -> str:
        return self._settings.main

    @property
    def names(self) -> tuple[str, ...]:
        """Those that may be asked, the main one first."""
        standin = [self._settings.standin] if self._settings.standin else []
        return tuple(dict.fromkeys(name for name in (self.main, *standin) if name != NONE))

    def of(self, name: str, *, hurried: bool = False) -> Erp:
        """The system behind its breaker; ErpFault (auth_failed) if this installation has no settings for it.

        `hurried`: for a desk; a question fails after `HURRIED` rather than after CPM_ERP_TIMEOUT.
        """
        key = name, hurried
        if key not in self._members:
            timeout = min(HURRIED, self._settings.timeout) if hurried else self._settings.timeout
            self._members[key] = guarded(self._member(name, timeout), self.breaker(name), self._tell)
        return self._members[key]

    def soon(self, name: str, question: Callable[[Erp], T], *, within: timedelta) -> T:
        """What a system answers in so much time; ErpFault (timeout) if it needs longer. For pages, which do not wait."""
        system = self.of(name, hurried=True)
        budget = self._budgets.setdefault(name, Budget(name))
        return budget.ask(lambda: question(system), within.total_seconds())

    def standing(self, name: str) -> Standing:
        return self.breaker(name).standing

    def for_new(self) -> str:
        """Where a case goes that has no system yet: the main one, or its stand-in while that is away. Asks nobody."""
        standin = self._settings.standin
        return standin if standin and not self.standing(self.main).up else self.main

    def look(self, *, within: timedelta = timedelta(milliseconds=250)) -> None:
        """Find out whether the main system is there, before `for_new` is asked, if there is a choice and nobody knows."""
        if self._settings.standin in (None, self.main) or self._is_fresh():
            return
        with contextlib.suppress(ErpFault):  # it is there, but slow
            if not self.soon(self.main, lambda system: system.alive(), within=within):
                self._is_away()

    def doubt(self, *, within: timedelta) -> None:
        """Ask the main system whether it is there: somebody else had no answer. One later than `within` is known next time."""
        if self._is_fresh():
            return
        with contextlib.suppress(ErpFault):
            self.soon(self.main, self._hear, within=within)

    def _hear(self, system: Erp) -> None:
        if not system.alive():
            self._is_away()

    def _is_fresh(self) -> bool:
        heard = self.breaker(self.main).heard
        return heard is not None and timedelta(0) <= self._clock() - heard < _FRESH

    def _is_away(self) -> None:
        """One that is known to be away may not have been asked at all: that is no news, and puts off no question."""
        if self.standing(self.main).up:
            self.breaker(self.main).missed(f"{self.main} does not answer.", surely=True)

    def breaker(self, name: str) -> Breaker:
        return self._breakers.setdefault(name, Breaker(clock=self._clock))

    def _member(self, name: str, timeout: timedelta) -> Erp:
        settings = self._settings
        if name == DEMO:
            return DemoErp(settings.demo, self._today, self._clock)
        if name == TRYTON and settings.url is not None:
            return Tryton(
                Server(
                    url=settings.url,
                    database=settings.database,
                    key=settings.key,
                    user=settings.user,
                    password=settings.password,
                    shop=settings.shop,
                    prefix=settings.prefix,
                    timeout=timeout.total_seconds(),
                    today=self._today,
                )
            )
        raise ErpFault(
            "auth_failed", f"Expected the settings of {name}, but this installation has none: see CPM_ERP."
        )

    def _today(self) -> date:
        return self._clock().astimezone(self._zone).date()

    def _tell(self, system: str, question: str, became: str) -> None:
        self.tally[system, question, became] += 1
        for listener in self.listeners:
            listener(system, question, became)
