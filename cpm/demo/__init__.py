"""The demo: people, customers and mail that are clearly made up, loaded once into any installation."""

import tomllib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from cpm.commands import interactions, users
from cpm.demo.people import Person, people
from cpm.engine import Engine
from cpm.model import Customer, CustomerKind, CustomerStatus, Identifier, Role, User
from cpm.queries import incidents, worklist
from cpm.settings import SHIPPED
from cpm.uow import UnitOfWork

FOLDER = SHIPPED / "processes" / "demo"
ACTOR = "cpm demo"


@dataclass(frozen=True, slots=True)
class Ready:
    """What there is to try; None where a demo that went on has nothing left of it."""

    agent: str
    supervisor: str
    task: int | None
    case: str | None
    incident: int | None
    people: tuple[Person, ...]


def load(engine: Engine) -> Ready:
    """Add what is missing; what is there stays as it is."""
    data = tomllib.loads((FOLDER / "demo.toml").read_text())
    with engine.begin(ACTOR) as uow:
        for user in data["users"]:
            _add_user(uow, user)
        for customer in data["customers"]:
            _add_customer(uow, customer)
    for name in data["mails"]:
        _receive(engine, (FOLDER / name).read_bytes())
    found = people(engine, [user["login"] for user in data["users"]], actor=ACTOR)
    return _ready(engine, found, agent=data["agent"], supervisor=data["supervisor"])


def _add_user(uow: UnitOfWork, user: dict[str, Any]) -> None:
    if uow.session.get(User, user["login"]) is None:
        roles = [Role(role) for role in user["roles"]]
        users.add_user(uow, user["login"], name=user["name"], roles=roles, teams=user["teams"])


def _add_customer(uow: UnitOfWork, customer: dict[str, Any]) -> None:
    address = customer["email"]
    known = select(Identifier.id).where(Identifier.kind == "email", Identifier.value == address)
    if uow.session.scalar(known) is not None:
        return
    facts = {name: value for name, value in customer.items() if name not in ("email", "kind")}
    kind, status = CustomerKind(customer["kind"]), CustomerStatus.CUSTOMER
    row = Customer(**facts, kind=kind, status=status, created_at=uow.now)
    uow.session.add(row)
    uow.session.flush()
    uow.session.add(Identifier(customer_id=row.id, kind="email", value=address))


def _receive(engine: Engine, raw: bytes) -> None:
    with engine.begin("mailbox") as uow:
        stored = interactions.store(uow, raw, process="complaint")
    with engine.begin("mailbox") as uow:
        interactions.file(uow, stored.id)


def _ready(engine: Engine, found: tuple[Person, ...], *, agent: str, supervisor: str) -> Ready:
    with engine.read() as look:
        tasks = [line for line in worklist.open_tasks(look, agent) if line.assignee is None]
        open_ones = incidents.open_incidents(look)
    first = min(tasks, key=lambda line: line.id, default=None)
    return Ready(
        agent=agent,
        supervisor=supervisor,
        task=first.id if first else None,
        case=first.case if first else None,
        incident=open_ones[0].id if open_ones else None,
        people=found,
    )
