"""kill -9 of who fetches, who takes in and who files, while mail comes from all sides: each is filed once, or quarantined."""

import contextlib
import random
import signal
import smtplib
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from cpm.commands import mailboxes
from cpm.commands.mailboxes import Wanted
from cpm.engine import Engine
from cpm.model import Afterwards, Arrival, ArrivalState, Direction, Interaction, Mailbox, Security
from tests.crash.hosts import Hosts
from tests.crash.incoming import Programs
from tests.imap import PASSWORD, USER, ImapServer, imap_server
from tests.world import furnish, mail

UNREADABLE = 3
DEADLINE = 120  # seconds
FEW = 4  #: kills, each costs the start of a program
FULL = 20  #: times as much in the soak


def letter(number: int) -> bytes:
    return mail(
        sender=f"p{number}@example.org", message_id=f"<m{number}@example.org>", text=f"Brief {number}, bitte."
    )


def nonsense(number: int) -> bytes:
    return f"No header, no mail {number}\r\n".encode()


@pytest.mark.slow
def test_every_mail_is_filed_once_or_quarantined_whoever_is_killed(
    engine: Engine, database_url: str, tmp_path: Path, full_size: bool, fleet: Hosts
):
    furnish(engine)
    seed, count = random.randrange(10_000), 500 if full_size else 10
    dice = random.Random(seed)
    print(f"seed {seed}")
    with imap_server() as imap, killed_often(database_url, tmp_path, imap, engine, dice) as programs:
        host = fleet.begin(database_url, tmp_path / "host", processes=2)
        sending = threading.Thread(target=_send, args=(programs, count, imap, dice.randrange(1000)))
        sending.start()
        until, kills, seen = time.monotonic() + DEADLINE * (FULL if full_size else 1), 0, (0, 0)
        while not (_all_there(engine, count) and not sending.is_alive()):
            assert time.monotonic() < until, f"expected all to come in time; seed {seed}: {_told(engine)}"
            time.sleep(dice.uniform(0.02, 0.2))
            if (now := _seen(engine)) == seen or kills >= (count if full_size else FEW):
                continue  # else a slow machine would do nothing but start programs
            seen, victim = now, dice.randrange(3)
            if victim < 2:
                programs.kill(victim)
            else:
                host.signal_one(dice, signal.SIGKILL)
            kills += 1
        sending.join()
        host.kill_all()
    _audit(engine, count)
    print(f"{2 * count} mails, {kills} kills")
    assert kills >= (FEW if full_size else FEW // 2), "the machine was faster than the killer"


@contextlib.contextmanager
def killed_often(
    url: str, home: Path, imap: ImapServer, engine: Engine, dice: random.Random
) -> Iterator[Programs]:
    afterwards = dice.choice([Afterwards.SEEN, Afterwards.DELETE])
    wanted = Wanted("127.0.0.1", USER, "complaint", Security.NONE, imap.port, every=10, afterwards=afterwards)
    with engine.begin("cpm test") as uow:
        mailboxes.put(uow, "service", wanted)
    programs = Programs(url, home, {"CPM_MAILBOX_SERVICE_PASSWORD": PASSWORD})
    try:
        yield programs
    finally:
        programs.end()


def _send(programs: Programs, count: int, imap: ImapServer, seed: int) -> None:
    """Half by IMAP, half by LMTP, some by both; by LMTP again and again until it was taken, as mail servers do."""
    dice = random.Random(seed)
    for number in range(count):
        letters = [letter(number), nonsense(number)] if number < UNREADABLE else [letter(number)]
        imap.put(*letters)
        both = number if number % 3 == 0 else count + number
        for each in {both, count + number}:
            _hand_over(programs.path, letter(each))
        time.sleep(dice.uniform(0, 0.05))


def _hand_over(path: Path, raw: bytes) -> None:
    until = time.monotonic() + DEADLINE
    while time.monotonic() < until:
        try:
            with smtplib.LMTP(str(path), timeout=20) as client:
                client.sendmail("a@example.org", ["service@firm.example"], raw)
                return
        except (OSError, smtplib.SMTPException):
            time.sleep(0.02)


def _seen(engine: Engine) -> tuple[int, int]:
    """Interactions that came in, and messages in quarantine."""
    with engine.read() as look:
        came = select(func.count(Interaction.id)).where(Interaction.direction == Direction.IN)
        held = select(func.count(Arrival.id)).where(Arrival.state == ArrivalState.QUARANTINED)
        return look.session.scalar(came) or 0, look.session.scalar(held) or 0


def _told(engine: Engine) -> object:
    with engine.read() as look:
        box = look.session.scalars(select(Mailbox)).one()
        facts = {name: getattr(box, name) for name in ("last_uid", "failure", "due_at", "leased_until")}
        stored = select(func.count(Arrival.id)).where(Arrival.state == ArrivalState.STORED)
        return _seen(engine), look.session.scalar(stored), facts


def _all_there(engine: Engine, count: int) -> bool:
    """A repeat that came last may wait for its turn when all has been filed."""
    came, held = _seen(engine)
    with engine.read() as look:
        waiting = look.session.scalar(select(Arrival.id).where(Arrival.state == ArrivalState.STORED).limit(1))
    return came >= 2 * count and held >= UNREADABLE and waiting is None


def _audit(engine: Engine, count: int) -> None:
    with engine.read() as look:
        came = look.session.scalars(
            select(Interaction.message_key).where(Interaction.direction == Direction.IN)
        ).all()
        arrivals = look.session.scalars(select(Arrival)).all()
        box = look.session.scalars(select(Mailbox)).one()
    assert sorted(came) == sorted(f"<m{number}@example.org>" for number in range(2 * count))
    assert {one.state for one in arrivals} == {ArrivalState.FILED, ArrivalState.QUARANTINED}
    assert len([one for one in arrivals if one.state == ArrivalState.QUARANTINED]) == UNREADABLE
    assert box.last_uid >= count + UNREADABLE
