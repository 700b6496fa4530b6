"""Who gets a case is always known: bad tables are refused at the door, and what slips through reaches a supervisor."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from cpm.commands import definitions, steering, teams
from cpm.connectors import Failed
from cpm.database import Database
from cpm.engine import Engine
from cpm.errors import Invalid
from cpm.library import Library
from cpm.model import Remedy
from tests.clock import FakeClock
from tests.commands.test_incidents import about_to_answer
from tests.commands.test_robust_library import in_force
from tests.world import World, mail, settings, shipped

#: Intake has no team for it.
WORDLESS = {"subject": "Guten Tag", "text": "Hallo."}
FACTS = {"connector": "case", "code": "strange"}


def changed(table: str, old: str, new: str) -> bytes:
    content = dict(shipped())[f"{table}.dmn"]
    assert old.encode() in content
    return content.replace(old.encode(), new.encode())


def of_one_row(decision: str, **columns: str) -> bytes:
    """A table that always gives the same answer."""
    outputs = "".join(f'<output name="{name}"/>' for name in columns)
    entries = "".join(f"<outputEntry><text>{text}</text></outputEntry>" for text in columns.values())
    return f"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="d" namespace="n">
      <decision id="{decision}" name="Tafel"><decisionTable hitPolicy="FIRST">
      <input><inputExpression><text>process</text></inputExpression></input>{outputs}
      <rule><inputEntry><text>-</text></inputEntry>{entries}</rule></decisionTable></decision></definitions>""".encode()


ROUTE = {
    "team": '"finance"', "title_de": '"Bitte {{code}}"', "title_en": '"Please {{code}}"', "severity": '"low"',
    "due": '"4bh"', "calendar": '"office"', "remedies": '["retry"]',
}  # fmt: skip


@pytest.mark.parametrize(
    ("file", "content", "sentence"),
    [
        ("exceptions", changed("exceptions", '"field_service"', '"feild_service"'), "exceptions, row 1, .* team that is there, but team is 'feild_service'"),
        ("assignment", changed("assignment", '"privacy"', '"pirvacy"'), "assignment, row .* team is 'pirvacy'"),
        ("deadlines", changed("deadlines", '"management"', '"managment"'), "deadlines, row 1, .* escalate_to is 'managment'"),
        ("deadlines", changed("deadlines", '"office"', '"ofice"'), "deadlines, row 1, .* one of the calendars advertising, always, .* calendar is 'ofice'"),
        ("deadlines", changed("deadlines", '"28d"', '"28 days"'), "time such as 4bh, but due is '28 days'"),
        ("deadlines", changed("deadlines", '"0.5bh"', '"soon"'), "first_answer is 'soon'"),
        ("exceptions", changed("exceptions", '["retry", "handover"]', '["retry", "handovr"]'), "remedies, of .* but remedies is .*'handovr'"),
        ("exceptions", of_one_row("exceptions", **{**ROUTE, "remedies": '"retry"'}), "row 1, .* remedies is 'retry'"),
        ("assignment", of_one_row("assignment", team='"service"', priority='"50"'), "row 1, .* a number, but priority is '50'"),
        ("assignment", changed("assignment", 'hitPolicy="FIRST"', 'hitPolicy="RULE ORDER"'), "answer with one row"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " not in value else "",
)  # fmt: skip
def test_a_table_that_names_what_nobody_knows_is_refused(
    firm: World, file: str, content: bytes, sentence: str
):
    with firm.engine.begin("test") as uow, pytest.raises(Invalid) as error:
        definitions.deploy(uow, {f"{file}.dmn": content})
    told = [said for _, said in error.value.problems]
    assert any(re.search(sentence, said) for said in told), told


def test_every_row_that_does_not_fit_is_told(firm: World):
    content = of_one_row("exceptions", **{**ROUTE, "team": '"x"', "due": '"y"', "calendar": '"z"'})
    with firm.engine.begin("test") as uow, pytest.raises(Invalid) as error:
        definitions.deploy(uow, {"exceptions.dmn": content})
    assert len(error.value.problems) == 3


def test_tables_come_before_the_first_team(database: Database, tmp_path: Path, clock: FakeClock):
    """Nobody works here yet, so there is nobody whom they could miss."""
    engine = Engine(settings(tmp_path), database, Library(database.read), {}, clock)
    tables = {name: content for name, content in shipped() if name.endswith(".dmn")}
    with engine.begin("test") as uow:
        assert len(definitions.deploy(uow, tables).resources) == len(tables)


def test_a_team_added_a_moment_ago_can_be_named_at_once(firm: World):
    with firm.engine.begin("cpm test") as uow:
        teams.add_team(uow, "kitchen", name_de="Küche", name_en="Kitchen", calendar="office")
        definitions.deploy(uow, {"assignment.dmn": of_one_row("assignment", team='"kitchen"', priority="50")})
    known = firm.engine.library.teams
    firm.engine.library.refresh(now=True)
    firm.engine.library.teams = known
    assert firm.receive(mail(**WORDLESS)).team == "kitchen"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (of_one_row("exceptions", **{**ROUTE, "team": '"nobody"'}), "team that is there, but 'nobody'"),
        (of_one_row("exceptions", **{**ROUTE, "team": "1"}), "team"),
        (of_one_row("exceptions", **{**ROUTE, "due": '"soon"'}), "'soon'"),
        (of_one_row("exceptions", **{**ROUTE, "due": "today()"}), "due"),
        (of_one_row("exceptions", **{**ROUTE, "severity": "null"}), "severity"),
        (of_one_row("exceptions", **{**ROUTE, "remedies": "1"}), "remedies"),
        (of_one_row("exceptions", team='"finance"', due='"4bh"'), "calendar"),
        (
            of_one_row("exceptions", **{**ROUTE, "team": "for x in 1..100000000 return x"}),
            "exceptions failed: ",
        ),
        (
            of_one_row("exceptions", **ROUTE).replace(b"<text>-</text>", b'<text>"none"</text>'),
            "no row matched",
        ),
        (b"<no/>", "this release cannot read exceptions.dmn"),
    ],
)
def test_what_no_table_routes_goes_to_the_supervisors(firm: World, content: bytes, reason: str, caplog):
    """Routing fails when something else has failed already; a second failure would hide both."""
    case = firm.receive(mail())
    in_force(firm, "exceptions", content)
    with firm.engine.begin("test") as uow:
        found = steering.route(uow, case, FACTS, {})
        now = uow.now
    assert (found.team, found.severity, found.due) == ("supervisors", "high", now + timedelta(hours=8))
    assert found.remedies == tuple(Remedy)
    assert found.rule.startswith("exceptions failed: ")
    assert reason in found.rule
    assert "steering.failed" in [record.message for record in caplog.records]


