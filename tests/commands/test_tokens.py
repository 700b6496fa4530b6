"""API tokens: they act as their user, as far as their scopes and that user's roles reach, and no longer."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from cpm.commands import tokens, users
from cpm.commands.tokens import Created
from cpm.errors import CpmError, Forbidden, Invalid
from cpm.model import SCOPES, ApiToken, AuditEntry, Role, scopes_of
from cpm.queries import tokens as queries
from tests.clock import FakeClock
from tests.commands.test_cost import statements
from tests.world import World

MONTH = timedelta(days=30)


def made(
    firm: World, login: str = "anna", scopes=("tasks:read", "cases:read"), actor: str = "anna"
) -> Created:
    with firm.engine.begin(actor) as uow:
        return tokens.create(uow, login, name="Report", scopes=scopes, expires_at=uow.now + MONTH)


def found(firm: World, text: str) -> str | None:
    with firm.engine.read() as look:
        pair = tokens.find(look, text)
        return pair and pair[0].login


def test_a_token_acts_as_its_user_within_its_scopes(firm: World):
    text = made(firm).text
    with firm.engine.read() as look, statements(firm.engine.database) as seen:
        user, token = tokens.find(look, text)
        assert (user.login, user.teams) == ("anna", {"service"})
    assert len([each for each in seen if not each.startswith("BEGIN")]) == 1
    assert token.scopes == ["cases:read", "tasks:read"]
    assert [scope for scope in SCOPES if token.allows(scope, user)] == ["cases:read", "tasks:read"]


def test_only_its_digest_is_kept(firm: World):
    text = made(firm).text
    secret = text.split("_", 2)[2]
    with firm.engine.read() as look:
        rows = [
            str(row)
            for noun in (ApiToken, AuditEntry)
            for row in look.session.execute(select(noun.__table__))
        ]
    assert rows
    assert not [row for row in rows if secret in row]


@pytest.mark.parametrize("change", [lambda text: text[:-1], lambda text: text[:-1] + ("A" if text[-1] != "A" else "B"), lambda _: "cpm_1_", lambda _: "", lambda _: "cpm_999999999999999999_" + "x" * 43, lambda text: text.replace("cpm_1", "cpm_2")])  # fmt: skip
def test_what_is_not_quite_a_token_is_none(firm: World, change):
    text = made(firm).text
    assert found(firm, change(text)) is None
    assert found(firm, text) == "anna"


def test_it_ends_at_its_time_when_revoked_and_when_its_user_leaves(firm: World, clock: FakeClock):
    first, second, third = made(firm), made(firm), made(firm, "ben", actor="otto")
    with firm.engine.begin("anna") as uow:
        tokens.revoke(uow, first.token.id)
        tokens.revoke(uow, first.token.id)
    with firm.engine.begin("otto") as uow:
        users.change_user(uow, "ben", active=False)
    assert [found(firm, each.text) for each in (first, second, third)] == [None, "anna", None]
    clock.advance(MONTH)
    assert found(firm, second.text) is None
    with firm.engine.read() as look:
        assert [line.state for line in queries.tokens(look, login="anna")] == ["expired", "revoked"]


def test_scopes_shrink_with_the_roles_of_the_user(firm: World):
    text = made(firm).text
    with firm.engine.begin("otto") as uow:
        users.change_user(uow, "anna", roles=[Role.INTEGRATOR])
    with firm.engine.read() as look:
        user, token = tokens.find(look, text)
    assert token.allows("cases:read", user)
    assert not token.allows("tasks:read", user)


@pytest.mark.parametrize(
    ("login", "scopes", "refusal"),
    [
        ("anna", ("definitions:write",), Forbidden),
        ("otto", ("cases:read",), Forbidden),
        ("anna", ("everything",), Invalid),
        ("anna", (), Invalid),
    ],
)
def test_scopes_beyond_the_roles_and_unknown_ones_are_refused(
    firm: World, login: str, scopes: tuple[str, ...], refusal: type[CpmError]
):
    with pytest.raises(refusal) as refused:
        made(firm, login, scopes, actor="cpm test")
    assert refused.value.de


def test_one_makes_tokens_for_oneself_and_operators_for_anybody(firm: World):
    with pytest.raises(Forbidden):
        made(firm, "anna", actor="sue")
    assert made(firm, "anna", actor="otto")
    ours = made(firm, "anna").token.id
    with pytest.raises(Forbidden), firm.engine.begin("ben") as uow:
        tokens.revoke(uow, ours)


@pytest.mark.parametrize("days", [-1, 0, 367])
def test_no_token_is_for_ever(firm: World, days: int):
    with pytest.raises(Invalid), firm.engine.begin("anna") as uow:
        tokens.create(uow, "anna", name="x", scopes=["cases:read"], expires_at=uow.now + timedelta(days=days))


def test_its_use_is_written_down_once_a_minute(firm: World, clock: FakeClock):
    text = made(firm).text
    with firm.engine.begin("anna") as uow:
        _, token = tokens.find(uow, text)
        assert token.unseen(uow.now)
        tokens.used(uow, token.id)
    clock.advance(timedelta(seconds=59))
    with firm.engine.read() as look:
        _, token = tokens.find(look, text)
        assert not token.unseen(look.now)
        assert token.unseen(look.now + timedelta(seconds=1))


def test_what_each_role_is_good_for():
    others = ("batches", "decisions", "definitions", "messages", "metrics", "operations")
    desk = {scope for scope in SCOPES if not scope.startswith(others)}
    batches = {"batches:read", "batches:write"}
    assert scopes_of(["agent"]) == desk
    assert scopes_of(["supervisor"]) == desk | batches
    operators = {"definitions:read", "metrics:read", "operations:write", *batches}
    assert scopes_of(["operator"]) == operators
    designers = {"definitions:read", "definitions:write", "decisions:evaluate", *batches}
    assert scopes_of(["designer", "operator"]) == designers | operators
    assert not scopes_of(["integrator"]) & {"tasks:write", "incidents:write", "definitions:write"}
