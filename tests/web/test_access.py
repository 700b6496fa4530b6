"""Every route is denied unless granted: all of them, asked by everybody."""

from collections.abc import Iterator

import pytest
from flask import Flask, url_for
from werkzeug.routing import Rule as Route

from cpm.commands import sign_ins, users
from cpm.model import Role
from tests.web.conftest import Browser, signed_in, with_token
from tests.world import World
from web import access
from web.visitor import Visitor

#: What the placeholders of addresses stand for here; none of it need exist.
_PLACES = {"int": 987654, "default": "none", "string": "none", "path": "none"}


def test_every_route_says_who_may_call_it(app: Flask):
    """A view that forgot to say answers 403 to all; here it is found before anybody meets that."""
    silent = [f"{method} {route}" for route, method in _routes(app) if _rule(app, route, method) is None]
    assert silent == []


@pytest.mark.parametrize("role", [None, *Role])
def test_every_route_lets_in_whom_its_rule_names_and_nobody_else(app: Flask, firm: World, role: Role | None):
    with firm.engine.begin("cpm test") as uow:
        for each in Role:
            users.add_user(uow, f"only-{each}", name=each, roles=[each], teams=[])
    wrong = []
    visitor = Visitor("x", "x", frozenset({role}), frozenset()) if role else None
    token = signed_in(firm, f"only-{role}") if role else None
    for route, method in sorted(_routes(app), key=_signs_out):
        rule = _rule(app, route, method)
        client = with_token(app, token)  # afresh: what other routes left in the session is not there
        answer = client.open(_address(app, route), method=method)
        # a wrong password is answered with 401 too
        if (answer.status_code in ((403,) if rule.public else (401, 403))) == rule.lets(visitor):
            wrong.append(f"{method} {route} answers {answer.status_code} to {role}")
        answer.close()
        if token is not None:
            assert _stands(firm, token) != _signs_out((route, method)), f"{method} {route}"
    assert wrong == []


def test_a_view_without_a_rule_is_refused(own_app: Flask, own_browser: Browser):
    own_app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    for login in (None, "anna", "otto"):
        answer = own_browser(login).get("/forgotten")
        assert answer.status_code == 403
        assert "secret" not in answer.text


def _routes(app: Flask) -> Iterator[tuple[Route, str]]:
    for route in app.url_map.iter_rules():
        for method in sorted(route.methods - {"HEAD", "OPTIONS"}):
            yield route, method


def _signs_out(way: tuple[Route, str]) -> bool:
    """It comes last, so that one sign-in serves all others."""
    return way[0].endpoint == "account.sign_out"


def _stands(firm: World, token: str) -> bool:
    with firm.engine.begin("test") as uow:
        return sign_ins.find(uow, token) is not None


def _rule(app: Flask, route: Route, method: str) -> access.Rule | None:
    return access.rule_of(app.view_functions[route.endpoint], method)


def _address(app: Flask, route: Route) -> str:
    converters = {name: type(converter).__name__ for name, converter in route._converters.items()}
    values = {name: 987654 if "Integer" in kind else "none" for name, kind in converters.items()}
    with app.test_request_context():
        return url_for(route.endpoint, **values)
