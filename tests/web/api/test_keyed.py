"""A request that comes twice under one key is done once and answered twice."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from cpm.commands import requests
from cpm.model import Message, Request
from tests.clock import FakeClock
from tests.web.api.conftest import Call
from tests.world import World

Api = Callable[..., Call]
KEY = {"Idempotency-Key": "6f1c5f0e-8d0b"}
MESSAGE = {"name": "goods_returned", "key": "C-000001-8", "unique_id": "1", "data": {"pieces": 1}}


def kept(firm: World) -> int:
    with firm.engine.read() as look:
        return look.session.scalar(select(func.count()).select_from(Request))


def messages(firm: World) -> int:
    with firm.engine.read() as look:
        return look.session.scalar(select(func.count()).select_from(Message))


def test_the_second_request_gets_the_first_answer_byte_for_byte(firm: World, api: Api):
    call = api("ina")
    first = call("POST", "/messages", json=MESSAGE, headers=KEY)
    again = call("POST", "/messages", json=MESSAGE, headers=KEY)
    assert (first.status_code, first.data) == (again.status_code, again.data)
    assert first.mimetype == again.mimetype
    assert (first.headers.get("Idempotency-Replayed"), again.headers["Idempotency-Replayed"]) == (
        None,
        "true",
    )
    assert messages(firm) == kept(firm) == 1


def test_another_request_under_the_same_key_is_refused(firm: World, api: Api):
    call = api("ina")
    call("POST", "/messages", json=MESSAGE, headers=KEY)
    answer = call("POST", "/messages", json={**MESSAGE, "unique_id": "2"}, headers=KEY)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "Idempotency-Key"
    assert messages(firm) == 1


def test_two_people_may_choose_the_same_key(firm: World, api: Api):
    """Or else a key would tell one program of another's requests."""
    for login in ("anna", "ben"):
        task = api(login)("PUT", "/tasks/1/claim", headers=KEY)
        assert task.status_code == 404
    assert kept(firm) == 0


def test_a_refusal_is_not_kept_for_it_changed_nothing(firm: World, api: Api):
    call = api("ina")
    assert call("POST", "/messages", json={}, headers=KEY).status_code == 422
    assert kept(firm) == 0
    assert call("POST", "/messages", json=MESSAGE, headers=KEY).status_code == 200


@pytest.mark.parametrize("key", ["short", "x" * 256, "tab\tinside", "größer als ASCII", ""])
def test_a_key_that_is_none_is_refused(api: Api, key: str):
    answer = api("ina")("POST", "/messages", json=MESSAGE, headers={"Idempotency-Key": key})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "Idempotency-Key"


def test_quotation_marks_around_a_key_are_not_part_of_it(firm: World, api: Api):
    call = api("ina")
    call("POST", "/messages", json=MESSAGE, headers=KEY)
    again = call("POST", "/messages", json=MESSAGE, headers={"Idempotency-Key": '"6f1c5f0e-8d0b"'})
    assert again.headers["Idempotency-Replayed"] == "true"


def test_an_answer_is_kept_for_a_day(firm: World, api: Api, clock: FakeClock):
    call = api("ina")
    call("POST", "/messages", json=MESSAGE, headers=KEY)
    clock.advance(timedelta(hours=24))
    later = call("POST", "/messages", json=MESSAGE, headers=KEY)
    assert "Idempotency-Replayed" not in later.headers
    call("POST", "/messages", json=MESSAGE, headers={"Idempotency-Key": "another-key"})
    assert kept(firm) == 2
    clock.advance(timedelta(hours=25))
    call("POST", "/messages", json=MESSAGE, headers={"Idempotency-Key": "a-third-key"})
    assert kept(firm) == 1


def test_two_at_the_same_moment_have_one_effect(firm: World, api: Api):
    """On PostgreSQL the second is told to wait, on SQLite it waits by itself."""
    answers, together = [], threading.Barrier(2)

    def ask(call: Call) -> None:
        together.wait()
        answers.append(call("POST", "/messages", json=MESSAGE, headers=KEY))

    threads = [threading.Thread(target=ask, args=(api("ina"),)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert messages(firm) == kept(firm) == 1
    assert {answer.status_code for answer in answers} <= {200, 409}
    for refused in (answer for answer in answers if answer.status_code == 409):
        assert refused.headers["Retry-After"] == "1"


def test_while_the_first_is_running_the_second_is_told_to_come_again(firm: World, api: Api):
    if not firm.engine.database.postgresql:
        return  # there writers queue, and the second finds the first one's answer
    call = api("ina")
    with firm.engine.begin("ina") as uow:
        assert requests.find(uow, KEY["Idempotency-Key"], "something") is None
        answer = call("POST", "/messages", json=MESSAGE, headers=KEY)
    assert (answer.status_code, answer.headers["Retry-After"]) == (409, "1")
    assert messages(firm) == 0
