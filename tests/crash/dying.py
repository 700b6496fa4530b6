"""A database whose process dies at every transaction: once just before the commit, once right after it."""

import contextlib
from collections import Counter
from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from cpm.database import Database


class Died(BaseException):
    """Like kill -9: nothing of ours may catch it. What the process knew is gone, what was not committed too."""


class Dying(Database):
    """`doing` names what goes on; each of its transactions dies twice, then it may pass."""

    def __init__(self, url: str, seen: Counter[object]) -> None:
        super().__init__(url)
        self._seen = seen
        self.doing: object = None
        self._number = 0

    def begin(self, doing: object) -> None:
        self.doing, self._number = doing, 0

    @contextlib.contextmanager
    def write(self) -> Iterator[Session]:
        self._number += 1
        self._seen[which := (self.doing, self._number)] += 1
        if self._seen[which] == 1:
            with self._numbers_kept(), super().write() as session:
                yield session
                session.flush()
                raise Died
        with super().write() as session:
            yield session
        if self._seen[which] == 2:
            raise Died

    @contextlib.contextmanager
    def outside(self) -> Iterator[Session]:
        """A transaction of the test's own, which nobody dies in."""
        with super().write() as session:
            yield session

    @contextlib.contextmanager
    def _numbers_kept(self) -> Iterator[None]:
        """PostgreSQL gives a number once, even if the transaction died; so that rows compare, it is taken back."""
        if not self.postgresql:
            yield
            return
        with self.read() as session:
            before = session.execute(text("SELECT sequencename, last_value FROM pg_sequences")).all()
        try:
            yield
        finally:
            with self.outside() as session:
                for name, last in before:
                    given = {"name": name, "last": last or 1, "called": last is not None}
                    session.execute(text("SELECT setval(:name, :last, :called)"), given)
