"""Batches: how far each is, what became of every case, and the ways to start, stop and repeat it."""

from collections.abc import Iterator

from flask import Response, flash, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import batches as commands
from cpm.commands.bulk_kinds import KINDS
from cpm.errors import CpmError
from cpm.model import ItemState
from cpm.queries import batch_words, batches
from cpm.queries.targets import Targets
from web import access, assent
from web.bulk.blueprint import READERS, STARTERS, blueprint, whole
from web.here import engine
from web.language import language
from web.language import translate as _
from web.visitor import visitor

_SHOWN = 50


@blueprint.get("/batches")
@access.granted(*READERS)
def batch_list() -> ResponseReturnValue:
    number = max(1, whole("page", 1))
    with engine().read(visitor().login) as look:
        found = batches.page(look, offset=(number - 1) * _SHOWN, limit=_SHOWN, language=language())
        count = -(-batches.total(look) // _SHOWN)
    return render_template("bulk/batches.html", batches=found, number=number, count=count)


@blueprint.get("/batches/<int:batch_id>")
@access.granted(*READERS)
def batch(batch_id: int) -> ResponseReturnValue:
    return _page(batch_id)


@blueprint.get("/batches/<int:batch_id>/results.csv")
@access.granted(*READERS)
def results(batch_id: int) -> ResponseReturnValue:
    """Read and sent in steps."""
    with engine().read(visitor().login) as look:
        batches.view(look, batch_id)
    login, tongue = visitor().login, language()

    def lines() -> Iterator[bytes]:
        with engine().read(login) as look:
            yield from batches.as_csv(look, batch_id, tongue)

    named = {"Content-Disposition": f'attachment; filename="batch-{batch_id}.csv"'}
    return Response(stream_with_context(lines()), mimetype="text/csv", headers=named)


@blueprint.post("/batches/<int:batch_id>/start")
@access.granted(*STARTERS)
def start(batch_id: int) -> ResponseReturnValue:
    only = [word for text in request.form.getlist("only") for word in text.split()]
    try:
        with engine().begin(visitor().login, assent.of_form()) as uow:
            commands.start(uow, batch_id, only=only)
    except CpmError as error:
        return _page(batch_id, error), error.status
    flash(_("It runs. What becomes of each case will stand here."))
    return _back(batch_id)


@blueprint.post("/batches/<int:batch_id>/stop")
@access.granted(*READERS)
def stop(batch_id: int) -> ResponseReturnValue:
    with engine().begin(visitor().login) as uow:
        commands.stop(uow, batch_id)
    flash(_("What was not begun is left alone."))
    return _back(batch_id)


@blueprint.post("/batches/<int:batch_id>/retry")
@access.granted(*STARTERS)
def retry(batch_id: int) -> ResponseReturnValue:
    with engine().begin(visitor().login, assent.of_form()) as uow:
        commands.retry(uow, batch_id)
    flash(_("It runs. What becomes of each case will stand here."))
    return _back(batch_id)


@blueprint.post("/batches/<int:batch_id>/way-back")
@access.granted(*STARTERS)
def way_back(batch_id: int) -> ResponseReturnValue:
    """A batch of its own, with its dry run."""
    try:
        with engine().begin(visitor().login) as uow:
            why = request.form.get("why", "")
            made = commands.propose(uow, "migrate_back", Targets(done_in=batch_id), {}, why=why)
    except CpmError as error:
        return _page(batch_id, error), error.status
    return _back(made.id)


def _page(batch_id: int, error: CpmError | None = None) -> str:
    state, after = request.args.get("state", ""), whole("after", 0)
    chosen = ItemState(state) if state in list(ItemState) else None
    reason = request.args.get("reason")
    with engine().read(visitor().login) as look:
        found = batches.view(look, batch_id, language())
        items = batches.items(
            look,
            batch_id,
            state=chosen,
            reason=reason,
            after=after,
            limit=_SHOWN + 1,
            language=language(),
        )
    return render_template(
        "bulk/batch.html",
        batch=found,
        items=items[:_SHOWN],
        more=len(items) > _SHOWN,
        state=chosen.value if chosen else "",
        reason=reason,
        error=error,
        starts=_may_start(found.kind),
        word=lambda state: batch_words.item(state, language()),
    )


def _may_start(kind: str) -> bool:
    return kind in KINDS and bool(visitor().roles & KINDS[kind].starters)


def _back(batch_id: int) -> ResponseReturnValue:
    return redirect(url_for("bulk.batch", batch_id=batch_id), 303)
