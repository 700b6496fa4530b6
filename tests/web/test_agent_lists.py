"""Lists of cases as pages: typed filters, order, sums, kept lists and files."""

import io
import re
from datetime import date
from decimal import Decimal
from html import unescape
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from flask.testing import FlaskClient

from cpm.model import Case
from cpm.queries import case_lists
from tests.commands.test_attributes import put, redeployed
from tests.commands.test_cost import statements
from tests.web.conftest import Browser
from tests.world import World, mail

ENGLISH = {"Accept-Language": "en"}
GERMAN = {"Accept-Language": "de"}
MOST = 10  #: statements of one page, the session's among them
#: cause, amount claimed, day of delivery
KNOWN = [
    ("defect", Decimal("1234.50"), date(2026, 3, 1)),
    ("late", Decimal("0.20"), date(2026, 2, 1)),
    ("wear", "viel", None),
]


@pytest.fixture
def three(firm: World) -> list[Case]:
    found = []
    for place, (cause, claim, delivered) in enumerate(KNOWN):
        sender = f"{'Mara Zabel' if place % 2 else 'Änne Beispiel'} <c{place}@example.org>"
        case = firm.receive(mail(sender=sender, subject=f"Fall {place}", message_id=f"<{place}@example.org>"))
        put(firm, case, cause=cause, claim_amount=claim, delivered_on=delivered)
        found.append(case)
    return found


@pytest.fixture
def anna(browser: Browser, three: list[Case]) -> FlaskClient:
    return browser("anna")


def shown(page: str, cases: list[Case]) -> list[int]:
    """The rows by their place among the cases."""
    numbers = re.findall(r'<th scope="row"><a href="[^"]*">([^<]*)</a>', page)
    return [[case.number for case in cases].index(number) for number in numbers]


def listed(client: FlaskClient, query: str, language: str = "en", status: int = 200) -> str:
    answer = client.get(f"/cases?{query}", headers={"Accept-Language": language}, follow_redirects=True)
    assert answer.status_code == status
    return unescape(answer.text)


def test_all_cases_are_listed_the_newest_first_and_lead_to_their_pages(anna: FlaskClient, three: list[Case]):
    page = listed(anna, "")
    assert shown(page, three) == [2, 1, 0]
    assert f'<a href="/cases/{three[0].number}">' in page
    assert "3 cases" in page


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("page.typed=de&claim_amount.from=1.234,5", "claim_amount.from=1234.5"),
        ("page.typed=de&claim_amount.to=0,2 €", "claim_amount.to=0.2"),
        ("page.typed=en&claim_amount.from=1,234.50", "claim_amount.from=1234.50"),
        ("page.typed=de&delivered_on.from=21.11.2026", "delivered_on.from=2026-11-21"),
        ("page.typed=de&due.to=heute%2B7&subject.contains=&cause=", "due.to=today+7"),
        ("page.typed=en&due.to=2026-11-21&sort=-due", "due.to=2026-11-21&sort=-due"),
        ("page.typed=de&cause=late&cause=wear&page.size=25", "cause=late&cause=wear&page.size=25"),
    ],
)
def test_what_is_typed_leads_to_an_address_that_says_it_in_every_language(
    anna: FlaskClient, typed: str, address: str
):
    answer = anna.get(f"/cases?process=complaint&{typed}", headers=ENGLISH)
    assert answer.status_code == 303
    wanted = {"process": ["complaint"]} | parse_qs(address.replace("+", "%2B"))
    assert parse_qs(urlsplit(answer.location).query) == wanted


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("process=complaint&page.typed=de&claim_amount.from=1.234,5", [0]),
        ("process=complaint&page.typed=de&delivered_on.to=1.2.2026", [1]),
        ("process=complaint&cause=late&cause=wear&sort=cause", [1, 2]),
        ("process=complaint&sort=-claim_amount", [0, 1, 2]),
        ("customer.contains=zabel", [1]),
        ("subject.contains=fall 2", [2]),
        ("state=closed", []),
        ("page=99", []),
        ("page=x&page.size=7&subject.contains=+", [2, 1, 0]),
    ],
)
def test_filters_and_order(anna: FlaskClient, three: list[Case], query: str, places: list[int]):
    assert shown(listed(anna, query), three) == places


def test_the_columns_that_every_list_shows_need_not_be_said(anna: FlaskClient):
    usual = "&".join(f"columns={name}" for name in case_lists.usual(None, ()))
    assert anna.get(f"/cases?page.typed=en&{usual}").location == "/cases"
    assert parse_qs(urlsplit(anna.get("/cases?page.typed=en&columns=case&columns=due").location).query) == {
        "columns": ["case,due"]
    }


