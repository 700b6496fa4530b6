"""A small installation for tests: shipped processes and rules, a few people, a post office that does as it is told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from cpm import calendars
from cpm.clock import Clock, utcnow
from cpm.commands import definitions, interactions, tasks, teams, users
from cpm.commands.sources import deployable
from cpm.connectors import Call, Demo, Done, ErpConnector, Outcome, Sent, Systems
from cpm.connectors.document import Letters
from cpm.database import Database
from cpm.engine import Engine
from cpm.erp_settings import ErpSettings
from cpm.library import Library
from cpm.model import Case, Event, Incident, IncidentState, Role, Task, TaskKind, TaskState, Wait
from cpm.settings import SHIPPED, Settings
from cpm.worker import Worker

#: login -> roles, teams
PEOPLE = {
    "anna": ((Role.AGENT,), ("service",)),
    "ben": ((Role.AGENT,), ("service",)),
    "sue": ((Role.SUPERVISOR,), ("supervisors",)),
    "max": ((Role.SUPERVISOR,), ("management",)),
    "fay": ((Role.AGENT,), ("finance",)),
    "tom": ((Role.AGENT,), ("field_service",)),
    "otto": ((Role.OPERATOR,), ("operations",)),
}


@dataclass
class Post:
    """A mail connector that answers with the outcomes it was given, in order, and otherwise delivers."""

    name: str = "smtp"
    outcomes: list[Outcome] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)

    def __call__(self, call: Call) -> Outcome:
        self.calls.append(call)
        if self.outcomes:
            return self.outcomes.pop(0)
        subject = str(call.inputs.get("subject") or call.inputs.get("event"))
        return Done(sent=Sent("email", call.message_id, (str(call.inputs["to"]),), subject, "..."))


@dataclass
class World:
    engine: Engine
    post: Post

    def receive(self, raw: bytes) -> Case | None:
        """Store and file a mail, as `cpm receive` does; the case it is on now."""
        with self.engine.begin("mailbox") as uow:
            arrival = interactions.store(uow, raw, process="complaint")
        with self.engine.begin("mailbox") as uow:
            filed = interactions.file(uow, arrival.id)
            return filed.interaction and filed.interaction.case

    def drain(self) -> int:
        return Worker(self.engine).drain()

    def do(self, case: Case, element: str, who: str, data: Mapping[str, Any]) -> Task:
        """Claim and complete the open step at this element."""
        task = self.step(case, element)
        with self.engine.begin(who) as uow:
            tasks.claim(uow, task.id)
        with self.engine.begin(who) as uow:
            return tasks.complete(uow, task.id, data)

    def step(self, case: Case, element: str) -> Task:
        found = [
            task for task in self.open_tasks(case) if task.element == element and task.kind == TaskKind.STEP
        ]
        at = [(task.element, task.kind.value) for task in self.open_tasks(case)]
        assert len(found) == 1, f"expected one open step {element}, but the case is at {at}"
        return found[0]

    def open_tasks(self, case: Case) -> list[Task]:
        with self.engine.read() as uow:
            states = (TaskState.READY, TaskState.CLAIMED, TaskState.HELD)
            return list(
                uow.session.scalars(select(Task).where(Task.case_id == case.id, Task.state.in_(states)))
            )

    def at(self, case: Case) -> list[str | None]:
        return sorted(task.element or "" for task in self.open_tasks(case))

    def waits(self, case: Case) -> list[str]:
        """The messages its process waits for."""
        with self.engine.read() as uow:
            return sorted(uow.session.scalars(select(Wait.message).where(Wait.case_id == case.id)))

    def incident(self, case: Case) -> Incident:
        with self.engine.read() as uow:
            open_ones = select(Incident).where(
                Incident.case_id == case.id, Incident.state == IncidentState.OPEN
            )
            incident = uow.session.scalars(open_ones).one()
            assert incident.task is not None
            return incident

    def now(self, case: Case) -> Case:
        with self.engine.read() as uow:
            return uow.get(Case, case.id)

    def journal(self, case: Case) -> list[Event]:
        with self.engine.read() as uow:
            return list(
                uow.session.scalars(select(Event).where(Event.case_id == case.id).order_by(Event.seq))
            )

    def story(self, case: Case) -> list[str]:
        return [event.what for event in self.journal(case)]


def settings(home: Path, **more: Any) -> Settings:
    usual: dict[str, Any] = {
        "home": home,
        "database_url": "",
        "secret": b"a secret of the tests alone",
        "firm": "Sonnenschein AG (Demo)",
        "zone": ZoneInfo("Europe/Berlin"),
        "land": "NW",
        "mail_from": "service@firm.example",
        "mail_domain": "firm.example",
        "smtp_host": "127.0.0.1",
        "smtp_port": 2525,
        "smtp_user": None,
        "smtp_password": None,
        "smtp_security": "none",
        "intake_port": 2526,
        "http_port": 8080,
        "http_url": "http://localhost",
        "http_proxies": 0,
        "log_level": "WARNING",
        "session_idle": timedelta(minutes=60),
        "session_length": timedelta(hours=12),
        "status_days": 90,
        "api_rate": 600,
        "erp": ErpSettings(demo=home / "erp-demo.db"),
    }
    return Settings(**{**usual, **more})


def engine_on(database: Database, home: Path, clock: Clock = utcnow, post: Post | None = None) -> Engine:
    post, found = post or Post(), settings(home)
    connectors = {
        "smtp": post,
        "notice": post,
        "document": Letters("Sonnenschein AG"),
        "erp": ErpConnector(Systems(found.erp, found.zone, clock)),
        "demo": Demo(),
    }
    return Engine(found, database, Library(database.read), connectors, clock)


def world(database: Database, home: Path, clock: Clock) -> World:
    """On a furnished database."""
    post = Post()
    return World(engine_on(database, home, clock, post), post)


def furnish(engine: Engine) -> None:
    """Deploy what is shipped, and put teams and people in place."""
    with engine.begin("cpm test") as uow:
        for team, calendar in calendars.TEAMS.items():
            teams.add_team(uow, team, name_de=team, name_en=team, calendar=calendar)
        uow.session.flush()
        for login, (roles, works_for) in PEOPLE.items():
            users.add_user(uow, login, name=login.title(), roles=roles, teams=works_for)
    with engine.begin("test") as uow:
        definitions.deploy(uow, dict(shipped()))
    engine.library.refresh(now=True)


def shipped() -> Iterator[tuple[str, bytes]]:
    for folder in ("processes", "rules"):
        for path in sorted((SHIPPED / folder).rglob("*")):
            if deployable(path):
                yield str(path.relative_to(SHIPPED / folder)), path.read_bytes()


def mail(
    *,
    sender: str = "Mara Beispiel <mara@example.org>",
    subject: str = "Der Kessel ist kaputt",
    text: str = "Guten Tag, der gelieferte Kessel hat einen Riss. Das ist ein Mangel. Bitte helfen Sie mir weiter.",
    message_id: str = "<1@example.org>",
    headers: Mapping[str, str] | None = None,
) -> bytes:
    lines = [
        f"From: {sender}",
        "To: service@firm.example",
        f"Subject: {subject}",
        f"Message-ID: {message_id}",
    ]
    lines += ["Date: Mon, 02 Mar 2026 08:00:00 +0000", "Content-Type: text/plain; charset=utf-8"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "", text, ""]).encode()
