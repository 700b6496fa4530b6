"""Suspend and resume over REST."""

from collections.abc import Callable

from tests.web.api.conftest import Call
from tests.world import World, mail

Api = Callable[..., Call]


def test_cases_processes_and_kinds_of_jobs_are_suspended_and_resumed(firm: World, api: Api):
    case = firm.receive(mail())
    assert case is not None
    firm.drain()
    sue, otto, path = api("sue"), api("otto"), f"/cases/{case.number}"
    assert api("anna")("POST", f"{path}/suspend", json={"why": "no"}).status_code == 403
    assert sue("POST", f"{path}/suspend", json={"why": ""}).status_code == 422
    done = sue("POST", f"{path}/suspend", json={"why": "in dispute"})
    assert [(one["of"], one["by"], one["why"]) for one in done.json["items"]] == [
        ("case", "sue", "in dispute")
    ]
    assert sue("POST", f"{path}/suspend", json={"why": "again"}).status_code == 409
    assert sue("GET", path).json["suspensions"] == done.json["items"]
    task = firm.step(case, "check_facts")
    assert sue("PUT", f"/tasks/{task.id}/claim").status_code == 409
    process = otto("POST", "/definitions/complaint/suspend", json={"why": "a mistake"})
    assert process.json["items"][0]["key"] == "complaint"
    kind = otto("POST", "/jobs/suspend", json={"kind": "smtp", "why": "down"})
    assert kind.json["items"][0]["of"] == "jobs"
    assert {one["key"] for one in otto("GET", "/suspensions").json["items"]} == {"complaint", "smtp"}
    assert otto("POST", "/jobs/suspend", json={"kind": "x", "why": "down"}).status_code == 422
    assert otto("POST", "/definitions/none/suspend", json={"why": "down"}).status_code == 404
    assert otto("POST", "/definitions/complaint/resume", json={"timers": "shift"}).json == {"items": []}
    assert otto("POST", "/jobs/resume", json={"kind": "smtp"}).json == {"items": []}
    assert sue("POST", f"{path}/resume", json={}).json == {"items": []}
    assert sue("POST", f"{path}/resume", json={}).status_code == 409
