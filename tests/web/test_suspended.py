"""What is suspended says so on every page, and is suspended and resumed there and over REST."""

from cpm.commands import tasks
from cpm.model import Case
from tests.web.conftest import Browser
from tests.web.test_guided import FACTS, send
from tests.world import World

ENGLISH = {"Accept-Language": "en"}


def test_a_supervisor_suspends_a_case_and_everybody_sees_it_and_nothing_typed_is_lost(
    firm: World, browser: Browser, case: Case
):
    task, sue, anna = firm.step(case, "check_facts"), browser("sue"), browser("anna")
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, task.id)
    page = f"/cases/{case.number}"
    assert f'action="{page}/suspension"' in sue.get(page).text
    assert f'action="{page}/suspension"' not in anna.get(page).text
    assert browser("anna").post(f"{page}/suspension", data={"why": "x"}).status_code == 403
    assert sue.post(f"{page}/suspension", data={"why": " "}, headers=ENGLISH).status_code == 422
    done = sue.post(f"{page}/suspension", data={"why": "<b>wrong</b> address"}, follow_redirects=True)
    assert "ausgesetzt" in done.text
    assert "&lt;b&gt;wrong&lt;/b&gt; address" in done.text
    assert f'action="{page}/resumption"' in done.text
    at = f"{page}/tasks/{task.id}"
    for where in ("/inbox?view=mine", at):
        assert "suspended" in anna.get(where, headers=ENGLISH).text
    refused = send(anna, at, FACTS)
    assert refused.status_code == 409
    assert "Kam drei Wochen zu spät" in refused.text
    assert "Sue" in refused.text
    gone_on = sue.post(f"{page}/resumption", data={"timers": "shift"}, follow_redirects=True, headers=ENGLISH)
    assert "The case goes on." in gone_on.text
    assert send(anna, at, FACTS).status_code == 303


def test_operators_suspend_processes_and_kinds_of_jobs(firm: World, browser: Browser, case: Case):
    otto = browser("otto")
    place = "/admin/suspensions"
    assert "No process" in otto.get(place, headers=ENGLISH).text
    for version in ("", "x", 10**30):
        none = otto.post(f"{place}/processes", data={"process": f"complaint@{version}", "why": "x"})
        assert none.status_code == 404
    otto.post(f"{place}/processes", data={"process": "complaint", "why": "a mistake"})
    refused = otto.post(f"{place}/kinds", data={"kind": "smpt", "why": "down"}, headers=ENGLISH)
    assert (refused.status_code, "smtp" in refused.text) == (422, True)
    otto.post(f"{place}/kinds", data={"kind": "smtp", "why": "down"})
    shown = otto.get(place, headers=ENGLISH).text
    assert "cases: 1, tasks: 1, jobs: 0" in shown
    assert "a mistake" in browser("anna").get(f"/cases/{case.number}", headers=ENGLISH).text
    new = {"process": "complaint", "customer": "1", "channel": "phone", "subject": "x", "text": "y"}
    told = browser("anna").post("/cases/new", data=new, headers=ENGLISH)
    assert (told.status_code, "a mistake" in told.text) == (409, True)
    for number in (1, 2):
        assert otto.post(f"{place}/{number}/resumption").status_code == 303
    assert "No process" in otto.get(place, headers=ENGLISH).text
