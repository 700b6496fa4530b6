"""What a connector is given: the job as it is now, with the files it takes along; no transaction is open as it is asked."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from cpm.channels import message_ids
from cpm.commands import caps, erp_links, guarding, notices, replies, settling, telling_otherwise
from cpm.commands.jobs import Leased
from cpm.connectors import Call, Done, Failed, Outcome, Retry
from cpm.engine import Engine
from cpm.errors import Conflict, Forbidden, Invalid
from cpm.model import Case, ErpParty, Job, JobKind
from cpm.queries import attached, party, replying, status_links
from cpm.queries.notice_words import TYPE
from cpm.uow import UnitOfWork

RENDER = "document.render"
#: Who acts where no person does.
ACTOR = "worker"


def instead(engine: Engine, leased: Leased) -> Callable[..., None] | None:
    """What is done in place of the call: policies may forbid it by now, and a notice may have to go another way."""
    with engine.read() as look:
        job = look.get(Job, leased.id)
        if guarding.forbids(look, job):
            return settling.stop
        return telling_otherwise.settle if notices.goes_otherwise(look, job) else None


def asked(engine: Engine, call: Call) -> Outcome:
    """What the connector answers."""
    answer = engine.connectors[call.operation.partition(".")[0]](call)
    if call.operation == TYPE and isinstance(answer, Done) and answer.sent is not None:
        return replace(answer, sent=replace(answer.sent, notice=str(call.inputs.get("event"))))
    return answer


def prepared(engine: Engine, leased: Leased) -> Call | Outcome:
    """What the connector is to be asked, or what comes of the job without asking it.

    Nothing is written, but which ERP the case works with, when it first asks one.
    """
    with engine.read() as look:
        job = look.get(Job, leased.id)
        assert job.case is not None, "a call belongs to a case"
        if job.case.erp is not None or not _is_erp(job):
            return _prepared(look, job, job.case)
        case_id = job.case.id
    engine.erp.look()  # whether the main one is there
    with engine.begin(ACTOR) as uow:
        erp_links.system_of(uow, uow.case(case_id))
    with engine.read() as look:
        job = look.get(Job, leased.id)
        assert job.case is not None, "a call belongs to a case"
        return _prepared(look, job, job.case)


def _prepared(look: UnitOfWork, job: Job, case: Case) -> Call | Outcome:
    assert job.type is not None, "a call has a type"
    inputs = _with_link(look, job, notices.inputs(look, job))
    if (stopped := caps.stops(look, job, inputs)) is not None:
        return stopped
    mails = caps.is_mail(job)
    try:
        files = attached.files(look, case, inputs.get("attachments")) if mails else ()
    except Conflict as error:  # the scanner has not looked at it yet
        return Retry(str(error))
    except (Invalid, Forbidden) as error:
        return Failed("missing_field", str(error))
    return Call(
        operation=job.type,
        inputs=inputs,
        headers=job.payload["headers"],
        key=job.key,
        attempt=job.attempts,
        case_number=case.number,
        case_id=case.id,
        message_id=_message_id(look, job),
        texts=look.bundle(case).texts,
        now=look.local_now,
        token=message_ids.token(look.settings.secret, case.id),
        files=files,
        letters=look.bundle(case).letters,
        operations=look.bundle(case).operations,
        ours=replying.ours(look) if mails else frozenset(),
        erp=case.erp,
        **(_customer(look, case) if _is_erp(job) else {}),
    )


def _is_erp(job: Job) -> bool:
    return (job.type or "").startswith("erp.")


def _customer(look: UnitOfWork, case: Case) -> dict[str, Any]:
    """Of a call: the customer as the case's ERP knows them, and what both sides had."""
    assert case.erp is not None, "it is chosen before it is asked"
    known = look.session.get(ErpParty, (case.erp, case.customer_id))
    key = erp_links.customer_key(look, case.erp, case.customer)
    common = known.common if known is not None and known.met_at is not None else None
    return {
        "party": party.party(look, case.customer, key=key),
        "known_as": erp_links.known_as(look, case.erp, case.customer),
        "since": None if erp_links.has_order(look, case) else case.opened_at,
        "met": common,
    }


def _with_link(look: UnitOfWork, job: Job, inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """A letter may name the page on which its reader sees how the case stands, as every notice may."""
    if job.type != RENDER or job.case is None:
        return inputs
    values = inputs.get("values")
    known = values if isinstance(values, Mapping) else {}
    return {**inputs, "values": {"status_link": status_links.link(look, job.case), **known}}


def _message_id(look: UnitOfWork, job: Job) -> str:
    """The same at every attempt; what somebody wrote keeps its own even if it went to another case meanwhile."""
    assert job.case_id is not None, "a call belongs to a case"
    letter = replies.of_job(look, job) if job.kind == JobKind.LETTER else None
    if letter is not None and letter.message_id is not None:
        return letter.message_id
    return message_ids.make(look.settings.secret, look.settings.mail_domain, job.case_id, job.key)
