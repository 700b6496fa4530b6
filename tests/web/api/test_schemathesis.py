"""Every operation, asked odd things by the hundred: it answers as its description says, and never with a crash.

Schemathesis makes the requests from the description; the same ones each time, so that a failure comes again.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi import checks

from cpm.commands import tokens, users
from cpm.model import SCOPES, Role
from tests.clock import FakeClock
from tests.databases import Kind, Sqlite, opened
from tests.world import mail, world
from web.api.spec import document
from web.app import create_app

#: Checks that ask for what the description cannot promise, each with its reason.
_LEFT_OUT = [
    # whether fitting data are taken depends on what there is: a random task is nobody's, a random process unknown
    checks.positive_data_acceptance,
]
_EXAMPLES = 12  #: random requests for each operation, beside those for every border of every field


@pytest.fixture(scope="module")
def token(sqlite: Sqlite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An installation with a case in it, and a token of somebody who may do everything."""
    home = tmp_path_factory.mktemp("asked")
    with sqlite.fresh(home, Kind.FURNISHED) as url, opened(url) as database:
        firm = world(database, home, FakeClock())
        firm.engine.settings = replace(firm.engine.settings, api_rate=10**9)
        firm.receive(mail())
        firm.drain()
        with firm.engine.begin("cpm test") as uow:
            users.add_user(uow, "ada", name="Ada", roles=list(Role), teams=["service"])
            uow.session.flush()
            until = uow.now + timedelta(days=1)
            text = tokens.create(uow, "ada", name="all", scopes=SCOPES, expires_at=until).text
        later.app = create_app(firm.engine, TESTING=True, PROPAGATE_EXCEPTIONS=False)
        yield text


class Later:
    """Operations are tests of their own, found before there is an installation; it comes with the fixture."""

    def __init__(self) -> None:
        self.app: Flask | None = None

    def __call__(self, environ: Any, start_response: Any) -> Any:
        assert self.app is not None, "the fixture has brought it"
        return self.app(environ, start_response)


later = Later()
schema = schemathesis.openapi.from_dict(json.loads(document()))
schema.app = later
schema.config.update(base_url="http://localhost")
# data that do not fit may also be too large to be looked at
schema.config.checks.negative_data_rejection.expected_statuses = [
    *schema.config.checks.negative_data_rejection.expected_statuses,
    "413",
]


@schemathesis.serializer("application/zip", "message/rfc822")
def as_it_is(_context: schemathesis.SerializationContext, value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


@pytest.mark.slow
@schema.parametrize()
@settings(
    max_examples=_EXAMPLES,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
)
def test_every_answer_is_as_described(case: schemathesis.Case, token: str):
    case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, excluded_checks=_LEFT_OUT)
