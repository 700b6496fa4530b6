"""The order of an unknown caller against the real Tryton: who works here, where mail goes, and what was typed."""

import contextlib
import datetime as dt
import email
import email.policy
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from sqlalchemy import select

from cpm import passwords
from cpm.clock import utcnow
from cpm.commands import passwords as password_commands
from cpm.commands import users
from cpm.connectors import Demo, ErpConnector, MailServer, Notice, Smtp
from cpm.connectors.document import Letters
from cpm.connectors.erp.systems import Systems
from cpm.database import Database
from cpm.engine import Engine
from cpm.erp_settings import TRYTON, ErpSettings
from cpm.following import Follower
from cpm.library import Library
from cpm.model import Case, Document, Errand, Incident, Role
from cpm.queries import variables
from cpm.worker import Worker
from tests.erp.running import Erp
from tests.office import PASSWORD
from tests.world import Post, World, settings

AGENT = "oda"
MODULE, HOOK, OTHER = "SO-1001", "SO-3001", "SO-3002"


@dataclass
class Typed:
    """What somebody typed: each fact once, and nothing that was said of the customer a second time."""

    facts: dict[str, str] = field(default_factory=dict)

    def note(self, fact: str, value: str) -> str:
        assert fact not in self.facts, f"{fact} is typed a second time"
        if not fact.startswith("line"):
            assert value not in self.facts.values(), f"{value} is typed a second time, as {fact}"
        self.facts[fact] = value
        return value


@dataclass
class Sink:
    """A mail server that keeps what it takes."""

    mails: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        found = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(found, EmailMessage)
        self.mails.append(found)
        return "250 OK"


@dataclass
class Story:
    world: World
    erp: Erp
    sink: Sink
    typed: Typed = field(default_factory=Typed)

    @property
    def engine(self) -> Engine:
        return self.world.engine

    def work(self) -> None:
        """Nothing may have gone wrong by it."""
        Worker(self.engine).drain()
        with self.engine.read() as look:
            wrong = look.session.execute(select(Incident.element, Incident.code, Incident.message)).all()
        assert not wrong, wrong

    def follow(self) -> None:
        """What happened over there reaches the case."""
        Follower(self.engine).turn(TRYTON, Errand.FEED)
        self.work()

    def case(self) -> Case:
        with self.engine.read() as look:
            return look.session.scalars(select(Case).order_by(Case.id.desc()).limit(1)).one()

    def known(self) -> dict[str, Any]:
        with self.engine.read() as look:
            return dict(variables.load(look, look.get(Case, self.case().id))[""])

    def confirmation(self) -> Document:
        with self.engine.read() as look:
            ours = (Document.case_id == self.case().id) & (Document.kind == "AB") & Document.current
            return look.session.scalars(select(Document).where(ours)).one()

    def wanted_on(self) -> dt.date:
        """A working day of next week; what is short comes later."""
        day = self.erp.day + dt.timedelta(days=3)
        while day.weekday() > 4:
            day += dt.timedelta(days=1)
        return day

    def ends_paid(self) -> None:
        """Over there it is shipped, invoiced and paid; here the case follows, tells the customer, and ends."""
        number, people = str(self.known()["order_no"]), self.erp.people
        (mail,) = self.sink.mails
        (paper,) = mail.iter_attachments()
        assert paper.get_filename() == self.confirmation().name == f"Sonnenhof GmbH_AB {number.zfill(6)}.pdf"
        assert paper.get_content().startswith(b"%PDF-")
        people.ship(number)
        while self.known()["shipment"] != "shipped":
            self.follow()
            people.ship(number) if self.known()["shipment"] == "partly_shipped" else None
        invoices = people.invoice(number)
        self.follow()
        filed = "".join(f"_Re {one.zfill(6)}" for one in invoices)
        assert self.confirmation().name == f"Sonnenhof GmbH_AB {number.zfill(6)}{filed}.pdf"
        for one in invoices:
            people.pay(one)
        for _ in range(4):  # an invoice that is paid, then the order that is
            self.follow()
        case, told = self.case(), self.known()
        seen = {name: told.get(name) for name in ("shipment", "open_amount", "settled")}
        assert (case.state.value, case.outcome) == ("closed", "paid"), seen
        assert len(self.typed.facts) == len(set(self.typed.facts))


@contextlib.contextmanager
def told(
    database: Database, home: Path, erp: Erp, url: str = "http://localhost", *, prefix: str = ""
) -> Iterator[Story]:
    """On a furnished database, with the clock of the real world: Tryton has no other."""
    sink = Sink()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    joined = ErpSettings(
        main=TRYTON,
        url=erp.url,
        database=erp.database,
        key=erp.key,
        user=erp.user,
        password=erp.password,
        prefix=prefix,
        poll=dt.timedelta(milliseconds=1),
        demo=home / "erp-demo.db",
    )
    found = settings(home, smtp_port=port, erp=joined, firm="Sonnenschein AG")
    smtp = Smtp(MailServer("127.0.0.1", port, sender=found.mail_from, sender_name=found.firm))
    connectors = {
        "smtp": smtp,
        "notice": Notice(smtp),
        "document": Letters(found.firm),
        "erp": ErpConnector(Systems(joined, found.zone)),
        "demo": Demo(),
    }
    engine = Engine(found, database, Library(database.read), connectors, utcnow)
    with engine.begin("otto") as uow:
        users.add_user(uow, AGENT, name="Oda", roles=(Role.AGENT,), teams=("order_desk",))
    with engine.begin("otto") as uow:
        password_commands.put(uow, AGENT, passwords.hash_(PASSWORD))
    story = Story(World(engine, Post()), erp, sink)
    for errand in (Errand.CATALOGUE, Errand.FEED):
        assert Follower(engine).turn(TRYTON, errand)
    try:
        yield story
    finally:
        controller.stop()
