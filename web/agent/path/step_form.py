"""What is typed in the form of a step beside which something is decided: without JavaScript it comes along, and stays."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from flask import request

from cpm.commands import identifiers, task_drafts
from cpm.errors import CpmError, Invalid
from cpm.policies import PolicyRefusal
from cpm.uow import UnitOfWork
from web import addresses
from web.agent.guided import bringing, drafting
from web.agent.guided.page import must_see, typed_values
from web.visitor import reading


@dataclass(frozen=True, slots=True)
class StepForm:
    task_id: int
    values: Mapping[str, Any]
    unfit: CpmError | None  #: why a file that came with it was not taken

    def must_be_latest(self) -> None:
        """TypedElsewhere if another window has something else."""
        with reading() as look:
            task_drafts.must_be_latest(look, self.task_id, self.values, after=_after())

    def keep(self, uow: UnitOfWork, *, email: str) -> None:
        """As *Save draft* does. An address that was kept beside it is the step's too: nobody types it twice."""
        values = dict(self.values)
        if email and "email" in values and not values["email"]:
            with suppress(Invalid):  # it was decided before, with another one
                values["email"] = identifiers.normalised(identifiers.EMAIL, email)
        task_drafts.save(uow, self.task_id, values, seen=addresses.posted("_seen"), after=_after())

    def keep_refused(self) -> bool:
        return drafting.keep_refused(self.task_id, self.values)


def posted(number: str, task_id: int | None) -> StepForm | None:
    """None if what was posted is only about what is decided. Files that come with it are kept first."""
    if task_id is None or "_seen" not in request.form:
        return None
    unfit: CpmError | None = None
    try:
        bringing.bring(number, task_id)
    except (Invalid, PolicyRefusal) as error:
        unfit = error
    with reading() as look:
        return StepForm(task_id, typed_values(look, must_see(look, number, task_id)), unfit)


def _after() -> int | None:
    return addresses.posted("_draft")
