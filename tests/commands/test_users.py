"""Users and teams: who may change them, and what must never happen."""

import pytest
from sqlalchemy import select

from cpm.commands import teams, users
from cpm.errors import Conflict, CpmError, Forbidden, Invalid, NotFound, WrongState
from cpm.model import AuditEntry, Membership, Role, Team, User
from cpm.queries import audit
from tests.world import World, mail


def change(firm: World, actor: str, login: str, **what) -> User:
    with firm.engine.begin(actor) as uow:
        return users.change_user(uow, login, **what)


@pytest.mark.parametrize("what", [{"active": False}, {"roles": [Role.AGENT]}, {"roles": []}])
def test_the_last_active_operator_stays_one(firm: World, what: dict):
    with pytest.raises(WrongState) as refused:
        change(firm, "cpm test", "otto", **what)
    assert "letzte" in refused.value.sentence("de")
    change(firm, "cpm test", "sue", roles=[Role.OPERATOR])
    change(firm, "cpm test", "otto", **what)
    with pytest.raises(WrongState):
        change(firm, "cpm test", "sue", active=False)


def test_an_operator_who_left_does_not_count(firm: World):
    change(firm, "cpm test", "sue", roles=[Role.OPERATOR], active=False)
    with pytest.raises(WrongState):
        change(firm, "cpm test", "otto", active=False)


def test_nobody_changes_their_own_roles(firm: World):
    change(firm, "cpm test", "sue", roles=[Role.OPERATOR])
    with pytest.raises(Forbidden):
        change(firm, "otto", "otto", roles=[Role.OPERATOR, Role.SUPERVISOR])
    assert change(firm, "otto", "otto", roles=[Role.OPERATOR], name="Otto O.").name == "Otto O."
    assert change(firm, "sue", "otto", roles=[Role.OPERATOR, Role.DESIGNER]).roles == ["operator", "designer"]


@pytest.mark.parametrize("actor", ["anna", "sue", "nobody", "worker", ""])
def test_only_operators_and_our_own_programs_administer(firm: World, actor: str):
    for command in (
        lambda uow: users.add_user(uow, "eve", name="", roles=[], teams=[]),
        lambda uow: users.change_user(uow, "ben", active=False),
        lambda uow: users.unlock(uow, "ben"),
        lambda uow: users.prefer(uow, "ben", language="en"),
        lambda uow: teams.add_team(uow, "eves", name_de="E", name_en="E", calendar="office"),
        lambda uow: teams.remove_team(uow, "service"),
    ):
        with pytest.raises(Forbidden), firm.engine.begin(actor) as uow:
            command(uow)


def test_what_users_choose_for_themselves(firm: World):
    with firm.engine.begin("anna") as uow:
        anna = users.prefer(uow, "anna", language="en", single_keys=False)
        assert (anna.language, anna.single_keys) == ("en", False)
        assert users.prefer(uow, "anna", language="").language is None
        with pytest.raises(Invalid):
            users.prefer(uow, "anna", language="fr")


def test_skills_are_words_each_once(firm: World):
    assert change(firm, "otto", "anna", skills=[" Heizung", "Solar", "Heizung", ""]).skills == [
        "Heizung",
        "Solar",
    ]


@pytest.mark.parametrize("login", ["mailbox", "worker", "webform", "sign-in", "anna"])
def test_the_names_under_which_machines_act_are_taken(firm: World, login: str):
    with pytest.raises(Conflict), firm.engine.begin("otto") as uow:
        users.add_user(uow, login, name="", roles=[], teams=[])


def test_a_team_that_never_had_work_can_go(firm: World):
    with firm.engine.begin("otto") as uow:
        teams.add_team(uow, "kitchen", name_de="Küche", name_en="Kitchen", calendar="office")
    change(firm, "otto", "ben", teams=["kitchen", "service"])
    with firm.engine.begin("otto") as uow:
        teams.remove_team(uow, "kitchen")
    with firm.engine.read() as look:
        assert look.session.get(Team, "kitchen") is None
        assert list(look.session.scalars(select(Membership.team).where(Membership.login == "ben"))) == [
            "service"
        ]


def test_a_team_that_has_work_stays(firm: World):
    firm.receive(mail())
    with pytest.raises(WrongState) as refused, firm.engine.begin("otto") as uow:
        teams.remove_team(uow, "service")
    assert "nicht gelöscht" in refused.value.sentence("de")


@pytest.mark.parametrize(
    ("key", "calendar", "refusal"),
    [("Kitchen", "office", Invalid), ("", "office", Invalid), ("kitchen", "whenever", Invalid)],
)
def test_teams_that_cannot_be_are_refused(firm: World, key: str, calendar: str, refusal: type[CpmError]):
    with pytest.raises(refusal), firm.engine.begin("otto") as uow:
        teams.add_team(uow, key, name_de="K", name_en="K", calendar=calendar)
    with pytest.raises(NotFound), firm.engine.begin("otto") as uow:
        teams.remove_team(uow, "kitchen")


def test_the_audit_says_what_was_changed_and_by_whom(firm: World):
    change(firm, "otto", "anna", roles=[Role.SUPERVISOR], teams=["service"], active=True)
    change(firm, "otto", "anna", roles=[Role.SUPERVISOR])
    with firm.engine.read() as look:
        [entry] = look.session.scalars(select(AuditEntry).where(AuditEntry.what == "user.changed"))
        [line] = audit.entries(look, what="user.changed", language="de").lines
    assert (entry.actor, entry.particulars) == ("otto", {"user": "anna", "roles": ["supervisor"]})
    assert (line.who, line.sentence) == ("Otto", "Anna geändert; Rollen: supervisor.")


def test_the_audit_is_read_page_by_page(firm: World):
    for number in range(5):
        change(firm, "otto", "anna", name=f"Anna {number}")
    with firm.engine.read() as look:
        first = audit.entries(look, limit=2, actor="otto", language="en")
        rest = audit.entries(look, limit=3, actor="otto", before=first.before, what="user")
    assert [line.particulars["name"] for line in (*first.lines, *rest.lines)] == [
        f"Anna {n}" for n in (4, 3, 2, 1, 0)
    ]
    assert first.before is not None
    assert rest.before is None
    assert first.lines[0].sentence == "Anna 4 changed; name: Anna 4."


def test_a_deployment_is_in_the_audit(firm: World):
    with firm.engine.read() as look:
        [line] = audit.entries(look, what="definitions.deployed", language="en").lines
    assert "process complaint 1" in line.sentence
    assert line.sentence.endswith("complaint 1, dunning 1, intake 1, order 1, order_ways 1.")
