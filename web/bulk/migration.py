"""Migration to another version: choose the versions, look at what becomes what, have it tried at every running case."""

from collections.abc import Sequence
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import batches, migration_plans
from cpm.commands.migration_plans import Proposal
from cpm.errors import CpmError, Invalid
from cpm.queries import definitions, migrating
from cpm.queries.targets import Targets
from cpm.uow import UnitOfWork
from web import access
from web.bulk.blueprint import READERS, blueprint, whole, wholes
from web.designer.words import KINDS
from web.here import engine
from web.language import language
from web.visitor import visitor


@blueprint.get("/migrations")
@access.granted(*READERS)
def migration() -> ResponseReturnValue:
    return _page()


@blueprint.post("/migrations")
@access.granted(*READERS)
def propose() -> ResponseReturnValue:
    """The dry run, as a batch; nothing happens to a case before somebody starts it."""
    try:
        with engine().begin(visitor().login) as uow:
            process, sources, target = _asked(uow)
            options = {"process": process, "to": target, "plans": [_mapping(each) for each in sources]}
            numbers = tuple(request.form.get("cases", "").split())
            chosen = Targets(process, tuple(sources), numbers=numbers)
            made = batches.propose(uow, "migrate", chosen, options, why=request.form.get("why", ""))
    except CpmError as error:
        return _page(error), error.status
    return redirect(url_for("bulk.batch", batch_id=made.id), 303)


def _page(error: CpmError | None = None) -> str:
    with engine().read(visitor().login) as look:
        processes = {line.key: line for line in definitions.processes(look, language())}
        process, sources, target = _asked(look)
        found = [_proposal(look, process, each, target) for each in sources] if target else []
        plans = [_shown(each) for each in found]
    return render_template(
        "bulk/migration.html",
        processes=processes,
        process=process,
        line=processes.get(process),
        sources=sources,
        target=target,
        plans=plans,
        kinds=KINDS,
        typed=request.form,
        error=error,
        problems=error.faults(language()) if isinstance(error, Invalid) else (),
    )


def _asked(uow: UnitOfWork) -> tuple[str, list[int], int]:
    """Process, versions from which cases go, version to which; as far as it is said: the newest, and older ones with cases."""
    process = request.values.get("process", "")
    if not process:
        return "", [], 0
    versions = migrating.running(uow, process)
    newest = definitions.definition(uow, process).version
    target, said = whole("to", newest), wholes("from")
    usual = [each.version for each in versions if each.cases]
    return process, [each for each in said or usual if each != target], target


def _proposal(uow: UnitOfWork, process: str, source: int, target: int) -> Proposal:
    given = _mapping(source) if request.method == "POST" else None
    if given is not None and "elements" not in given:
        given = None
    return migration_plans.proposal(uow, process, source, target, given)


def _mapping(source: int) -> dict[str, Any]:
    """What was chosen for each element of this version; the flows are those that were proposed."""
    found = {
        name.partition(":")[2]: request.form[name]
        for name in request.form
        if name.startswith(f"map-{source}:")
    }
    flows = {
        name.partition(":")[2]: request.form[name]
        for name in request.form
        if name.startswith(f"flow-{source}:")
    }
    return {"from": source, "elements": found, "flows": flows} if found else {"from": source}


def _shown(proposed: Proposal) -> dict[str, Any]:
    lines = migrating.mapped(proposed.old, proposed.new, proposed.plan, language())
    targets = migrating.targets(proposed.new, language())
    return {
        "source": proposed.source.version,
        "lines": lines,
        "doubtful": [line for line in lines if not line.same],
        "targets": targets,
        "differences": migrating.different(proposed.old, proposed.new, proposed.plan, language()),
        "flows": proposed.plan.flows,
        "problems": _problems(proposed.problems),
    }


def _problems(found: Sequence[tuple[str, str]]) -> list[str]:
    return [english if language() == "en" else german for german, english in found]
