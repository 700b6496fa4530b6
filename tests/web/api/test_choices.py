"""The next step chosen over REST: `docs/example/clarify` as a program would go through it."""

from collections.abc import Callable

import pytest

from cpm.model import Case, Task
from tests.commands.test_choices import desk, opened
from tests.web.api.conftest import Call
from tests.world import World

Api = Callable[..., Call]


@pytest.fixture
def case(firm: World) -> Case:
    return opened(firm)


@pytest.fixture
def task(firm: World, case: Case) -> Task:
    return desk(firm, case)


def test_a_program_sees_the_offers_chooses_and_ends(firm: World, api: Api, case: Case, task: Task):
    call = api("anna")
    assert [one["kind"] for one in call("GET", "/tasks?kind=choice").json["items"]] == ["choice"]
    call("PUT", f"/tasks/{task.id}/claim")
    found = call("GET", f"/tasks/{task.id}").json["choosing"]
    assert [offer["element"] for offer in found["offers"]] == [
        "call_customer",
        "ask_department",
        "look_up",
        "draft_offer",
    ]
    assert (found["seen"], found["can_end"], found["running"]) == (0, True, [])
    chosen = call("POST", f"/tasks/{task.id}/choices", json={"element": "call_customer", "seen": 0})
    assert (chosen.status_code, chosen.json["state"]) == (200, "claimed")
    assert (
        call("POST", f"/tasks/{task.id}/choices", json={"element": "call_customer", "seen": 0}).status_code
        == 200
    )
    assert firm.at(case) == ["call_customer", "clarify_it"]
    now = call("GET", f"/tasks/{task.id}").json["choosing"]
    assert now["running"] == [{"element": "call_customer", "name": "Call the customer", "times": 1}]
    assert now["open_tasks"] == [firm.step(case, "call_customer").id]
    assert (
        call("POST", f"/tasks/{task.id}/choices", json={"element": "look_up", "seen": 0}).status_code == 409
    )
    assert call("PUT", f"/tasks/{task.id}/choices/end", json={}).status_code == 409
    done = call("PUT", f"/tasks/{task.id}/choices/end", json={"seen": 1, "cancel_running": True})
    assert (done.status_code, done.json["state"]) == (200, "done")
    assert call("PUT", f"/tasks/{task.id}/choices/end", json={}).status_code == 200
    assert firm.at(case) == ["tell_customer"]
    assert call("GET", f"/tasks/{task.id}").json["choosing"] is None


@pytest.mark.parametrize(
    ("given", "status", "field"),
    [
        ({"element": "nothing"}, 422, "element"),
        ({}, 422, "element"),
        ({"element": "look_up", "seen": "1"}, 422, "seen"),
        ({"element": "look_up", "seen": -1}, 422, "seen"),
        ({"element": "look_up", "variables": {" ": 1}}, 422, " "),
        ({"element": "look_up", "speed": 1}, 422, "speed"),
    ],
)
def test_a_choice_that_is_none_is_refused_by_its_field(api: Api, task: Task, given, status, field):
    call = api("anna")
    call("PUT", f"/tasks/{task.id}/claim")
    answer = call("POST", f"/tasks/{task.id}/choices", json=given)
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (status, field)


def test_only_who_holds_it_and_may_see_it_chooses(firm: World, api: Api, task: Task):
    path = f"/tasks/{task.id}/choices"
    assert api("anna")("POST", path, json={"element": "look_up"}).status_code == 409, "not taken yet"
    api("anna")("PUT", f"/tasks/{task.id}/claim")
    assert api("ben")("POST", path, json={"element": "look_up"}).status_code == 409
    assert api("otto")("POST", path, json={"element": "look_up"}).status_code in {403, 404}
    assert api("otto")("PUT", f"{path}/end", json={}).status_code in {403, 404}
    assert api("anna")("POST", "/tasks/987654/choices", json={"element": "look_up"}).status_code == 404
