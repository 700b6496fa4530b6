"""Users, teams and absences through pages: what operators may do, what is shown once, what nobody may."""

import re

import pytest

from cpm import passwords
from cpm.commands import passwords as password_commands
from cpm.commands import sign_in_brakes
from cpm.model import Absence, Role, Team, User
from tests.web.conftest import Browser
from tests.world import World

ENGLISH = {"Accept-Language": "en"}
NEW = {"login": "lea", "name": "Lea", "roles": ["agent"], "teams": ["service"], "skills": "en, gas"}


def user(firm: World, login: str) -> User:
    with firm.engine.read() as look:
        return look.get(User, login)


def shown_password(text: str) -> str:
    return re.findall(r'<code id="password">([^<]+)</code>', text)[0]


def test_a_new_user_signs_in_with_the_password_shown_once_and_must_choose_another(
    firm: World, browser: Browser
):
    client = browser("otto")
    answer = client.post("/admin/new-user", data=NEW, headers=ENGLISH)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    password = shown_password(answer.text)
    assert password not in client.get("/admin/users/lea").text
    assert password not in client.get("/admin/audit").text
    made = user(firm, "lea")
    assert (made.roles, made.teams, made.skills) == (["agent"], frozenset({"service"}), ["en", "gas"])
    stranger = browser(None)
    answer = stranger.post("/sign-in", data={"login": "lea", "password": password})
    assert answer.location == "/account/password"


@pytest.mark.parametrize(
    ("posted", "status"),
    [
        ({**NEW, "login": "anna"}, 409),
        ({**NEW, "login": "Not A Login"}, 422),
        ({**NEW, "login": ""}, 422),
        ({**NEW, "login": "worker"}, 409),
        ({**NEW, "name": "x" * 20_000}, 422),
        ({**NEW, "teams": ["nowhere"]}, 404),
    ],
)
def test_a_user_who_does_not_fit_is_refused_and_what_was_typed_stays(
    firm: World, browser: Browser, posted: dict[str, object], status: int
):
    answer = browser("otto").post("/admin/new-user", data=posted)
    assert answer.status_code == status
    assert 'value="en, gas"' in answer.text
    with firm.engine.read() as look:
        assert look.session.get(User, "lea") is None


def test_a_forgotten_password_is_replaced_and_sign_ins_end(firm: World, browser: Browser):
    anna = browser("anna")
    answer = browser("otto").post("/admin/users/anna/password")
    assert answer.headers["Cache-Control"] == "no-store"
    assert passwords.verify(user(firm, "anna").password, shown_password(answer.text))
    assert user(firm, "anna").must_change
    assert anna.get("/account").status_code == 401


def test_what_a_user_may_is_changed(firm: World, browser: Browser):
    posted = {
        "name": "Ben B.",
        "roles": ["agent", "supervisor", "king"],
        "teams": ["finance"],
        "active": "yes",
    }
    assert browser("otto").post("/admin/users/ben", data=posted).status_code == 303
    ben = user(firm, "ben")
    assert (ben.name, ben.roles, ben.teams) == ("Ben B.", ["agent", "supervisor"], frozenset({"finance"}))
    assert browser("otto").post("/admin/users/ben", data={"name": "Ben"}).status_code == 303
    assert not user(firm, "ben").active
    assert "ausgeschieden" in browser("otto").get("/admin/users").text


def test_nobody_changes_their_own_roles_or_shuts_themselves_out(firm: World, browser: Browser):
    client = browser("otto")
    assert 'name="roles"' not in client.get("/admin/users/otto").text
    posted = {"name": "Otto", "roles": ["agent", "operator"], "teams": ["operations"]}
    assert client.post("/admin/users/otto", data=posted).status_code == 403
    del posted["roles"]
    assert client.post("/admin/users/otto", data=posted).status_code == 303
    assert user(firm, "otto").active
    assert user(firm, "otto").roles == [Role.OPERATOR]


def test_a_locked_user_is_unlocked(firm: World, browser: Browser):
    with firm.engine.begin("cpm test") as uow:
        password_commands.put(uow, "anna", "no hash at all")
        for _ in range(sign_in_brakes.FREE):
            sign_in_brakes.failed(uow, "anna", uow.get(User, "anna"), "192.0.2.1")
            uow.session.flush()
    client = browser("otto")
    assert "locked until" in client.get("/admin/users", headers=ENGLISH).text
    assert client.post("/admin/users/anna/unlocking").status_code == 303
    assert user(firm, "anna").locked_until is None


