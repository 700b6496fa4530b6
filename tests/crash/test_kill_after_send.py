"""The one moment in which a mail can leave twice: the server took it, and we died before we wrote that down."""

import email
import os
import signal
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from cpm.channels.smtp_sink import sink
from cpm.connectors import Call, Outcome
from cpm.database import Database
from cpm.model import Interaction
from cpm.worker import Worker
from tests.crash.hosts import engine_on, forked
from tests.world import World, furnish, mail


class _DiesAfterSending:
    name = "smtp"

    def __init__(self, real) -> None:
        self._real = real

    def __call__(self, call: Call) -> Outcome:
        self._real(call)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError


def _one_call(url: str, home: Path, port: int) -> None:
    engine = engine_on(url, home, port)
    engine.connectors["notice"] = _DiesAfterSending(engine.connectors["notice"])
    Worker(engine, lease=timedelta(seconds=1)).call_one()


def test_a_repeat_carries_the_same_message_id(database: Database, database_url: str, tmp_path: Path):
    with sink(tmp_path / "outbox") as server:
        engine = engine_on(database_url, tmp_path, server.port)
        try:
            furnish(engine)
            case = World(engine, None).receive(mail())
            process = forked().Process(target=_one_call, args=(database_url, tmp_path, server.port))
            process.start()
            process.join(30)
            assert process.exitcode == -signal.SIGKILL
            time.sleep(1)
            Worker(engine).drain()
            letters = [
                email.message_from_bytes(file.read_bytes())
                for file in sorted((tmp_path / "outbox").iterdir())
            ]
            assert len(letters) == 2
            assert len({letter["Message-ID"] for letter in letters}) == 1
            with engine.read() as uow:
                filed = uow.session.scalars(select(Interaction).where(Interaction.direction == "out")).all()
                assert [interaction.message_key for interaction in filed] == [letters[0]["Message-ID"]]
                assert filed[0].case_id == case.id
        finally:
            engine.database.engine.dispose()
