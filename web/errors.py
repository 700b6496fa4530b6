"""Every refusal ends here, once: as a page, as a notice in a page that htmx updates, or as problem+json (RFC 9457)."""

import logging
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import BadRequest, HTTPException, SecurityError, UnprocessableEntity

from cpm.commands.requests import StillRunning
from cpm.errors import CpmError, Invalid, TooMany, Unauthorized, Unavailable
from cpm.policies import PolicyRefusal
from rules.xml import Refused
from web import kept, policy_words, schema_words
from web.language import language, translate
from web.visitor import HOOKS, METRICS, REST

log = logging.getLogger(__name__)
PROBLEM = "application/problem+json"


def register(app: Flask) -> None:
    app.register_error_handler(CpmError, _refused)
    app.register_error_handler(Refused, _unreadable)
    app.register_error_handler(IntegrityError, _clashed)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _crashed)


def _refused(error: CpmError) -> ResponseReturnValue:
    if isinstance(error, Unauthorized) and not _for_programs():
        return kept.sign_in_page(error.sentence(language())), error.status
    headers: dict[str, str] = {}
    if isinstance(error, TooMany):
        headers["Retry-After"] = str(error.after)
    if isinstance(error, Unavailable):
        headers["Retry-After"] = "2"
        log.warning("unavailable", exc_info=error)
    if isinstance(error, StillRunning):
        headers["Retry-After"] = "1"
    if isinstance(error, Unauthorized):
        headers["WWW-Authenticate"] = "Bearer"
    problems = error.faults(language()) if isinstance(error, Invalid) else ()
    if isinstance(error, PolicyRefusal):
        return _policies(error)
    if isinstance(error, Unavailable) and not _for_programs() and "HX-Request" not in request.headers:
        return _away(error), error.status, headers
    return _answer(error.status, _said(error), problems, headers)


def _said(error: CpmError) -> str:
    """What a database's driver says, with paths and addresses of hosts, is for the log alone."""
    if isinstance(error, Unavailable):
        return translate("The database does not answer just now. Please try again in a moment.")
    return error.sentence(language())


def _away(error: Unavailable) -> str:
    """Nobody types it twice: the page has what was posted, to be sent again."""
    again = kept.typed()
    return render_template(
        "errors/away.html",
        words=_said(error),
        again=again,
        files=again is not None and bool(request.files),
        request_id=g.get("request_id", "-"),
    )


def _policies(error: PolicyRefusal) -> ResponseReturnValue:
    """A program gets them by name; a person gets what they posted back, with what would let it pass."""
    if _for_programs():
        about = _problem(error.status, error.sentence(language()), ())
        response = jsonify(about | policy_words.problem(error, language()))
        response.mimetype = PROBLEM
        return response, error.status
    return policy_words.page(error), error.status


def _unreadable(error: Refused) -> ResponseReturnValue:
    found = [(finding.file, str(finding)) for finding in error.findings]
    return _answer(422, translate("Expected files that can be read, but they cannot."), found)


def _clashed(error: IntegrityError) -> ResponseReturnValue:
    """Two were doing the same at one moment and the database kept the first; nothing of the second is there."""
    log.warning("clashed", exc_info=error)
    words = translate("Somebody else was just doing the same. Please look at the new state.")
    return _answer(409, words)


def _forged(_error: CSRFError) -> ResponseReturnValue:
    words = translate("This page was too old, or came from elsewhere. Please load it again and repeat.")
    return _answer(400, words)


def _http(error: HTTPException) -> ResponseReturnValue:
    """What Flask, Werkzeug and flask-smorest refuse; `data` holds what a schema found."""
    status = error.code or 500
    if isinstance(error, SecurityError):  # a host that is not ours: no page of ours could name its links
        return Response(error.description or "", status, mimetype="text/plain")
    if error.response is not None or status < 400:
        return error  # a redirect
    data: Mapping[str, Any] = getattr(error, "data", None) or {}
    found = data.get("messages") or {}
    problems = [*_flat(found)] if isinstance(error, UnprocessableEntity | BadRequest) else []
    words = translate(_WORDS.get(status, "This request cannot be answered."))
    headers = {
        name: value
        for name, value in error.get_headers()
        if name in ("Allow", "Retry-After", "WWW-Authenticate")
    }
    headers |= data.get("headers") or {}
    return _answer(status, str(data.get("message") or words), problems, headers)


def _crashed(error: Exception) -> ResponseReturnValue:
    log.error("crashed", exc_info=error)
    return _answer(
        500, translate("Something went wrong on our side. Please tell the number below to support.")
    )


def _answer(
    status: int, words: str, problems: Any = (), headers: Mapping[str, str] | None = None
) -> ResponseReturnValue:
    if _for_programs():
        response = jsonify(_problem(status, words, problems))
        response.mimetype = PROBLEM
        return response, status, dict(headers or {})
    page = "errors/fragment.html" if "HX-Request" in request.headers else "errors/page.html"
    shown = render_template(
        page,
        status=status,
        words=words,
        problems=problems,
        back=kept.came_from(),
        request_id=g.get("request_id", "-"),
    )
    more = {"HX-Retarget": "#problem", "HX-Reswap": "innerHTML"} if "HX-Request" in request.headers else {}
    return shown, status, {**(headers or {}), **more}


def _problem(status: int, words: str, problems: Any) -> dict[str, Any]:
    about: dict[str, Any] = {
        "type": "about:blank",
        "title": translate(_TITLES.get(status, "Refused")),
        "status": status,
        "detail": words,
        "instance": f"urn:request:{g.get('request_id', '-')}",
    }
    if problems:
        about["errors"] = [{"field": field, "detail": detail} for field, detail in problems]
    return about


def _flat(messages: Any, path: str = "") -> Any:
    """A schema's nested messages as (field, sentence)."""
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            step = "" if name in ("json", "query", "files", "form", "headers", "_schema") else str(name)
            yield from _flat(inner, ".".join(part for part in (path, step) if part))
    elif isinstance(messages, list | tuple):
        for inner in messages:
            yield from _flat(inner, path)
    else:
        yield path or "body", schema_words.said(str(messages), language())


def _for_programs() -> bool:
    return request.path.startswith((REST, HOOKS)) or request.path == METRICS


_TITLES = {
    400: "Bad request",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Not possible here",
    409: "Changed meanwhile",
    413: "Too large",
    415: "Wrong kind of content",
    422: "Does not fit",
    429: "Too many requests",
    500: "Our fault",
    503: "Not available",
}
_WORDS = {
    400: "This request is not complete, or not readable.",
    404: "There is nothing at this address.",
    405: "This address does not take that kind of request.",
    406: "This address cannot answer in the kind of content you accept.",
    413: "This is larger than we take here.",
    415: "This address takes another kind of content.",
    422: "What was sent does not fit.",
    429: "Too many requests in a short time. Please wait a moment.",
}
