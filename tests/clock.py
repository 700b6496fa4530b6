"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

#: A Monday morning in an ordinary working week without holidays, before the summer time begins.
MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class FakeClock:
    """Called like `cpm.clock.utcnow`; time passes only by `advance`, and never backwards."""

    def __init__(self, now: datetime = MONDAY) -> None:
        self._now = now

    def __call__(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> datetime:
        assert by >= timedelta(0), f"Expected to move forward, but {by} goes back"
        self._now += by
        return self._now
