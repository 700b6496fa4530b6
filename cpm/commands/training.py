"""Where people practise: they come over from their desk, begin afresh, and never does it happen anywhere else."""

from collections.abc import Sequence
from uuid import uuid4

from sqlalchemy import delete, func, select, text

from cpm.commands import administering, interactions, requests, sign_ins, users
from cpm.commands.sign_ins import Compared, SignedIn
from cpm.errors import Forbidden, Unauthorized
from cpm.model import Base, Interaction, Request, Role, Team, User
from cpm.tickets import Ticket
from cpm.uow import UnitOfWork

#: What stays when all begins afresh: who works here and how. All else is made up, and goes.
KEPT = frozenset(
    {
        *("users", "teams", "memberships", "sign_ins", "resources", "definitions", "bindings"),
        *("terms", "customer_attributes", "public_forms", "saved_views"),
    }
)
_COMPLAINT = "complaint"


def enter(uow: UnitOfWork, ticket: Ticket, *, address: str, browser: str) -> SignedIn:
    """Sign in who comes with a ticket. Everybody may do an agent's work here, for every team. Unauthorized the second time."""
    _must_be_here(uow)
    roles = [Role.AGENT, *([Role.SUPERVISOR] if ticket.supervisor else [])]
    teams = list(uow.session.scalars(select(Team.key).order_by(Team.key)))
    user = uow.session.get(User, ticket.login)
    if user is None:
        user = users.add_user(uow, ticket.login, name=ticket.name, roles=roles, teams=teams)
        uow.session.flush()
    elif user.roles != [role.value for role in roles] or user.own_teams != frozenset(teams):
        users.change_user(uow, ticket.login, name=ticket.name, roles=roles, teams=teams)
    user.name, user.language, user.single_keys, user.must_change = (
        ticket.name,
        ticket.language,
        ticket.single_keys,
        False,
    )
    uow.session.flush()  # or else locking the row afresh would undo this
    _take(uow, ticket)
    compared = Compared(right=True, hash=user.password)
    begun = sign_ins.begin(uow, ticket.login, compared, address=address, browser=browser)
    if not isinstance(begun, SignedIn):
        raise Unauthorized("Please try again in a moment.", de="Bitte gleich noch einmal versuchen.")
    return begun


def begin(uow: UnitOfWork, mails: Sequence[bytes]) -> None:
    """New cases, of mails that nobody has had before; a worker files them."""
    _must_be_here(uow)
    for raw in mails:
        interactions.store(uow, afresh(raw, uuid4().hex[:12]), process=_COMPLAINT)


def start_over(uow: UnitOfWork) -> None:
    """All that is not KEPT is gone, for all who practise here. Forbidden for who leads nobody."""
    _must_be_here(uow)
    if not administering.is_program(uow) and Role.SUPERVISOR not in uow.user().roles:
        raise Forbidden(
            f"Expected a supervisor to start the training over, but {uow.actor} is none",
            de="Das Training setzt nur die Teamleitung für alle zurück.",
        )
    gone = [table for table in reversed(Base.metadata.sorted_tables) if table.name not in KEPT]
    uow.session.flush()
    if uow.session.get_bind().dialect.name == "postgresql":
        uow.rows.execute(text(f"TRUNCATE {', '.join(table.name for table in gone)}"))
    else:
        uow.rows.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        for table in gone:
            uow.rows.execute(delete(table))
    uow.session.expire_all()


def untouched(look: UnitOfWork) -> bool:
    """Whether nothing has come in here yet."""
    return not look.session.scalar(select(func.count()).select_from(Interaction))


def afresh(raw: bytes, word: str) -> bytes:
    """The same mail as a new one: with a Message-ID that none had before."""
    lines = raw.split(b"\n")
    return b"\n".join(
        line.replace(b"<", f"<{word}.".encode(), 1) if line.lower().startswith(b"message-id:") else line
        for line in lines
    )


def _take(uow: UnitOfWork, ticket: Ticket) -> None:
    """Used up from now on. A ticket ends long before it is forgotten that it was used."""
    key = f"ticket/{ticket.once}"
    used = select(Request.id).where(Request.login == ticket.login, Request.key == key)
    if uow.session.scalar(used) is not None:
        raise Unauthorized(
            "Expected a ticket that nobody has used, but this one is: please come over from your desk again.",
            de="Diese Eintrittskarte ist schon benutzt: bitte am Arbeitsplatz noch einmal auf „Üben“.",
        )
    requests.mark(uow, key, "", login=ticket.login)
    requests.forget(uow)


def _must_be_here(uow: UnitOfWork) -> None:
    """Raised in the cellar too: nothing of this may ever touch real cases."""
    if not uow.settings.training.here:
        raise Forbidden(
            "Expected an installation to practise in, but this one is for real",
            de="Das hier ist keine Trainingsumgebung.",
        )
