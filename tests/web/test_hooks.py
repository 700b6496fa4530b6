"""Other systems tell us something at an address of their own: signed, once, and only what a file declares."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from cpm.commands import definitions
from cpm.connectors.http import signatures
from cpm.model import Case
from cpm.outgoing_settings import OutgoingSettings
from tests.clock import FakeClock
from tests.commands.conversing import open_case
from tests.world import World
from web import app as web_app
from web import hooks
from web.app import LARGEST_REQUEST

MODEL = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
 targetNamespace="t"><message id="m" name="parcel_arrived"><extensionElements><zeebe:subscription correlationKey="=case_no"/></extensionElements></message>
<process id="ship" isExecutable="true"><startEvent id="begin"/><sequenceFlow id="a" sourceRef="begin" targetRef="wait"/>
<intermediateCatchEvent id="wait"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>
<sequenceFlow id="b" sourceRef="wait" targetRef="done"/><endEvent id="done"/></process></definitions>"""
HOOKS = b"""
name = "Carrier"
secrets = ["CARRIER"]
[hooks.arrived]
name = "Parcel arrived"
message = "parcel_arrived"
correlation = "=body.reference"
id = '=if get value(headers, "webhook-id") = null then body.id else get value(headers, "webhook-id")'
variables = "={signed_by: body.signature, sent: headers.authorization}"
when = '=body.type != "ping"'
secret = "CARRIER"
"""
SECRET = signatures.handed_out(b"what only the carrier knows")
ARRIVED = {"id": "p-1", "reference": "C-000001", "signature": "Probe"}


@pytest.fixture
def case(firm: World) -> Case:
    secrets = OutgoingSettings(secrets={"CARRIER": SECRET})
    firm.engine.settings = replace(firm.engine.settings, outgoing=secrets)
    with firm.engine.begin("test") as uow:
        definitions.deploy(uow, {"ship/ship.bpmn": MODEL, "ship/http/carrier.toml": HOOKS})
    return open_case(firm, "ship")


@pytest.fixture
def tell(firm: World, case: Case, clock: FakeClock) -> Callable[..., TestResponse]:
    hooks.forget()
    client = web_app.create_app(firm.engine, TESTING=True).test_client()

    def told(body: Any, address: str = "/hooks/ship/carrier/arrived", **headers: str) -> TestResponse:
        raw = body if isinstance(body, bytes) else json.dumps(body | {"reference": case.number}).encode()
        given = headers or signatures.signed(signatures.key_of(SECRET), "msg_1", clock(), raw)
        return client.post(address, data=raw, headers=given, content_type="application/json")

    return told


def said(firm: World, case: Case) -> list[str]:
    return [what for what in firm.story(case) if what == "case.closed"]


def test_what_is_signed_reaches_the_case_that_waits_for_it(
    firm: World, case: Case, tell: Callable[..., TestResponse]
) -> None:
    assert tell(ARRIVED).status_code == 204
    assert tell(ARRIVED).status_code == 204  # again: it counts once
    assert said(firm, case) == ["case.closed"]


def test_it_is_signed_as_the_standard_has_it(clock: FakeClock) -> None:
    """The example of standardwebhooks.com/spec, by its own words: HMAC-SHA256 over id.timestamp.body, in base64."""
    headers = signatures.signed(b"key", "msg_1", clock(), b"{}")
    content = f"msg_1.{int(clock().timestamp())}.{{}}".encode()
    assert (
        headers["webhook-signature"]
        == "v1," + base64.b64encode(hmac.digest(b"key", content, hashlib.sha256)).decode()
    )


@pytest.mark.parametrize("broken", ["signature", "body", "old", "new", "none", "version"])
def test_what_does_not_prove_who_sent_it_is_not_read(
    firm: World, case: Case, tell: Callable[..., TestResponse], clock: FakeClock, broken: str
) -> None:
    raw = json.dumps(ARRIVED | {"reference": case.number}).encode()
    at = clock() + {"old": -timedelta(minutes=6), "new": timedelta(minutes=6)}.get(broken, timedelta(0))
    headers = signatures.signed(
        b"another" if broken == "signature" else signatures.key_of(SECRET), "msg_1", at, raw
    )
    if broken == "version":
        headers["webhook-signature"] = headers["webhook-signature"].replace("v1,", "v9,")
    answer = tell(raw + b" " if broken == "body" else raw, **({"X": "1"} if broken == "none" else headers))
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert said(firm, case) == []


