"""Who may administer people: operators, and our own programs.

A program names itself with a blank in its name (`cpm user`), which no login has.
"""

from cpm.errors import Forbidden
from cpm.model import Role
from cpm.uow import UnitOfWork


def must_be_allowed(uow: UnitOfWork, *, also: str | None = None, supervisors: bool = False) -> None:
    """Forbidden unless an operator, a program, or the user `also` acts; or a supervisor, if they may."""
    if is_program(uow):
        return
    user = uow.user()
    allowed = {Role.OPERATOR, Role.SUPERVISOR} if supervisors else {Role.OPERATOR}
    if user.login != also and allowed.isdisjoint(user.roles):
        raise Forbidden(
            f"Expected an operator to administer people, but {user.login} is none",
            de="Das dürfen nur Personen mit der Rolle Betrieb.",
        )


def is_program(uow: UnitOfWork) -> bool:
    return " " in uow.actor
