"""The one moment in which a mail can leave twice: the server took it, and we died before we wrote that down."""

import email
import os
import signal
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import delete, select

from cpm.channels.smtp_sink import sink
from cpm.commands import replies
from cpm.connectors import Call, Outcome
from cpm.database import Database
from cpm.model import Interaction, Job, Reply, ReplyState
from cpm.queries.written import Written
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


def _one_call(url: str, home: Path, port: int, connector: str = "notice") -> None:
    engine = engine_on(url, home, port)
    engine.connectors[connector] = _DiesAfterSending(engine.connectors[connector])
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


def test_so_does_what_somebody_wrote_and_it_ends_as_sent(
    database: Database, database_url: str, tmp_path: Path
):
    with sink(tmp_path / "outbox") as server:
        engine = engine_on(database_url, tmp_path, server.port)
        try:
            furnish(engine)
            case = World(engine, None).receive(mail())
            with engine.begin("worker") as uow:
                uow.session.execute(delete(Job).where(Job.type == "notice.send"))
            with engine.begin("anna") as uow:
                said = Written(to="mara@example.org", subject="Kessel", text="Wir kommen morgen.")
                reply = replies.send(uow, case.id, said, pause=timedelta(0)).id
            process = forked().Process(target=_one_call, args=(database_url, tmp_path, server.port, "smtp"))
            process.start()
            process.join(30)
            assert process.exitcode == -signal.SIGKILL
            time.sleep(1)
            Worker(engine).drain()
            letters = [
                email.message_from_bytes(file.read_bytes()) for file in (tmp_path / "outbox").iterdir()
            ]
            assert len(letters) == 2
            with engine.read() as look:
                found = look.get(Reply, reply)
                assert {letter["Message-ID"] for letter in letters} == {found.message_id}
                assert (found.state, found.job_id) == (ReplyState.SENT, None)
                filed = look.session.scalars(
                    select(Interaction.message_key).where(Interaction.direction == "out")
                )
                assert filed.all() == [found.message_id]
        finally:
            engine.database.engine.dispose()
