"""Why something is where it is, for programs: the same decisions in words and as data."""

from collections.abc import Callable

from cpm.commands import incidents, resolutions, tasks
from cpm.model import Remedy
from tests.commands.test_access import deploy_confidential
from tests.web.api.conftest import Call
from tests.world import World, mail

Api = Callable[..., Call]


def test_a_task_has_its_decisions_with_facts_and_outcome(firm: World, api: Api):
    task = firm.step(firm.receive(mail()), "check_facts")
    found = api("anna")("GET", f"/tasks/{task.id}/why").json
    assignment, deadlines = found["grounds"]
    assert (assignment["decision"], assignment["version"]) == ("assignment", 1)
    assert assignment["rows"] == [{"number": 6, "id": "assignment_7", "note": ""}]
    assert assignment["facts"]["element"] == "check_facts"
    assert assignment["result"]["team"] == "service"
    assert {"label": "team", "value": "service"} in assignment["outcome"]
    assert deadlines["result"]["due"] == "3bd"
    assert deadlines["counted"].endswith("due 5 Mar 2026, 18:00.")
    assert (found["remarks"], found["unsure"]) == ([], None)


def test_a_case_has_those_of_its_own(firm: World, api: Api):
    everywhere = ["intake", "customer_value", "assignment", "deadlines"]
    known, unclear = (
        firm.receive(mail()),
        firm.receive(mail(subject="Hallo", text="Ich bin es.", message_id="<2@x>")),
    )
    why = {case: api("anna")("GET", f"/cases/{case.number}/why").json for case in (known, unclear)}
    made = {case: [one["decision"] for one in found["grounds"]] for case, found in why.items()}
    assert made == {known: [*everywhere, "complaint_intake"], unclear: everywhere}  # of its process
    assert (why[known]["unsure"], why[unclear]["unsure"]) == (None, 0)


def test_a_handed_over_exception_says_that_its_team_is_another(firm: World, api: Api):
    case = firm.receive(mail())
    task = firm.step(case, "check_facts")
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, task.id)
        incidents.declare(uow, task.id, kind="third_party", note="Der Spediteur war es")
    incident, call = firm.incident(case), api("sue")
    found = call("GET", f"/incidents/{incident.id}/why").json
    assert ([one["decision"] for one in found["grounds"]], found["remarks"]) == (["exceptions"], [])
    assert call("GET", f"/tasks/{incident.task.id}/why").json["grounds"] == found["grounds"]
    with firm.engine.begin("sue") as uow:
        resolutions.resolve(uow, incident.id, Remedy.HANDOVER, note="Bitte ihr", team="operations")
    assert call("GET", f"/incidents/{incident.id}/why").json["remarks"] == ["team_not_by_table"]


def test_what_one_may_not_see_has_no_reasons(firm: World, api: Api):
    deploy_confidential(firm)
    case = firm.receive(mail())
    task = firm.step(case, "check_facts")
    for path in (f"/tasks/{task.id}/why", f"/cases/{case.number}/why", "/incidents/987654/why"):
        assert api("fay")("GET", path).status_code == 404
    assert api("anna")("GET", f"/tasks/{task.id}/why").status_code == 200
