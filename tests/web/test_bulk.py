"""Migration and batches through pages: compare the versions, have it tried, start it, take it back."""

import html
import re

import pytest

from cpm.commands import users
from cpm.model import Role
from tests.commands.test_migrations import complaint, deploy, renamed, version
from tests.web.conftest import Browser
from tests.world import World

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(autouse=True)
def dora(firm: World) -> None:
    with firm.engine.begin("otto") as uow:
        users.add_user(uow, "dora", name="Dora", roles=[Role.DESIGNER], teams=[])


def mapping(text: str) -> dict[str, str]:
    """What the page proposes for each element."""
    found = {}
    for name, options in re.findall(r'<select name="(map-[^"]+)"[^>]*>(.*?)</select>', text, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def test_cases_are_migrated_through_the_pages_and_taken_back(firm: World, browser: Browser):
    case = complaint(firm)
    to = deploy(firm, *renamed("check_facts", "check_all"), ("Sachverhalt prüfen", "Alles prüfen"))
    designer, operator = browser("dora"), browser("otto")
    begun = re.search('<a href="([^"]+)">Take cases to', operator.get("/batches", headers=ENGLISH).text)
    assert begun is not None
    assert operator.get(begun[1]).status_code == 200
    page = designer.get("/migrations?process=complaint", headers=ENGLISH).text
    assert f"Version 1 becomes version {to}" in page
    asked = {"process": "complaint", "to": to, "from": 1, "why": "June", **mapping(page)}
    assert asked["map-1:check_facts"] == "check_all"
    assert "It is called &#39;Alles prüfen&#39; instead of &#39;Sachverhalt prüfen&#39;." in page
    batch = designer.post("/migrations", data=asked).location
    firm.drain()
    told = designer.get(batch, headers=ENGLISH).text
    assert "Nothing has happened to any case yet." in told
    assert "Do it for 1 cases" not in told
    assert case.number in told
    assert designer.post(f"{batch}/start").status_code == 403
    assert "Do it for 1 cases" in operator.get(batch, headers=ENGLISH).text
    assert operator.post(f"{batch}/start").status_code == 303
    firm.drain()
    assert version(firm, case) == to
    assert f"{case.number},done" in operator.get(f"{batch}/results.csv", headers=ENGLISH).text
    back = operator.post(f"{batch}/way-back", data={"why": "No"}).location
    firm.drain()
    assert operator.post(f"{back}/start").status_code == 303
    firm.drain()
    assert version(firm, case) == 1
    assert "/batches/2" in operator.get("/batches", headers=ENGLISH).text


def test_a_mapping_that_cannot_be_is_shown_with_what_was_chosen(firm: World, browser: Browser):
    complaint(firm)
    to = deploy(firm, ("P3D", "P5D"))
    client = browser("otto")
    page = client.get("/migrations?process=complaint", headers=ENGLISH).text
    assert "Cases that wait there keep the timer they have" in page
    german = client.get("/migrations?process=complaint", headers={"Accept-Language": "de"}).text
    assert "„P5D“ statt „P3D“" in german
    asked = {"process": "complaint", "to": to, "from": 1, "why": "June", **mapping(page)}
    answer = client.post("/migrations", data={**asked, "map-1:check_facts": "no_such"}, headers=ENGLISH)
    assert answer.status_code == 422
    assert "no_such" in answer.text
    unsaid = client.post("/migrations", data={**asked, "why": " "}, headers=ENGLISH)
    assert (unsaid.status_code, "Expected a reason that says something" in unsaid.text) == (422, True)


def test_why_cases_cannot_go_stands_once_for_all_of_them(firm: World, browser: Browser):
    first, second = complaint(firm, "one"), complaint(firm, "two")
    to = deploy(firm, *renamed("check_facts", "check_all"))
    client = browser("sue")
    page = client.get("/migrations?process=complaint", headers=ENGLISH).text
    asked = {"process": "complaint", "to": to, "from": 1, "why": "June", **mapping(page)}
    batch = client.post("/migrations", data={**asked, "map-1:check_facts": ""}).location
    firm.drain()
    told = client.get(batch, headers=ENGLISH).text
    reason = re.findall(r'state=unable&amp;reason=[^"]+', told)
    assert len(reason) == 1
    listed = client.get(f"{batch}?{html.unescape(reason[0])}", headers=ENGLISH).text
    assert first.number in listed
    assert second.number in listed


def test_one_case_goes_from_its_page(firm: World, browser: Browser):
    case = complaint(firm)
    to = deploy(firm, ("P3D", "P5D"))
    client = browser("sue")
    assert f"/migrations/cases/{case.number}" in client.get(f"/cases/{case.number}", headers=ENGLISH).text
    page = client.get(f"/migrations/cases/{case.number}", headers=ENGLISH).text
    assert "It can: all that it stands at has its place there." in page
    there = f"/migrations/cases/{case.number}"
    assert client.post(there, data={"to": to, "why": ""}, headers=ENGLISH).status_code == 422
    assert client.post(there, data={"to": to, "why": "June"}).status_code == 303
    assert version(firm, case) == to
    assert client.post(there, data={"act": "back", "why": "No"}).status_code == 303
    assert version(firm, case) == 1
    assert browser("anna").get(there).status_code == 403


def test_deployed_versions_lead_to_migration(firm: World, browser: Browser):
    complaint(firm)
    to = deploy(firm, ("P3D", "P5D"))
    client = browser("dora")
    for address in ("/designer", f"/designer/processes/complaint/{to}"):
        told = client.get(address, headers=ENGLISH).text
        assert "Cases that go on with older versions: 1." in told
        assert "/migrations?process=complaint" in told


@pytest.mark.parametrize(
    "address",
    [
        f"/batches?page={10**30}",
        f"/batches/1?after={10**30}",
        f"/batches/1?after=-{10**30}",
        f"/migrations?process=complaint&to={10**30}",
        f"/migrations?process=complaint&from={10**30}&to=1",
        f"/migrations?process=complaint&from={'9' * 5000}&to=1",
    ],
)
def test_numbers_that_no_database_keeps_are_no_error_of_ours(firm: World, browser: Browser, address: str):
    page = browser("otto")
    to = deploy(firm, *renamed("check_facts", "check_all"))
    page.post("/migrations", data={"process": "complaint", "from": 1, "to": to, "why": "June"})
    assert page.get(address).status_code in (200, 404, 422)
