"""The inbox in a browser: whose it is, what it shows, and what it costs."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from lxml import html

from cpm.commands import tasks, users
from cpm.model import Task
from tests.commands.test_cost import statements
from tests.commands.test_inbox import crowd
from tests.web.conftest import Browser
from tests.world import World, mail

ENGLISH = {"Accept-Language": "en"}
MOST = 5  #: statements of the page, the look-up of the session among them


@pytest.fixture
def anna(browser: Browser) -> FlaskClient:
    return browser("anna")


def received(firm: World, **more: str):
    case = firm.receive(mail(**more))
    firm.drain()
    return case


def test_it_lists_what_there_is_to_take(firm: World, anna: FlaskClient):
    case = received(firm)
    page = anna.get("/inbox?view=team", headers=ENGLISH).text
    assert "Check the facts" in page
    assert "Mara Beispiel" in page
    assert f"/cases/{case.number}/tasks/{firm.step(case, 'check_facts').id}" in page
    german = anna.get("/inbox?view=team", headers={"Accept-Language": "de"}).text
    assert "Zu übernehmen" in german


def test_what_is_more_urgent_than_usual_says_so_and_each_view_how_it_is_ordered(
    firm: World, anna: FlaskClient
):
    case = received(firm)
    step = firm.step(case, "check_facts").id
    for priority, german, english in (
        (79, None, None),
        (80, "wichtig", "important"),
        (90, "dringend", "urgent"),
    ):
        with firm.engine.begin("test") as uow:
            uow.get(Task, step).priority = priority
        for language, word in (("de", german), ("en", english)):
            page = anna.get("/inbox?view=team", headers={"Accept-Language": language}).text
            tags = html.document_fromstring(page).xpath("//tbody//span[contains(@class, 'tag')]/text()")
            assert tags == ([word] if word else [])
    assert "1, the most urgent first" in anna.get("/inbox?view=team", headers=ENGLISH).text
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, step)
        tasks.park(uow, step, until=uow.now + timedelta(days=1), reason="Fotos")
    assert "1, what comes back soonest first" in anna.get("/inbox?view=parked", headers=ENGLISH).text


def test_an_empty_view_leads_to_the_team(anna: FlaskClient):
    page = anna.get("/inbox", headers=ENGLISH).text
    assert "There are no open cases in this view." in page
    assert "view=team" in page


def test_next_takes_a_task_and_opens_it(firm: World, anna: FlaskClient):
    case = received(firm)
    answer = anna.post("/inbox/next")
    task = firm.step(case, "check_facts")
    assert (answer.status_code, answer.location) == (303, f"/cases/{case.number}/tasks/{task.id}")
    assert task.assignee == "anna"


@pytest.mark.parametrize(
    ("language", "begun", "back"),
    [
        ("en", "This is what you have begun.", "Nothing else is there: this is what you gave back."),
        (
            "de",
            "Das hier haben Sie angefangen.",
            "Etwas anderes ist nicht da: Das hier haben Sie zurückgegeben.",
        ),
    ],
)
def test_next_leads_to_what_one_has_begun_before_it_says_there_is_nothing(
    firm: World, anna: FlaskClient, language: str, begun: str, back: str
):
    said = {"Accept-Language": language}
    case = received(firm)
    at = anna.post("/inbox/next", headers=said).location
    again = anna.post("/inbox/next", headers=said)
    assert again.location == at
    assert begun in anna.get(at, headers=said).text
    assert anna.post(f"{at}/release").status_code == 303
    assert anna.post("/inbox/next", headers=said).location == at
    assert back in anna.get(at, headers=said).text

    received(firm, message_id="<2@example.org>", sender="<two@example.org>")
    assert anna.post("/inbox/next", headers=said).location != at
    several = anna.post("/inbox/next", headers=said)
    assert several.location == "/inbox?view=mine"
    assert begun in anna.get(several.location, headers=said).text
    for one in firm.open_tasks(case):
        with firm.engine.begin("anna") as uow:
            tasks.park(uow, one.id, reason="Später.", until=uow.now + timedelta(hours=1))
    assert anna.post("/inbox/next", headers=said).location != at


def test_next_says_there_is_nothing_to_who_has_begun_nothing(firm: World, anna: FlaskClient):
    answer = anna.post("/inbox/next", headers=ENGLISH)
    assert answer.location == "/inbox?view=team"
    assert "There is nothing to take at the moment." in anna.get(answer.location, headers=ENGLISH).text


def test_looking_takes_nothing(firm: World, anna: FlaskClient):
    case = received(firm)
    assert anna.get("/inbox/next").status_code == 405
    assert firm.step(case, "check_facts").assignee is None


@pytest.mark.parametrize(
    ("view", "status"), [("everybody", 403), ("none", 404), ("mine", 200), ("parked", 200)]
)
def test_views_are_who_they_are_for(anna: FlaskClient, view: str, status: int):
    assert anna.get(f"/inbox?view={view}").status_code == status


def test_supervisors_see_everybodys(firm: World, browser: Browser):
    case = received(firm)
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, firm.step(case, "check_facts").id)
    page = browser("sue").get("/inbox?view=everybody", headers=ENGLISH).text
    assert "with Anna" in page
    assert ("For all supervisors" in page, "For everybody" in page) == (True, False)  # who else would see it


def test_who_works_on_no_cases_has_no_inbox(browser: Browser):
    assert browser("otto").get("/inbox").status_code == 403
    assert browser(None).get("/inbox").status_code == 401


def test_a_filter_that_finds_nothing_says_so(firm: World, anna: FlaskClient):
    received(firm)
    page = anna.get("/inbox?view=team&q=<b>Jonas", headers=ENGLISH).text
    assert "Nothing in this view fits “&lt;b&gt;Jonas”." in page


def test_who_works_for_several_teams_filters_and_keeps_views_as_others_do(firm: World, anna: FlaskClient):
    """What is asked by parameters made once, and what is asked by values, stand in one statement."""
    with firm.engine.begin("otto") as uow:
        users.change_user(uow, "anna", teams=["finance", "service"])
    received(firm)
    keep(anna, "By mail")
    page = anna.get("/inbox?view=team&q=Beispiel&team=service", headers=ENGLISH)
    assert page.status_code == 200
    assert "Check the facts" in page.text
    assert re.search(r'By mail</span> <span class="count" data-of="\d+">1</span>', page.text)


def test_what_customers_write_is_never_markup(firm: World, anna: FlaskClient):
    received(firm, subject="<script>alert(1)</script>")
    assert "<script>alert" not in anna.get("/inbox?view=team").text


def test_a_page_costs_the_same_however_much_waits(firm: World, anna: FlaskClient):
    crowd(firm, 300)
    for number in range(5):
        keep(anna, f"View {number}")
    anna.get("/inbox?view=team")
    firm.engine.library.refresh(now=True)
    with statements(firm.engine.database) as sent:
        page = anna.get("/inbox?view=team&page=2")
    assert page.status_code == 200
    assert len(re.findall(r"<tr[ >]", page.text)) == 21
    assert len([one for one in sent if not one.startswith("BEGIN")]) <= MOST, "\n".join(sent)


def keep(client: FlaskClient, name: str, search: str = "channel=email", **more: str):
    return client.post("/inbox/views", data={"name": name, "search": search, "view": "team", **more})


def test_a_view_is_kept_opened_changed_and_removed(firm: World, anna: FlaskClient):
    received(firm)
    answer = keep(anna, "By mail")
    at = answer.location
    assert answer.status_code == 303
    page = anna.get(at, headers=ENGLISH).text
    assert re.search(
        r'aria-current="page"><span>By mail</span> <span class="count" data-of="\d+">1</span>', page
    )
    assert "Inbox: By mail</h1>" in page
    assert '<option value="email" selected>' in page
    narrower = anna.get(f"/inbox?view=team&channel=phone&saved={at.split('=')[1]}", headers=ENGLISH).text
    assert "By mail <small>(changed)</small>" in narrower
    assert "Nothing in this view fits these filters." in narrower
    number = at.split("=")[1]
    data = {"name": "By phone", "search": "channel=phone", "view": "parked"}
    assert anna.post(f"/inbox/views/{number}", data=data).location == at
    assert "Inbox: By phone</h1>" in anna.get(at, headers=ENGLISH).text
    assert anna.post(f"/inbox/views/{number}/remove").location == "/inbox"
    assert anna.get(at).status_code == 404


def test_a_name_that_is_taken_is_refused_where_it_was_typed(firm: World, anna: FlaskClient):
    keep(anna, "By mail")
    answer = keep(anna, "By mail")
    assert answer.status_code == 422
    assert (
        "There is such a view already." in answer.text
        or "Eine Ansicht „By mail“ gibt es schon." in answer.text
    )
    assert 'value="By mail"' in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_what_the_page_hears_of_fits_its_filters(firm: World, anna: FlaskClient):
    case = received(firm)
    number = keep(anna, "By phone", "channel=phone").location.split("=")[1]
    ids = firm.step(case, "check_facts").id
    assert "1 new" not in anna.get(f"/inbox/new?saved={number}&ids={ids}", headers=ENGLISH).text
    assert "1 new" in anna.get(f"/inbox/new?view=team&ids={ids}", headers=ENGLISH).text


def test_nobody_opens_or_changes_anothers_view(firm: World, anna: FlaskClient, browser: Browser):
    at = keep(anna, "By mail").location
    ben = browser("ben")
    assert ben.get(at).status_code == 404
    assert ben.post(f"/inbox/views/{at.split('=')[1]}/remove").status_code == 404
    assert keep(anna, "Ours", share="*").status_code == 403
    assert keep(browser("sue"), "Ours", share="*").status_code == 303
    assert "Ours" in ben.get("/inbox").text


def test_a_view_is_shared_with_one_team(anna: FlaskClient, browser: Browser):
    sue = browser("sue")
    at = keep(sue, "Bills", share="finance").location
    page = sue.get(at, headers=ENGLISH).text
    assert "Bills <small>finance</small>" in page
    assert '<option value="finance" selected>For the team finance</option>' in page
    assert "Bills <small>" in browser("fay").get("/inbox", headers=ENGLISH).text
    assert "Bills" not in anna.get("/inbox").text
    assert anna.get(at).status_code == 404
    assert keep(sue, "Nobody's", share="ghosts").status_code == 422


@pytest.mark.parametrize(
    "query", ["due.to=soon", "due.to=today%2B1&team=service&process=complaint", "saved=9"]
)
def test_an_address_that_cannot_be_asked_is_told_apart(anna: FlaskClient, query: str):
    status = {"due.to=soon": 422, "saved=9": 404}.get(query, 200)
    assert anna.get(f"/inbox?view=team&{query}").status_code == status
