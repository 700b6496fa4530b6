"""What other systems tell processes: a message finds its case by name and key."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from marshmallow import fields

from cpm.commands import posting
from cpm.commands.messages import LONGEST_TO_LIVE, TIME_TO_LIVE
from cpm.commands.posting import Who
from cpm.uow import UnitOfWork
from web.api import examples
from web.api.blueprint import blueprint, scoped
from web.api.fields import Data, Strict, Text, Whole
from web.api.keyed import command


def _seconds(time: timedelta) -> int:
    return time // timedelta(seconds=1)


class AboutSchema(Strict):
    """Whom it is about: known by an address or number, or a new customer."""

    email = Text(320, empty=True, load_default="", metadata={"description": "Or phone."})
    phone = Text(50, empty=True, load_default="")
    name = Text(200, empty=True, load_default="", metadata={"description": "Of a new customer."})


class MessageSchema(Strict):
    name = Text(200, required=True, metadata={"description": "As the model names it."})
    key = Text(
        200,
        empty=True,
        load_default="",
        metadata={
            "description": "The correlation key, such as the case's number. A message that begins a process may have none; "
            "with one it opens a case only while none is open that this key opened."
        },
    )
    unique_id = Text(
        200,
        required=True,
        metadata={"description": "Yours: the same name and id again counts once, for seven days at least."},
    )
    data = Data(
        load_default=dict,
        metadata={
            "description": "Becomes variables where the model says so, but never what approvals stand on."
        },
    )
    customer = fields.Nested(
        AboutSchema,
        allow_none=True,
        load_default=None,
        metadata={"description": "Needed if the message begins a process."},
    )
    seconds_to_live = Whole(
        least=0,
        most=_seconds(LONGEST_TO_LIVE),
        load_default=_seconds(TIME_TO_LIVE),
        metadata={"description": "How long it waits to be taken; 0: now or never."},
    )


class CorrelatedSchema(Strict):
    correlated = fields.Boolean(
        required=True,
        metadata={
            "description": "true: a case took it or was opened by it, now or before; false: it waits until one does."
        },
    )


@blueprint.post("/messages", tags=["Messages"])
@scoped("messages:write")
@blueprint.arguments(MessageSchema, example=examples.MESSAGE)
@command
@blueprint.response(200, CorrelatedSchema, example={"correlated": True})
def correlate_message(given: Mapping[str, Any], uow: UnitOfWork) -> Any:
    """Hand a message to a case that waits for it, let it open one, or keep it until it is taken or its time is over.

    One case of each process may have it: the one that has waited longest.
    """
    about = None if given["customer"] is None else Who(**given["customer"])
    told = posting.message(
        uow,
        given["name"],
        given["key"],
        given["unique_id"],
        given["data"],
        about=about,
        to_live=timedelta(seconds=given["seconds_to_live"]),
    )
    return {"correlated": told}
