"""Decisions over REST: asked on any facts, with the rows that fired, and nothing written."""

from collections.abc import Callable

import pytest

from cpm.commands import definitions
from tests.web.api.conftest import Call
from tests.world import World, mail, shipped

Api = Callable[..., Call]


@pytest.fixture
def ask(api: Api) -> Callable[..., Call]:
    call = api("dora")
    return lambda key, facts, **more: call(
        "POST", f"/decisions/{key}/evaluate", json={"facts": facts, **more}
    )


def deploy(firm: World, name: str, content: bytes) -> None:
    with firm.engine.begin("test") as uow:
        definitions.deploy(uow, {name: content})
    firm.engine.library.refresh(now=True)


def with_cell(cell: str, *, policy: str = "UNIQUE") -> bytes:
    """One table of two rows with the same condition."""
    rules = "".join(
        f'<rule id="r{n}"><inputEntry id="i{n}"><text>{cell}</text></inputEntry>'
        f'<outputEntry id="o{n}"><text>{n}</text></outputEntry></rule>'
        for n in (1, 2)
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="x">'
        f'<decision id="tried" name="Tried"><decisionTable id="t" hitPolicy="{policy}">'
        '<input id="i" label="x"><inputExpression id="e"><text>x</text></inputExpression></input>'
        f'<output id="o" name="y" />{rules}</decisionTable></decision></definitions>'
    ).encode()


def test_the_answer_has_its_value_its_rows_and_what_they_saw(ask):
    answer = ask("customer_value", {"revenue_12m": 50000, "key_account": False})
    assert (answer.status_code, answer.json["value"], answer.json["version"]) == (200, "A", 1)
    [seen] = answer.json["evidence"]
    assert (seen["decision"], seen["name"]) == ("customer_value", "Kundenwert")
    outputs = {"customer_value": "A"}
    assert seen["rules"] == [{"number": 2, "id": "customer_value_2", "note": "", "outputs": outputs}]
    assert (seen["kind"], seen["value"]) == ("decisionTable", "A")
    assert (
        seen["inputs"]["revenue_12m"].rstrip("0").rstrip(".") == "5" or seen["inputs"]["key_account"] is False
    )


def test_what_was_null_is_explained_if_asked(ask, firm: World):
    deploy(firm, "tried.dmn", with_cell("x > limit", policy="FIRST"))
    assert ask("tried", {"x": 3}).json["explanation"] is None
    told = ask("tried", {"x": 3}, explain=True).json["explanation"]
    assert {
        "where": "Tried, Rule 1, input 1",
        "text": "limit",
        "line": 1,
        "column": 5,
        "reason": "it has no value",
    } in told
    assert told[-1]["text"] == "Tried"
    assert told[-1]["reason"] == "no rule of the table holds"


def test_numbers_are_read_digit_by_digit(api: Api):
    for number, value in (("49999.99999999999999999", "B"), ("50000", "A")):
        answer = api("dora")(
            "POST",
            "/decisions/customer_value/evaluate",
            data=f'{{"facts": {{"revenue_12m": {number}}}}}',
            content_type="application/json",
        )
        assert answer.json["value"] == value


def test_words_of_danger_count_only_where_a_word_begins(ask):
    """What the intake shows of a message, asked as a designer would."""
    smoke = ask("intake", {"words": " es riecht nach rauch "}).json
    assert (smoke["value"]["topic"], smoke["evidence"][-1]["rules"][0]["number"]) == ("safety", 4)
    assert ask("intake", {"words": " der verbraucher braucht rat "}).json["value"]["process"] == "intake"


def test_dates_and_durations_are_those_of_feel(firm: World, ask):
    deploy(firm, "tried.dmn", with_cell('[@"2026-03-01"..@"2026-03-31"]', policy="FIRST"))
    assert ask("tried", {"x": {"@": "2026-03-31"}}).json["value"] == "1"
    assert ask("tried", {"x": {"@": "2026-04-01"}}).json["value"] is None
    assert ask("tried", {"x": "2026-03-31"}).json["value"] is None
    wrong = ask("tried", {"x": [{"@": "gestern"}]})
    assert wrong.status_code == 422
    assert [problem["field"] for problem in wrong.json["errors"]] == ["facts.x.0"]


def test_now_may_be_another_moment(firm: World, ask):
    deploy(firm, "tried.dmn", with_cell('today() = @"2027-01-01"', policy="FIRST"))
    assert ask("tried", {"x": 1}).json["value"] is None
    assert ask("tried", {"x": 1}, now="2026-12-31T23:30:00Z").json["value"] == "1"  # in Berlin


def test_an_older_version_can_be_asked(firm: World, ask):
    table = dict(shipped())["customer_value.dmn"]
    deploy(firm, "customer_value.dmn", table.replace(b"&gt;= 50000", b"&gt;= 60000"))
    facts = {"revenue_12m": 55000}
    assert [ask("customer_value", facts).json[name] for name in ("version", "value")] == [2, "C"]
    old = ask("customer_value", facts, version=1).json
    assert (old["version"], old["value"]) == (1, "A")
    assert ask("customer_value", facts, version=3).status_code == 404


def test_an_unknown_decision_is_not_found(ask):
    answer = ask("nonsense", {})
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert "nonsense" in answer.json["detail"]


def test_one_without_an_answer_says_why_in_the_readers_language(firm: World, api: Api, ask):
    deploy(firm, "tried.dmn", with_cell('string(?) = "1"'))  # nobody sees the overlap before a case does
    answer = ask("tried", {"x": 1})
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert "Tried" in answer.json["detail"]
    german = api("dora")(
        "POST", "/decisions/tried/evaluate", json={"facts": {"x": 1}}, headers={"Accept-Language": "de"}
    )
    assert "gibt darauf keine Antwort: Nur eine Regel von" in german.json["detail"]
    assert "xpected" not in german.json["detail"]


def test_what_runs_too_long_is_stopped(firm: World, ask):
    deploy(firm, "tried.dmn", with_cell("count(for a in 1..9999999 return a) > ?", policy="FIRST"))
    assert ask("tried", {"x": 1}).status_code == 422


def test_it_takes_a_scope_of_its_own_and_writes_nothing(firm: World, api: Api):
    case = firm.receive(mail())
    before = firm.story(case)
    question = {"json": {"facts": {"process": "complaint"}}}
    assert (
        api("dora", "definitions:read")("POST", "/decisions/assignment/evaluate", **question).status_code
        == 403
    )
    assert api("ina")("POST", "/decisions/assignment/evaluate", **question).status_code == 200
    assert firm.story(case) == before


def test_a_misspelt_fact_is_named(ask):
    answer = ask("goodwill", {"basi": "goodwill", "amount": 10})
    assert (answer.status_code, answer.json["unread"]) == (200, ["basi"])


def test_an_explanation_is_in_the_language_that_is_asked_for(api: Api):
    asked = {"json": {"facts": {}, "explain": True}}
    told = [
        api("dora")(
            "POST", "/decisions/customer_value/evaluate", headers={"Accept-Language": language}, **asked
        )
        for language in ("de", "en")
    ]
    german, english = (answer.json["explanation"][0]["reason"] for answer in told)
    assert (german, english) == ("ohne Wert", "it has no value")
