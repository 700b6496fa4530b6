"""What became of looking at a content for viruses: its row says it, and cases with an infected file have an incident."""

from datetime import timedelta

from sqlalchemy import select

from cpm.clamd import Clean, Infected, Unsure, Verdict
from cpm.commands import documents, incidents, jobs
from cpm.commands.incidents import Trouble
from cpm.commands.jobs import Leased
from cpm.model import Content, Document, Incident, Job, Origin, Scan
from cpm.uow import UnitOfWork

FOUND = "virus_found"  #: code of the incident; exceptions.dmn routes it
_AGAIN = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5))


def note(uow: UnitOfWork, digest: str, verdict: Verdict) -> None:
    """Write down what the scanner said."""
    content = uow.get(Content, digest)
    match verdict:
        case Clean():
            content.scan, content.finding = Scan.CLEAN, None
        case Infected(name):
            content.scan, content.finding = Scan.INFECTED, name
        case Unsure(why):
            content.scan, content.finding = Scan.FAILED, why
    content.scanned_at = uow.now


def cases_to_tell(uow: UnitOfWork, digest: str) -> list[int]:
    """Cases with this file, lowest first; each is told in a transaction of its own."""
    of = select(Document.case_id).where(Document.digest == digest, Document.case_id.is_not(None)).distinct()
    return sorted(case_id for case_id in uow.session.scalars(of) if case_id is not None)


def tell(uow: UnitOfWork, case_id: int, digest: str) -> None:
    """An incident for each infected file of the case that has none yet. Twice changes nothing."""
    case, content = uow.case(case_id), uow.get(Content, digest)
    mine = Incident.case_id == case_id, Incident.code == FOUND
    known = {told.get("document") for told in uow.session.scalars(select(Incident.facts).where(*mine))}
    infected = select(Document).where(Document.case_id == case_id, Document.digest == digest)
    for document in uow.session.scalars(infected.order_by(Document.id)):
        if document.id not in known:
            why = f"“{document.name}”: {content.finding}"
            facts = {"document": document.id, "name": document.name, "virus": content.finding}
            trouble = Trouble(Origin.JOB, "channel", FOUND, why, None, facts=facts)
            incidents.raise_incident(uow, case, trouble)


def end(uow: UnitOfWork, lease: Leased) -> None:
    if (job := jobs.leased(uow, lease)) is not None:
        uow.session.delete(job)


def later(uow: UnitOfWork, lease: Leased, why: str) -> None:
    """The scanner is not there: it is asked again, as long as it takes. The files are held, or not, as the settings say."""
    if (job := jobs.leased(uow, lease)) is None:
        return
    give_up(uow, job, why)
    job.error, job.token, job.worker, job.deaths = why, None, None, 0
    job.run_at = uow.now + _AGAIN[min(job.attempts, len(_AGAIN)) - 1]
    job.move("postpone")


def give_up(uow: UnitOfWork, job: Job, why: str) -> None:
    """Nobody could say; a content that was found clean or infected before stays so."""
    content = uow.session.get(Content, str(job.payload["digest"]))
    if content is not None and content.scan in {Scan.UNSCANNED, Scan.FAILED}:
        note(uow, content.digest, Unsure(why))


def all_unscanned(uow: UnitOfWork) -> int:
    """Have everything looked at that nobody has; how much that is. For who has just got a scanner."""
    waiting = select(Content.digest).where(Content.scan.in_((Scan.UNSCANNED, Scan.FAILED)))
    found = uow.session.scalars(waiting.order_by(Content.digest)).all()
    for digest in found:
        documents.scan(uow, digest)
    return len(found)
