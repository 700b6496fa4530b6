"""Where people practise nothing leaves the house, whatever the real installation could reach."""

import contextlib
import io
import shutil
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn
from uuid import uuid4

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select

from cpm import installation, schema, tickets, training_settings
from cpm import settings as environment
from cpm.commands import comments, sign_ins, tasks, teams, training, users, webhooks
from cpm.connectors import Call, Done, Failed, Http
from cpm.database import Database
from cpm.demo import sandbox
from cpm.engine import Engine
from cpm.errors import Forbidden, Invalid
from cpm.library import Library
from cpm.model import (
    Base,
    Case,
    Comment,
    Customer,
    Interaction,
    Job,
    JobKind,
    JobState,
    Role,
    Task,
    Team,
    User,
)
from cpm.tickets import Ticket
from cpm.worker import Worker
from tests.clock import FakeClock
from tests.commands.cli import Cpm
from tests.world import World, furnish

NEW = Ticket("neo.probe", "Neo Probe", supervisor=False, language="en", single_keys=True, once="a word")
#: An environment from which much could leave.
REAL = {
    "PATH": "/usr/bin",
    "LC_ALL": "de_DE.UTF-8",
    "CPM_FIRM": "Probe GmbH",
    "CPM_DATABASE_URL": "postgresql://cpm@db.example/cpm",
    "CPM_DATABASE_PASSWORD": "geheim-1",
    "CPM_SECRET": "geheim-geheim-geheim",
    "CPM_SMTP_HOST": "mail.example.com",
    "CPM_SMTP_PASSWORD": "geheim-2",
    "CPM_ERP": "tryton",
    "CPM_ERP_URL": "https://erp.example.com",
    "CPM_ERP_DATABASE": "erp",
    "CPM_ERP_PASSWORD": "geheim-3",
    "CPM_OUTGOING_HOSTS": "api.example.com",
    "CPM_OUTGOING_SECRET_API": "geheim-4",
    "CPM_MAILBOX_MAIN_PASSWORD": "geheim-5",
    "CPM_CLAMD": "clamd.example.com:3310",
    "CPM_STORE_PATH": "/srv/documents",
    "HTTPS_PROXY": "http://proxy.example.com",
}
#: What of it does not say where the installation itself lies.
REST = {name: value for name, value in REAL.items() if name not in ("CPM_DATABASE_URL", "CPM_STORE_PATH")}


@pytest.fixture(scope="module")
def first_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place to practise as `cpm training` makes it, with all that ships in force."""
    home = tmp_path_factory.mktemp("first") / "training"
    home.mkdir()
    with _training_in(home, FakeClock()) as made:
        schema.upgrade(made.database)
        furnish(made)
        sandbox.load(made)
    return home


@pytest.fixture
def practice(first_home: Path, tmp_path: Path, clock: FakeClock) -> Iterator[Engine]:
    home = shutil.copytree(first_home, tmp_path / "training")
    with _training_in(home, clock) as made:
        yield made


@contextlib.contextmanager
def _training_in(home: Path, clock: FakeClock) -> Iterator[Engine]:
    """With all of the real environment that it takes."""
    given = {"CPM_HOME": str(home), "CPM_TRAINING": "on", "CPM_TRAINING_KEY": "a key of the tests"}
    found = environment.load({**REST, **given})
    with contextlib.closing(Database(found.database_url)) as database:
        yield Engine(found, database, Library(database.read), installation.registry(found), clock)


@pytest.fixture
def no_way_out(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Whoever asks for a name or a connection is refused, and written down."""
    tried: list[Any] = []

    def refuse(*asked: Any, **_more: Any) -> NoReturn:
        tried.append(asked)
        raise OSError("no way out")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    for name in ("getaddrinfo", "gethostbyname", "create_connection"):
        monkeypatch.setattr(socket, name, refuse)
    return tried


def came_over(practice: Engine, ticket: Ticket = NEW) -> str:
    with practice.begin(sandbox.ACTOR) as uow:
        fresh = replace(ticket, once=uuid4().hex)
        return training.enter(uow, fresh, address="127.0.0.1", browser="a test").token


def count(practice: Engine, noun: type[Base]) -> int:
    with practice.read() as look:
        return look.session.scalar(select(func.count()).select_from(noun)) or 0


def test_the_real_environment_stays_outside(tmp_path: Path):
    real = environment.load({**REAL, "CPM_HOME": str(tmp_path)})
    given = sandbox.environ(REAL, real)
    assert not [name for name, value in given.items() if "geheim" in value or "example.com" in value]
    assert {name for name in given if name.startswith("CPM_")} == {
        *("CPM_FIRM", "CPM_HOME", "CPM_HTTP_PORT", "CPM_HTTP_URL"),
        *("CPM_TRAINING", "CPM_TRAINING_DESK", "CPM_TRAINING_KEY"),
    }
    there = environment.load(given)
    assert there.database_url == f"sqlite:///{tmp_path / 'training' / 'cpm.db'}"
    assert there.secret != real.secret
    assert there.training.key == real.training.key


