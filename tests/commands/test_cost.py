"""What a step costs in statements; the budget is part of the promise."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from sqlalchemy import event

from cpm.commands import tasks
from cpm.database import Database
from tests.commands.test_spine import FACTS
from tests.world import World, mail

MOST = 16  #: statements from BEGIN to COMMIT, both included; one of them forgets the draft


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Every statement sent meanwhile; BEGIN and COMMIT count too.

    What the library asks every two seconds is left out: whether they pass just now depends on the machine.
    """
    seen: list[str] = []

    def sent(_connection, _cursor, statement, *_more) -> None:
        seen.append(statement)

    def began(_connection) -> None:
        if database.postgresql:  # SQLite's is sent as a statement of ours
            seen.append("BEGIN")

    def committed(_connection) -> None:
        seen.append("COMMIT")

    listeners = [("before_cursor_execute", sent), ("begin", began), ("commit", committed)]
    for name, listener in listeners:
        event.listen(database.engine, name, listener)
    try:
        with patch("cpm.library.FRESH", timedelta(hours=1)):
            yield seen
    finally:
        for name, listener in listeners:
            event.remove(database.engine, name, listener)


def test_completing_a_step_takes_at_most_sixteen_statements(firm: World):
    """From one user task over a decision and a gateway to the next, on a case with all its usual rows."""
    case = firm.receive(mail())
    firm.drain()
    task = firm.step(case, "check_facts")
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, task.id)
    firm.engine.library.refresh(now=True)
    with statements(firm.engine.database) as seen, firm.engine.begin("anna") as uow:
        tasks.complete(uow, task.id, FACTS)
    assert firm.at(case) == ["decide_remedy"]
    assert len(seen) <= MOST, "\n".join(seen)
    assert [word for word in seen if word.startswith(("BEGIN", "COMMIT"))][-1] == "COMMIT"


def test_one_command_is_one_transaction(firm: World):
    with statements(firm.engine.database) as seen:
        firm.receive(mail())
    assert seen.count("COMMIT") == 2  # one stores the message, one files it
