"""Sign-in: who may come in, for how long, and how guessing is slowed down."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from cpm import passwords, signing_in
from cpm.commands import passwords as password_commands
from cpm.commands import sign_ins, users
from cpm.commands.sign_ins import SignedIn
from cpm.errors import Forbidden, Invalid, TooMany, Unauthorized
from cpm.model import AuditEntry, FailedSignIn, Role, SignIn, User
from tests.clock import FakeClock
from tests.commands.test_cost import statements
from tests.world import World

RIGHT, WRONG = "four blue herons", "five grey herons"
HOME, ELSEWHERE = "192.0.2.1", "198.51.100.7"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many passwords as these tests compare would take minutes at full cost."""
    monkeypatch.setattr(passwords, "_HASHER", CHEAP)


@pytest.fixture
def firm(firm: World) -> World:
    with firm.engine.begin("cpm test") as uow:
        password_commands.put(uow, "anna", passwords.hash_(RIGHT))
    return firm


def come(firm: World, plain: str = RIGHT, *, login: str = "anna", address: str = HOME) -> SignedIn:
    return signing_in.sign_in(firm.engine, login, plain, address=address, browser="Firefox")


def fail(firm: World, times: int, *, login: str = "anna", address: str = ELSEWHERE) -> None:
    for _ in range(times):
        with pytest.raises(Unauthorized):
            come(firm, WRONG, login=login, address=address)


def found(firm: World, token: str) -> User | None:
    with firm.engine.read() as look:
        pair = sign_ins.find(look, token)
        return pair and pair[0]


def count(firm: World, noun: type) -> int:
    with firm.engine.read() as look:
        return look.session.scalar(select(func.count()).select_from(noun)) or 0


def test_the_right_password_gives_a_token_that_says_whose_the_browser_is(firm: World):
    came = come(firm)
    assert (came.login, came.must_change) == ("anna", False)
    assert found(firm, came.token).login == "anna"
    assert found(firm, came.token + "x") is None
    with firm.engine.read() as look:
        assert came.token not in look.session.scalars(select(SignIn.token)).one()


def test_login_is_taken_as_people_type_it(firm: World):
    assert come(firm, login=" Anna ").login == "anna"


def test_whose_browser_it_is_takes_one_statement(firm: World):
    """Every request asks."""
    token = come(firm).token
    with firm.engine.read() as look, statements(firm.engine.database) as seen:
        user, _ = sign_ins.find(look, token)
        assert user.teams == {"service"}
    assert len([each for each in seen if not each.startswith("BEGIN")]) == 1


def test_wrong_unknown_inactive_and_without_a_password_sound_the_same(firm: World):
    with firm.engine.begin("cpm test") as uow:
        password_commands.put(uow, "tom", passwords.hash_(RIGHT))
        users.change_user(uow, "tom", active=False)
    said = set()
    for login, plain in (
        ("anna", WRONG),
        ("nobody", RIGHT),
        ("tom", RIGHT),
        ("ben", RIGHT),
        ("anna", "x" * 5000),
    ):
        with pytest.raises(Unauthorized) as refused:
            come(firm, plain, login=login)
        said.add((str(refused.value), refused.value.sentence("de")))
    assert said == {
        (
            "Expected a login and its password, but they do not belong together",
            "Anmeldename und Passwort passen nicht zusammen.",
        )
    }


def test_five_wrong_ones_lock_for_a_minute_then_longer_up_to_fifteen(firm: World, clock: FakeClock):
    fail(firm, 5)
    for minutes in (1, 2, 4, 8, 15, 15):
        with pytest.raises(TooMany) as refused:
            come(firm, RIGHT)
        assert refused.value.after == minutes * 60
        clock.advance(timedelta(minutes=minutes) - timedelta(seconds=1))
        with pytest.raises(TooMany):
            come(firm, RIGHT)
        clock.advance(timedelta(seconds=1))
        fail(firm, 1)


def test_attempts_during_a_lock_do_not_make_it_longer(firm: World, clock: FakeClock):
    fail(firm, 5)
    for _ in range(10):
        with pytest.raises(TooMany):
            come(firm, WRONG, address=ELSEWHERE)
    clock.advance(timedelta(minutes=1))
    assert come(firm).login == "anna"


def test_the_right_password_wipes_the_slate(firm: World):
    fail(firm, 4)
    come(firm)
    fail(firm, 4)
    assert come(firm).login == "anna"


def test_wrong_ones_are_forgotten_after_a_day(firm: World, clock: FakeClock):
    fail(firm, 4)
    clock.advance(timedelta(days=1))
    fail(firm, 4)
    assert come(firm).login == "anna"


