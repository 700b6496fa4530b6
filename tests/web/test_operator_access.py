"""Tokens, messages and the audit through pages."""

import re

import pytest

from cpm.commands import interactions, tokens, users
from cpm.model import Arrival, Role
from tests.commands.test_cost import statements
from tests.web.conftest import Browser
from tests.world import World, mail

ENGLISH = {"Accept-Language": "en"}
UNREADABLE = b"no header, no mail <script>alert(1)</script>"


@pytest.fixture
def ina(firm: World) -> str:
    with firm.engine.begin("cpm test") as uow:
        users.add_user(uow, "ina", name="Ina", roles=[Role.INTEGRATOR], teams=[])
    return "ina"


def test_a_token_is_shown_once_works_and_is_revoked(firm: World, browser: Browser, ina: str):
    client = browser(ina)
    posted = {"name": "Shop", "scopes": ["cases:read"], "days": "30"}
    answer = client.post("/admin/tokens", data=posted, headers=ENGLISH)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    [text] = re.findall(r'<code id="token">([^<]+)</code>', answer.text)
    assert text not in client.get("/admin/tokens").text
    with firm.engine.read() as look:
        found = tokens.find(look, text)
        assert found is not None
        assert (found[0].login, found[1].scopes) == (ina, ["cases:read"])
    assert client.post("/admin/tokens/1/revocation").status_code == 303
    with firm.engine.read() as look:
        assert tokens.find(look, text) is None


def test_integrators_have_their_own_and_operators_all(firm: World, browser: Browser, ina: str):
    posted = {"name": "Figures", "scopes": ["metrics:read"], "days": "30"}
    assert browser("otto").post("/admin/tokens", data=posted).status_code == 200
    theirs = {"login": "otto", "name": "Mine", "scopes": ["metrics:read"], "days": "30"}
    assert browser(ina).post("/admin/tokens", data=theirs).status_code == 403
    assert "Figures" not in browser(ina).get("/admin/tokens").text
    assert browser(ina).post("/admin/tokens/1/revocation").status_code == 403
    assert browser("otto").get("/admin/tokens?login=anna").text.count('value="tasks:write"') == 1
    assert browser("otto").post("/admin/tokens/987654/revocation").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"scopes": []}, 422),
        ({"scopes": ["everything"]}, 422),
        ({"scopes": ["definitions:write"]}, 403),
        ({"name": " "}, 422),
        ({"days": "0"}, 422),
        ({"days": "9" * 40}, 422),
        ({"login": "nobody"}, 404),
    ],
)
def test_a_token_that_does_not_fit_is_refused(browser: Browser, wrong: dict[str, object], status: int):
    posted = {"name": "Figures", "scopes": ["metrics:read"], "days": "30", **wrong}
    assert browser("otto").post("/admin/tokens", data=posted).status_code == status


def quarantined(firm: World) -> int:
    with firm.engine.begin("mailbox") as uow:
        arrival = interactions.store(uow, UNREADABLE, process="complaint").id
    with firm.engine.begin("mailbox") as uow:
        interactions.quarantine(uow, arrival, "It cannot be read.")
    return arrival


def test_what_could_not_be_filed_is_shown_as_it_came_and_tried_again(firm: World, browser: Browser):
    arrival = quarantined(firm)
    client = browser("otto")
    assert "It cannot be read." in client.get("/admin/messages").text
    text = client.get(f"/admin/messages/{arrival}").text
    assert "&lt;script&gt;alert(1)" in text
    assert "<script>alert" not in text
    assert client.post(f"/admin/messages/{arrival}/filing").status_code == 303
    assert client.post("/admin/messages/987654/filing").status_code == 404


def test_the_text_of_a_filed_message_is_the_cases_and_not_the_operators(firm: World, browser: Browser):
    firm.receive(mail(text="Nobody else's business"))
    client = browser("otto")
    assert "/admin/messages/1" not in client.get("/admin/messages").text
    assert "/admin/messages/1" in client.get("/admin/messages?state=filed").text
    assert "Nobody else" not in client.get("/admin/messages/1").text
    assert client.post("/admin/messages/1/filing").status_code == 409


@pytest.mark.parametrize("query", ["state=x", "before=x", "before=" + "9" * 40, "before=-1", "what=x"])
def test_what_is_not_understood_is_left_out(browser: Browser, query: str):
    for page in ("messages", "audit"):
        assert browser("otto").get(f"/admin/{page}?{query}").status_code == 200


def test_the_audit_tells_page_by_page_who_did_what(firm: World, browser: Browser):
    client = browser("otto")
    for number in range(60):
        client.post("/admin/users/ben", data={"name": f"Ben {number}", "roles": ["agent"], "active": "yes"})
    text = client.get("/admin/audit?what=user", headers=ENGLISH).text
    assert "changed; name: Ben 59" in text
    older = re.findall(r'rel="next" href="([^"]+)"', text)[0].replace("&amp;", "&")
    assert "changed; name: Ben 0" in client.get(older, headers=ENGLISH).text


def test_lists_cost_few_statements(firm: World, browser: Browser):
    for number in range(3):
        with firm.engine.begin("mailbox") as uow:
            interactions.store(uow, mail(message_id=f"<{number}@example.org>"), process="complaint")
    with firm.engine.read() as look:
        assert look.session.query(Arrival).count() == 3
    client = browser("otto")
    client.get("/admin/users")
    for page in ("users", "teams", "mailboxes", "messages?state=all", "tokens", "absences", "audit"):
        client.get(f"/admin/{page}")  # versions of processes are read once
        firm.engine.library.refresh(now=True)
        with statements(firm.engine.database) as seen:
            assert client.get(f"/admin/{page}").status_code == 200
        assert len(seen) <= 12, (page, seen)
