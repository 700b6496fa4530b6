"""Why is this on my desk? Every decision that steers a case leaves its evidence in the journal."""

from decimal import Decimal

import pytest

from cpm.commands import definitions
from cpm.connectors import Failed
from cpm.model import Incident, Task
from cpm.queries import journal, why
from cpm.queries.why import Ground
from tests.commands.test_incidents import about_to_answer
from tests.commands.test_robust_library import in_force
from tests.commands.test_robust_steering import of_one_row
from tests.commands.test_spine import FACTS
from tests.world import World, mail


def told(firm: World, noun: str, key: int) -> tuple[Ground, ...]:
    with firm.engine.read() as uow:
        if noun == "task":
            return why.of_task(uow, uow.get(Task, key), "en").grounds
        return why.of_incident(uow, uow.get(Incident, key), "en").grounds


def test_a_case_tells_its_value_its_team_and_its_time(firm: World):
    case = firm.receive(mail())
    with firm.engine.read() as uow:
        found = why.of_case(uow, firm.now(case), "en").grounds
    *steering, _by_the_process = [each.decision for each in found]
    assert steering == ["intake", "customer_value", "assignment", "deadlines"]
    assert {each.version for each in found} == {1}
    found = found[1:]
    assert found[0].facts == {"key_account": False, "customer_status": "prospect"}
    assert found[0].result == "B"
    assert found[1].rows[0].number == 6
    assert found[1].facts["process"] == "complaint"
    assert found[1].result["team"] == case.team


def test_a_task_tells_why_it_is_on_this_desk(firm: World):
    case = firm.receive(mail())
    firm.do(case, "check_facts", "anna", FACTS)
    task = firm.step(case, "decide_remedy")
    found = told(firm, "task", task.id)
    assert [each.decision for each in found] == ["assignment", "deadlines"]
    assert found[0].facts["element"] == "decide_remedy"
    assert ("priority", str(task.priority)) in found[0].outcome
    assert found[1].result["due"] == "3bd"


def test_an_incident_tells_which_row_routed_it(firm: World):
    case = about_to_answer(firm)
    firm.post.outcomes = [Failed("address_refused", "550")]
    firm.drain()
    incident = firm.incident(case)
    [found] = told(firm, "incident", incident.id)
    assert (found.decision, found.rows[0].number, found.result["team"]) == ("exceptions", 5, incident.team)
    assert found.facts | {"connector": "smtp", "code": "address_refused"} == found.facts
    assert told(firm, "task", incident.task.id) == (found,)


def test_a_new_version_is_named_from_then_on(firm: World):
    with firm.engine.begin("dora") as uow:
        definitions.deploy(
            uow,
            {
                "assignment.dmn": of_one_row(
                    "assignment", team='"service"', priority="41", skills="[]", keep_owner="false"
                )
            },
        )
    firm.engine.library.refresh(now=True)
    case = firm.receive(mail())
    found = told(firm, "task", firm.step(case, "check_facts").id)
    assert (found[0].version, found[0].result["priority"]) == (2, Decimal(41))


def test_what_no_table_could_decide_is_told_too(firm: World):
    in_force(firm, "assignment", of_one_row("assignment", team='"nobody"', priority="50"))
    case = firm.receive(mail())
    found = told(firm, "task", firm.step(case, "check_facts").id)[0]
    assert "'nobody' is none" in found.sentence
    assert found.facts["process"] == "complaint"


def test_decisions_of_the_process_tell_version_and_facts(firm: World):
    case = firm.receive(mail())
    firm.do(case, "check_facts", "anna", FACTS)
    [made] = [event.particulars for event in firm.journal(case) if event.what == "decision.made"][:1]
    assert made["version"] == 1
    assert made["facts"]
    assert made["rules"][0]["id"]


@pytest.mark.parametrize(
    ("language", "sentence", "line"),
    [
        ("de", "Entschieden nach der Tabelle „Zuständigkeit“ (Zeile 6).", ("Dringlichkeit", "55")),
        ("en", "Decided by the table “assignment” (row 6).", ("priority", "55")),
    ],
)
def test_the_journal_tells_it_to_people(firm: World, language: str, sentence: str, line: tuple[str, str]):
    case = firm.receive(mail())
    with firm.engine.read() as uow:
        entries = journal.journal(uow, case.id, language).entries
    entry = next(each for each in entries if each.particulars.get("decision") == "assignment")
    assert entry.sentence == sentence
    assert line in entry.details
    grounds = dict(entry.details)["gesehen" if language == "de" else "seen"]
    assert ("Reklamation" if language == "de" else "Complaint") in grounds


def test_an_installation_s_table_may_ask_for_any_of_the_case_s_data(firm: World):
    priority = 'if data.subject = "Der Kessel ist kaputt" then 88 else 1'
    with firm.engine.begin("dora") as uow:
        definitions.deploy(
            uow,
            {
                "assignment.dmn": of_one_row(
                    "assignment", team='"service"', priority=priority, skills="[]", keep_owner="false"
                )
            },
        )
    firm.engine.library.refresh(now=True)
    assert firm.receive(mail()).priority == 88
