"""What is typed at a step is kept: by itself while somebody types, by a button without JavaScript, and when it is refused."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import task_drafts
from cpm.commands.task_drafts import TypedElsewhere
from cpm.errors import CpmError, Invalid
from cpm.policies import PolicyRefusal
from cpm.queries import at_desk, clash
from web import access, addresses
from web.agent.blueprint import READERS, blueprint
from web.agent.documents.uploading import largest
from web.agent.guided import conflict
from web.agent.guided.bringing import bring, brought_now
from web.agent.guided.page import PATH, must_see, typed_values
from web.headers import takes_up_to
from web.here import engine
from web.language import language
from web.language import translate as _
from web.leading import asked_for_part
from web.visitor import visitor


@blueprint.post(f"{PATH}/draft")
@access.granted(*READERS)
@takes_up_to(largest)
def keep_typed(number: str, task_id: int) -> ResponseReturnValue:
    """With `_with`, held against a colleague's draft first. `_draft` is the save that the page went on from."""
    refused = _brought(number, task_id)
    with engine().read(visitor().login) as look:
        task = must_see(look, number, task_id)
        values = typed_values(look, task)
        desk = at_desk.of_task(look, task, language())
        other = conflict.of_whom(look, (*desk.others, *((desk.own,) if desk.own else ())))
    if conflict.chosen() and other is not None:
        values = conflict.mixed(values, other.values)
    elif other is not None and other is not desk.own:
        return conflict.with_draft(number, task_id, values, other)
    try:
        with engine().begin(visitor().login) as uow:
            seen, after = addresses.posted("_seen"), addresses.posted("_draft")
            draft = task_drafts.save(uow, task_id, values, seen=seen, after=after)
            kept = {"rev": draft.rev, "kept": draft.saved_at} if draft else {"rev": 0, "kept": None}
    except TypedElsewhere as error:
        if asked_for_part():
            return _part(refused, elsewhere=error.sentence(language())), error.status
        return conflict.elsewhere(number, task_id, values, error)
    if asked_for_part():
        return _part(refused, lost=_lost(number, task_id), **kept)
    flash(_("Your draft is saved."))
    return redirect(url_for("agent.task", number=number, task_id=task_id), 303)


@blueprint.post(f"{PATH}/begin_anew")
@access.granted(*READERS)
def begin_anew(number: str, task_id: int) -> ResponseReturnValue:
    """What was typed is left aside; the form is as the case has it."""
    with engine().read(visitor().login) as look:
        must_see(look, number, task_id)
    with engine().begin(visitor().login) as uow:
        task_drafts.begin_anew(uow, task_id)
    flash(_("The draft is discarded."))
    return redirect(url_for("agent.task", number=number, task_id=task_id), 303)


def keep_refused(task_id: int, values: Mapping[str, Any]) -> bool:
    """What was handed in and not taken is kept too, whatever somebody does next; False if another window has newer words."""
    after = None if conflict.chosen() else addresses.posted("_draft")
    with suppress(CpmError), engine().begin(visitor().login) as uow:  # they have it on their page anyway
        task_drafts.save(uow, task_id, values, seen=addresses.posted("_seen"), after=after)
        return True
    return False


def _brought(number: str, task_id: int) -> str:
    """Why a file was not taken, if what is typed is kept by itself: a file never keeps that from being saved."""
    try:
        bring(number, task_id)
    except (Invalid, PolicyRefusal) as error:
        if not asked_for_part():
            raise
        return error.sentence(language())
    return ""


def _lost(number: str, task_id: int) -> str:
    """Who has or gave back what is typed at here; empty while it is theirs."""
    with engine().read(visitor().login) as look:
        task = must_see(look, number, task_id)
        if task.assignee == look.actor:
            return ""
        entry = clash.last(look, task, language()).entry
    what = f"{entry.who}: {entry.alone}" if entry else ""
    return _("What you typed is kept, but this task is not yours any more. {what}", what=what).strip()


def _part(refused: str, **said: Any) -> str:
    return render_template("agent/_kept.html", refused=refused, brought=brought_now(), **said)
