"""Who is mentioned and wants to hear of it by mail gets one, as far as `notices.dmn` lets it leave (event `mentioned`).

The mail says who wrote and where, and nothing of what was said: it goes through mail servers, the comment stays in the
house. One that does not arrive is told at the mention itself.
"""

from typing import Any

from cpm.commands import backoff, enqueue, jobs, notices
from cpm.commands.jobs import Leased
from cpm.connectors import Retry
from cpm.model import Case, Job, JobKind, JobState, Mention, User
from cpm.queries import access
from cpm.uow import UnitOfWork

QUEUE = "webhooks"  #: with what else goes to others than customers
TYPE = "smtp.mention"  #: suspending "smtp" holds it too
EVENT = "mentioned"
_RETRIES = 5


def mail(uow: UnitOfWork, case: Case, mention: Mention, person: User) -> None:
    """Put the mail on its way, if they want one and the table lets it leave."""
    language = person.language or "de"
    at = notices.to_colleague(uow, case, EVENT, language) if person.email else None
    if at is None:
        return
    job: dict[str, Any] = {"case_id": None, "node": None, "element": None, "kind": JobKind.MENTION}
    job |= {"queue": QUEUE, "type": TYPE, "key": f"mention/{mention.id}", "retries": _RETRIES}
    job |= {"state": JobState.READY if at <= uow.now else JobState.WAITING, "run_at": at}
    enqueue.put(uow, [{**job, "payload": {"mention": mention.id}}])


def letter(look: UnitOfWork, mention: Mention) -> tuple[str, str, str] | None:
    """Address, subject and text; None if nobody has to be told any more."""
    comment, person = mention.comment, look.get(User, mention.login)
    if mention.seen_at or comment.taken_back_at or not person.active or not person.email:
        return None
    if not access.seen_by(look, comment.case, look.person(mention.login)):
        return None
    author, number = look.get(User, comment.author).name, comment.case.number
    subject, text = _WORDS[person.language or "de"]
    said = {"author": author, "case": number, "link": f"{look.settings.http_url}/mentions"}
    return person.email, subject.format(**said), text.format(name=person.name, **said)


def mailed(uow: UnitOfWork, lease: Leased) -> None:
    if (job := jobs.leased(uow, lease)) is not None:
        uow.session.delete(job)


def refused(uow: UnitOfWork, lease: Leased, outcome: Retry | None, why: str) -> None:
    """It is tried again after a while; in the end the person reads on the page that no mail came, and why."""
    if (job := jobs.leased(uow, lease)) is None:
        return
    if outcome is None or job.attempts > job.retries:
        give_up(uow, job, why)
        uow.session.delete(job)
        return
    job.error, job.token, job.worker, job.deaths = why, None, None, 0
    job.run_at = uow.now + max(outcome.after or backoff.wait(job), outcome.least)
    job.move("postpone")


def give_up(uow: UnitOfWork, job: Job, why: str) -> None:
    mention = uow.session.get(Mention, int(job.payload["mention"]))
    if mention is not None:
        mention.unmailed = why


_WORDS = {
    "de": (
        "{author} hat Sie in {case} erwähnt",
        (
            "Guten Tag {name},\n\n{author} hat Sie in einem Kommentar zum Vorgang {case} erwähnt. Zu lesen ist er hier:\n{link}\n\n"
            "Diese Mails bestellen Sie in Ihrem Konto ab: Lassen Sie dort die Adresse leer.\n"
        ),
    ),
    "en": (
        "{author} mentioned you in {case}",
        (
            "Hello {name},\n\n{author} mentioned you in a comment on the case {case}. You can read it here:\n{link}\n\n"
            "No more mails like this: leave the address in your account empty.\n"
        ),
    ),
}
