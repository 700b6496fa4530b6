"""One case with everything that is open or was said in it, its files, and its journal."""

import io
from collections.abc import Mapping
from types import MappingProxyType

from flask import render_template, request, send_file
from flask.typing import ResponseReturnValue

from cpm import case_numbers
from cpm.errors import CpmError, Invalid, NotFound
from cpm.model import Case, Document, Task, TaskKind
from cpm.queries import access as visibility
from cpm.queries import cases, choosing, outline, people, why
from cpm.queries.journal import journal
from cpm.uow import UnitOfWork
from web import access
from web.agent.blueprint import READERS, blueprint
from web.here import engine
from web.language import language
from web.visitor import visitor

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
    with engine().read(visitor().login) as look:
        case_id = must_see(look, number)
        view = cases.view(look, case_id, language(), latest=None if shown == "all" else LATEST + 1)
        offers = {
            line.id: choosing.names(look, look.get(Task, line.id), language())
            for line in view.tasks
            if line.kind == TaskKind.CHOICE
        }
        story = journal(look, case_id, language(), latest=None if shown == "all" else LATEST)
        reasons = why.of_case(look, look.get(Case, case_id), language())
        branches = outline.of_case(look, look.get(Case, case_id), language())
        teams, names = people.team_names(look, language()), people.user_names(look)
    return render_template(
        "agent/case.html",
        view=view,
        offers=offers,
        journal=story,
        reasons=reasons,
        branches=branches if outline.nested(branches) else (),
        teams=teams,
        names=names,
        shown=shown,
        latest=LATEST,
        error=error,
        typed=typed,
        problems=lambda error: error.faults(language()) if isinstance(error, Invalid) else (),
    )


@blueprint.get("/cases/<number>/documents/<int:document_id>")
@access.granted(*READERS)
def document(number: str, document_id: int) -> ResponseReturnValue:
    """To keep, never to show: a stranger's file does not become a page of ours."""
    with engine().read(visitor().login) as look:
        case_id = must_see(look, number)
        found = look.session.get(Document, document_id)
        if found is None or found.case_id != case_id:
            raise NotFound(f"Expected to find document {document_id} in case {number}, but there is none")
        content, name = found.content, " ".join(found.name.split())  # no header has two lines
    return send_file(
        io.BytesIO(content), mimetype="application/octet-stream", as_attachment=True, download_name=name
    )


def must_see(look: UnitOfWork, number: str) -> int:
    """The id of the case with this number; NotFound if there is none, or the reader may not see it."""
    try:
        case_id = case_numbers.case_id(number)
    except Invalid as error:
        raise NotFound(
            f"Expected a case number, but {number!r:.40} is none",
            de="Das ist keine Vorgangsnummer; vielleicht ist sie vertippt.",
        ) from error
    return visibility.must_see(look, case_id).id
