"""Jobs that kill whoever does them, each in its own way. Only hosts that are told so are in danger."""

import ctypes
import os
import signal
import time
from typing import Any

from cpm.commands import interactions, settling
from cpm.connectors import Call, Done, Outcome
from cpm.model import Job, RawMessage
from cpm.uow import UnitOfWork

SEGFAULT, EXIT, SLEEP = "segfault", "exit", "sleep"
POISONED_MAIL = b"From: Eve <eve@example.org>\r\nSubject: " + SEGFAULT.encode() + b"\r\n\r\nHello.\r\n"


class Poison:
    """`poison.kill` is kill -9 in the middle of a call, `poison.slow` an innocent call that takes its time,
    `poison.long` one that is surely seen under way.
    """

    name = "poison"

    def __call__(self, call: Call) -> Outcome:
        if call.verb == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(2 if call.verb == "long" else 0.1)
        return Done({"done": call.attempt})


def be_dangerous() -> None:
    """From now on timers named so, and mail with that subject, do it in this process and its children."""
    run, file = settling.run, interactions.file

    def dangerous_run(uow: UnitOfWork, job: Job) -> None:
        if job.element == EXIT:
            os._exit(0)
        if job.element == SLEEP and job.deaths == 0:
            time.sleep(60)
        run(uow, job)

    def dangerous_file(uow: UnitOfWork, arrival_id: int) -> Any:
        arrival = uow.get(interactions.Arrival, arrival_id)
        if SEGFAULT.encode() in uow.get(RawMessage, arrival.id).content:
            ctypes.string_at(0)
        return file(uow, arrival_id)

    settling.run, interactions.file = dangerous_run, dangerous_file