def test_a_lock_from_elsewhere_does_not_keep_the_owner_out(firm: World):
    """Whoever knows a login could otherwise keep its owner out for ever."""
    come(firm, address=HOME)
    fail(firm, 5, address=ELSEWHERE)
    with pytest.raises(TooMany):
        come(firm, address=ELSEWHERE)
    assert come(firm, address=HOME).login == "anna"


def test_guessing_at_the_owners_own_address_is_slowed_down_too(firm: World):
    come(firm, address=HOME)
    fail(firm, 10, address=HOME)
    with pytest.raises(TooMany):
        come(firm, RIGHT, address=HOME)


def test_a_login_that_nobody_has_is_locked_just_the_same(firm: World, clock: FakeClock):
    """Else the lock says which users there are."""
    for login in ("anna", "nobody"):
        fail(firm, 5, login=login)
    waits = []
    for login in ("anna", "nobody"):
        with pytest.raises(TooMany) as refused:
            come(firm, WRONG, login=login)
        waits.append(refused.value.after)
    assert waits == [60, 60]
    clock.advance(timedelta(minutes=1))
    fail(firm, 1, login="nobody")


def test_an_operator_unlocks(firm: World):
    fail(firm, 5)
    with firm.engine.begin("otto") as uow:
        users.unlock(uow, "anna")
    assert come(firm, address=ELSEWHERE).login == "anna"


@pytest.mark.parametrize(
    ("first", "second", "stopped"),
    [
        ("198.51.100.7", "198.51.100.7", True),
        ("198.51.100.7", "198.51.100.8", False),
        ("2001:db8:0:1::5", "2001:db8:0:1:9::9", True),
        ("2001:db8:0:1::5", "2001:db8:0:2::5", False),
        ("::ffff:198.51.100.7", "198.51.100.7", True),
        ("unix socket", "unix socket", True),
    ],
)
def test_one_network_cannot_try_many_logins(
    firm: World, clock: FakeClock, first: str, second: str, stopped: bool
):
    for number in range(30):
        fail(firm, 1, login=f"user{number}", address=first)
    if not stopped:
        assert come(firm, address=second).login == "anna"
        return
    with pytest.raises(TooMany) as refused:
        come(firm, address=second)
    assert refused.value.after == 15 * 60
    clock.advance(timedelta(minutes=15))
    assert come(firm, address=second).login == "anna"


def test_attempts_that_were_compared_together_do_not_pass_the_lock(firm: World):
    """All of them began before the first failure was counted."""
    right = sign_ins.Compared(right=True, hash=None)
    with firm.engine.read() as look:
        right = sign_ins.Compared(right=True, hash=look.get(User, "anna").password)
    fail(firm, 5)
    with firm.engine.begin("sign-in") as uow:
        assert isinstance(sign_ins.begin(uow, "anna", right, address=ELSEWHERE, browser=""), sign_ins.Refused)


def test_a_password_that_changed_while_it_was_compared_lets_nobody_in(firm: World):
    stale = sign_ins.Compared(right=True, hash=passwords.hash_(RIGHT))
    with firm.engine.begin("sign-in") as uow:
        assert isinstance(sign_ins.begin(uow, "anna", stale, address=HOME, browser=""), sign_ins.Refused)


def test_a_sign_in_ends_when_it_is_not_used(firm: World, clock: FakeClock):
    token = come(firm).token
    clock.advance(timedelta(minutes=59))
    with firm.engine.begin("anna") as uow:
        _, row = sign_ins.find(uow, token)
        assert row.unseen(uow.now)
        sign_ins.seen(uow, row.id)
    clock.advance(timedelta(minutes=59))
    assert found(firm, token)
    clock.advance(timedelta(minutes=1))
    assert found(firm, token) is None


def test_a_sign_in_ends_after_twelve_hours_however_busy(firm: World, clock: FakeClock):
    token = come(firm).token
    for _ in range(23):
        clock.advance(timedelta(minutes=30))
        with firm.engine.begin("anna") as uow:
            _, row = sign_ins.find(uow, token)
            sign_ins.seen(uow, row.id)
    assert found(firm, token)
    clock.advance(timedelta(minutes=30))
    assert found(firm, token) is None


def test_use_is_written_down_once_a_minute(firm: World, clock: FakeClock):
    token = come(firm).token
    with firm.engine.read() as look:
        _, row = sign_ins.find(look, token)
    assert not row.unseen(clock.advance(timedelta(seconds=59)))
    assert row.unseen(clock.advance(timedelta(seconds=1)))


