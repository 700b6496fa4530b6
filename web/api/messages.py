"""What other systems tell processes: a message finds its case by name and key."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from cpm.commands import checks, correlation
from cpm.uow import UnitOfWork
from web.api import examples
from web.api.blueprint import blueprint, scoped
from web.api.fields import Data, Strict, Text
from web.api.keyed import command


class MessageSchema(Strict):
    name = Text(200, required=True, metadata={"description": "As the model names it."})
    key = Text(
        200, required=True, metadata={"description": "The correlation key, such as the case's number."}
    )
    unique_id = Text(
        200, required=True, metadata={"description": "The sender's; the same within seven days counts once."}
    )
    data = Data(
        load_default=dict,
        metadata={
            "description": "Becomes variables where the model says so, but never what approvals stand on."
        },
    )


class CorrelatedSchema(Strict):
    correlated = fields.Boolean(
        required=True,
        metadata={
            "description": "true: a process took it, now or before; false: it is kept until one waits."
        },
    )


@blueprint.post("/messages", tags=["Messages"])
@scoped("messages:write")
@blueprint.arguments(MessageSchema, example=examples.MESSAGE)
@command
@blueprint.response(200, CorrelatedSchema, example={"correlated": True})
def correlate_message(given: Mapping[str, Any], uow: UnitOfWork) -> Any:
    """Hand a message to the process that waits for it, or keep it for seven days."""
    data = checks.values(given["data"])
    told = correlation.correlate(uow, given["name"], given["key"], given["unique_id"], data)
    return {"correlated": told}