def test_the_head_says_the_order_and_turns_it(anna: FlaskClient):
    page = listed(anna, "process=complaint&sort=due")
    assert 'aria-sort="ascending"' in page
    assert 'href="/cases?process=complaint&sort=-due"' in page
    assert 'aria-sort="descending"' in listed(anna, "process=complaint&sort=-due")


@pytest.mark.parametrize(("language", "total"), [("de", "1.234,70\xa0€"), ("en", "€1,234.70")])
def test_money_is_added_up_and_what_does_not_fit_is_said(anna: FlaskClient, language: str, total: str):
    page = listed(anna, "process=complaint", language)
    assert total in page.partition("<tfoot>")[2]
    assert ("passt nicht" if language == "de" else "does not fit") in page
    assert ("Liefertermin" in page or "geliefert" in page.lower()) or language == "en"


@pytest.mark.parametrize(
    ("query", "field", "typed", "words"),
    [
        ("process=complaint&page.typed=de&claim_amount.from=viel", "claim_amount.from", "viel", "keine Zahl"),
        ("process=complaint&page.typed=de&claim_amount.to=1.2.3", "claim_amount.to", "1.2.3", "1.234,50"),
        ("page.typed=de&due.from=31.02.2026", "due.from", "31.02.2026", "ist kein Tag"),
        ("due.from=gestern", "due.from", "gestern", "ist kein Tag"),
        ("page.typed=de&case=17", "case", "17", "keine Vorgangsnummer"),
        ("case=C-999999999999999999-1", "case", "C-999999999999999999-1", ""),
    ],
)
def test_bad_input_comes_back_at_its_field(anna: FlaskClient, query: str, field: str, typed: str, words: str):
    answer = anna.get(f"/cases?{query}", headers=GERMAN, follow_redirects=True)
    if not words:
        assert answer.status_code in {200, 422}
        return
    assert answer.status_code == 422
    page = unescape(answer.text)
    assert words in page
    assert re.search(
        rf'id="f-{re.escape(field)}"[^>]* value="{re.escape(typed)}"[^>]*aria-invalid="true"', page
    )
    assert f'<a href="#f-{field.partition(".")[0]}' in page


@pytest.mark.parametrize("query", ["ghost=1", "sort=ghost", "columns=ghost", "state=ajar", "cause=late"])
def test_what_no_column_answers_is_refused_with_the_page(anna: FlaskClient, query: str):
    page = listed(anna, query, status=422)
    assert 'id="summary"' in page
    assert "<table" not in page


def test_what_is_not_there_is_not_found(anna: FlaskClient):
    listed(anna, "process=ghost", status=404)
    listed(anna, "view=4711", status=404)
    assert anna.post("/cases/views/4711", data={"name": "x", "search": ""}).status_code == 404
    assert anna.post(f"/cases/views/{10**30}/remove").status_code == 404


def test_a_list_of_the_process_is_opened_and_marked(anna: FlaskClient, three: list[Case]):
    page = listed(anna, "view=complaint:open")
    assert 'href="/cases?view=complaint:open" aria-current="page"' in page
    assert "<h1>Open complaints</h1>" in page
    changed = listed(anna, "process=complaint&sort=-opened&view=complaint:open")
    assert "(changed)" in changed


def test_a_list_is_kept_changed_and_removed(anna: FlaskClient, three: list[Case]):
    answer = anna.post("/cases/views", data={"name": "Spät", "search": "process=complaint&cause=late"})
    assert answer.status_code == 303
    page = unescape(anna.get(answer.location, headers=ENGLISH).text)
    assert "<h1>Spät</h1>" in page
    assert shown(page, three) == [1]
    number = parse_qs(urlsplit(answer.location).query)["view"][0]
    data = {"name": "Später", "search": "process=complaint&cause=late&cause=wear"}
    assert anna.post(f"/cases/views/{number}", data=data).status_code == 303
    page = listed(anna, f"view={number}")
    assert ("<h1>Später</h1>" in page, shown(page, three)) == (True, [2, 1])
    assert anna.post(f"/cases/views/{number}/remove").location == "/cases"
    listed(anna, f"view={number}", status=404)


def test_a_list_of_more_filters_than_a_person_sets_is_no_crash(anna: FlaskClient):
    data = {"name": "Viel", "search": "&".join(["process=complaint", *["cause=late"] * 300])}
    assert anna.post("/cases/views", data=data).status_code == 303


