"""Set a user's password. It is hashed before the transaction begins (`cpm.passwords`), never in it."""

from cpm.commands import administering, audit, sign_in_brakes, sign_ins
from cpm.model import User
from cpm.uow import UnitOfWork


def put(
    uow: UnitOfWork,
    login: str,
    hash_of_it: str,
    *,
    must_change: bool = False,
    except_token: str | None = None,
) -> User:
    """The new password counts from now on, and all sign-ins end but the one with this token.

    `must_change`: somebody else knows it, so its owner must choose another at the next sign-in.
    """
    administering.must_be_allowed(uow, also=login)
    user = uow.get(User, login)
    user.password, user.password_changed_at, user.must_change = hash_of_it, uow.now, must_change
    sign_in_brakes.forgive(uow, user)
    sign_ins.end_all(uow, login, except_token=except_token)
    if must_change:
        audit.record(uow, "password.given", user=login)
    else:
        audit.record(uow, "password.changed", user=login)
    return user
