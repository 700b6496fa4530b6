"""The designer's pages: what is deployed, what is refused and where, and who may do either."""

import io
import zipfile

import pytest
from flask.testing import FlaskClient

from cpm.commands import users
from cpm.model import Role
from tests.web.conftest import Browser
from tests.world import World, mail, shipped

ENGLISH = {"Accept-Language": "en"}
BAD = dict(shipped())["approval/approval.bpmn"].replace(b'formId="approve"', b'formId="=x"')


@pytest.fixture
def dora(firm: World, browser: Browser) -> FlaskClient:
    return _with_role(firm, browser, "dora", Role.DESIGNER)


def _with_role(firm: World, browser: Browser, login: str, role: Role) -> FlaskClient:
    with firm.engine.begin("otto") as uow:
        users.add_user(uow, login, name=login.title(), roles=[role], teams=[])
    return browser(login)


def send(client: FlaskClient, files: dict[str, bytes], action: str = "deploy", language: str = "en"):
    data = {"action": action, "files": [(io.BytesIO(content), name) for name, content in files.items()]}
    headers = {"Accept-Language": language}
    return client.post("/designer/upload", data=data, headers=headers, content_type="multipart/form-data")


def changed(name: str) -> dict[str, bytes]:
    return {name: dict(shipped())[name] + b"\n"}


def test_processes_are_listed_with_their_versions_and_cases(firm: World, dora: FlaskClient):
    firm.receive(mail())
    assert send(dora, changed("goodwill.dmn")).status_code == 303
    page = dora.get("/designer", headers=ENGLISH).text
    assert "superseded, cases still run" in page
    assert page.count(">in force<") == 6  # complaint, approval, intake, order, order_ways, dunning
    german = dora.get("/designer", headers={"Accept-Language": "de"}).text
    assert "abgelöst, Vorgänge laufen noch" in german


def test_a_version_shows_its_elements_and_its_files(dora: FlaskClient):
    page = dora.get("/designer/processes/complaint/1", headers=ENGLISH)
    assert page.status_code == 200
    assert "Check the facts" in page.text
    assert "cpm:stage = facts" in page.text
    assert 'data-url="/designer/files/process/complaint/1"' in page.text
    assert "/designer/files/texts/complaint.de/1" in page.text


def test_a_deployed_file_is_kept_and_never_shown(dora: FlaskClient):
    """XML can carry scripts that a browser would run on our site."""
    answer = dora.get("/designer/files/process/approval/1")
    assert answer.data == dict(shipped())["approval/approval.bpmn"]
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=approval.bpmn")


