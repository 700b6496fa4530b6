"""The web application over a furnished database, and browsers in which somebody is signed in."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cpm.commands import sign_ins
from cpm.commands.sign_ins import Compared, SignedIn
from cpm.model import Case, Task, User
from tests.world import World
from web.app import create_app
from web.customer import brake
from web.visitor import SIGN_IN

Browser = Callable[[str | None], FlaskClient]
_USUAL = {"WTF_CSRF_ENABLED": False, "PROPAGATE_EXCEPTIONS": False}


class Client(FlaskClient):
    """Takes each answer to its end, as browsers do: what is done once it is sent is done."""

    def open(self, *args: Any, buffered: bool = True, **more: Any) -> TestResponse:
        return super().open(*args, buffered=buffered, **more)


@pytest.fixture(autouse=True)
def _nobody_asked_before() -> None:
    """All tests come from one network, and share the memory in which its requests are counted."""
    brake.forget()


@pytest.fixture(scope="session")
def made() -> dict[str, Flask]:
    """Applications that tests share: to put hundreds of routes together takes longer than most tests."""
    return {}


def shared(made: dict[str, Flask], kind: str, firm: World, **config: Any) -> Flask:
    """The application of this kind, over this test's engine."""
    if kind not in made:
        made[kind] = create_app(firm.engine, TESTING=True, **config)
        made[kind].test_client_class = Client
    made[kind].extensions["cpm"] = firm.engine
    return made[kind]


@pytest.fixture
def app(firm: World, made: dict[str, Flask]) -> Flask:
    """Without the check of forged posts, which has tests of its own. Who adds a view takes `own_app`."""
    return shared(made, "pages", firm, **_USUAL)


@pytest.fixture
def own_app(firm: World) -> Flask:
    own = create_app(firm.engine, TESTING=True, **_USUAL)
    own.test_client_class = Client
    return own


@pytest.fixture
def browser(app: Flask, firm: World) -> Browser:
    """A browser in which this person is signed in, or nobody."""
    return partial(_opened, app, firm)


@pytest.fixture
def own_browser(own_app: Flask, firm: World) -> Browser:
    return partial(_opened, own_app, firm)


def _opened(app: Flask, firm: World, login: str | None = None) -> FlaskClient:
    return with_token(app, None if login is None else signed_in(firm, login))


def with_token(app: Flask, token: str | None) -> FlaskClient:
    """A browser with the token of a sign-in, or with none."""
    client = app.test_client()
    if token is not None:
        with client.session_transaction() as session:
            session[SIGN_IN] = token
    return client


def signed_in(firm: World, login: str) -> str:
    """A sign-in's token, without the tens of milliseconds that comparing a password takes."""
    with firm.engine.begin("test") as uow:
        compared = Compared(right=True, hash=uow.get(User, login).password)
        found = sign_ins.begin(uow, login, compared, address="127.0.0.1", browser="a test")
    assert isinstance(found, SignedIn)
    return found.token


@pytest.fixture
def task(firm: World, case: Case) -> Task:
    return firm.step(case, "check_facts")


@pytest.fixture
def at(case: Case, task: Task) -> str:
    """The page of that step."""
    return f"/cases/{case.number}/tasks/{task.id}"
