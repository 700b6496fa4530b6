"""Programs that call REST with a token."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cpm.commands import tokens, users
from cpm.model import Role, User, scopes_of
from tests.world import World

Call = Callable[..., TestResponse]
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def token(firm: World) -> Callable[..., str]:
    """The text of a token of this user, with all scopes of their roles unless others are named."""

    def make(login: str, *scopes: str, days: int = 30) -> str:
        with firm.engine.begin("cpm test") as uow:
            if login == "ina" and uow.session.get(User, "ina") is None:
                users.add_user(uow, "ina", name="Ina", roles=[Role.INTEGRATOR], teams=[])
                uow.session.flush()
            if login == "dora" and uow.session.get(User, "dora") is None:
                users.add_user(uow, "dora", name="Dora", roles=[Role.DESIGNER], teams=[])
                uow.session.flush()
            wanted = scopes or sorted(scopes_of(uow.get(User, login).roles))
            until = uow.now + timedelta(days=days)
            return tokens.create(uow, login, name="a test", scopes=wanted, expires_at=until).text

    return make


@pytest.fixture
def api(app: Flask, token: Callable[..., str]) -> Callable[..., Call]:
    """`api("anna")` calls as a program with her token: `call("GET", "/tasks")`."""

    def of(login: str | None, *scopes: str) -> Call:
        client: FlaskClient = app.test_client()
        signed = {} if login is None else {"Authorization": f"Bearer {token(login, *scopes)}"}

        def call(
            method: str, path: str, *, headers: dict[str, str] | None = None, **more: Any
        ) -> TestResponse:
            together = {**ENGLISH, **signed, **(headers or {})}
            return client.open(f"/api/v1{path}", method=method, headers=together, **more)

        return call

    return of
