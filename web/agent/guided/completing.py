"""Hand in what a step asks for. Nothing that was typed is lost: not if it does not fit, not if somebody was faster."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from cpm import case_numbers, erp_offers, writing
from cpm.commands import next_task, tasks
from cpm.commands.as_seen import Overtaken
from cpm.commands.task_drafts import TypedElsewhere
from cpm.errors import Conflict, Forbidden, Invalid, Suspended
from cpm.model import Task, TaskState
from cpm.policies import PolicyRefusal
from cpm.queries import four_eyes, offers, variables, verdicts
from cpm.uow import UnitOfWork
from web import access, addresses, assent
from web.agent.blueprint import READERS, blueprint
from web.agent.documents.uploading import largest
from web.agent.guided import conflict, drafting, once
from web.agent.guided.bringing import bring
from web.agent.guided.page import PATH, Typed, must_see, shown, typed_values
from web.agent.path import suggested
from web.forms import asked, moves
from web.headers import takes_up_to
from web.here import engine
from web.language import language
from web.language import translate as _
from web.visitor import reading, visitor


@blueprint.post(PATH)
@access.granted(*READERS)
@takes_up_to(largest)
def complete(number: str, task_id: int) -> ResponseReturnValue:
    try:
        bring(number, task_id)
    except (Invalid, PolicyRefusal) as error:
        with reading() as look:
            values = typed_values(look, must_see(look, number, task_id))
        return shown(number, task_id, Typed(values, error, kept=False))
    with reading() as look:
        task = must_see(look, number, task_id)
        values = typed_values(look, task)
        if conflict.chosen():
            values = conflict.mixed(values, variables.seen_at(look, task.case, task.node))
        want = offers.of_form(look, task, values)
    if moves(request.form):
        return shown(number, task_id, Typed(values, kept=False))
    if suggested.undecided():
        kept = drafting.keep_refused(task_id, values)
        return shown(number, task_id, Typed(values, _undecided(), "suggestion", kept=kept))
    if want is not None:  # without JavaScript nobody was told yet what is filled in
        erp_offers.ask(engine(), want)
    try:
        return _completed(number, task_id, values)
    except TypedElsewhere as error:
        return conflict.elsewhere(number, task_id, values, error)
    except (Invalid, Forbidden, Conflict, PolicyRefusal) as error:
        drafting.keep_refused(task_id, values)
        if isinstance(error, Overtaken):
            return conflict.with_case(number, task_id, error)
        if isinstance(error, Conflict) and not isinstance(error, Suspended):
            return _done_before(number, task_id) or conflict.overtaken(number, task_id, values, error)
        return shown(number, task_id, Typed(values, error))


def _undecided() -> Invalid:
    """Without JavaScript, Enter in a field of a suggestion hands the step in."""
    return Invalid(
        "Expected what suggests itself to be decided, but something is filled in there that was neither accepted "
        "nor declined; please do one of them first, or take it out",
        de="Bei einem Vorschlag ist etwas ausgefüllt, aber er ist weder angenommen noch abgelehnt. "
        "Bitte zuerst dort entscheiden oder es wieder herausnehmen.",
    )


def _completed(number: str, task_id: int, values: Mapping[str, Any]) -> ResponseReturnValue:
    seen, on_page = addresses.posted("_seen"), asked(request.form)
    after = None if conflict.chosen() else addresses.posted("_draft")
    with engine().begin(visitor().login, assent.of_form()) as uow:
        done = tasks.complete(
            uow, task_id, values, language=language(), asked=on_page, seen=seen, after=after
        )
        steps = next_task.open_steps(uow, done.case_id)
        begun = next_task.go_on(uow, done, steps)
        once.mark(uow)
        there = _leads(number, [begun] if begun else steps, uow, after=done)
        title = _titled(uow, done)
    return _gone_on(title, there)


def _titled(uow: UnitOfWork, done: Task) -> str:
    """With what it came to, if it was an approval."""
    zone = uow.settings.zone
    said = verdicts.of_entries(
        uow.bundle(done.case),
        uow.journal,
        language(),
        lambda amount: writing.written(amount, language(), zone, name="amount"),
    )
    return f"{done.title(language())} ({said})" if said else done.title(language())


def _done_before(number: str, task_id: int) -> ResponseReturnValue | None:
    """The answer once more, if it was just this that is done: the first one may not have arrived."""
    with reading() as look:
        if not once.done(look):
            return None
        done = look.get(Task, task_id)
        there = _leads(number, next_task.open_steps(look, done.case_id), look, after=done)
        title = done.title(language())
    return _gone_on(title, there)


def _gone_on(title: str, there: str) -> ResponseReturnValue:
    flash(_("Done: {title}", title=title))
    return redirect(there, 303)


def onwards(number: str) -> str:
    """To the case's next step if it is this person's, one that they have in hand before others, else to the case."""
    with reading() as look:
        return _leads(number, next_task.open_steps(look, case_numbers.case_id(number)), look)


def _leads(number: str, steps: Iterable[Task], look: UnitOfWork, *, after: Task | None = None) -> str:
    """Who has approved something is not led to what another team or its agent goes on with."""
    user, approved = visitor().row, after is not None and four_eyes.is_approval(look, after)
    mine = [
        (step.parked(look.now), step.state == TaskState.READY, step.id)
        for step in steps
        if step.assignee == look.actor
        or (
            step.state == TaskState.READY
            and user
            and step.is_for(user)
            and step.kept_from(user.login, look.now) is None
            and (not approved or step.team in user.own_teams)
        )
    ]
    if mine:
        return url_for("agent.task", number=number, task_id=min(mine)[-1])
    return url_for("agent.case", number=number)
