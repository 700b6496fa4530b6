"""What becomes of suggestions, for supervisors: a table by process and action, and the same as a file."""

from datetime import date

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from cpm.errors import Invalid
from cpm.forms.messages import Misfit
from cpm.forms.take.moments import take_date
from cpm.model import Role
from cpm.queries import acceptance, suggestions
from cpm.queries.acceptance import Rate
from cpm.uow import UnitOfWork
from web import access
from web.agent.blueprint import blueprint
from web.here import engine
from web.language import language
from web.language import translate as _
from web.visitor import visitor

Days = dict[str, date]


@blueprint.get("/suggestions")
@access.granted(Role.SUPERVISOR)
def acceptance_page() -> ResponseReturnValue:
    """With a day that is none: what is wrong with it, and no table."""
    with engine().read(visitor().login) as look:
        days, problems = _days(look)
        found = [] if problems else _rates(look, days)
    about = {"found": found, "days": days, "typed": request.args, "problems": problems}
    words = dict(suggestions.reasons(language()))
    return render_template("agent/acceptance.html", words=words, **about), 422 if problems else 200


@blueprint.get("/suggestions.csv")
@access.granted(Role.SUPERVISOR)
def acceptance_csv() -> ResponseReturnValue:
    with engine().read(visitor().login) as look:
        days, problems = _days(look)
        if problems:
            raise Invalid(
                next(iter(problems.values())), [*problems.items()], de=next(iter(problems.values()))
            )
        lines = b"".join(acceptance.as_csv(_rates(look, days), look, language()))
        name = f"{'suggestions' if language() == 'en' else 'vorschlaege'}-{look.local_now:%Y-%m-%d}.csv"
    return Response(
        lines, mimetype="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _rates(look: UnitOfWork, days: Days) -> list[Rate]:
    return acceptance.rates(look, language(), since=days["since"], until=days["until"])


def _days(look: UnitOfWork) -> tuple[Days, dict[str, str]]:
    """Thirty days until today, unless others are asked for, as people write them; what is wrong with those, by field."""
    days, problems = {"until": look.local_now.date()}, dict[str, str]()
    for name in ("until", "since"):
        typed = request.args.get(name, "").strip()
        days.setdefault(name, days["until"] - acceptance.USUAL)
        try:
            days[name] = take_date(typed) or days[name]
        except Misfit:
            problems[name] = _("Expected a day like 2026-12-01, but “{typed}” is none.", typed=typed[:40])
    if not problems and days["since"] > days["until"]:
        problems["until"] = _("Expected the last day to be the first or a later one, but it is before it.")
    return days, problems
