"""Other systems hear what happens in cases: who is told of what, and what they have missed.

An event says little: what happened, when, in which case of which process. Whoever may know more asks REST for it. Delivered
at least once, under an id that stays the same; signed as Standard Webhooks has it.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from sqlalchemy import select, update

from cpm.commands import administering, audit, backoff, enqueue, jobs
from cpm.commands.jobs import Leased
from cpm.connectors import http
from cpm.connectors.http import signatures
from cpm.errors import Conflict, Invalid
from cpm.model import Case, Job, JobKind, JobState, Webhook, WebhookMiss
from cpm.queries.journal.sentences import SENTENCES
from cpm.uow import UnitOfWork

QUEUE = "webhooks"
TYPE = "http.webhook"  #: suspending "http" holds it too, and so does a restored copy with its calls
RETRIES = 12  #: about seven hours
_LONGEST_URL = 1_000
_MOST_AGAIN = 1_000


def add(uow: UnitOfWork, url: str, events: list[str], *, process: str | None = None) -> Webhook:
    """`events` are words of the journal (`case.closed`) or beginnings of them (`case.*`, `*`). Invalid for what is none."""
    administering.must_be_allowed(uow)
    if len(url) > _LONGEST_URL or (parts := http.parts_of(url)) is None:
        raise Invalid(
            "Expected an address like https://host/path without a user, but it is none",
            [("url", "is no address")],
            problems_de=[("url", "Bitte eine Adresse wie https://host/pfad ohne Benutzer angeben.")],
        )
    if wrong := [each for each in events if not any(_fits(word, each) for word in SENTENCES)]:
        raise Invalid(
            f"Expected words of the journal such as case.closed or case.*, but {', '.join(wrong)} is none",
            [("events", "is unknown")],
            problems_de=[
                (
                    "events",
                    f"Das Journal kennt nicht: {', '.join(wrong)}. Erlaubt sind Wörter wie case.closed, case.*, *.",
                )
            ],
        )
    made = Webhook(
        url=url,
        events=sorted(set(events)),
        process=process,
        active=True,
        created_at=uow.now,
        created_by=uow.actor,
    )
    uow.session.add(made)
    uow.session.flush()
    audit.record(
        uow, "webhook.added", webhook=made.id, host=parts.hostname, events=made.events, process=process
    )
    return made


def end(uow: UnitOfWork, webhook_id: int) -> Webhook:
    """Nothing more is sent there; what was missed stays to be seen."""
    administering.must_be_allowed(uow)
    found = uow.get(Webhook, webhook_id)
    if found.active:
        found.active = False
        audit.record(uow, "webhook.ended", webhook=found.id, host=urlsplit(found.url).hostname)
    return found


def secret(uow: UnitOfWork, webhook_id: int) -> str:
    """By which the other side proves that it is us: made of the installation's own, kept nowhere."""
    administering.must_be_allowed(uow)
    return signatures.handed_out(key_of(uow.settings.secret, uow.get(Webhook, webhook_id)))


def key_of(own: bytes, webhook: Webhook) -> bytes:
    return hmac.digest(own, f"webhook {webhook.id} {webhook.url}".encode(), hashlib.sha256)


def again(uow: UnitOfWork, webhook_id: int) -> int:
    """Send what was missed, the oldest first; how much that is. Conflict for one that was ended."""
    administering.must_be_allowed(uow)
    found = uow.get(Webhook, webhook_id)
    if not found.active:
        raise Conflict(
            f"Expected webhook {webhook_id} to be in force, but it was ended",
            de=f"Webhook {webhook_id} ist beendet und bekommt nichts mehr.",
        )
    missed = (
        select(WebhookMiss)
        .where(WebhookMiss.webhook_id == found.id)
        .order_by(WebhookMiss.id)
        .limit(_MOST_AGAIN)
    )
    misses = list(uow.session.scalars(missed.with_for_update()))
    enqueue.put(uow, [_job(uow, found, each.event) for each in misses])
    for each in misses:
        uow.session.delete(each)
    return len(misses)


