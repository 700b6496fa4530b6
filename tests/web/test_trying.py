"""A designer tries a decision: facts typed as FEEL or as plain text, its answer, its rows; nothing is stored."""

from datetime import date
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cpm.commands import definitions, users
from cpm.model import Resource, Role
from cpm.queries import trying
from tests.web.api.test_decisions import with_cell
from tests.web.conftest import Browser
from tests.world import World, shipped

ENGLISH, GERMAN = {"Accept-Language": "en"}, {"Accept-Language": "de"}


@pytest.fixture
def dora(firm: World, browser: Browser) -> FlaskClient:
    with firm.engine.begin("otto") as uow:
        users.add_user(uow, "dora", name="Dora", roles=[Role.DESIGNER], teams=[])
    return browser("dora")


def tried(client: FlaskClient, path: str, headers: dict[str, str] = ENGLISH, **facts: str) -> TestResponse:
    typed = {f"fact.{name}": text for name, text in facts.items()}
    return client.post(f"/designer/decisions/{path}", data=typed, headers=headers)


def deploy(firm: World, name: str, content: bytes) -> None:
    with firm.engine.begin("test") as uow:
        definitions.deploy(uow, {name: content})


def test_every_decision_of_the_list_can_be_tried(dora: FlaskClient):
    listed = dora.get("/designer/decisions", headers=ENGLISH).text
    for name in shipped():
        if (key := name[0].removesuffix(".dmn")) != name[0]:
            assert f'href="/designer/decisions/{key}/1"' in listed
            page = dora.get(f"/designer/decisions/{key}/1", headers=ENGLISH)
            assert page.status_code == 200
            assert "Try it" in page.text


def test_the_form_has_a_field_for_each_fact_with_its_meaning(dora: FlaskClient):
    page = dora.get("/designer/decisions/guidance/1", headers=GERMAN).text
    assert 'name="fact.complaints_90d"' in page
    assert "Reklamationen des Kunden in den letzten 90 Tagen" in page
    assert "Ausprobieren" in page


def test_it_tells_value_row_and_note(dora: FlaskClient):
    page = tried(dora, "intake/1", words=" es riecht nach rauch ").text
    assert "Row 4: Gefahr geht vor." in page
    assert "&#34;field_service&#34;" in page
    assert 'value=" es riecht nach rauch "' in page


def test_several_rows_of_several_columns_stand_below_each_other(dora: FlaskClient):
    page = tried(dora, "next_action/1", duplicates="2").text
    assert page.count("<dt><code>action</code></dt>") == 2
    assert "<dd><code>&#34;compare_customers&#34;</code></dd>" in page
    assert "[{kind" not in page


def test_it_tells_what_was_null_in_the_readers_language(dora: FlaskClient):
    page = tried(dora, "guidance/1", headers=GERMAN, customer_value="A").text
    assert "Was null war und warum" in page
    assert "<code>mood</code>: ohne Wert" in page


def test_text_needs_no_quotation_marks(dora: FlaskClient):
    assert "Row 5" in tried(dora, "guidance/1", customer_value="A").text
    assert "Row 5" in tried(dora, "guidance/1", customer_value='"A"').text
    assert "Row 3" in tried(dora, "guidance/1", complaints_90d="3").text


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("5", Decimal(5)),
        ("true", True),
        ("null", None),
        ('"5"', "5"),
        ('@"2026-03-01"', date(2026, 3, 1)),
        ('["a", "b"]', ["a", "b"]),
        ("{a: 1}", {"a": Decimal(1)}),
        ("A", "A"),
        ("not in stock", "not in stock"),
        ("1 +", "1 +"),
        ("1 / 0", "1 / 0"),
        ("{", "{"),
        ("count(for a in 1..9999999 return a)", "count(for a in 1..9999999 return a)"),
    ],
)
def test_what_is_typed_is_feel_or_else_text(typed: str, value: object):
    assert trying.values({"x": typed, "empty": " "}) == {"x": value}


def test_what_is_too_large_to_be_written_breaks_no_page(firm: World, dora: FlaskClient):
    deploy(firm, "tried.dmn", with_cell('? != "x"', policy="FIRST"))
    page = tried(dora, "tried/1", x="for i in 1..100000 return [i]")
    assert page.status_code == 200
    assert "but this evaluation needs more" in page.text


def test_nothing_is_computed_for_what_the_decision_does_not_look_at(dora: FlaskClient, monkeypatch):
    """A thousand fields of half a second each would keep the server busy for minutes."""
    asked: list[object] = []
    monkeypatch.setattr(trying, "values", lambda typed: asked.append(typed) or {})
    tried(dora, "customer_value/1", key_account="true", nonsense="count(for i in 1..9999999 return i)")
    assert asked == [{"key_account": "true"}]


def test_one_without_an_answer_says_why(firm: World, dora: FlaskClient):
    deploy(firm, "tried.dmn", with_cell('string(?) = "1"'))
    found = tried(dora, "tried/1", x="1")
    assert found.status_code == 422
    assert "Expected decision tried to answer" in found.text
    assert 'value="1"' in found.text
    assert "No row fits." in tried(dora, "tried/1", x="2").text


def test_an_old_version_is_tried_as_it_was(firm: World, dora: FlaskClient):
    table = dict(shipped())["customer_value.dmn"].replace(b"&gt;= 50000", b"&gt;= 60000")
    deploy(firm, "customer_value.dmn", table)
    assert "&#34;A&#34;" in tried(dora, "customer_value/1", revenue_12m="55000").text
    assert "&#34;C&#34;" in tried(dora, "customer_value/2", revenue_12m="55000").text
    assert dora.get("/designer/decisions/customer_value/3").status_code == 404


def test_one_that_this_release_cannot_read_is_not_there(firm: World, dora: FlaskClient):
    with firm.engine.begin("test") as uow:
        found = uow.session.query(Resource).where(Resource.key == "guidance").one()
        found.content = b"<no/>"
    assert dora.get("/designer/decisions/guidance/1").status_code == 404


def test_what_is_typed_cannot_become_part_of_the_page(dora: FlaskClient):
    page = tried(dora, "guidance/1", mood="<script>x</script>").text
    assert "<script>x" not in page


def test_another_decision_of_the_file_is_asked_for_by_its_id(dora: FlaskClient):
    assert dora.get("/designer/decisions/guidance/1?decision=guidance").status_code == 200
    assert dora.get("/designer/decisions/guidance/1?decision=nonsense").status_code == 404


def test_only_who_designs_or_runs_it_may_try(firm: World, browser: Browser):
    assert browser("otto").get("/designer/decisions/guidance/1").status_code == 200
    assert tried(browser("anna"), "guidance/1").status_code == 403
