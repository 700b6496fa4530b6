"""What stands still: cases, processes in one version or all, kinds of jobs; suspended and resumed."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from cpm.commands import suspending
from cpm.model import Timers
from cpm.queries import access, suspensions
from cpm.queries.suspensions import Standing
from cpm.uow import UnitOfWork
from web.api import suspension_examples as examples
from web.api.blueprint import blueprint, scoped
from web.api.case_schemas import SuspensionSchema
from web.api.fields import Strict, Text, Whole, Word
from web.api.keyed import command
from web.here import engine
from web.language import language
from web.visitor import visitor

TAGS = ["Suspensions"]


class HeldSchema(SuspensionSchema):
    cases = fields.Integer(required=True, allow_none=True)
    tasks = fields.Integer(required=True, allow_none=True)
    jobs = fields.Integer(required=True, metadata={"description": "Those due that are held by it."})


class HeldListSchema(Strict):
    items = fields.List(fields.Nested(HeldSchema), required=True)


class StandingSchema(Strict):
    items = fields.List(
        fields.Nested(SuspensionSchema),
        required=True,
        metadata={"description": "By which it stands still; empty: it goes on."},
    )


class ReasonSchema(Strict):
    why = Text(500, required=True)


class ResumptionSchema(Strict):
    timers = Word(
        [each.value for each in Timers],
        load_default=Timers.RING.value,
        metadata={"description": "ring: what came due happens at once; shift: due times move by the pause."},
    )
    why = Text(500, empty=True, load_default="")


class ProcessSuspensionSchema(ReasonSchema):
    version = Whole(allow_none=True, load_default=None, metadata={"description": "None: each version."})


class ProcessResumptionSchema(ResumptionSchema):
    version = Whole(allow_none=True, load_default=None)


class KindSuspensionSchema(ReasonSchema):
    kind = Text(
        200,
        required=True,
        metadata={"description": "A connector (smtp), an operation (smtp.send), timer, message, signal, ..."},
    )


class KindResumptionSchema(Strict):
    kind = Text(200, required=True)
    why = Text(500, empty=True, load_default="")


@blueprint.get("/suspensions", tags=TAGS)
@scoped("definitions:read")
@blueprint.response(200, HeldListSchema, example=examples.SUSPENSIONS)
def list_suspensions() -> Any:
    """Processes and kinds of jobs that stand still, with how much is held; of a case, the case says it."""
    with engine().read(visitor().login) as look:
        found = [
            {**_told(one), **_counts(suspensions.held(look, one))}
            for one in suspensions.everything(look, language())
        ]
    return {"items": found}


@blueprint.post("/cases/<case:case_id>/suspend", tags=TAGS)
@scoped("cases:write")
@blueprint.arguments(ReasonSchema, example=examples.SUSPEND)
@command
@blueprint.response(200, StandingSchema, example=examples.SUSPENDED)
def suspend_case(given: Mapping[str, Any], case_id: int, uow: UnitOfWork) -> Any:
    """Nothing of the case goes on until it is resumed, and nothing that comes is lost.

    403 unless the token's user is a supervisor; 409 if it is closed or suspended already.
    """
    access.must_see(uow, case_id, api=True)
    suspending.suspend_case(uow, case_id, why=given["why"])
    return _of_case(uow, case_id)


@blueprint.post("/cases/<case:case_id>/resume", tags=TAGS)
@scoped("cases:write")
@blueprint.arguments(ResumptionSchema, example=examples.RESUME)
@command
@blueprint.response(200, StandingSchema, example=examples.RESUMED)
def resume_case(given: Mapping[str, Any], case_id: int, uow: UnitOfWork) -> Any:
    """Let the case go on; what came due meanwhile rings, or due times move.

    403 unless the token's user is a supervisor; 409 if it is not suspended by itself.
    """
    access.must_see(uow, case_id, api=True)
    suspending.resume_case(uow, case_id, timers=Timers(given["timers"]), why=given["why"])
    return _of_case(uow, case_id)


@blueprint.post("/definitions/<key>/suspend", tags=TAGS)
@scoped("operations:write")
@blueprint.arguments(ProcessSuspensionSchema, example=examples.SUSPEND_PROCESS)
@command
@blueprint.response(200, StandingSchema, example=examples.PROCESS_SUSPENDED)
def suspend_definition(given: Mapping[str, Any], key: str, uow: UnitOfWork) -> Any:
    """The open cases of a process stand still, and none begins: messages and mail wait, people get a 409."""
    suspending.suspend_process(uow, key, version=given["version"], why=given["why"])
    return _of_process(uow, key)


@blueprint.post("/definitions/<key>/resume", tags=TAGS)
@scoped("operations:write")
@blueprint.arguments(ProcessResumptionSchema, example=examples.RESUME)
@command
@blueprint.response(200, StandingSchema, example=examples.RESUMED)
def resume_definition(given: Mapping[str, Any], key: str, uow: UnitOfWork) -> Any:
    """Its cases go on, but for those that stand still by themselves; with shift one after the other."""
    timers = Timers(given["timers"])
    suspending.resume_process(uow, key, version=given["version"], timers=timers, why=given["why"])
    return _of_process(uow, key)


@blueprint.post("/jobs/suspend", tags=TAGS)
@scoped("operations:write")
@blueprint.arguments(KindSuspensionSchema, example=examples.SUSPEND_KIND)
@command
@blueprint.response(200, StandingSchema, example=examples.KIND_SUSPENDED)
def suspend_jobs(given: Mapping[str, Any], uow: UnitOfWork) -> Any:
    """Suspend a kind of jobs, while a mail server is down for example: no attempt is made, none is counted."""
    suspending.suspend_jobs(uow, given["kind"], why=given["why"])
    return _of_kind(uow, given["kind"])


@blueprint.post("/jobs/resume", tags=TAGS)
@scoped("operations:write")
@blueprint.arguments(KindResumptionSchema, example=examples.RESUME_KIND)
@command
@blueprint.response(200, StandingSchema, example=examples.RESUMED)
def resume_jobs(given: Mapping[str, Any], uow: UnitOfWork) -> Any:
    """They are done from now on, what was due first first."""
    suspending.resume_jobs(uow, given["kind"], why=given["why"])
    return _of_kind(uow, given["kind"])


def _of_case(uow: UnitOfWork, case_id: int) -> Mapping[str, Any]:
    return {"items": [_told(one) for one in suspensions.of_case(uow, uow.case(case_id), language())]}


def _of_process(uow: UnitOfWork, key: str) -> Mapping[str, Any]:
    found = suspensions.everything(uow, language())
    return {"items": [_told(one) for one in found if (one.of, one.key) == ("definition", key)]}


def _of_kind(uow: UnitOfWork, kind: str) -> Mapping[str, Any]:
    found = suspensions.everything(uow, language())
    return {"items": [_told(one) for one in found if (one.of, one.key) == ("jobs", kind)]}


def _told(one: Standing) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("of", "key", "version", "since", "by", "why")}


def _counts(held: suspensions.Held) -> dict[str, Any]:
    return {"cases": held.cases, "tasks": held.tasks, "jobs": held.jobs}