def test_a_version_comes_as_one_archive_that_is_taken_back(dora: FlaskClient):
    answer = dora.get("/designer/processes/complaint/1.zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert "complaint/texts/de.toml" in archive.namelist()
    again = send(dora, {"complaint.zip": answer.data})
    assert again.location == "/designer"
    assert "Everything was in force already" in dora.get("/designer", headers=ENGLISH).text


@pytest.mark.parametrize(
    "path",
    [
        "/designer/processes/none/1",
        "/designer/processes/complaint/7",
        "/designer/processes/none/1.zip",
        "/designer/files/form/none/1",
        "/designer/files/secret/approve/1",
        "/designer/forms/none/1",
    ],
)
def test_what_is_not_there_is_not_found(dora: FlaskClient, path: str):
    assert dora.get(path).status_code == 404


@pytest.mark.parametrize("language", ["de", "en"])
def test_each_page_is_there_in_both_languages(dora: FlaskClient, language: str):
    for path in ("", "/decisions", "/forms", "/upload", "/forms/check_facts/1", "/processes/approval/1"):
        answer = dora.get(f"/designer{path}", headers={"Accept-Language": language})
        assert answer.status_code == 200
        assert f'<html lang="{language}">' in answer.text


def test_a_form_is_shown_as_its_agents_will_see_it(dora: FlaskClient):
    page = dora.get("/designer/forms/book_visit/1", headers=ENGLISH).text
    assert "Appointment" in page
    assert 'name="visit_on"' in page


def test_what_is_fine_is_put_in_force_and_leads_to_its_version(dora: FlaskClient):
    answer = send(dora, changed("approval/approval.bpmn") | changed("goodwill.dmn"))
    assert answer.status_code == 303
    one = send(dora, {"approve.form": dict(shipped())["approval/approve.form"] + b" "})
    assert "/designer" in one.location


def test_checking_says_what_would_be_new_and_changes_nothing(dora: FlaskClient):
    answer = send(dora, changed("goodwill.dmn"), action="check")
    assert answer.status_code == 200
    assert "Nothing speaks against it" in answer.text
    assert "<code>complaint</code>, Version 2" in answer.text
    assert "Version 2" not in dora.get("/designer").text


@pytest.mark.parametrize("action", ["check", "deploy"])
def test_a_refusal_names_element_and_reason_and_brings_the_drawing(dora: FlaskClient, action: str):
    answer = send(dora, {"approval.bpmn": BAD}, action)
    assert answer.status_code == 422
    assert 'data-in="1" data-element="approve" data-number="1"' in answer.text
    assert "<td>Expected a fixed formId" in answer.text
    assert "&lt;bpmn:definitions" in answer.text
    assert "Version 2" not in dora.get("/designer").text


def test_a_refusal_is_german_with_its_reasons(dora: FlaskClient):
    page = send(dora, {"approval.bpmn": BAD}, language="de").text
    assert "Es hat sich nichts geändert" in page
    assert "<td>formId ist ein fester Text" in page
    assert "stehen auf Englisch da" not in page


def test_whatever_kind_of_file_does_not_fit_is_told_in_german(dora: FlaskClient):
    files = {"approval/http/x.toml": b"odd = 1", "calendars.toml": b"[[[", "approve.form": b"[]"}
    page = send(dora, files, language="de").text
    assert "stehen auf Englisch da" not in page
    assert "Expected " not in page
    assert "<td>Erwartet: eins von hooks, name, operations, secrets." in page
    assert "<td>Ein Formular ist ein JSON-Objekt" in page
    assert "<td>Das ist kein TOML" in page


def test_what_is_worth_a_look_in_a_table_is_shown_and_in_force(dora: FlaskClient):
    table = dict(shipped())["goodwill.dmn"]
    last = table[table.rindex(b"<rule ") : table.rindex(b"</rule>") + len(b"</rule>")]
    twice = {"goodwill.dmn": table.replace(last, last + last.replace(b'id="goodwill_11', b'id="goodwill_12'))}
    for action, words in (("check", "Nothing speaks against it."), ("deploy", "The files are in force.")):
        page = send(dora, twice, action).text
        assert words in page
        assert "Worth a look" in page
        assert "goodwill, rule 12: Expected a rule that can fire, but rule 11" in page
    german = send(dora, twice, language="de").text
    assert "Einen Blick wert" in german
    assert "goodwill, Regel 12: Diese Regel kommt nie zum Zug" in german


def test_a_refused_table_is_told_in_german(dora: FlaskClient):
    table = dict(shipped())["goodwill.dmn"].replace(b"&gt; order_value", b"&gt; &quot;x&quot;")
    page = send(dora, {"goodwill.dmn": table}, language="de").text
    assert "goodwill, Regel 3, amount: Neben &gt; werden Werte eines Typs erwartet" in page
    assert "stehen auf Englisch da" not in page


def test_a_page_of_findings_has_an_end(dora: FlaskClient):
    """A model of the largest size can have a finding at each of its elements."""
    bad = b"".join(b'<bpmn:choreographyTask id="t%d" />' % number for number in range(600))
    page = send(dora, {"approval.bpmn": BAD.replace(b"<bpmn:endEvent", bad + b"<bpmn:endEvent", 1)}).text
    assert page.count("data-number=") == 500
    assert "more, which show once these are mended" in page


def test_what_a_stranger_drew_stays_text(dora: FlaskClient):
    evil = BAD.replace(b"Freigeben", b"&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;")
    page = send(dora, {"</textarea><script>.bpmn": evil}).text
    assert "<script>" not in page
    assert page.count("</textarea>") == 1


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "at least one .bpmn"),
        ({"x.zip": b"no zip"}, "zip archive that can be read"),
        ({"../x.form": b"{}"}, "plain file names"),
    ],
)
def test_what_cannot_be_read_is_refused_on_the_page_itself(dora: FlaskClient, files, words: str):
    answer = send(dora, files)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'name="files"' in answer.text


def test_what_is_too_large_is_refused_with_the_limit(dora: FlaskClient):
    body, kind = bytes(22 * 1024 * 1024), "multipart/form-data; boundary=x"
    answer = dora.post("/designer/upload", data=body, content_type=kind, headers=ENGLISH)
    assert answer.status_code == 413
    assert "larger than 20 MB" in answer.text


def test_operators_look_but_do_not_change(firm: World, browser: Browser):
    otto = browser("otto")
    assert otto.get("/designer").status_code == 200
    assert "Upload" not in otto.get("/designer", headers=ENGLISH).text
    assert otto.get("/designer/upload").status_code == 403
    assert send(otto, changed("goodwill.dmn")).status_code == 403


@pytest.mark.parametrize("login", ["anna", "sue"])
def test_others_have_no_business_here(browser: Browser, login: str):
    assert browser(login).get("/designer").status_code == 403
