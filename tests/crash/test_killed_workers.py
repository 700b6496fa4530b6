"""kill -9 of the workers at random moments: every case ends, every journal is right, nothing is said twice."""

import email
import itertools
import random
import signal
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from cpm.channels import message_ids
from cpm.channels.smtp_sink import sink
from cpm.commands import interactions, tasks
from cpm.database import Database
from cpm.engine import Engine
from cpm.model import Case, CaseState, Direction, Event, Incident, Interaction, Job, Task, TaskState
from tests.crash.hosts import CALLS, Hosts, engine_on
from tests.world import furnish, mail

FORMS = {
    "check_facts": {"cause": "other", "damage_text": "Riss", "safety": False},
    "decide_remedy": {"remedy": "explain", "reason": "Der Riss ist nur im Lack."},
    "write_answer": {"answer_channel": "email", "subject": "Antwort", "answer": "Nur im Lack."},
    "read_reply": {"reply_kind": "accepted"},
}
#: What happens to every case, in the order of its own; retries may be told in between, the receipt anywhere.
STEPS = ["check_facts", "decide_remedy", "write_answer", "read_reply"]
DEADLINE = 240  # seconds, for the whole run


@pytest.mark.slow
def test_all_cases_end_rightly_under_kill_9(
    database: Database, database_url: str, tmp_path: Path, full_size: bool, fleet: Hosts
):
    count, seed = (2000 if full_size else 9), random.randrange(10_000)
    dice = random.Random(seed)
    print(f"seed {seed}")
    with sink(tmp_path / "outbox") as server:
        engine = engine_on(database_url, tmp_path, server.port)
        furnish(engine)
        try:
            host = fleet.begin(database_url, tmp_path, processes=2, smtp_port=server.port)
            people = threading.Thread(target=_work_as_people, args=(engine, count))
            people.start()
            until, kills, seen = time.monotonic() + DEADLINE * (10 if full_size else 1), 0, 0
            while people.is_alive() and time.monotonic() < until:
                time.sleep(dice.uniform(0.1, 0.6))
                if (
                    done := _entries(engine)
                ) > seen:  # else a slow machine would do nothing but start workers
                    seen, kills = done, kills + (host.signal_one(dice, signal.SIGKILL) is not None)
            people.join(timeout=5)
            assert not people.is_alive(), f"expected all {count} cases to end in time; seed {seed}"
            repeats = _audit(engine, tmp_path / "outbox", count)
            print(f"{count} cases, {kills} kills, {repeats} mails repeated")
            assert kills >= 5
            assert repeats <= kills * CALLS, (
                "only a kill between the server's acceptance and our commit repeats a mail"
            )
        finally:
            engine.database.engine.dispose()


def _entries(engine: Engine) -> int:
    """How much workers have done."""
    with engine.read() as uow:
        done = select(func.count()).select_from(Event).where(Event.actor == "worker")
        return uow.session.scalar(done) or 0


def _work_as_people(engine: Engine, count: int) -> None:
    """Customers write, agents do what lies before them, customers answer what they were sent, until all is closed."""
    for number in range(count):
        raw = mail(sender=f"customer{number}@example.org", message_id=f"<first-{number}@example.org>")
        with engine.begin("mailbox") as uow:
            interactions.store(uow, raw, process="complaint")
    answered: set[int] = set()
    while True:
        worked = _complete_ready(engine)
        _answer_answers(engine, answered)
        with engine.read() as uow:
            closed = uow.session.scalar(
                select(func.count()).select_from(Case).where(Case.state == CaseState.CLOSED)
            )
        if closed == count:
            return
        if not worked:
            time.sleep(0.05)


def _complete_ready(engine: Engine) -> bool:
    with engine.read() as uow:
        ready = uow.session.execute(
            select(Task.id, Task.element).where(Task.state == TaskState.READY).limit(50)
        ).all()
    for task_id, element in ready:
        with engine.begin("anna") as uow:
            tasks.claim(uow, task_id)
        with engine.begin("anna") as uow:
            tasks.complete(uow, task_id, FORMS[element])
    return bool(ready)


def _answer_answers(engine: Engine, answered: set[int]) -> None:
    with engine.read() as uow:
        sent = select(Interaction.case_id, Interaction.message_key).where(
            Interaction.direction == Direction.OUT, Interaction.subject.startswith("Antwort")
        )
        new = [(case_id, key) for case_id, key in uow.session.execute(sent) if case_id not in answered]
    for case_id, key in new:
        raw = mail(message_id=f"<reply-{case_id}@example.org>", text="Danke.", headers={"In-Reply-To": key})
        with engine.begin("mailbox") as uow:
            interactions.store(uow, raw, process="complaint")
        answered.add(case_id)


def _audit(engine: Engine, outbox: Path, count: int) -> int:
    with engine.read() as uow:
        cases = uow.session.scalars(select(Case)).all()
        events = uow.session.scalars(select(Event).order_by(Event.case_id, Event.seq)).all()
        assert len(cases) == count
        assert {case.outcome for case in cases} == {"settled"}
        assert uow.session.scalars(select(Incident)).all() == []
        assert uow.session.scalars(select(Job).where(Job.case_id.is_not(None))).all() == []
    for _, journal in itertools.groupby(events, key=lambda event: event.case_id):
        _audit_journal(list(journal))
    return _audit_mail(engine, outbox, count)


def _audit_journal(journal: list[Event]) -> None:
    assert [event.seq for event in journal] == list(range(1, len(journal) + 1))
    told = [event.what for event in journal]
    assert [event.particulars["element"] for event in journal if event.what == "task.completed"] == STEPS
    counted = Counter(told)
    once = ("case.opened", "case.closed", "message.correlated")
    assert [counted[what] for what in once] == [1, 1, 1]
    assert (counted["job.finished"], counted["interaction.sent"], counted["interaction.received"]) == (
        2,
        2,
        2,
    )
    assert told[0] == "case.opened"
    assert told.index("interaction.sent") < len(told) - 1


def _audit_mail(engine: Engine, outbox: Path, count: int) -> int:
    """One Message-ID for a case's receipt and one for its answer, each provably the case's own; the repeats."""
    arrived = Counter()
    for file in outbox.iterdir():
        letter = email.message_from_bytes(file.read_bytes())
        arrived[letter["Delivered-To"], letter["Message-ID"]] += 1
    ids = Counter(to for to, _ in arrived)
    assert len(ids) == count
    assert set(ids.values()) == {2}
    assert all(message_ids.read(engine.settings.secret, message_id) for _, message_id in arrived)
    return arrived.total() - len(arrived)