def test_a_stranger_costs_no_write_and_no_more_than_a_bounded_body(
    firm: World, case: Case, tell: Callable[..., TestResponse], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a flood of forged hooks would keep everybody else from writing."""
    begun: list[str] = []
    real = firm.engine.database.write
    monkeypatch.setattr(firm.engine.database, "write", lambda: begun.append("write") or real())
    assert tell(ARRIVED, X="1").status_code == 401
    assert tell(ARRIVED, address="/hooks/ship/carrier/lost").status_code == 404
    assert tell(b" " * (LARGEST_REQUEST + 1)).status_code == 413
    assert tell(ARRIVED | {"type": "ping"}).status_code == 204
    assert begun == []
    assert tell(ARRIVED).status_code == 204
    assert begun == ["write"]


def test_what_nobody_declared_is_not_there(tell: Callable[..., TestResponse]) -> None:
    assert tell(ARRIVED, address="/hooks/ship/carrier/lost").status_code == 404
    assert tell(ARRIVED, address="/hooks/order/carrier/arrived").status_code == 404


def test_what_makes_no_message_is_refused_by_name(
    tell: Callable[..., TestResponse], clock: FakeClock
) -> None:
    raw = b'{"type": "x"}'
    answer = tell(raw, **signatures.signed(signatures.key_of(SECRET), "msg_2", clock(), raw))
    assert answer.status_code == 422
    assert "correlation" in answer.text


@pytest.mark.parametrize(
    "hostile",
    [b"1e99999999", b"-0", b"NaN", b"[" * 5_000, b"[" * 900 + b"]" * 900, b'"\\u0000"', b'"\\ud800"', b"{}"],
)
def test_hostile_bodies_are_refused_and_break_nothing(
    firm: World, case: Case, tell: Callable[..., TestResponse], clock: FakeClock, hostile: bytes
) -> None:
    for raw in (
        b'{"id": "h", "reference": ' + hostile + b"}",
        b'{"id": "h", "reference": "' + case.number.encode() + b'", "signature": ' + hostile + b"}",
    ):
        answer = tell(raw, **signatures.signed(signatures.key_of(SECRET), "msg_h", clock(), raw))
        assert answer.status_code in {204, 422}, answer.text


def test_what_the_file_leaves_out_is_answered_and_forgotten(
    firm: World, case: Case, tell: Callable[..., TestResponse]
) -> None:
    assert tell(ARRIVED | {"type": "ping"}).status_code == 204
    assert said(firm, case) == []


@pytest.mark.parametrize("scheme", ["hmac-sha256", "bearer"])
def test_other_ways_to_sign_are_known(
    firm: World, case: Case, tell: Callable[..., TestResponse], scheme: str
) -> None:
    with firm.engine.begin("test") as uow:
        more = f'scheme = "{scheme}"\nheader = "X-Hub-Signature-256"\n'.encode()
        definitions.deploy(uow, {"ship/http/carrier.toml": HOOKS + more})
    raw = json.dumps(ARRIVED | {"reference": case.number}).encode()
    digest = hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
    right = {
        "hmac-sha256": {"X-Hub-Signature-256": f"sha256={digest}"},
        "bearer": {"Authorization": f"Bearer {SECRET}"},
    }
    wrong = {"X-Hub-Signature-256": f"sha256={digest[1:]}0", "Authorization": f"Bearer {SECRET}x"}
    assert tell(raw, **wrong).status_code == 401
    assert tell(raw, **right[scheme]).status_code == 204
    assert said(firm, case) == ["case.closed"]
    with firm.engine.read() as look:
        assert SECRET not in str(
            look.session.connection().exec_driver_sql("SELECT * FROM variables").fetchall()
        )


def test_a_secret_with_nothing_in_it_proves_nothing(
    firm: World, case: Case, tell: Callable[..., TestResponse], clock: FakeClock
) -> None:
    """`whsec_` and nothing behind it is a key that everybody has."""
    firm.engine.settings = replace(
        firm.engine.settings, outgoing=OutgoingSettings(secrets={"CARRIER": "whsec_"})
    )
    raw = json.dumps(ARRIVED | {"reference": case.number}).encode()
    assert tell(raw, **signatures.signed(b"", "msg_e", clock(), raw)).status_code == 401


def test_a_form_is_read_as_it_was_signed(
    firm: World, case: Case, tell: Callable[..., TestResponse], clock: FakeClock
) -> None:
    """Whatever the web makes of forms elsewhere."""
    with firm.engine.begin("test") as uow:
        form = HOOKS.replace(b'"=body.reference"', b"'=substring after(body, \"reference=\")'")
        form = form.replace(b"body.signature", b"body").replace(b'body.type != "ping"', b"true")
        definitions.deploy(uow, {"ship/http/carrier.toml": form})
    raw = f"reference={case.number}".encode()
    signed = signatures.signed(signatures.key_of(SECRET), "msg_f", clock(), raw)
    client = web_app.create_app(firm.engine, TESTING=True).test_client()
    answer = client.post(
        "/hooks/ship/carrier/arrived",
        data=raw,
        headers=signed,
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 204
    assert said(firm, case) == ["case.closed"]


def test_who_guesses_is_slowed_down(tell: Callable[..., TestResponse]) -> None:
    answers = [tell(b"{}", X="1").status_code for _ in range(62)]
    assert answers[0] == 401
    assert answers[-1] == 429
