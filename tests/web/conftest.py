"""The web application over a furnished database, and browsers in which somebody is signed in."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from cpm.commands import sign_ins
from cpm.commands.sign_ins import Compared, SignedIn
from cpm.model import User
from tests.world import World
from web.app import create_app
from web.visitor import SIGN_IN

Browser = Callable[[str | None], FlaskClient]


@pytest.fixture
def app(firm: World) -> Flask:
    """Without the check of forged posts, which has tests of its own."""
    return create_app(firm.engine, TESTING=True, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)


@pytest.fixture
def browser(app: Flask, firm: World) -> Browser:
    """A browser in which this person is signed in, or nobody."""

    def open_one(login: str | None = None) -> FlaskClient:
        client = app.test_client()
        if login is not None:
            token = signed_in(firm, login)
            with client.session_transaction() as session:
                session[SIGN_IN] = token
        return client

    return open_one


def signed_in(firm: World, login: str) -> str:
    """A sign-in's token, without the tens of milliseconds that comparing a password takes."""
    with firm.engine.begin("test") as uow:
        compared = Compared(right=True, hash=uow.get(User, login).password)
        found = sign_ins.begin(uow, login, compared, address="127.0.0.1", browser="a test")
    assert isinstance(found, SignedIn)
    return found.token
