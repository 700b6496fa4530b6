"""Who may call REST, and how often."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from cpm.model import Case, Definition
from tests.clock import FakeClock
from tests.web.api.conftest import ENGLISH, Call
from tests.web.conftest import Browser
from tests.world import World, mail
from web.app import create_app

Api = Callable[..., Call]


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer cpm_1_x"}, {"Authorization": "Basic eDp5"}]
)
def test_without_a_token_nobody_gets_in(app: Flask, headers: dict[str, str]):
    answer = app.test_client().get("/api/v1/tasks", headers={**headers, **ENGLISH})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.mimetype == "application/problem+json"


def test_who_lacks_a_token_or_a_scope_is_told_so(app: Flask, api: Api):
    answer = app.test_client().get("/api/v1/tasks", headers=ENGLISH)
    assert "Authorization: Bearer" in answer.json["detail"]
    answer = api("ina")("GET", "/tasks")
    assert (answer.status_code, "tasks:read" in answer.json["detail"]) == (403, True)


def test_a_session_of_pages_is_no_way_in(browser: Browser):
    """So no page of somebody else can make a browser act here."""
    assert browser("anna").get("/api/v1/tasks").status_code == 401


def test_a_token_that_has_ended_is_none(api: Api, clock: FakeClock):
    call = api("anna")
    assert call("GET", "/tasks").status_code == 200
    clock.advance(timedelta(days=31))
    assert call("GET", "/tasks").status_code == 401


def test_a_token_reaches_as_far_as_its_scopes(api: Api):
    call = api("anna", "tasks:read")
    assert call("GET", "/tasks").status_code == 200
    assert call("PUT", "/tasks/1/claim").status_code == 403
    assert call("GET", "/incidents").status_code == 403


def test_cases_that_somebody_may_not_see_are_not_there(firm: World, api: Api):
    """Hidden and missing answer alike: 404."""
    case = firm.receive(mail())
    firm.drain()
    task = firm.open_tasks(case)[0]
    _make_confidential(firm, case)
    for path in (f"/tasks/{task.id}", f"/cases/{case.number}/journal"):
        assert api("tom")("GET", path).status_code == 404, path
        assert api("anna")("GET", path).status_code == 200, path
    assert api("tom")("PUT", f"/tasks/{task.id}/claim").status_code == 404
    assert api("tom")("GET", "/tasks").json["total"] == 0
    assert api("anna")("GET", "/tasks").json["total"] == 1


def test_a_token_may_ask_only_so_often_and_pages_are_not_counted(
    firm: World, api: Api, token, browser: Browser
):
    firm.engine.settings = replace(firm.engine.settings, api_rate=2)
    client = create_app(firm.engine, TESTING=True).test_client()
    headers = {"Authorization": f"Bearer {token('anna')}", **ENGLISH}
    answers = [client.get("/api/v1/tasks", headers=headers) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer.headers["RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert 0 < int(answers[2].headers["Retry-After"]) <= 61
    assert answers[2].mimetype == "application/problem+json"
    for written in ("Bearer \t", "Bearer   "):
        again = {"Authorization": headers["Authorization"].replace("Bearer ", written)}
        assert client.get("/api/v1/tasks", headers=again).status_code == 429
    longer = {"Authorization": headers["Authorization"].replace("cpm_", "cpm_0")}
    assert client.get("/api/v1/tasks", headers=longer).status_code == 401
    other = {"Authorization": f"Bearer {token('ben')}"}
    assert client.get("/api/v1/tasks", headers=other).status_code == 200
    for _ in range(4):
        page = client.get("/sign-in")
        assert page.status_code == 200
        assert "RateLimit-Limit" not in page.headers


def test_the_description_is_public(app: Flask):
    answer = app.test_client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json["openapi"] == "3.1.0"


def _make_confidential(firm: World, case: Case) -> None:
    with firm.engine.begin("test") as uow:
        uow.get(Definition, uow.get(Case, case.id).definition_id).confidential = True
    firm.engine.library.refresh(now=True)
