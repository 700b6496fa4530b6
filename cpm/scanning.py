"""One content is shown to the virus scanner, outside any transaction, and what it says is written down."""

import tempfile

from cpm import clamd
from cpm.clamd import Infected, Verdict
from cpm.commands import scans
from cpm.commands.jobs import Leased
from cpm.engine import Engine
from cpm.errors import Unavailable
from cpm.model import Content, Job
from cpm.store import PIECE

_IN_MEMORY = 4 * PIECE


def scan(engine: Engine, lease: Leased, actor: str) -> None:
    """Killed at any moment it is done again, and nothing is told twice."""
    with engine.read() as look:
        job = look.session.get(Job, lease.id)
        digest = str(job.payload["digest"]) if job is not None else ""
    try:
        verdict = _verdict(engine, digest)
    except (OSError, Unavailable) as error:
        with engine.begin(actor) as uow:
            scans.later(uow, lease, f"{type(error).__name__}: {error}"[:300])
        return
    if verdict is not None:
        _write_down(engine, digest, verdict, actor)
    with engine.begin(actor) as uow:
        scans.end(uow, lease)


def _verdict(engine: Engine, digest: str) -> Verdict | None:
    """None if there is nothing to look at, or nobody to look."""
    address = engine.settings.documents.clamd
    if address is None:
        return None
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as copy:
        with engine.read() as look:
            if look.session.get(Content, digest) is None:
                return None
            for piece in look.store.checked(digest):
                copy.write(piece)
        copy.seek(0)
        return clamd.scan(address, copy)  # type: ignore[arg-type]  # a BinaryIO but for what we do not use


def _write_down(engine: Engine, digest: str, verdict: Verdict, actor: str) -> None:
    with engine.begin(actor) as uow:
        scans.note(uow, digest, verdict)
        to_tell = scans.cases_to_tell(uow, digest) if isinstance(verdict, Infected) else []
    for case_id in to_tell:
        with engine.begin(actor) as uow:
            scans.tell(uow, case_id, digest)
