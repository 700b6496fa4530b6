"""PostgreSQL goes down in the middle of work and comes back: people lose nothing they typed, and nobody restarts us."""

import contextlib
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from cpm import schema
from cpm.commands import notes
from cpm.commands.notes import Said
from cpm.errors import Unavailable
from cpm.model import Interaction
from cpm.worker import Worker
from tests import postgres
from tests.databases import opened
from tests.web.conftest import signed_in
from tests.world import Post, World, engine_on, furnish, mail
from web.app import create_app
from web.visitor import SIGN_IN

pytestmark = pytest.mark.slow
FACTS = {"cause": "late", "damage_text": "Kam drei Wochen zu spät", "delivered_on": "01.03.2026"}
ORIGIN = {"Origin": "http://localhost", "Accept-Language": "en"}


def test_a_restart_of_the_database_costs_a_person_one_click(tmp_path: Path):
    """Pages and worker hold connections that are dead afterwards; both go on by themselves."""
    with _installed(tmp_path) as (server, firm):
        case = firm.receive(mail())
        firm.drain()
        client = _browser(firm)
        address = f"/cases/{case.number}/tasks/{firm.step(case, 'check_facts').id}"
        assert client.post(f"{address}/claim", headers=ORIGIN).status_code == 303
        fields = re.findall(r'name="_asked" value="(\w+)"', client.get(address).text)
        typed = MultiDict([*FACTS.items(), *(("_asked", name) for name in ["", *fields])])
        server.crash()
        away = client.post(address, data=typed, headers=ORIGIN)
        assert (away.status_code, away.headers["Retry-After"]) == (503, "2")
        assert "Send again" in away.text
        found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', away.text)
        kept = MultiDict(
            (name, unescape(value))
            for name, value in found
            if name not in ("csrf_token", "next", "_language", "_who")
        )
        assert sorted(kept.items(multi=True)) == sorted(typed.items(multi=True))
        with pytest.raises(Unavailable):
            Worker(firm.engine).drain()
        server.start()
        again = client.post(address, data=kept, headers=ORIGIN)
        assert again.status_code == 303, again.text
        assert firm.at(case) == ["decide_remedy"]
        firm.drain()


def test_a_commit_whose_outcome_nobody_knows_is_asked_again_without_harm(tmp_path: Path):
    """The server has committed and dies before it says so: a program sends its note again under the same key."""
    with _installed(tmp_path) as (server, firm):
        case = firm.receive(mail())
        said = Said("phone", "Kessel", "Sie ruft an.", unique_id="call-1")

        def take() -> None:
            with firm.engine.begin("shop") as uow:
                notes.receive(uow, said, email="mara@example.org", process="complaint", case_id=case.id)

        def die_after_commit(_connection: object) -> None:
            real(_connection)
            server.crash()
            raise psycopg.OperationalError("server closed the connection unexpectedly")

        dialect = firm.engine.database.engine.dialect
        real = dialect.do_commit
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(dialect, "do_commit", die_after_commit)
            with pytest.raises(Unavailable):
                take()
        server.start()
        take()
        with firm.engine.read() as uow:
            there = select(func.count()).where(
                Interaction.subject == "Kessel", Interaction.case_id == case.id
            )
            assert uow.session.scalar(there) == 1


@contextlib.contextmanager
def _installed(folder: Path) -> Iterator[tuple[postgres.Server, World]]:
    with postgres.server() as server, opened(server.url) as database:
        schema.upgrade(database)
        post = Post()
        engine = engine_on(database, folder, post=post)
        furnish(engine)
        yield server, World(engine, post)


def _browser(firm: World):
    app = create_app(firm.engine, TESTING=True, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    client = app.test_client()
    token = signed_in(firm, "anna")
    with client.session_transaction() as session:
        session[SIGN_IN] = token
    return client
