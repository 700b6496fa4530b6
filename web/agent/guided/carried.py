"""What a step's form carries beside its fields: its key, what its reader had seen, which save of the draft it goes on from."""

import re
import uuid
from dataclasses import dataclass
from datetime import datetime

from flask import request

from cpm.model import Task
from cpm.queries.at_desk import Desk, Draft
from web import addresses

_KEY = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Carried:
    key: str  #: under which it is handed in, once
    seen: int  #: the case's last journal entry when its values were drawn
    rev: int  #: of the draft; 0 if there is none
    kept: datetime | None  #: when that was saved


def carried(task: Task, desk: Desk, taken_up: Draft | None, *, kept: bool = True) -> Carried:
    """`taken_up` is the draft that the form shows; else it shows what was posted, or the case.

    What was posted and is not `kept` goes on from the save that it went on from.
    """
    posted = addresses.posted("_seen")
    seen = taken_up.seen if taken_up else task.case.rev if posted is None else posted
    own = desk.own
    rev = None if kept else addresses.posted("_draft")
    if rev is None:
        rev = own.rev if own else 0
    return Carried(posted_key() or uuid.uuid4().hex, seen, rev, own.saved_at if own else None)


def posted_key() -> str | None:
    found = _KEY.fullmatch(request.form.get("_key", ""))
    return found and found[0]