def test_what_is_over_is_deleted_at_the_next_sign_in(firm: World, clock: FakeClock):
    come(firm)
    fail(firm, 3, login="nobody")
    clock.advance(timedelta(hours=25))
    come(firm)
    assert (count(firm, SignIn), count(firm, FailedSignIn)) == (1, 0)


def test_signing_out_ends_this_browser_alone(firm: World):
    here, there = come(firm).token, come(firm).token
    with firm.engine.begin("anna") as uow:
        sign_ins.end(uow, here)
        sign_ins.end(uow, "nobody's")
    assert (found(firm, here), found(firm, there) is None) == (None, False)


def test_a_new_password_ends_the_other_browsers(firm: World):
    here, there = come(firm).token, come(firm).token
    signing_in.change_password(
        firm.engine, "anna", current=RIGHT, new="six white herons", address=HOME, token=here
    )
    assert found(firm, here)
    assert found(firm, there) is None
    with pytest.raises(Unauthorized):
        come(firm, RIGHT)
    assert come(firm, "six white herons")


@pytest.mark.parametrize("change", [{"active": False}, {"roles": [Role.SUPERVISOR]}])
def test_other_roles_and_leaving_end_all_sign_ins(firm: World, change: dict):
    token = come(firm).token
    with firm.engine.begin("otto") as uow:
        users.change_user(uow, "anna", **change)
    assert count(firm, SignIn) == 0
    assert found(firm, token) is None


def test_a_temporary_password_must_be_changed(firm: World):
    with firm.engine.begin("otto") as uow:
        password_commands.put(uow, "anna", passwords.hash_("for a short while"), must_change=True)
    assert come(firm, "for a short while").must_change
    signing_in.change_password(
        firm.engine, "anna", current="for a short while", new="six white herons", address=HOME
    )
    assert not come(firm, "six white herons").must_change


@pytest.mark.parametrize(
    ("current", "new", "field"),
    [(WRONG, "six white herons", "current"), (RIGHT, RIGHT, "password"), (RIGHT, "short", "password")],
)
def test_a_password_change_is_refused_by_field(firm: World, current: str, new: str, field: str):
    with pytest.raises(Invalid) as refused:
        signing_in.change_password(firm.engine, "anna", current=current, new=new, address=HOME)
    assert refused.value.problems[0][0] == field
    assert "Passwort" in refused.value.sentence("de")
    assert come(firm).login == "anna"


def test_guessing_the_current_password_counts_as_failing(firm: World):
    for _ in range(5):
        with pytest.raises(Invalid):
            signing_in.change_password(
                firm.engine, "anna", current=WRONG, new="six white herons", address=HOME
            )
    with pytest.raises(TooMany):
        signing_in.change_password(firm.engine, "anna", current=RIGHT, new="six white herons", address=HOME)


def test_an_outdated_hash_is_made_anew_at_sign_in(firm: World, monkeypatch: pytest.MonkeyPatch):
    dearer = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", dearer)
    come(firm)
    with firm.engine.read() as look:
        assert "t=2" in look.get(User, "anna").password
    assert come(firm).login == "anna"


def test_nothing_is_hashed_in_a_transaction(firm: World, monkeypatch: pytest.MonkeyPatch):
    """On SQLite everybody else would wait for it."""
    busy: list[bool] = []

    class Watched(PasswordHasher):
        def verify(self, hash, password):  # noqa: A002 - argon2's name
            busy.append(firm.engine.database._turns.taken)
            return CHEAP.verify(hash, password)

    monkeypatch.setattr(passwords, "_HASHER", Watched(time_cost=1, memory_cost=8, parallelism=1))
    come(firm)
    assert busy == [False]


def test_the_audit_tells_of_sign_ins_and_keeps_no_secret(firm: World):
    typed_in_the_wrong_field = "six white herons"
    came = come(firm)
    fail(firm, 5)
    fail(firm, 1, login=typed_in_the_wrong_field)
    with firm.engine.read() as look:
        entries = look.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        rows = [
            str(row)
            for table in (AuditEntry.__table__, FailedSignIn.__table__, User.__table__)
            for row in look.session.execute(select(table))
        ]
    words = [entry.what for entry in entries if entry.what.startswith(("sign_in", "user.locked"))]
    assert words == ["sign_in.begun", *["sign_in.failed"] * 5, "user.locked", "sign_in.failed"]
    for secret in (RIGHT, WRONG, came.token, typed_in_the_wrong_field):
        assert not [row for row in rows if secret in row]


def test_nobody_sets_a_password_for_others_without_being_an_operator(firm: World):
    with pytest.raises(Forbidden), firm.engine.begin("ben") as uow:
        password_commands.put(uow, "anna", passwords.hash_(WRONG))