@pytest.mark.parametrize("given", ["CPM_DATABASE_URL", "CPM_STORE_PATH", "CPM_HOME"])
def test_a_real_installation_is_never_one_to_practise_in(tmp_path: Path, given: str):
    """Whoever starts the training over would empty it."""
    there = {"CPM_HOME": str(tmp_path / "training"), "CPM_TRAINING": "on"}
    real = {**REAL, "CPM_HOME": str(tmp_path)}
    with pytest.raises(Invalid, match=given):
        environment.load({**there, given: real[given]})


def test_even_with_the_real_environment_no_connector_leads_out(tmp_path: Path, no_way_out: list[Any]):
    """Who sets CPM_TRAINING=on by hand, and forgets to take the rest away."""
    home = tmp_path / "training"
    found = environment.load({**REST, "CPM_HOME": str(home), "CPM_TRAINING": "on"})
    assert (found.smtp_host, found.smtp_password, found.outgoing.hosts) == ("training.invalid", None, "")
    assert (found.erp.main, found.erp.url, found.documents.clamd) == ("demo", None, None)
    registry = installation.registry(found)
    call = _call({"to": "mara@example.org", "subject": "Guten Tag", "text": "Alles gut."})
    assert isinstance(registry["smtp"](call), Done)
    assert isinstance(
        registry["smtp"](replace(call, inputs={**call.inputs, "to": "refuse@example.org"})), Failed
    )
    http = registry["http"]
    assert isinstance(http, Http)
    assert http.allowed == ()
    assert no_way_out == []
    assert len(list((home / "mail").glob("*.eml"))) == 1


def test_what_lies_in_a_training_is_one_whatever_the_environment_forgets(tmp_path: Path):
    """An operator types `CPM_HOME=.../training cpm work` in the shell of the real installation."""
    home = tmp_path / "training"
    home.mkdir()
    (home / training_settings.MARK).touch()
    found = environment.load({**REST, "CPM_HOME": str(home)})
    assert (found.training.here, found.smtp_host, found.erp.url) == (True, "training.invalid", None)
    with pytest.raises(Invalid, match="CPM_DATABASE_URL"):
        environment.load({**REAL, "CPM_HOME": str(home)})
    database = f"sqlite:///{home / 'cpm.db'}"
    schema.upgrade(Database(database))
    real = environment.load({**REAL, "CPM_HOME": str(tmp_path), "CPM_DATABASE_URL": database})
    with pytest.raises(Invalid, match="people practise in"):
        installation.opened(real)


@pytest.mark.parametrize(
    "typed",
    [
        ["backup", "all.backup"],
        ["restore", __file__],
        ["mail", "test", "mara@example.org"],
        ["intake"],
        ["fetch", "--once"],
        ["mailbox", "test", "main"],
    ],
)
def test_no_command_leads_out_of_a_training_or_into_it(
    practice: Engine, no_way_out: list[Any], monkeypatch: pytest.MonkeyPatch, typed: list[str]
):
    """Its backup put into the real installation would send all mail that waits in it; a mailbox lost its mail to it."""
    home = practice.settings.home
    monkeypatch.chdir(home)
    monkeypatch.setenv("CPM_MAILBOX_MAIN_PASSWORD", "geheim")
    (home / training_settings.MARK).touch()
    cpm = Cpm("", home)
    cpm(*typed, code=1)
    assert "people practise here" in cpm.complaint
    assert no_way_out == []
    assert not (home / "all.backup").exists()


def test_a_letter_says_on_each_page_that_it_is_practice(practice: Engine, tmp_path: Path):
    """It looks like a real one, and somebody prints and posts it."""
    call = replace(
        _call({"template": "paid", "language": "de"}),
        operation="document.render",
        letters={"paid.de.typ": b'#set document(title: "Zahlung")\nBezahlt.'},
    )
    outcome = practice.connectors["document"](call)
    assert isinstance(outcome, Done)
    [page] = PdfReader(io.BytesIO(outcome.files[0].content)).pages
    assert "Training" in page.extract_text()


def test_a_morning_of_practice_opens_no_connection(practice: Engine, no_way_out: list[Any], clock: FakeClock):
    """All demo cases come in, their first steps are done, customers are written to, colleagues are mailed, and another
    system is to be told of everything.
    """
    with practice.begin("cpm test") as uow:
        webhooks.add(uow, "https://api.example.com/cases", ["*"])
    came_over(practice)
    Worker(practice).drain()
    with practice.read() as look:
        open_ones = [(task.id, task.case_id) for task in look.session.scalars(select(Task).order_by(Task.id))]
    assert len(open_ones) >= 5
    with practice.begin("neo.probe") as uow:
        users.prefer(uow, "neo.probe", email="neo@firm.example")
    for task_id, case_id in open_ones:
        with practice.begin("neo.probe") as uow:
            comments.add(uow, case_id, "Was tun, @anna?")
            task = uow.get(Task, task_id)
            if task.state == "ready" and task.is_for(uow.user()):
                tasks.claim(uow, task_id)
    with practice.begin("anna") as uow:
        users.prefer(uow, "anna", email="anna@firm.example")
        comments.add(uow, open_ones[0][1], "Anrufen, @neo.probe.")
    for _ in range(3):
        Worker(practice).drain()
        clock.advance(timedelta(days=1))
    assert no_way_out == []
    assert list((practice.settings.home / "mail").glob("*.eml"))
    with practice.read() as look:
        waiting = look.session.scalars(select(Job.type).where(Job.state == JobState.RUNNING)).all()
        untold = look.session.scalars(select(Job.error).where(Job.kind == JobKind.WEBHOOK)).all()
    assert waiting == []
    assert any("CPM_OUTGOING_HOSTS" in (why or "") for why in untold)


