"""Messages of other systems: what they may say, and for whom."""

from collections.abc import Callable
from typing import Any

import pytest

from cpm.commands import users
from cpm.model import Role
from cpm.queries import search
from tests.commands.conversing import (
    begun,
    begun_by_storm,
    cases_of,
    deploy,
    listening,
    open_case,
    open_ones,
    waiting,
)
from tests.web.api.conftest import Call
from tests.world import World

PAID = {"name": "paid", "key": "A-1", "unique_id": "1"}
ORDERED = {**PAID, "name": "ordered", "customer": {"email": "mara@example.org", "name": "Mara Beispiel"}}


@pytest.fixture
def ina(firm: World, api: Callable[..., Call]) -> Call:
    deploy(firm, waiting("first"), begun("purchase"))
    return api("ina")


def post(call: Call, **message: Any) -> Any:
    return call("POST", "/messages", json=message)


def test_a_message_finds_its_case(firm: World, ina: Call):
    open_case(firm, "first", order="A-1")
    assert post(ina, **PAID).json == {"correlated": True}
    assert open_ones(firm, "first") == []


def test_two_integrators_may_use_the_same_ids(firm: World, ina: Call, api: Callable[..., Call]):
    for _ in range(2):
        open_case(firm, "first", order="A-1")
    assert post(ina, **PAID).json == post(ina, **PAID).json == {"correlated": True}
    assert len(open_ones(firm, "first")) == 1
    with firm.engine.begin("otto") as uow:
        users.add_user(uow, "ivan", name="Ivan", roles=[Role.INTEGRATOR], teams=[])
    assert post(api("ivan"), **PAID).json == {"correlated": True}
    assert open_ones(firm, "first") == []


def test_a_message_opens_a_case_that_its_key_finds_again(firm: World, ina: Call, api: Callable[..., Call]):
    assert post(ina, **ORDERED, data={"pieces": 2}).json == {"correlated": True}
    [case] = cases_of(firm, "purchase")
    page = api("sue")("GET", f"/cases/{case.number}").json
    assert (page["case"]["business_key"], page["case"]["customer"]) == ("A-1", "Mara Beispiel")
    with firm.engine.read("sue") as look:
        assert [hit.id for hit in search.search(look, "A-1").cases.rows] == [case.id]


def test_whoever_opens_a_case_has_to_say_for_whom(firm: World, ina: Call):
    answer = post(ina, **{**ORDERED, "customer": None})
    assert answer.status_code == 422
    assert "customer" in answer.get_data(as_text=True)
    assert cases_of(firm, "purchase") == []


@pytest.mark.parametrize("name", ["customer_replied", "customer_wrote"])
def test_nobody_else_says_that_the_customer_wrote(ina: Call, name: str):
    answer = post(ina, **{**PAID, "name": name})
    assert answer.status_code == 422
    assert "send an interaction" in answer.json["detail"]


def test_a_message_without_key_has_to_begin_something(ina: Call):
    assert post(ina, name="paid", unique_id="1").status_code == 422
    assert post(ina, **{**ORDERED, "key": ""}).json == {"correlated": True}


@pytest.mark.parametrize("seconds", [-1, 90 * 86_400 + 1, "1", 1.5])
def test_a_message_lives_for_ninety_days_at_most(ina: Call, seconds: object):
    assert post(ina, **PAID, seconds_to_live=seconds).status_code == 422


def test_a_signal_is_told_to_all_that_listen(firm: World, ina: Call):
    deploy(firm, listening("listens"), begun_by_storm("watch"))
    case = open_case(firm, "listens")
    assert ina("POST", "/signals", json={"name": "storm"}).status_code == 422
    answer = ina("POST", "/signals", json={"name": "storm", "customer": {"phone": "0211 5550100"}})
    assert (answer.status_code, answer.json) == (202, {"cases": 2})
    firm.drain()
    assert (firm.at(case), len(cases_of(firm, "watch"))) == (["after"], 1)


@pytest.mark.parametrize("path", ["/messages", "/signals"])
def test_messages_and_signals_have_a_scope_of_their_own(api: Callable[..., Call], path: str):
    answer = api("ina", "interactions:write")("POST", path, json={**PAID})
    assert answer.status_code == 403