@pytest.mark.parametrize("name", ["Spät", "", "x" * 81])
def test_a_name_that_does_not_do_comes_back_with_the_list(anna: FlaskClient, three: list[Case], name: str):
    data = {"name": "Spät", "search": "process=complaint&cause=late"}
    anna.post("/cases/views", data=data)
    answer = anna.post("/cases/views", data=data | {"name": name}, headers=GERMAN)
    assert answer.status_code == 422
    assert f'name="name" value="{name}"' in answer.text
    english = anna.post("/cases/views", data=data | {"name": name}, headers={"Accept-Language": "en"})
    assert not re.search("is taken|is empty|is too long", answer.text)
    assert not re.search(">(is taken|is empty|is too long)", english.text)
    told = {"Spät": "There is such a list already.", "": "Please enter something."}
    assert told.get(name, "That is too long: at most 80 characters.") in english.text
    assert 'aria-invalid="true"' in answer.text
    assert shown(answer.text, three) == [1]


def test_only_supervisors_share_and_everybody_sees_it(browser: Browser, anna: FlaskClient):
    data = {"name": "Für alle", "search": "state=open", "share": "*"}
    assert anna.post("/cases/views", data=data).status_code == 403
    answer = browser("sue").post("/cases/views", data=data)
    assert answer.status_code == 303
    page = unescape(anna.get(answer.location).text)
    assert "Für alle" in page
    assert "/remove" not in page
    number = parse_qs(urlsplit(answer.location).query)["view"][0]
    assert anna.post(f"/cases/views/{number}/remove").status_code == 403
    assert browser("sue").post(f"/cases/views/{number}/remove").status_code == 303


def test_csv_has_the_cases_of_the_same_address(anna: FlaskClient, three: list[Case]):
    answer = anna.get("/cases.csv?process=complaint&cause=defect&columns=case,claim_amount", headers=GERMAN)
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=complaint-")
    assert answer.mimetype == "text/csv"
    assert answer.data.decode("utf-8-sig").splitlines()[1] == f"{three[0].number};1234,50"
    kept = anna.get("/cases.csv?view=complaint:open", headers=GERMAN)
    assert len(kept.data.splitlines()) == 4


def test_xlsx_has_real_numbers_and_the_sum(anna: FlaskClient):
    answer = anna.get("/cases.xlsx?process=complaint&sort=case&columns=case,claim_amount", headers=ENGLISH)
    rows = [*openpyxl.load_workbook(io.BytesIO(answer.data)).active.values]
    assert [row[1] for row in rows[1:]] == [1234.5, 0.2, None, 1234.7]
    assert ".xlsx" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_is_no_file_is_refused(anna: FlaskClient, ending: str, monkeypatch: pytest.MonkeyPatch):
    assert anna.get(f"/cases.{ending}?ghost=1").status_code == 422
    assert anna.get(f"/cases.{ending}?view=ghost").status_code == 404
    monkeypatch.setattr(case_lists, "MOST_EXPORTED", 2)
    answer = anna.get(f"/cases.{ending}", headers=GERMAN)
    assert answer.status_code == 422
    assert "bitte enger filtern" in answer.text


def test_confidential_cases_are_in_no_list_of_others(firm: World, browser: Browser, three: list[Case]):
    redeployed(
        firm,
        '<zeebe:property name="cpm:attribute:order_no" value="text" />',
        '<zeebe:property name="cpm:attribute:order_no" value="text" />'
        '<zeebe:property name="cpm:confidential" value="true" />',
    )
    firm.engine.library.refresh(now=True)
    assert shown(listed(browser("anna"), "process=complaint"), three) == [2, 1, 0]
    assert shown(listed(browser("fay"), "process=complaint"), three) == []
    assert len(browser("fay").get("/cases.csv").data.splitlines()) == 1


def test_a_page_costs_the_same_however_many_cases_there_are(firm: World, anna: FlaskClient):
    path = "/cases?process=complaint&cause=defect&cause=late&sort=-claim_amount&view=complaint:open"
    anna.get(path)
    firm.engine.library.refresh(now=True)
    with statements(firm.engine.database) as few:
        assert anna.get(path).status_code == 200
    for number in range(5):
        case = firm.receive(mail(message_id=f"<m{number}@example.org>", sender=f"m{number}@example.org"))
        put(firm, case, cause="late", claim_amount=Decimal(number))
    firm.engine.library.refresh(now=True)
    with statements(firm.engine.database) as many:
        anna.get(path)
    assert len(few) == len(many)
    assert len(many) <= MOST, "\n".join(many)