def test_who_comes_with_a_ticket_is_themselves_and_an_agent_of_every_team(practice: Engine):
    token = came_over(practice)
    came_over(practice)
    with practice.read() as look:
        found = sign_ins.find(look, token)
        assert found is not None
        user = found[0]
        everybody = {team.key for team in look.session.scalars(select(Team))}
    assert (user.name, user.roles, user.language) == ("Neo Probe", ["agent"], "en")
    assert user.own_teams == everybody
    came_over(practice, replace(NEW, supervisor=True))
    with practice.read() as look:
        assert look.get(User, "neo.probe").roles == [Role.AGENT, Role.SUPERVISOR]


def test_a_ticket_is_signed_and_good_for_a_minute(clock: FakeClock):
    text = tickets.written(b"key", NEW, clock())
    assert tickets.read(b"key", text, clock()) == NEW
    assert tickets.read(b"another", text, clock()) is None
    assert tickets.read(b"key", text[:-2] + "AA", clock()) is None
    assert tickets.read(b"key", "ä!", clock()) is None
    assert tickets.read(b"", tickets.written(b"", NEW, clock()), clock()) is None
    assert tickets.read(b"key", text, clock() + timedelta(seconds=61)) is None


def test_a_supervisor_starts_all_over_and_everybody_stays_signed_in(practice: Engine):
    came_over(practice)
    token = came_over(practice, replace(NEW, login="lea.probe", supervisor=True))
    Worker(practice).drain()
    before = count(practice, Case)
    with practice.read() as look:
        first = look.session.scalars(select(Case.id).order_by(Case.id)).first()
    assert first is not None
    with practice.begin("neo.probe") as uow:
        comments.add(uow, first, "Geübt. @lea.probe")
    practice.settings.erp.demo.write_text("what an ERP remembers")
    with pytest.raises(Forbidden):
        sandbox.start_over(practice, "neo.probe")
    sandbox.start_over(practice, "lea.probe")
    assert (count(practice, Case), count(practice, Comment), count(practice, Interaction)) == (0, 0, 0)
    assert not practice.settings.erp.demo.exists()
    Worker(practice).drain()
    assert (count(practice, Case), count(practice, Customer)) == (
        before,
        before and count(practice, Customer),
    )
    with practice.read() as look:
        found = sign_ins.find(look, token)
        assert found is not None
        assert found[0].unseen_mentions == 0


def test_everybody_lets_new_cases_come_beside_the_others(practice: Engine):
    came_over(practice)
    Worker(practice).drain()
    before = count(practice, Case)
    with practice.begin("neo.probe") as uow:
        training.begin(uow, sandbox.mails())
    Worker(practice).drain()
    assert count(practice, Case) > before


def test_the_firms_own_teams_and_files_are_taken_along(firm: World, practice: Engine):
    with firm.engine.begin("otto") as uow:
        teams.add_team(uow, "night", name_de="Nachtdienst", name_en="Night shift", calendar="always")
    sandbox.copy(firm.engine, practice)
    with practice.read() as look:
        assert look.get(Team, "night").name_de == "Nachtdienst"


def test_nothing_of_it_ever_touches_an_installation_that_is_for_real(firm: World):
    with pytest.raises(Forbidden), firm.engine.begin(sandbox.ACTOR) as uow:
        training.enter(uow, NEW, address="127.0.0.1", browser="a test")
    with pytest.raises(Forbidden), firm.engine.begin("sue") as uow:
        training.start_over(uow)
    with pytest.raises(Forbidden), firm.engine.begin(sandbox.ACTOR) as uow:
        training.begin(uow, sandbox.mails())


def test_what_is_kept_as_all_begins_afresh_is_there_and_refers_to_nothing_that_goes():
    tables = Base.metadata.tables
    assert tables.keys() >= training.KEPT
    for name in training.KEPT:
        assert {key.column.table.name for key in tables[name].foreign_keys} <= training.KEPT, name


def _call(inputs: dict[str, Any]) -> Call:
    return Call(
        operation="smtp.send",
        inputs=inputs,
        headers={},
        key="C-000001-3/answer/1",
        attempt=1,
        case_number="C-000001-3",
        case_id=1,
        message_id="<1@firm.example>",
        texts={},
        now=FakeClock()(),
    )
