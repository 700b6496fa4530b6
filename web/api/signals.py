"""What other systems tell all processes at once."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from cpm.commands import posting
from cpm.commands.broadcasting import LARGEST
from cpm.commands.posting import Who
from cpm.uow import UnitOfWork
from web.api import examples
from web.api.blueprint import blueprint, scoped
from web.api.fields import Data, Strict, Text
from web.api.keyed import command
from web.api.messages import AboutSchema


class SignalSchema(Strict):
    name = Text(200, required=True, metadata={"description": "As the models name it."})
    data = Data(
        load_default=dict,
        metadata={
            "description": f"At most {LARGEST} characters. Becomes variables, but never what approvals stand on."
        },
    )
    customer = fields.Nested(
        AboutSchema,
        allow_none=True,
        load_default=None,
        metadata={"description": "Needed if a process begins by the signal."},
    )


class BroadcastSchema(Strict):
    cases = fields.Integer(
        required=True, metadata={"description": "How many hear it, or are opened, in a moment."}
    )


@blueprint.post("/signals", tags=["Messages"])
@scoped("messages:write")
@blueprint.arguments(SignalSchema, example=examples.SIGNAL)
@command
@blueprint.response(202, BroadcastSchema, example={"cases": 3})
def throw_signal(given: Mapping[str, Any], uow: UnitOfWork) -> Any:
    """Broadcast a signal: every case that listens now hears it once, and processes that begin by it open a case.

    Nobody hears it later. Who sends it again after a broken connection brings an Idempotency-Key.
    """
    about = None if given["customer"] is None else Who(**given["customer"])
    return {"cases": posting.signal(uow, given["name"], given["data"], about=about)}
