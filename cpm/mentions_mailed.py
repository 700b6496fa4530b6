"""Somebody of us hears by mail that they were mentioned, outside any transaction, and what came of it is written down."""

from cpm.channels import message_ids
from cpm.commands import mentioning
from cpm.commands.jobs import Leased
from cpm.connectors import Call, Done, Failed, Outcome, Retry
from cpm.engine import Engine
from cpm.model import Job, JobKind, Mention

ACTOR = "worker"


def is_one(engine: Engine, lease: Leased) -> bool:
    with engine.read() as look:
        job = look.session.get(Job, lease.id)
        return job is not None and job.kind == JobKind.MENTION


def tell(engine: Engine, lease: Leased) -> None:
    call = _call(engine, lease)
    outcome: Outcome = engine.connectors["smtp"](call) if call is not None else Done()
    with engine.begin(ACTOR) as uow:
        match outcome:
            case Done():
                mentioning.mailed(uow, lease)
            case Retry(why):
                mentioning.refused(uow, lease, outcome, why)
            case Failed(_, why):
                mentioning.refused(uow, lease, None, why)


def _call(engine: Engine, lease: Leased) -> Call | None:
    """None if they have seen it meanwhile, or want no mail any more."""
    with engine.read() as look:
        job = look.session.get(Job, lease.id)
        mention = look.session.get(Mention, int(job.payload["mention"])) if job is not None else None
        written = mentioning.letter(look, mention) if mention is not None else None
        if mention is None or written is None:
            return None
        case = mention.comment.case
        to, subject, text = written
        return Call(
            operation="smtp.send",
            inputs={"to": to, "subject": subject, "text": text, "automatic": True},
            headers={},
            key=lease.key,
            attempt=lease.attempt,
            case_number=case.number,
            case_id=case.id,
            message_id=message_ids.make(look.settings.secret, look.settings.mail_domain, case.id, lease.key),
            texts={},
            now=look.local_now,
        )
