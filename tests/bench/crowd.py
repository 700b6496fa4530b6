"""A firm with a crowd of open cases: as many as asked for, filled by SQL in minutes.

Twenty cases that the engine brought to where they stand are copied with everything that belongs to them: waiting,
claimed and parked tasks, offers by name, customers who are awaited, timers, waits for keyed messages and for signals,
incidents, closed cases. Copies differ in team, priority, due time, assignee, attributes, customers and keys: the team
`service` has seven tenths of the work, 40 others share the rest. Beside them lie as many buffered messages as there are
cases, and sign-ins, failed ones and answered requests of a busy day.

Everything stays in the database that is handed in. A million cases take about 15 GB.
"""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from cpm import schema
from cpm.commands import passwords as password_commands
from cpm.commands import tasks, teams, users
from cpm.connectors import Failed
from cpm.database import Database
from cpm.model import CandidateKind, Case, Role
from tests.bench.many import STEP, Run, bulk, multiply, series
from tests.clock import FakeClock
from tests.commands.conversing import deploy, listening, open_case, waiting
from tests.offers import offer
from tests.office import ANSWER, FACTS, REMEDY
from tests.world import World, furnish, mail, world

OPEN = 18  #: of the twenty
TEAMS, AGENTS = 40, 400
#: What anna can do, and what some of the tasks ask for.
SKILLS = ("english", "returns", "legal")
_WANTED = '["returns"]', '["customs", "legal"]', '["french"]'


def crowded(url: str, home: Path, cases: int) -> World:
    """The firm with so many open cases; as it is, if the database has been filled before."""
    database = Database(url)
    if schema.current(database) is None:
        _fill(database, home, cases)
    return world(database, home, FakeClock())


def _fill(database: Database, home: Path, cases: int) -> None:
    schema.upgrade(database)
    firm = world(database, home, FakeClock())
    furnish(firm.engine)
    _people(firm)
    _first(firm)
    times = max(1, cases // OPEN - 1)
    multiply(database, times, _varied(database))
    with bulk(database) as run:
        _beside(database, run, cases)


def _people(firm: World) -> None:
    with firm.engine.begin("cpm bench") as uow:
        for number in range(TEAMS):
            name = f"team_{number}"
            teams.add_team(uow, name, name_de=name, name_en=name, calendar="office")
        uow.session.flush()
        for number in range(AGENTS):
            team = f"team_{number % TEAMS}"
            users.add_user(uow, f"agent_{number}", name=f"Agent {number}", roles=[Role.AGENT], teams=[team])
        users.change_user(uow, "anna", skills=list(SKILLS))
    with firm.engine.begin("cpm bench") as uow:
        password_commands.put(uow, "anna", "none that anybody knows")


def _first(firm: World) -> None:
    """The twenty."""
    deploy(firm, waiting("first"), listening("listens"))
    new = [_received(firm, number) for number in range(8)]
    firm.engine.library.refresh(now=True)
    with firm.engine.begin("test") as uow:
        offered = firm.step(new[0], "check_facts").id
        offer(uow, offered, (CandidateKind.USER, "ben"), (CandidateKind.TEAM, "team_1"))
    held = [_claimed(firm, _received(firm, 10 + number)) for number in range(4)]
    with firm.engine.begin("anna") as uow:
        tasks.park(uow, held[0], reason="Wartet auf den Fahrer", until=uow.now + timedelta(hours=2))
    for number in (20, 21):
        firm.do(_received(firm, number), "check_facts", "anna", FACTS)
    for number in (30, 31):
        _answered(firm, number)
    open_case(firm, "first", order="A-1")
    open_case(firm, "listens")
    for number in (40, 41):  # closed by the customer's own word
        _settled(firm, number)
    firm.post.outcomes = []
    refused = _received(firm, 50)
    firm.do(refused, "check_facts", "anna", FACTS)
    firm.do(refused, "decide_remedy", "anna", REMEDY)
    firm.do(refused, "write_answer", "anna", ANSWER)
    firm.post.outcomes = [Failed("address_refused", "550 5.1.1 no such user")]
    firm.drain()


def _received(firm: World, number: int) -> Case:
    sender = f"Kim Kunde{number} <k{number}@example.org>"
    case = firm.receive(mail(sender=sender, message_id=f"<{number}@bench>"))
    assert case is not None
    firm.drain()
    return case


def _claimed(firm: World, case: Case) -> int:
    task = firm.step(case, "check_facts").id
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, task)
    return task


def _answered(firm: World, number: int) -> Case:
    case = _received(firm, number)
    firm.do(case, "check_facts", "anna", FACTS)
    firm.do(case, "decide_remedy", "anna", REMEDY)
    firm.do(case, "write_answer", "anna", ANSWER)
    firm.drain()
    return case


def _settled(firm: World, number: int) -> None:
    from cpm.channels import message_ids  # noqa: PLC0415

    case = _answered(firm, number)
    settings = firm.engine.settings
    ours = message_ids.make(settings.secret, settings.mail_domain, case.id, "any key")
    reply = {"In-Reply-To": ours, "References": ours}
    sender = f"k{number}@example.org"
    firm.receive(mail(sender=sender, text="Danke.", message_id=f"<{number}.reply@bench>", headers=reply))
    firm.drain()
    firm.do(case, "read_reply", "anna", {"reply_kind": "accepted"})