@pytest.mark.parametrize("login", ["nobody", "%ff", "<script>"])
def test_a_user_who_is_not_there_is_not_found(browser: Browser, login: str):
    client = browser("otto")
    assert client.get(f"/admin/users/{login}").status_code == 404
    for action in ("", "/password", "/unlocking"):
        assert client.post(f"/admin/users/{login}{action}").status_code == 404


def test_teams_are_made_changed_and_removed(firm: World, browser: Browser):
    client = browser("otto")
    team = {"key": "spares", "name_de": "Ersatzteile", "name_en": "Spares", "calendar": "office"}
    calendars = re.findall(r'<option value="([^"]+)"', client.get("/admin/teams").text)
    team["calendar"] = calendars[0]
    assert client.post("/admin/teams", data=team).status_code == 303
    assert client.post("/admin/teams", data=team).status_code == 409
    assert "Ersatzteile" in client.get("/admin/teams").text
    assert client.post("/admin/teams/spares", data={**team, "name_de": "Teile"}).status_code == 303
    with firm.engine.read() as look:
        assert look.get(Team, "spares").name_de == "Teile"
    assert client.post("/admin/teams/spares/removal").status_code == 303
    assert client.get("/admin/teams/spares").status_code == 404


@pytest.mark.parametrize("wrong", [{"key": "X Y"}, {"name_de": " "}, {"calendar": "none"}])
def test_a_team_that_does_not_fit_is_refused(browser: Browser, wrong: dict[str, str]):
    client = browser("otto")
    calendar = re.findall(r'<option value="([^"]+)"', client.get("/admin/teams").text)[0]
    posted = {"key": "spares", "name_de": "A", "name_en": "B", "calendar": calendar, **wrong}
    assert client.post("/admin/teams", data=posted).status_code == 422
    assert client.post("/admin/teams/nowhere", data=posted).status_code == 404


def absences(firm: World) -> list[tuple[str, str, str | None]]:
    with firm.engine.read() as look:
        return [
            (each.login, f"{each.from_at:%d.%m. %H:%M}", each.substitute)
            for each in look.session.query(Absence)
        ]


def test_an_absence_that_ends_too_early_is_refused_in_german(browser: Browser):
    posted = {"login": "anna", "first": "2026-03-11", "last": "2026-03-09"}
    page = browser("sue").post("/admin/absences", data=posted, headers={"Accept-Language": "de"})
    assert page.status_code == 422
    assert "beginnen, bevor sie endet" in page.text
    assert "is not after" not in page.text


def test_supervisors_enter_and_remove_absences_with_a_substitute(firm: World, browser: Browser):
    client = browser("sue")
    posted = {"login": "anna", "first": "09.03.2026", "last": "2026-03-13", "substitute": "ben"}
    assert client.post("/admin/absences", data=posted).status_code == 303
    assert absences(firm) == [("anna", "08.03. 23:00", "ben")]  # midnight in Berlin
    assert client.post("/admin/absences", data=posted).status_code == 409
    assert "Anna" in client.get("/admin/absences").text
    assert client.post("/admin/absences/1/removal").status_code == 303
    assert absences(firm) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"first": ""},
        {"first": "soon"},
        {"last": "01.01.2026"},
        {"last": "9999-12-31"},
        {"substitute": "anna"},
    ],
)
def test_an_absence_that_does_not_fit_is_refused(firm: World, browser: Browser, wrong: dict[str, str]):
    posted = {"login": "anna", "first": "09.03.2026", "last": "13.03.2026", **wrong}
    assert browser("sue").post("/admin/absences", data=posted).status_code == 422
    assert absences(firm) == []


def test_agents_see_and_enter_their_own_absences_only(firm: World, browser: Browser):
    day = {"first": "09.03.2026", "last": "09.03.2026"}
    anna, ben = browser("anna"), browser("ben")
    assert anna.post("/admin/absences", data=day).status_code == 303
    assert anna.post("/admin/absences", data={**day, "login": "ben"}).status_code == 403
    assert "09.03.2026" in anna.get("/admin/absences").text
    assert "/removal" not in ben.get("/admin/absences").text
    assert ben.post("/admin/absences/1/removal").status_code == 403
    assert anna.post("/admin/absences/1/removal").status_code == 303


@pytest.mark.parametrize("login", ["anna", "sue"])
def test_nobody_else_administers_people(browser: Browser, login: str):
    client = browser(login)
    for page in ("users", "users/ben", "new-user", "teams", "teams/service", "tokens", "messages", "audit"):
        assert client.get(f"/admin/{page}").status_code == 403
    for action in ("users/ben", "users/ben/password", "new-user", "teams", "tokens"):
        assert client.post(f"/admin/{action}", data=NEW).status_code == 403
