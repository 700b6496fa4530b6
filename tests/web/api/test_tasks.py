"""Tasks over REST: the agent's loop, and what is refused on the way."""

from collections.abc import Callable

import pytest

from cpm.model import Case, Task
from tests.commands.test_spine import FACTS
from tests.web.api.conftest import Call
from tests.world import World, mail

Api = Callable[..., Call]


@pytest.fixture
def task(firm: World, case: Case) -> Task:
    return firm.step(case, "check_facts")


def test_a_program_takes_a_task_and_completes_it(firm: World, api: Api, case: Case, task: Task):
    call = api("anna")
    found = call("GET", "/tasks?team=service&sort=due").json
    assert [(one["id"], one["case"]) for one in found["items"]] == [(task.id, case.number)]
    details = call("GET", f"/tasks/{task.id}").json
    assert "order_no" in {field["key"] for field in _flat(details["fields"])}
    assert call("PUT", f"/tasks/{task.id}/claim").json["assignee"] == "anna"
    assert call("PUT", f"/tasks/{task.id}/claim").status_code == 200
    done = call("PUT", f"/tasks/{task.id}/completion", json={"data": FACTS})
    assert (done.status_code, done.json["state"]) == (200, "done")
    assert firm.at(case) == ["decide_remedy"]


def test_fields_of_the_form_that_do_not_fit_are_named(api: Api, task: Task):
    call = api("anna")
    call("PUT", f"/tasks/{task.id}/claim")
    answer = call("PUT", f"/tasks/{task.id}/completion", json={"data": {"surprise": 1}})
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert "surprise" in {problem["field"] for problem in answer.json["errors"]}


def test_who_comes_second_is_told_who_was_faster(api: Api, task: Task):
    api("anna")("PUT", f"/tasks/{task.id}/claim")
    answer = api("ben")("PUT", f"/tasks/{task.id}/claim")
    assert answer.status_code == 409
    assert "anna" in answer.json["detail"]


def test_a_task_is_released_and_parked(api: Api, task: Task):
    call = api("anna")
    call("PUT", f"/tasks/{task.id}/claim")
    until = "2026-03-20T08:00:00+01:00"
    parked = call("PUT", f"/tasks/{task.id}/park", json={"until": until, "reason": "The driver is away"})
    assert parked.status_code == 200, parked.json
    assert call("DELETE", f"/tasks/{task.id}/park").status_code == 200
    assert call("DELETE", f"/tasks/{task.id}/claim").json["state"] == "ready"


def test_a_task_is_handed_over_once_under_its_key(firm: World, api: Api, case: Case, task: Task):
    call, path = api("anna"), f"/tasks/{task.id}/handover"
    given = {"to": "ben", "note": "The driver calls at three"}
    for _ in range(2):
        handed = call("PUT", path, json=given, headers={"Idempotency-Key": "handed-over-1"})
        assert (handed.status_code, handed.json["assignee"]) == (200, "ben"), handed.json
    assert firm.story(case).count("task.handed_over") == 1
    assert call("PUT", path, json={"team": "finance"}).status_code == 409
    assert api("ben")("PUT", path, json={"team": "finance"}).json["state"] == "ready"
    assert call("GET", f"/tasks/{task.id}").json["handed_over"] == {"by": "ben", "note": None}


@pytest.mark.parametrize(
    ("given", "status"),
    [({}, 422), ({"to": "ben", "team": "finance"}, 422), ({"to": "nobody"}, 422), ({"to": "fay"}, 403)],
)
def test_it_is_handed_to_one_who_may_have_it(api: Api, task: Task, given: dict[str, str], status: int):
    assert api("anna")("PUT", f"/tasks/{task.id}/handover", json=given).status_code == status


@pytest.mark.parametrize(
    ("until", "status"), [("2026-03-20T08:00:00", 422), ("0001-01-01T00:00:00+14:00", 422), (5, 422)]
)
def test_a_moment_without_its_offset_or_beyond_reason_is_refused(api: Api, task: Task, until, status):
    call = api("anna")
    call("PUT", f"/tasks/{task.id}/claim")
    answer = call("PUT", f"/tasks/{task.id}/park", json={"until": until, "reason": "x"})
    assert answer.status_code == status
    assert answer.json["errors"][0]["field"] == "until"


def test_another_teams_task_is_refused_and_one_that_is_not_there_not_found(api: Api, task: Task):
    assert api("fay")("PUT", f"/tasks/{task.id}/claim").status_code == 403
    for path in ("/tasks/987654", "/tasks/0", "/tasks/99999999999999999999", "/tasks/x"):
        assert api("anna")("GET", path).status_code == 404, path


def test_an_integrator_has_no_tasks(api: Api):
    assert api("ina")("GET", "/tasks").status_code == 403


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page=0", "page"),
        ("page_size=201", "page_size"),
        ("sort=secret", "sort"),
        ("colour=red", "colour"),
        ("case=C-000001-1", "case"),
        ("overdue=maybe", "overdue"),
        ("state=nowhere", "state"),
    ],
)
def test_a_query_that_does_not_fit_names_what(api: Api, query: str, field: str):
    answer = api("anna")("GET", f"/tasks?{query}")
    assert answer.status_code == 422
    assert [problem["field"] for problem in answer.json["errors"]] == [field]


def test_a_list_links_its_pages(firm: World, api: Api):
    for number in range(3):
        firm.receive(mail(sender=f"kunde{number}@example.org", message_id=f"<{number}@example.org>"))
    firm.drain()
    answer = api("sue")("GET", "/tasks?page_size=2&sort=-created")
    assert (answer.json["total"], len(answer.json["items"])) == (3, 2)
    assert '</api/v1/tasks?page_size=2&sort=-created&page=2>; rel="next"' in answer.headers["Link"]
    assert len(api("sue")("GET", "/tasks?page_size=2&page=2").json["items"]) == 1
    assert api("sue")("GET", "/tasks?overdue=true").json["total"] == 0


def _flat(fields):
    for field in fields:
        yield field
        yield from _flat(field.get("components", ()))


def test_what_the_tables_advise_beside_a_step(api: Api, task: Task):
    call = api("anna")
    advice = call("GET", f"/tasks/{task.id}/guidance").json
    assert advice["tip"]["text"] == "First impression: ask for the need, agree the next step."
    assert (advice["tip"]["row"], advice["tip"]["by"]["decision"]) == (6, "guidance")
    assert [(one["action"], one["row"]) for one in advice["actions"]] == [("none", 13)]
    call("PUT", f"/tasks/{task.id}/claim")
    call("PUT", f"/tasks/{task.id}/completion", json={"data": FACTS})
    assert call("GET", f"/tasks/{task.id}/guidance").json == {"tip": None, "actions": []}
    assert call("GET", "/tasks/987654/guidance").status_code == 404
