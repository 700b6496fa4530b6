"""Incidents over REST: rehearsed, settled, and settled only once."""

from collections.abc import Callable

import pytest

from cpm.model import Incident
from tests.commands.test_incidents import refused
from tests.web.api.conftest import Call
from tests.world import World

Api = Callable[..., Call]
CORRECT = {"remedy": "correct", "note": "A typing mistake", "data": {"email": "right@example.org"}}


@pytest.fixture
def incident(firm: World) -> Incident:
    return refused(firm)[1]


def test_an_incident_is_found_with_its_remedies(api: Api, incident: Incident):
    call = api("sue")
    found = call("GET", "/incidents?team=service&code=address_refused").json
    assert [one["id"] for one in found["items"]] == [incident.id]
    whole = call("GET", f"/incidents/{incident.id}").json
    assert {one["remedy"] for one in whole["remedies"]} == {"correct", "supply", "skip", "end"}
    assert whole["correctable"]["email"] == "mara@example.org"
    assert call("GET", "/incidents?state=resolved").json["total"] == 0


def test_a_preview_tells_and_changes_nothing(firm: World, api: Api, incident: Incident):
    call = api("sue")
    told = call("POST", f"/incidents/{incident.id}/preview", json=CORRECT)
    assert told.status_code == 200, told.json
    assert "incident.resolved" in {entry["what"] for entry in told.json["entries"]}
    assert call("GET", f"/incidents/{incident.id}").json["incident"]["state"] == "open"


def test_an_incident_is_settled_once(firm: World, api: Api, incident: Incident):
    path, key = f"/incidents/{incident.id}/resolution", {"Idempotency-Key": "settle-0001"}
    settled = api("sue")("PUT", path, json=CORRECT)
    assert (settled.status_code, settled.json["incident"]["state"]) == (200, "resolved"), settled.json
    assert api("max")("PUT", path, json=CORRECT, headers=key).status_code == 409
    firm.drain()
    assert firm.post.calls[-1].inputs["to"] == "right@example.org"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"remedy": "retry", "data": {}}, 422),  # not offered
        ({"remedy": "magic"}, 422),
        ({"data": {}}, 422),
        ({"data": {"case_no": "C-000002-6"}}, 422),  # the engine's own
        ({"remedy": "skip", "data": {}, "note": ""}, 422),
        ({"outcome": "gone"}, 422),
        ({"colour": "red"}, 422),
    ],
)
def test_a_resolution_that_does_not_fit_changes_nothing(api: Api, incident: Incident, change, status: int):
    call = api("sue")
    answer = call("PUT", f"/incidents/{incident.id}/resolution", json={**CORRECT, **change})
    assert answer.status_code == status, answer.json
    assert call("GET", f"/incidents/{incident.id}").json["incident"]["state"] == "open"


def test_another_teams_incident_is_refused_and_one_that_is_not_there_not_found(api: Api, incident: Incident):
    assert api("fay")("PUT", f"/incidents/{incident.id}/resolution", json=CORRECT).status_code == 403
    assert api("sue")("PUT", "/incidents/987654/resolution", json=CORRECT).status_code == 404
    assert api("ina")("GET", f"/incidents/{incident.id}").status_code == 403
