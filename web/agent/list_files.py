"""Lists of cases as files, by the same address as the page."""

import io
from contextlib import ExitStack

from flask import Response, send_file
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import Headers

from cpm.attributes import Search
from cpm.queries import case_sheets, saved_views
from cpm.uow import UnitOfWork
from web import access
from web.agent.blueprint import READERS, blueprint
from web.agent.list_address import asked
from web.here import engine
from web.language import language
from web.visitor import visitor

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/cases.csv")
@access.granted(*READERS)
def cases_csv() -> ResponseReturnValue:
    """Line by line as they are read; the database is read until the last one is sent, or nobody takes them."""
    with ExitStack() as opened:
        look = opened.enter_context(engine().read(visitor().login))
        search = _search(look)
        lines = case_sheets.as_csv(look, search, language=language())
        headers = Headers()
        headers.add("Content-Disposition", "attachment", filename=_name(look, search, "csv"))
        response = Response(lines, mimetype="text/csv", headers=headers)
        response.call_on_close(opened.pop_all().close)
    return response


@blueprint.get("/cases.xlsx")
@access.granted(*READERS)
def cases_xlsx() -> ResponseReturnValue:
    """At most some ten megabytes: an export has an end."""
    file = io.BytesIO()
    with engine().read(visitor().login) as look:
        search = _search(look)
        case_sheets.as_xlsx(look, search, file, language=language())
        name = _name(look, search, "xlsx")
    file.seek(0)
    return send_file(file, mimetype=_XLSX, as_attachment=True, download_name=name)


def _search(look: UnitOfWork) -> Search:
    said = asked()
    if said.search is None and said.view is not None:
        return saved_views.find(look, said.view, language()).search
    return said.search or Search()


def _name(look: UnitOfWork, search: Search, ending: str) -> str:
    usual = "cases" if language() == "en" else "vorgaenge"
    return f"{search.process or usual}-{look.local_now:%Y-%m-%d}.{ending}"
