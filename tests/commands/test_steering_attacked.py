"""Tables that a designer may deploy, and that answer with what no column holds: a case is placed all the same."""

import pytest

from cpm.commands import definitions, tasks
from cpm.commands.incidents import Trouble, raise_incident
from cpm.errors import Invalid
from cpm.model import Origin
from cpm.policies import Assent, PolicyRefusal
from tests.commands.test_policies import table
from tests.commands.test_robust_library import in_force
from tests.commands.test_robust_steering import ROUTE, WORDLESS, of_one_row
from tests.world import World, mail

LONG = 'string join(for x in 1..3000 return "ab")'


@pytest.mark.parametrize("priority", ["-99999999999", "1E300", "-1E300", "50.7"])
def test_a_priority_beyond_all_bounds_is_brought_within_them(firm: World, priority: str):
    in_force(firm, "assignment", of_one_row("assignment", team='"service"', priority=priority))
    case = firm.receive(mail(**WORDLESS))
    assert 0 <= case.priority <= 100


@pytest.mark.parametrize("column", ["title_de", "title_en", "severity"])
@pytest.mark.parametrize("text", [LONG, '"a\\u0000b"', '""'])
def test_an_exception_reaches_somebody_whatever_its_words(firm: World, column: str, text: str):
    case = firm.receive(mail())
    in_force(firm, "exceptions", of_one_row("exceptions", **{**ROUTE, column: text}))
    with firm.engine.begin("test") as uow:
        raise_incident(uow, uow.case(case.id), Trouble(Origin.JOB, "smtp", "code", "why", None))
    assert firm.incident(case).team in ("finance", "supervisors")


@pytest.mark.parametrize(
    "due",
    [
        '"99999999999999999999bd"',
        '"999999999d"',
        '"P99999Y"',
        '"999999bh"',
        '@"9999-12-31T23:59:59-14:00"',
        '@"999999-12-31T23:59:59Z"',
    ],
)
def test_a_due_time_beyond_all_bounds_places_the_case(firm: World, due: str):
    in_force(firm, "deadlines", of_one_row("deadlines", first_answer="null", due=due, calendar='"office"'))
    case = firm.receive(mail(**WORDLESS))
    assert case.team


@pytest.mark.parametrize(
    "skills",
    [
        '"abc"',
        "1",
        "[1, null]",
        "{a: 1}",
        f"[{LONG}]",
        '["a\\u0000"]',
        'for x in 1..5000 return "a"',
        "function(x) x",
    ],
)
def test_skills_of_any_kind_place_the_case(firm: World, skills: str):
    columns = {"team": '"service"', "priority": "50", "skills": skills, "keep_owner": "1"}
    in_force(firm, "assignment", of_one_row("assignment", **columns))
    case = firm.receive(mail(**WORDLESS))
    assert firm.step(case, "triage").team


@pytest.mark.parametrize(
    "said", ["1", '["supervisors"]', "{a: 1}", "today()", '"a\\u0000b"', "function(x) x"]
)
@pytest.mark.parametrize("column", ["approver", "override", "verdict"])
def test_a_policy_that_answers_with_anything_lets_nobody_through(firm: World, column: str, said: str):
    columns = {"verdict": '"approval"', "approver": '"supervisors"', "override": "null", column: said}
    case = firm.receive(mail())
    in_force(firm, "policies", table('"claim"', "true", columns.pop("verdict"), **columns))
    task = firm.step(case, "check_facts")
    with pytest.raises(PolicyRefusal), firm.engine.begin("anna", Assent(ask="Bitte.")) as uow:
        tasks.claim(uow, task.id)


@pytest.mark.parametrize(
    ("file", "of", "sentence"),
    [
        ("policies.dmn", "polices", "to hold decision policies"),
        ("more.dmn", "policies", "to stand in policies.dmn"),
    ],
)
def test_policies_are_neither_lost_nor_outvoted_by_a_file(firm: World, file: str, of: str, sentence: str):
    """A renamed decision would leave the installation without policies, and nobody would be told."""
    content = table('"claim"', "false", '"refuse"').replace(b'id="policies"', f'id="{of}"'.encode())
    with pytest.raises(Invalid) as refused, firm.engine.begin("test") as uow:
        definitions.deploy(uow, {file: content})
    assert any(sentence in said for _, said in refused.value.problems)
