"""What becomes of suggestions, for supervisors: a table by process and action, and the same as a file."""

from datetime import date

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from cpm.model import Role
from cpm.queries import acceptance, suggestions
from cpm.queries.acceptance import Rate
from cpm.uow import UnitOfWork
from web import access
from web.agent.blueprint import blueprint
from web.here import engine
from web.language import language
from web.visitor import visitor


@blueprint.get("/suggestions")
@access.granted(Role.SUPERVISOR)
def acceptance_page() -> ResponseReturnValue:
    with engine().read(visitor().login) as look:
        since, until = _days(look)
        found = _rates(look)
    words = dict(suggestions.reasons(language()))
    return render_template("agent/acceptance.html", found=found, since=since, until=until, words=words)


@blueprint.get("/suggestions.csv")
@access.granted(Role.SUPERVISOR)
def acceptance_csv() -> ResponseReturnValue:
    with engine().read(visitor().login) as look:
        lines = b"".join(acceptance.as_csv(_rates(look), look, language()))
        name = f"{'suggestions' if language() == 'en' else 'vorschlaege'}-{look.local_now:%Y-%m-%d}.csv"
    return Response(
        lines, mimetype="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _rates(look: UnitOfWork) -> list[Rate]:
    since, until = _days(look)
    return acceptance.rates(look, language(), since=since, until=until)


def _days(look: UnitOfWork) -> tuple[date, date]:
    """The last thirty days, unless other ones are asked for; what is no day is not understood and asks for none."""
    today = look.local_now.date()
    return _day("since", today - acceptance.USUAL), _day("until", today)


def _day(name: str, usual: date) -> date:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return usual
