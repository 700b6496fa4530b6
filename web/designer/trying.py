"""Try a decision: type facts, see what it says and which rows said it. Nothing is stored."""

from collections.abc import Mapping
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from cpm.errors import Invalid
from cpm.queries import deciding, trying
from web import access
from web.designer.blueprint import blueprint
from web.designer.overview import READERS
from web.here import engine
from web.language import language
from web.visitor import visitor

_PATH = "/decisions/<path:key>/<int:version>"
#: Before the names of facts, so that none of them can be another field of the page.
_FACT = "fact."


@blueprint.get(_PATH)
@access.granted(*READERS)
def decision(key: str, version: int) -> ResponseReturnValue:
    return _page(key, version)


@blueprint.post(_PATH)
@access.granted(*READERS)
def try_decision(key: str, version: int) -> ResponseReturnValue:
    typed = {name.removeprefix(_FACT): text for name, text in request.form.items() if name.startswith(_FACT)}
    return _page(key, version, typed)


def _page(key: str, version: int, typed: Mapping[str, str] | None = None) -> ResponseReturnValue:
    found: dict[str, Any] = {}
    with engine().read(visitor().login) as look:
        table = deciding.deployed(look, key, version)
        one = trying.chosen(table, request.values.get("decision"))
        if typed is not None:
            facts = trying.values({name: text for name, text in typed.items() if name in one.inputs})
            try:
                found["decided"] = deciding.answer(look, table, one.id, facts, explain=language())
            except Invalid as error:
                found["error"] = error
    page = render_template(
        "designer/decision.html",
        key=key,
        version=version,
        one=one,
        others=[each for each in table.model.decisions.values() if each is not one],
        wanted=trying.wanted(one, language()),
        typed=typed or {},
        written=trying.written,
        **found,
    )
    return page, found["error"].status if "error" in found else 200
