"""Migrations and batches over REST."""

from collections.abc import Callable

from tests.commands.test_migrations import complaint, deploy, renamed, version
from tests.web.api.conftest import Call
from tests.world import World

Api = Callable[..., Call]


def test_cases_are_migrated_as_a_batch_and_one_by_one(firm: World, api: Api):
    case, other = complaint(firm, "one"), complaint(firm, "two")
    to = deploy(firm, *renamed("check_facts", "check_all"), ("Sachverhalt prüfen", "Alles prüfen"))
    otto = api("otto")
    proposal = otto("GET", f"/migrations/proposal?process=complaint&from=1&to={to}").json
    (plan,) = proposal["plans"]
    assert [doubt["element"] for doubt in plan.pop("doubts")] == ["check_facts"]
    assert [(each["element"], each["what"]) for each in plan.pop("differences")] == [
        ("check_facts", "renamed")
    ]
    assert plan.pop("problems") == []
    asked = {"process": "complaint", "to": to, "plans": [plan], "numbers": [case.number], "why": "June"}
    assert api("anna")("POST", "/migrations", json=asked).status_code == 403
    broken = {**plan, "elements": {"none": "check_all"}}
    assert otto("POST", "/migrations", json={**asked, "plans": [broken]}).status_code == 422
    made = otto("POST", "/migrations", json=asked)
    assert (made.status_code, made.json["state"]) == (201, "listing")
    path = f"/batches/{made.json['id']}"
    assert otto("POST", f"{path}/start", json={}).status_code == 409
    firm.drain()
    assert otto("GET", path).json["counts"] == {"able": 1}
    assert otto("POST", f"{path}/start", json={"only": [other.number]}).status_code == 422
    assert otto("POST", f"{path}/start", json={"only": [case.number]}).json["state"] == "running"
    firm.drain()
    items = otto("GET", f"{path}/items?state=done").json["items"]
    assert [(item["case"], item["state"]) for item in items] == [(case.number, "done")]
    assert version(firm, case) == to
    assert otto("POST", f"{path}/retry").status_code == 200
    assert otto("POST", f"{path}/stop").json["state"] == "stopped"
    assert otto("GET", "/batches").json["total"] == 1
    one = {"to": to, "plan": {"elements": plan["elements"]}, "why": "June"}
    assert otto("POST", f"/cases/{other.number}/migration", json=one).json["version"] == to
    assert otto("POST", f"/cases/{other.number}/migration/back", json={"why": "No"}).json["version"] == 1
    assert otto("POST", f"/cases/{case.number}/migration", json={**one, "to": 1}).status_code == 422
    kept = otto("GET", "/migrations/plans/1").json
    assert (kept["from"], kept["to"], kept["elements"]["check_facts"]) == (1, to, "check_all")