def _varied(database: Database) -> Mapping[tuple[str, str], str]:
    """How a copy differs from the first of its kind; all rows of a case have the same `n`."""
    team = f"CASE WHEN n % 10 < 7 THEN 'service' ELSE 'team_' || (n % {TEAMS}) END"
    # one in twenty is overdue, the others are due within sixty days
    due = _later(database, "due_at", "CASE WHEN n % 20 = 0 THEN -(n % 5000) ELSE n % 86400 END")
    skills = "CASE n % 8 " + " ".join(f"WHEN {at} THEN '{word}'" for at, word in enumerate(_WANTED))
    agent = f"'agent_' || (n % {AGENTS})"
    return {
        ("customers", "last_name"): "last_name || n",
        ("cases", "team"): team,
        ("cases", "owner"): f"CASE WHEN owner IS NOT NULL THEN {agent} END",
        ("cases", "subject"): "subject || ' ' || n",
        ("cases", "due_at"): due,
        ("cases", "business_key"): "business_key || '-' || n",
        ("tasks", "team"): f"CASE WHEN team = 'service' THEN {team} ELSE team END",
        ("tasks", "priority"): "(n * 7919 + id * 31) % 101",
        ("tasks", "due_at"): due,
        ("tasks", "skills"): f"{skills} ELSE skills END",
        ("tasks", "kept_for"): f"CASE WHEN kept_for IS NOT NULL THEN {agent} END",
        ("tasks", "assignee"): f"CASE WHEN assignee IS NOT NULL THEN {agent} END",
        ("candidates", "priority"): "(n * 7919 + task_id * 31) % 101",
        ("candidates", "due_at"): due,
        ("candidates", "name"): f"CASE kind WHEN 'user' THEN {agent} ELSE 'team_' || (n % {TEAMS}) END",
        ("jobs", "run_at"): _later(database, "run_at", "n % 86400"),
        ("incidents", "team"): f"CASE WHEN n % 3 = 0 THEN 'service' ELSE 'team_' || (n % {TEAMS}) END",
        ("incidents", "due_at"): _later(database, "due_at", "n % 86400"),
        ("variables", "amount"): "amount + n % 5000",
        ("variables", "sought"): "CASE WHEN name = 'order_no' THEN sought || n ELSE sought END",
        ("waits", "key"): "CASE WHEN key = '' THEN key ELSE key || '-' || n END",
        ("waits", "message"): "CASE WHEN kind = 'signal' THEN message || '-' || n ELSE message END",
    }


def _later(database: Database, column: str, minutes: str) -> str:
    if database.postgresql:
        return f"{column} + ({minutes}) * interval '1 minute'"
    return f"strftime('%Y-%m-%d %H:%M:%f000', {column}, ({minutes}) || ' minutes')"


def _beside(database: Database, run: Run, cases: int) -> None:
    """What lies beside the cases: messages nobody has taken yet with the jobs of their expiry, and a busy day."""
    then = "2026-03-02 07:30:00.000000"
    moment = f"timestamp '{then}'" if database.postgresql else f"'{then}'"
    later = "2026-03-09 07:30:00.000000"
    expires = _later(database, f"timestamp '{later}'" if database.postgresql else f"'{later}'", "n % 10000")
    empty = "''::bytea" if database.postgresql else "x''"
    no = "false" if database.postgresql else "0"
    many = series(database, cases)
    run(
        "INSERT INTO messages (id, sender, name, key, unique_id, payload, received_at, expires_at, forget_at, unread, reach)"
        f" SELECT n + {STEP}, 'erp', 'paid', 'B-' || n, 'm' || n, '{{}}', {moment}, {expires}, {expires}, {no}, 100000 FROM {many}"
    )
    run(
        "INSERT INTO jobs (id, kind, queue, key, state, priority, run_at, attempts, retries, payload)"
        f" SELECT -n, 'message', 'intake', 'message/' || (n + {STEP}) || '/expired', 'waiting', 50, {expires}, 0, 5,"
        f" '{{\"message\": ' || (n + {STEP}) || '}}' FROM {many}"
    )
    some = series(database, cases // 100)
    run(
        "INSERT INTO sign_ins (id, login, token, begun_at, seen_at, address, browser)"
        f" SELECT n, 'agent_' || (n % {AGENTS}), 'token' || n, {moment}, {moment}, '192.0.2.1', 'b' FROM {some}"
    )
    run(
        "INSERT INTO failed_sign_ins (id, at, network, login)"
        f" SELECT n, {moment}, '192.0.2.' || (n % 250), 'login' || (n % 1000) FROM {some}"
    )
    run(
        "INSERT INTO requests (id, login, key, fingerprint, status, media_type, body, created_at)"
        f" SELECT n, 'anna', 'k' || n, 'f', 200, 'application/json', {empty}, {moment} FROM {series(database, cases // 10)}"
    )
