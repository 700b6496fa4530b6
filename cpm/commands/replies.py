"""A message of ours to a customer: checked, sent off as a job that leaves like every external call, and what came of it.

It stands at no place of the process, and no process hears of it. On a closed case it opens nothing; its answer does.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from cpm.channels import message_ids
from cpm.commands import checks, drafts, holding, jobs, policies, sent_twice
from cpm.connectors.letters import BadAddress, is_machine, recipients
from cpm.errors import Conflict, Invalid, WrongState
from cpm.model import Case, Incident, Job, JobKind, JobState, Reply, ReplyState
from cpm.queries import attached, replying
from cpm.queries.written import Written
from cpm.uow import UnitOfWork

#: So long it can be taken back.
PAUSE = timedelta(seconds=10)
TYPE = "smtp.send"


class News(Conflict):
    """The customer wrote since the author began; the text is kept, and may be sent all the same."""


class Unreachable(Conflict):
    """Mail to an address came back before; it may be written to all the same."""


def send(
    uow: UnitOfWork, case_id: int, written: Written, *, pause: timedelta = PAUSE, **checks: Any
) -> Reply:
    """Send off what the actor has written; their draft on the case, if there is one, becomes it. Checks as `send_new`.

    It can be taken back for as long as the `pause`. The same again is the one that was sent off just now.
    """
    case = uow.case(case_id)
    if (known := sent_twice.before(uow, case_id, written)) is not None:
        drafts.discard(uow, case_id)
        return known
    to, cc = _checked(uow, case, written, **checks)
    return _sent_off(uow, case, written, (to, cc), draft=drafts.of(uow, case_id), pause=pause)


def send_new(uow: UnitOfWork, case_id: int, written: Written, **checks: Any) -> Reply:
    """Send off a message beside whatever draft the actor has.

    `seen`: the last interaction that the author knew of; News if the customer wrote since, unless `anyway`.
    Unreachable if mail to an address of it came back, unless `unreachable_too`.
    """
    case = uow.case(case_id)
    to, cc = _checked(uow, case, written, **checks)
    if written.answers is not None and drafts.answered(uow, case_id, written) is None:
        raise Invalid(
            f"Expected to answer a message of case {case.number}, but {written.answers} is none of them",
            [("answers", "is no message of this case")],
            de=f"Zu diesem Vorgang gibt es keine Nachricht {written.answers}.",
        )
    return _sent_off(uow, case, written, (to, cc), draft=None, pause=timedelta(0))


def _checked(
    uow: UnitOfWork,
    case: Case,
    written: Written,
    *,
    seen: int | None = None,
    anyway: bool = False,
    unreachable_too: bool = False,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    drafts.must_write(uow)
    holding.must_go_on(uow, case)
    drafts.checked(uow, case, written)
    attached.must_be_free(uow, case, list(written.documents))
    to, cc = _addressed(uow, written)
    if seen is not None and not anyway:
        _must_know(uow, case, seen)
    if not unreachable_too:
        _must_be_reachable(uow, to + cc)
    given = {"to": ", ".join(to), "cc": ", ".join(cc), "subject": written.subject, "text": written.text}
    policies.check(uow, case, "write", subject=f"case {case.number}", given=given)
    return to, cc


def _sent_off(
    uow: UnitOfWork,
    case: Case,
    written: Written,
    addresses: tuple[tuple[str, ...], tuple[str, ...]],
    *,
    draft: Reply | None,
    pause: timedelta,
) -> Reply:
    reply = draft or Reply(
        case_id=case.id, author=uow.actor, state=ReplyState.LEAVING, begun_at=uow.now, seen=0
    )
    drafts.fill(uow, reply, written)
    reply.to, reply.cc = (", ".join(each) for each in addresses)
    reply.changed_at = reply.sent_at = uow.now
    if draft is not None:
        reply.move("send")
    uow.session.add(reply)
    uow.session.flush()
    _enqueue(uow, case, reply, pause)
    uow.record(
        case, "reply.sent_off", to=[*addresses[0], *addresses[1]], subject=reply.subject, reply=reply.id
    )
    return reply


def take_back(uow: UnitOfWork, reply_id: int) -> Reply:
    """Make it a draft again; WrongState once an attempt was made, for the mail may have left."""
    reply = _locked(uow, reply_id)
    # locked: a worker may be about to send it
    job = jobs.locked(uow, reply.job_id) if reply.job_id is not None else None
    fresh = (
        job is not None
        and job.attempts == 0
        and job.state in (JobState.WAITING, JobState.READY, JobState.HELD)
    )
    if reply.state != ReplyState.LEAVING or job is None or not fresh or reply.author != uow.actor:
        raise WrongState(
            f"Expected to take back reply {reply_id}, but it is on its way already or not yours",
            de="Die Nachricht ist schon unterwegs und lässt sich nicht mehr zurückholen.",
        )
    if drafts.of(uow, reply.case_id) is not None:
        raise Conflict(
            f"Expected to take back reply {reply_id}, but you have begun another on this case",
            de="Sie haben in diesem Vorgang schon eine andere Nachricht angefangen: erst diese senden oder verwerfen.",
        )
    reply.job = None
    uow.session.delete(job)
    reply.move("take back")
    reply.sent_at, reply.message_id = None, None
    uow.record(reply.case, "reply.taken_back", subject=reply.subject, reply=reply.id)
    return reply


def arrived(uow: UnitOfWork, job: Job) -> None:
    """The mail server has taken it."""
    if (reply := of_job(uow, job)) is not None:
        reply.move("arrive")
        reply.why, reply.job = None, None


def failed(uow: UnitOfWork, job: Job, why: str) -> None:
    if (reply := of_job(uow, job)) is not None:
        reply.move("fail")
        reply.why = why


def again(uow: UnitOfWork, incident: Incident, data: Mapping[str, Any]) -> None:
    """Settle its incident by sending it once more, to other addresses if `data` says so; under the same Message-ID."""
    job = incident.job
    reply = of_job(uow, job) if job is not None else None
    if job is None or reply is None:
        raise WrongState(
            f"Expected a message that can be sent again behind incident {incident.id}, but there is none",
            de="Zu dieser Ausnahme gibt es keine Nachricht mehr, die sich noch einmal senden lässt.",
        )
    reply.to, reply.cc = str(data.get("to", reply.to)), str(data.get("cc", reply.cc))
    reply.move("try again")
    job.payload = {**job.payload, "inputs": {**job.payload["inputs"], **_addresses(reply)}}
    job.move("try again")
    job.run_at, job.attempts, job.deaths = uow.now, 0, 0


def let_go(uow: UnitOfWork, incident: Incident) -> None:
    """Somebody has reached the customer otherwise: it is not sent any more."""
    if incident.job is not None and incident.job.kind == JobKind.LETTER:
        uow.session.delete(incident.job)


def of_job(uow: UnitOfWork, job: Job) -> Reply | None:
    return uow.session.scalar(select(Reply).where(Reply.job_id == job.id))


def _locked(uow: UnitOfWork, reply_id: int) -> Reply:
    reply = uow.get(Reply, reply_id)
    uow.case(reply.case_id)
    uow.session.refresh(reply)
    return reply


def _addressed(uow: UnitOfWork, written: Written) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """To and Cc; Invalid names each field that does not fit."""
    found, problems = {}, []
    for name, text in (("to", written.to), ("cc", written.cc)):
        try:
            found[name] = recipients(text)
        except BadAddress as error:
            found[name] = ()
            problems.append(
                (name, str(error), "Das ist keine E-Mail-Adresse, an die sich etwas senden lässt.")
            )
    ours = replying.ours(uow)
    for name, addresses in found.items():
        if strange := [each for each in addresses if replying.is_ours(each, ours) or is_machine(each)]:
            said = f"Expected the address of a person, but nobody reads at {strange[0]}"
            problems.append(
                (name, said, f"Unter {strange[0]} liest niemand, oder es ist unsere eigene Adresse.")
            )
    if not found["to"] and not problems:
        problems.append(
            ("to", "Please say to whom the message goes.", "Bitte angeben, an wen die Nachricht geht.")
        )
    for name, text in (("subject", written.subject), ("text", written.text)):
        if not text.strip():
            problems.append((name, "Please enter something.", "Bitte etwas eingeben."))
    if problems:
        raise Invalid(
            f"Expected a message that can be sent, but {problems[0][0]} does not fit: {problems[0][1]}",
            [(name, said) for name, said, _ in problems],
            de="So lässt sich die Nachricht nicht senden.",
            problems_de=[(name, said) for name, _, said in problems],
        )
    checks.plain_text("text", written.text, longest=100_000)
    return found["to"], found["cc"]


def _must_know(uow: UnitOfWork, case: Case, seen: int) -> None:
    if news := replying.news(uow, case.id, seen):
        raise News(
            f"Expected the author to know all that was said, but {len(news)} messages have come since",
            de="Inzwischen hat der Kunde geschrieben. Ihr Text ist noch da.",
        )


def _must_be_reachable(uow: UnitOfWork, addresses: tuple[str, ...]) -> None:
    if dead := replying.unreachable(uow, addresses):
        address, why = dead[0]
        raise Unreachable(
            f"Expected an address at which mail arrives, but nothing arrives at {address}: {why}",
            de=f"Unter {address} kommt nichts an: {why}",
        )


def _enqueue(uow: UnitOfWork, case: Case, reply: Reply, pause: timedelta) -> None:
    key = f"{case.number}/reply/{reply.id}/{reply.changed_at:%Y%m%dT%H%M%S%f}"
    job = Job(
        case_id=case.id,
        kind=JobKind.LETTER,
        queue="calls",
        type=TYPE,
        key=key,
        state=JobState.WAITING if pause else JobState.READY,
        run_at=uow.now + pause,
        payload={"inputs": {**_addresses(reply), **_inputs(uow, reply)}, "headers": {}},
    )
    uow.session.add(job)
    reply.job = job
    reply.message_id = message_ids.make(uow.settings.secret, uow.settings.mail_domain, case.id, key)
    uow.session.flush()


def _addresses(reply: Reply) -> dict[str, Any]:
    return {"to": list(recipients(reply.to)), "cc": list(recipients(reply.cc))}


def _inputs(uow: UnitOfWork, reply: Reply) -> dict[str, Any]:
    return {
        "subject": reply.subject,
        "text": reply.whole_text,
        "attachments": reply.documents,
        "references": replying.references(uow, reply),
        "language": reply.language,
    }
