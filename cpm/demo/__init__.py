"""The demo: people, customers and mail that are clearly made up, loaded once into any installation."""

import tomllib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from cpm.commands import interactions, public_forms, users
from cpm.demo.people import Person, people
from cpm.engine import Engine
from cpm.model import Customer, CustomerKind, CustomerStatus, Identifier, PublicForm, Role, User
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
    web_forms: dict[str, str]  #: by process, the path of each that is open


def load(engine: Engine) -> Ready:
    """Add what is missing; what is there stays as it is."""
    data = tomllib.loads((FOLDER / "demo.toml").read_text())
    with engine.begin(ACTOR) as uow:
        for user in data["users"]:
            _add_user(uow, user)
        for customer in data["customers"]:
            add_customer(uow, customer)
        for process in data["web_forms"]:
            _add_web_form(uow, process)
    for name in data["mails"]:
        _receive(engine, (FOLDER / name).read_bytes())
    found = people(engine, [user["login"] for user in data["users"]], actor=ACTOR)
    return _ready(engine, found, data)


def _add_user(uow: UnitOfWork, user: dict[str, Any]) -> None:
    if uow.session.get(User, user["login"]) is None:
        roles = [Role(role) for role in user["roles"]]
        desk = user.get("extensions", ())
        users.add_user(
            uow, user["login"], name=user["name"], roles=roles, teams=user["teams"], extensions=desk
        )


def add_customer(uow: UnitOfWork, customer: dict[str, Any]) -> None:
    address = customer["email"]
    known = select(Identifier.id).where(Identifier.kind == "email", Identifier.value == address)
    if uow.session.scalar(known) is not None:
        return
    facts = {name: value for name, value in customer.items() if name not in ("email", "phone", "kind")}
    kind, status = CustomerKind(customer["kind"]), CustomerStatus.CUSTOMER
    row = Customer(**facts, kind=kind, status=status, created_at=uow.now)
    uow.session.add(row)
    uow.session.flush()
    uow.session.add(Identifier(customer_id=row.id, kind="email", value=address))
    if "phone" in customer:
        uow.session.add(Identifier(customer_id=row.id, kind="phone", value=customer["phone"]))


def _add_web_form(uow: UnitOfWork, process: str) -> None:
    """One that was closed stays so."""
    if uow.session.scalar(select(PublicForm.id).where(PublicForm.process == process).limit(1)) is None:
        public_forms.add(uow, process)


def _receive(engine: Engine, raw: bytes) -> None:
    with engine.begin("mailbox") as uow:
        stored = interactions.store(uow, raw, process="complaint")
    with engine.begin("mailbox") as uow:
        interactions.file(uow, stored.id)


def _ready(engine: Engine, found: tuple[Person, ...], data: dict[str, Any]) -> Ready:
    agent = data["agent"]
    with engine.read() as look:
        tasks = [line for line in worklist.open_tasks(look, agent) if line.assignee is None]
        open_ones = incidents.open_incidents(look)
        forms = {one.process: f"/f/{one.key}" for one in look.session.scalars(_open_forms(data["web_forms"]))}
    first = min(tasks, key=lambda line: line.id, default=None)
    return Ready(
        agent=agent,
        supervisor=data["supervisor"],
        task=first.id if first else None,
        case=first.case if first else None,
        incident=open_ones[0].id if open_ones else None,
        people=found,
        web_forms=forms,
    )


def _open_forms(processes: list[str]) -> Select[PublicForm]:
    ours = select(PublicForm).where(PublicForm.active, PublicForm.process.in_(processes))
    return ours.order_by(PublicForm.process.desc())
