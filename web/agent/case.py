"""One case with everything that is open or was said in it, its files, and its journal."""

from collections.abc import Mapping
from types import MappingProxyType

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cpm import case_numbers
from cpm.errors import CpmError, Invalid, NotFound
from cpm.model import OF_PROCESS, Case, Task, TaskKind, TaskState
from cpm.queries import access as visibility
from cpm.queries import (
    actions,
    at_desk,
    cases,
    choosing,
    commented,
    documents,
    four_eyes,
    linked,
    one_case,
    outline,
    repeating,
    replying,
    told,
    why,
)
from cpm.queries.cases import CaseView
from cpm.queries.journal import journal
from cpm.queries.journal import names as naming
from cpm.uow import UnitOfWork
from web import access, files
from web.agent import erp_shown
from web.agent.blueprint import READERS, blueprint
from web.at_hand import at_hand
from web.language import language
from web.visitor import reading

#: Messages and entries of the journal that a case's page begins with.
LATEST = 15


@blueprint.get("/cases/<number>")
@access.granted(*READERS)
def case(number: str) -> ResponseReturnValue:
    return page(number)


def page(
    number: str, *, error: CpmError | None = None, typed: Mapping[str, str] = MappingProxyType({})
) -> str:
    """`error` is why the case was not suspended or resumed, `typed` what was posted for it."""
    shown = "all" if "all" in request.args else "latest"
    call = at_hand().call
    with reading() as look:
        case = seen(look, number)  # and held: the session itself forgets what nobody holds
        case_id = case.id
        view = cases.view(look, case_id, language(), latest=None if shown == "all" else LATEST + 1)
        offers = {
            line.id: choosing.names(look, look.get(Task, line.id), language())
            for line in view.tasks
            if line.kind == TaskKind.CHOICE
        }
        known = naming.names(look, case, language())
        story = journal(look, case_id, language(), latest=None if shown == "all" else LATEST, names=known)
        reasons = why.of_case(look, case, language(), names=known)
        branches = outline.of_case(look, case, language())
        filed, gone = documents.of_case(look, case_id), documents.removed_of_case(look, case_id)
        replies, drafting = replying.of_case(look, case_id), replying.others(look, case_id)
        has_draft = replying.is_drafting(look, case_id)
        related = [each for each in linked.of_case(look, case, language()) if each.undone is None]
        also_open = linked.also_open(look, case)
        may_say = actions.of_case(look, case, language())
        again = repeating.words(look, case, language())
        mates = at_desk.of_case(look, case_id, language())
        kept = _kept(look, case_id, on_the_telephone=call is not None and call.case == number)
        in_erp = erp_shown.of_case(look, case)
        comments = commented.of_case(look, case, known.users, besides=_near(view))
        customer_told = told.of_case(look, case, language())
    return render_template(
        "agent/case.html",
        comments=comments,
        number=number,
        customer_told=customer_told,
        actions=may_say,
        again=again,
        erp=in_erp,
        view=view,
        offers=offers,
        kept=kept,
        journal=story,
        filed=filed,
        gone=gone,
        replies=replies,
        drafting=drafting,
        has_draft=has_draft,
        reasons=reasons,
        related=related,
        also_open=also_open,
        last_entry=case.rev,
        branches=branches if outline.nested(branches) else (),
        teams=known.teams,
        names=known.users,
        mates=mates,
        shown=shown,
        latest=LATEST,
        error=error,
        typed=typed,
        problems=lambda error: error.faults(language()) if isinstance(error, Invalid) else (),
    )


def _kept(look: UnitOfWork, case_id: int, *, on_the_telephone: bool) -> int | None:
    """The step that is begun from here: one that waits for the reader; of a case they are speaking about, what they may take."""
    waits = next((one.id for one in one_case.tasks(look, case_id) if one.waits_for(look.actor)), None)
    if waits is not None or not on_the_telephone:
        return waits
    user = look.user()
    theirs = (
        one.id
        for one in one_case.tasks(look, case_id)
        if one.state == TaskState.READY and one.kind in OF_PROCESS and one.is_for(user)
        if not four_eyes.of_task(look, one).keep_out(user)
    )
    return next(theirs, None)


def _near(view: CaseView) -> list[str | None]:
    """Who works on it, besides its owner."""
    return [task.assignee for task in view.tasks]


@blueprint.get("/cases/<number>/documents/<int:document_id>")
@access.granted(*READERS)
def document(number: str, document_id: int) -> ResponseReturnValue:
    """A file of this case, and of no other; what may do harm is at its own page, with a warning."""
    with reading() as look:
        case_id = must_see(look, number)
        found = documents.must_see(look, document_id)
        if found.case_id != case_id:
            raise documents.not_found(document_id)
        if found.risk is None:
            return files.attached(look, found)
    return redirect(url_for("agent.one_document", document_id=document_id), 303)


def must_see(look: UnitOfWork, number: str) -> int:
    """The id of the case with this number; NotFound if there is none, or the reader may not see it."""
    return seen(look, number).id


def seen(look: UnitOfWork, number: str) -> Case:
    """The same, as a whole."""
    try:
        case_id = case_numbers.case_id(number)
    except Invalid as error:
        raise NotFound(
            f"Expected a case number, but {number!r:.40} is none",
            de="Das ist keine Vorgangsnummer; vielleicht ist sie vertippt.",
        ) from error
    return visibility.must_see(look, case_id)
