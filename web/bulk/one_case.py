"""One case to another version of its process, or back: what speaks against it, and what it would stand at."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cpm import case_numbers
from cpm.commands import migration_plans, migrations
from cpm.errors import Conflict, CpmError, Invalid, NotFound
from cpm.model import Case, Definition
from cpm.queries import access as sight
from cpm.queries import migrating
from cpm.uow import UnitOfWork
from web import access, assent
from web.bulk.blueprint import STARTERS, blueprint, whole
from web.here import engine
from web.language import language
from web.language import translate as _
from web.visitor import visitor


@blueprint.get("/migrations/cases/<number>")
@access.granted(*STARTERS)
def one_case(number: str) -> ResponseReturnValue:
    return _page(number)


@blueprint.post("/migrations/cases/<number>")
@access.granted(*STARTERS)
def migrate_one(number: str) -> ResponseReturnValue:
    why = request.form.get("why", "")
    try:
        with engine().begin(visitor().login, assent.of_form()) as uow:
            case = _case(uow, number)
            if request.form.get("act") == "back":
                migrations.back(uow, case.id, why=why)
            else:
                proposed = _proposed(uow, case, whole("to", 0))
                migrations.migrate(uow, case.id, migration_plans.keep(uow, proposed), why=why)
    except NotFound:
        raise
    except CpmError as error:
        return _page(number, error), error.status
    flash(_("The case runs on the other version now."))
    return redirect(url_for("bulk.one_case", number=number), 303)


def _page(number: str, error: CpmError | None = None) -> str:
    with engine().read(visitor().login) as look:
        case = _case(look, number)
        version = look.get(Definition, case.definition_id).version
        others = [each.version for each in migrating.running(look, case.process) if each.version != version]
        verdicts = [(each, _verdict(look, case, each)) for each in others]
        came_from = _came_from(look, case)
    return render_template(
        "bulk/one_case.html",
        number=case.number,
        process=case.process,
        version=version,
        verdicts=verdicts,
        came_from=came_from,
        error=error,
        typed=request.form,
        problems=error.faults(language()) if isinstance(error, Invalid) else (),
    )


def _verdict(look: UnitOfWork, case: Case, version: int) -> str:
    """Why it cannot go to this version; nothing if it can."""
    proposed = _proposed(look, case, version)
    if proposed.problems:
        return " ".join(english if language() == "en" else german for german, english in proposed.problems)
    try:
        migrations.try_plan(look, case, proposed.source.id, proposed.target.id, proposed.plan)
    except CpmError as refused:
        return refused.sentence(language())
    return ""


def _came_from(look: UnitOfWork, case: Case) -> int | None:
    try:
        return look.get(Definition, migrations.last_plan(look, case).from_id).version
    except Conflict:
        return None


def _proposed(uow: UnitOfWork, case: Case, version: int) -> migration_plans.Proposal:
    source = uow.get(Definition, case.definition_id).version
    return migration_plans.proposal(uow, case.process, source, version)


def _case(uow: UnitOfWork, number: str) -> Case:
    try:
        case = uow.get(Case, case_numbers.case_id(number))
    except Invalid as error:
        raise NotFound(
            f"Expected a case number, but {number!r:.40} is none",
            de="Das ist keine Vorgangsnummer; vielleicht ist sie vertippt.",
        ) from error
    sight.must_reach(uow, case)
    return case
