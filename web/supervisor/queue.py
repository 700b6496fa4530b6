"""The queue of open exceptions."""

from dataclasses import replace
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from cpm.model import Role
from cpm.queries import incident_queue, to_approve
from cpm.queries.incident_queue import SEVERITIES, KindOf, Wanted
from web import access
from web.here import engine
from web.language import language
from web.live import news
from web.supervisor.blueprint import blueprint
from web.visitor import visitor


@blueprint.get("")
@access.granted(Role.AGENT, Role.SUPERVISOR)
def exceptions() -> ResponseReturnValue:
    return shown()


def shown(words: str = "") -> str:
    """The page that the address asks for; `words` say what was refused there."""
    wanted = _wanted()
    page = request.args.get("page", 1, type=int)
    with engine().read(visitor().login) as look:
        found = incident_queue.queue(look, wanted, page=page, language=language())
        waiting = to_approve.waiting(look)
    return render_template(
        "supervisor/queue.html",
        queue=found,
        waiting=waiting,
        wanted=wanted,
        words=words,
        severities=SEVERITIES,
        kind_address=lambda kind: _address(_of_kind(wanted, kind)),
        page_address=lambda number: _address(wanted, page=number),
        several_address=_address(wanted, "supervisor.several", page=page if page > 1 else None),
        news_address=_address(wanted, "supervisor.exceptions_news"),
        all_address=_address(replace(wanted, origin=None, code=None)),
    )


@blueprint.get("/new")
@access.granted(Role.AGENT, Role.SUPERVISOR)
def exceptions_news() -> ResponseReturnValue:
    """For a page that heard of exceptions: which of them it would show, had it been made now."""
    wanted = _wanted()
    with engine().read(visitor().login) as look:
        return news.pill(lambda ids: incident_queue.among(look, wanted, ids), _address(wanted))


def _wanted() -> Wanted:
    """What is not understood is not wished for."""
    origin, _, code = request.args.get("kind", "").partition("/")
    severity = request.args.get("severity", "")
    return Wanted(
        origin=origin or None,
        code=code or None,
        severity=severity if severity in SEVERITIES else None,
        team=request.args.get("team") or None,
        mine="mine" in request.args,
    )


def _of_kind(wanted: Wanted, kind: KindOf) -> Wanted:
    return replace(wanted, origin=kind.origin, code=kind.code)


def _address(wanted: Wanted, to: str = "supervisor.exceptions", **more: Any) -> str:
    kind = f"{wanted.origin}/{wanted.code}" if wanted.origin and wanted.code else None
    mine = "yes" if wanted.mine else None
    chosen = {"kind": kind, "severity": wanted.severity, "team": wanted.team, "mine": mine, **more}
    return url_for(to, **chosen)