def announce(uow: UnitOfWork) -> None:
    """As a command ends: a job for each who listens to what its journal says. Costs nothing where nobody does."""
    if not (listening := uow.library.webhooks) or not uow.journal:
        return
    told = [
        _job(uow, webhook, event)
        for event in (_event(uow, entry) for entry in uow.journal)
        for webhook in listening
        if _hears_of(uow, webhook, event["process"])
        and any(_fits(event["type"], each) for each in webhook.events)
    ]
    enqueue.put(uow, told)


def delivered(uow: UnitOfWork, lease: Leased) -> None:
    if (job := jobs.leased(uow, lease)) is not None:
        webhook = uow.get(Webhook, int(job.payload["webhook"]))
        if webhook.failing_since is not None:
            _others(uow, webhook, JobState.WAITING, {"run_at": uow.now})
        webhook.succeeded_at, webhook.failing_since, webhook.failure = uow.now, None, None
        uow.session.delete(job)


def refused(uow: UnitOfWork, lease: Leased, why: str) -> None:
    """It is sent again after a while, and in the end kept among what was missed. What else waits for them counts as tried.

    Else one who does not answer would keep everybody else waiting, ten seconds an event.
    """
    if (job := jobs.leased(uow, lease)) is None:
        return
    webhook = uow.get(Webhook, int(job.payload["webhook"]))
    if webhook.active:
        webhook.failing_since, webhook.failure = webhook.failing_since or uow.now, why
    if job.attempts > job.retries or not webhook.active:
        missed(uow, job, why)
        uow.session.delete(job)
        return
    job.error, job.token, job.worker, job.deaths = why, None, None, 0
    job.run_at = uow.now + backoff.wait(job)
    job.move("postpone")
    later = {"state": JobState.WAITING, "run_at": job.run_at, "attempts": Job.attempts + 1, "error": why}
    _others(uow, webhook, JobState.READY, later)


def _others(uow: UnitOfWork, webhook: Webhook, state: JobState, become: Mapping[str, Any]) -> None:
    theirs = Job.queue == QUEUE, Job.state == state, Job.key.startswith(f"webhook/{webhook.id}/")
    free = select(Job.id).where(*theirs).order_by(Job.id).limit(_MOST_AGAIN)
    ids = list(uow.session.scalars(free.with_for_update(skip_locked=True, key_share=True)))
    some = update(Job).where(Job.id.in_(ids)).values(become)
    uow.session.execute(some.execution_options(synchronize_session=False))


def missed(uow: UnitOfWork, job: Job, why: str) -> None:
    event = job.payload["event"]
    uow.session.add(
        WebhookMiss(webhook_id=int(job.payload["webhook"]), event=event, missed_at=uow.now, why=why)
    )


def _event(uow: UnitOfWork, entry: Mapping[str, Any]) -> dict[str, Any]:
    case = uow.get(Case, entry["case_id"])
    return {
        "id": f"{case.number}/{entry['seq']}",
        "type": entry["what"],
        "at": entry["at"].isoformat(),
        "case": case.number,
        "process": case.process,
    }


def _hears_of(uow: UnitOfWork, webhook: Webhook, process: str) -> bool:
    """Of a confidential process only who was told to listen to it by name."""
    return webhook.process == process or (webhook.process is None and process not in uow.library.confidential)


def _fits(word: str, wanted: str) -> bool:
    return word.startswith(wanted.removesuffix("*")) if wanted.endswith("*") else word == wanted


def _job(uow: UnitOfWork, webhook: Webhook, event: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "case_id": None,
        "node": None,
        "element": None,
        "kind": JobKind.WEBHOOK,
        "queue": QUEUE,
        "type": TYPE,
        "key": f"webhook/{webhook.id}/{event['id']}/{uuid4().hex[:8]}",
        "state": JobState.READY,
        "payload": {"webhook": webhook.id, "event": dict(event)},
        "retries": RETRIES,
        "run_at": uow.now,
    }