def test_a_failed_call_becomes_an_incident_though_the_table_is_wrong(firm: World):
    """It would be made again and again otherwise: the answer to the customer was sent six times."""
    case = about_to_answer(firm)
    in_force(firm, "exceptions", changed("exceptions", '"service"', '"servcie"'))
    firm.post.outcomes = [Failed("address_refused", "550")]
    firm.drain()
    incident = firm.incident(case)
    assert incident.team == "supervisors"
    assert "'servcie'" in incident.rule
    assert len([call for call in firm.post.calls if call.operation == "smtp.send"]) == 1


def test_a_case_is_opened_though_no_table_can_place_it(firm: World):
    in_force(firm, "assignment", of_one_row("assignment", team='"nobody"', priority="null"))
    in_force(firm, "deadlines", of_one_row("deadlines", first_answer="null", due='"4bh"', calendar='"lunar"'))
    in_force(firm, "customer_value", b"<no/>")
    case = firm.receive(mail(**WORDLESS))
    assert (case.team, case.priority) == ("supervisors", 70)
    assert firm.step(case, "triage").due_at - case.opened_at == timedelta(hours=8)
    told = [
        event.particulars["rule"]
        for event in firm.journal(case)
        if event.what in ("case.opened", "task.opened")
    ]
    assert [rule.partition(":")[0] for rule in told] == ["assignment failed", "assignment failed"]
    with firm.engine.read() as uow:
        assert "'lunar'" in steering.deadline(uow, case, None, {}).rule


def test_an_incident_without_a_remedy_that_works_can_be_handed_over(firm: World):
    """Who gets what they cannot settle must be able to give it to somebody who can."""
    case = firm.receive(mail())
    with firm.engine.begin("test") as uow:
        definitions.deploy(uow, {"exceptions.dmn": of_one_row("exceptions", **{**ROUTE, "remedies": "[]"})})
    firm.engine.library.refresh(now=True)
    with firm.engine.read() as uow:
        found = steering.route(uow, case, FACTS, {})
    assert found.remedies == (Remedy.HANDOVER,)
    assert found.rule == "Tafel 1"
