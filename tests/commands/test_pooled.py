"""A pooler may hand each transaction another connection of the server: nothing of a session outlives a transaction."""

from typing import Any

from sqlalchemy import event

from tests.commands.test_cost import statements
from tests.commands.test_spine import answered, reply
from tests.world import World


def forgetful(firm: World) -> None:
    """After each transaction the session is as new, as behind PgBouncer with `pool_mode = transaction`: what was set,
    prepared or locked for the session is gone, and what the connection began with too."""

    @event.listens_for(firm.engine.database.engine, "checkin")
    def discard(connection: Any, _record: Any) -> None:
        if connection is not None and firm.engine.database.postgresql:
            connection.rollback()
            connection.autocommit = True
            connection.execute("DISCARD ALL")
            connection.autocommit = False


def test_a_case_goes_from_mail_to_reply_over_connections_that_remember_nothing(firm: World):
    forgetful(firm)
    case = answered(firm)
    firm.receive(reply(firm, case))
    firm.drain()
    assert firm.at(case) == ["read_reply"]


def test_nothing_is_prepared_or_set_for_a_session(firm: World):
    with statements(firm.engine.database) as sent:
        answered(firm)
    assert not [one for one in sent if one.split(None, 1)[0] in {"SET", "PREPARE", "LISTEN", "DECLARE"}]
    assert not [one for one in sent if "pg_advisory_lock" in one or "pg_try_advisory_lock" in one]
