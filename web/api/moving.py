"""A case moved or ended by hand: where it can go, what would come of it (`dry_run`), and doing it."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from cpm.bpmn import Begin
from cpm.commands import cancelling, moving
from cpm.commands.resolvable import OUTCOMES
from cpm.model import Case
from cpm.queries import access, journal
from cpm.queries import moving as shown
from cpm.uow import UnitOfWork
from web.api import moving_examples as examples
from web.api.blueprint import blueprint, scoped
from web.api.fields import Data, Flag, Strict, Text, Whole, Word
from web.api.journal import DetailSchema, EntrySchema
from web.api.keyed import rehearsable
from web.here import engine
from web.language import language
from web.visitor import visitor

TAGS = ["Cases"]


class StandSchema(Strict):
    node = fields.Integer(required=True, metadata={"description": "What `cancel` names."})
    element = fields.String(required=True)
    name = fields.String(required=True)
    waits = fields.String(required=True)
    depth = fields.Integer(required=True, metadata={"description": "How many others it is inside of."})


class TargetSchema(Strict):
    element = fields.String(required=True, metadata={"description": "What `begin` names."})
    name = fields.String(required=True)
    kind = fields.String(required=True)


class MovableSchema(Strict):
    rev = fields.Integer(required=True, metadata={"description": "What `seen` names."})
    standing = fields.List(fields.Nested(StandSchema), required=True)
    targets = fields.List(fields.Nested(TargetSchema), required=True)


class BeginSchema(Strict):
    element = Text(200, required=True)
    inside = Whole(
        allow_none=True,
        load_default=None,
        metadata={"description": "The node of what it begins in, where several run."},
    )
    variables = Data(load_default=dict, metadata={"description": "The element's own."})


class ActSchema(Strict):
    why = Text(10_000, required=True)
    seen = Whole(
        least=0,
        allow_none=True,
        load_default=None,
        metadata={"description": "409 if the case has moved on since."},
    )
    dry_run = Flag(load_default=False, metadata={"description": "Only say what would come of it."})


class MoveSchema(ActSchema):
    cancel = fields.List(Whole(), load_default=list)
    begin = fields.List(fields.Nested(BeginSchema), load_default=list)


class CancelSchema(ActSchema):
    outcome = Word(OUTCOMES, required=True)


class DoneSchema(Strict):
    case = fields.String(required=True)
    rev = fields.Integer(required=True)
    ends = fields.Boolean(required=True)
    gone = fields.List(
        fields.String(), required=True, metadata={"description": "What it no longer stands at."}
    )
    stays = fields.List(fields.String(), required=True)
    new = fields.List(fields.String(), required=True, metadata={"description": "What it stands at now."})
    calls = fields.List(
        fields.String(), required=True, metadata={"description": "Those of the new that machines do."}
    )
    data = fields.List(fields.Nested(DetailSchema), required=True)
    entries = fields.List(fields.Nested(EntrySchema), required=True)


@blueprint.get("/cases/<case:case_id>/move", tags=TAGS)
@scoped("cases:read")
@blueprint.response(200, MovableSchema, example=examples.MOVABLE)
def get_moves(case_id: int) -> Any:
    """What a case stands at, and where it could go."""
    with engine().read(visitor().login) as look:
        case = access.must_see(look, case_id, api=True)
        standing = shown.standing(look, case, language())
        return {"rev": case.rev, "standing": standing, "targets": shown.targets(look, case, language())}


@blueprint.post("/cases/<case:case_id>/move", tags=TAGS)
@scoped("cases:write")
@blueprint.arguments(MoveSchema, example=examples.MOVE)
@rehearsable
@blueprint.response(200, DoneSchema, example=examples.DONE)
def move_case(given: Mapping[str, Any], case_id: int, uow: UnitOfWork) -> Any:
    """Take away what a case stands at and begin elements elsewhere, as one act. Nothing that was done is undone.

    403 unless the token's user is a supervisor; 422 with every reason why it cannot be.
    """
    access.must_see(uow, case_id, api=True)
    begin = [Begin(**each) for each in given["begin"]]
    act = {"why": given["why"], "seen": given["seen"]}
    return _done(uow, moving.move(uow, case_id, cancel=given["cancel"], begin=begin, **act))


@blueprint.post("/cases/<case:case_id>/cancel", tags=TAGS)
@scoped("cases:write")
@blueprint.arguments(CancelSchema, example=examples.CANCEL)
@rehearsable
@blueprint.response(200, DoneSchema, example=examples.CANCELLED)
def cancel_case(given: Mapping[str, Any], case_id: int, uow: UnitOfWork) -> Any:
    """End a case whatever it stands at; all that is open is dropped, and nothing that was done is undone.

    403 unless the token's user is a supervisor.
    """
    access.must_see(uow, case_id, api=True)
    return _done(uow, cancelling.cancel(uow, case_id, **given))


def _done(uow: UnitOfWork, case: Case) -> Mapping[str, Any]:
    uow.session.flush()
    entries = journal.told(uow, case, uow.journal, language())
    found = shown.prospect(entries)
    names = ("ends", "gone", "stays", "new", "calls", "data")
    told = {name: getattr(found, name) for name in names}
    return {"case": case.number, "rev": case.rev, **told, "entries": entries}
