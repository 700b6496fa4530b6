"""Files on pages: who may have which, what is shown and what is only handed out, and what people do to them."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select, update

from cpm.commands import documents
from cpm.model import Case, Content, ContentPart, Customer, Document, Scan
from tests.commands.test_access import deploy_confidential
from tests.web.conftest import Browser
from tests.world import World, mail
from web.files import disposition

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
PROGRAM = b"MZ\x90\0" + b"\0" * 60


@pytest.fixture
def case(firm: World) -> Case:
    found = firm.receive(mail())
    assert found is not None
    return found


def _upload(*files: tuple[bytes, str, str], **more: str) -> Mapping[str, object]:
    given = [(io.BytesIO(content), name, media_type) for content, name, media_type in files]
    return {"data": {"files": given, **more}, "content_type": "multipart/form-data"}


def _newest(firm: World) -> Document:
    with firm.engine.read() as look:
        return look.session.scalars(select(Document).order_by(Document.id.desc())).first()


def _filed(firm: World, browser: Browser, case: Case, content: bytes, name: str) -> Document:
    answer = browser("anna").post(
        f"/cases/{case.number}/documents", **_upload((content, name, "application/octet-stream"))
    )
    assert answer.status_code == 303
    return _newest(firm)


def test_what_is_uploaded_comes_back_to_the_byte_under_its_name(firm: World, browser: Browser, case: Case):
    content = bytes(range(256)) * 1500
    one = _filed(firm, browser, case, content, "Größe €.bin")
    for address in (f"/cases/{case.number}/documents/{one.id}", f"/documents/{one.id}/file"):
        answer = browser("ben").get(address)
        assert answer.data == content
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Content-Length"] == str(len(content))
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        said = answer.headers["Content-Disposition"]
        assert said == "attachment; filename=\"Groe .bin\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%E2%82%AC.bin"
        again = browser("ben").get(address, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("name", ['a"b.txt', "a\r\nX: y.txt", "a;b\\c%41.txt", "\u202etxt.exe", "ä" * 300])
def test_no_name_breaks_out_of_its_header(name: str):
    said = disposition(name, attachment=True)
    assert said.isascii()
    assert "\n" not in said
    assert said.count('"') == 2
    assert "\\" not in said


def test_the_page_of_a_case_lists_its_files_and_a_page_shows_one(firm: World, browser: Browser, case: Case):
    one = _filed(firm, browser, case, "Grüße; <b>x</b>".encode(), "a.csv")
    page = browser("anna").get(f"/cases/{case.number}")
    assert f'href="/documents/{one.id}"' in page.text
    shown = browser("anna").get(f"/documents/{one.id}")
    assert "Grüße; &lt;b&gt;x&lt;/b&gt;" in shown.text


def test_a_mail_is_shown_by_its_head_and_text(firm: World, browser: Browser, case: Case):
    one = _filed(firm, browser, case, mail(subject="Anbei <i>", text="Guten Tag <script>"), "a.eml")
    shown = browser("anna").get(f"/documents/{one.id}").text
    assert "Anbei &lt;i&gt;" in shown
    assert "Guten Tag &lt;script&gt;" in shown


def test_only_what_its_bytes_prove_harmless_is_shown_within_a_page(firm: World, browser: Browser, case: Case):
    image = _filed(firm, browser, case, PNG, "a.html")
    answer = browser("anna").get(f"/documents/{image.id}/shown")
    assert answer.headers["Content-Type"] == "image/png"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    pdf = _filed(firm, browser, case, b"%PDF-1.7 x", "a.txt")
    answer = browser("anna").get(f"/documents/{pdf.id}/shown")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    for content, name in (
        (b"<html><script>alert(1)</script>", "a.png"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "a.png"),
        (PROGRAM, "a.png"),
        (PNG, "a.exe"),
        (b"abc", "a.txt"),
    ):
        one = _filed(firm, browser, case, content, name)
        assert browser("anna").get(f"/documents/{one.id}/shown").status_code == 404
        assert "<iframe" not in browser("anna").get(f"/documents/{one.id}").text


def test_a_program_is_handed_out_only_after_a_warning(firm: World, browser: Browser, case: Case):
    one = _filed(firm, browser, case, PROGRAM, "Rechnung.pdf")
    warned = browser("anna").get(f"/documents/{one.id}/file")
    assert warned.headers["Content-Type"].startswith("text/html")
    assert f"/documents/{one.id}/file?sure=1" in warned.text
    assert browser("anna").get(f"/cases/{case.number}/documents/{one.id}").status_code == 303
    answer = browser("anna").get(f"/documents/{one.id}/file?sure=1")
    assert answer.data == PROGRAM
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_what_is_infected_or_not_scanned_yet_leaves_by_no_door(firm: World, browser: Browser, case: Case):
    one = _filed(firm, browser, case, PNG, "a.png")
    kept = replace(firm.engine.settings.documents, clamd="127.0.0.1:1")
    firm.engine.settings = replace(firm.engine.settings, documents=kept)
    doors = (
        f"/cases/{case.number}/documents/{one.id}",
        f"/documents/{one.id}/file",
        f"/documents/{one.id}/shown",
    )
    for scan, status in ((Scan.UNSCANNED, 409), (Scan.INFECTED, 403)):
        with firm.engine.begin("test") as uow:
            uow.get(Content, one.digest).scan = scan
        for door in doors:
            assert browser("anna").get(door).status_code == status
        with zipfile.ZipFile(
            io.BytesIO(browser("anna").get(f"/customers/{case.customer_id}/documents.zip").data)
        ) as z:
            assert z.namelist() == ["Ausgelassen.txt"]


def test_people_give_versions_names_and_reasons(firm: World, browser: Browser, case: Case):
    one = _filed(firm, browser, case, b"one", "a.txt")
    anna = browser("anna")
    assert (
        anna.post(f"/documents/{one.id}/versions", **_upload((b"two", "b.txt", "text/plain"))).status_code
        == 303
    )
    two = _newest(firm)
    assert (two.version, two.name) == (2, "a.txt")
    stale = anna.post(f"/documents/{one.id}/versions", **_upload((b"3", "b.txt", "text/plain")))
    assert stale.status_code == 409
    assert anna.post(f"/documents/{two.id}", data={"name": "b", "kind": "", "note": "x"}).status_code == 303
    assert _newest(firm).name == "b.txt"
    anna.post(f"/documents/{two.id}", data={"kind": "AB", "numbers": "100235"})
    assert _newest(firm).name == "Beispiel, Mara_AB 100235.txt"
    assert anna.post(f"/documents/{two.id}/remove", data={"why": ""}).status_code == 422
    assert anna.post(f"/documents/{two.id}/remove", data={"why": "doppelt"}).status_code == 303
    for gone in (one, two):
        assert anna.get(f"/documents/{gone.id}").status_code == 404
        assert anna.get(f"/documents/{gone.id}/file").status_code == 404
    assert "doppelt" in anna.get(f"/cases/{case.number}").text


def test_a_customers_files_are_a_folder_and_one_zip_with_safe_names(
    firm: World, browser: Browser, case: Case
):
    evil = ("../../etc/passwd", "C:\\x\\..\\evil.txt", "CON", "a.txt", "A.TXT", "x\u202e\x07.txt")
    with firm.engine.begin("worker") as uow:
        owner = uow.case(case.id)
        for number, name in enumerate(evil):
            documents.attach(uow, owner, documents.Attachment(name, "text/plain", b"%d" % number))
    answer = browser("anna").post(
        f"/customers/{case.customer_id}/documents", **_upload((b"v", "Vertrag.txt", "text/plain"))
    )
    assert answer.status_code == 303
    assert "Vertrag.txt" in browser("anna").get(f"/customers/{case.customer_id}").text
    answer = browser("anna").get(f"/customers/{case.customer_id}/documents.zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        names = archive.namelist()
        assert sorted(archive.read(name) for name in names) == [b"0", b"1", b"2", b"3", b"4", b"5", b"v"]
    with firm.engine.read() as look:
        folder = f"{look.get(Customer, case.customer_id).number} Beispiel, Mara/"
    assert all(name.startswith(folder) and name.count("/") == 1 for name in names)
    assert len({name.casefold() for name in names}) == len(names)
    assert not any(".." in name.split("/") or "\\" in name for name in names)


def test_a_customer_with_many_files_keeps_a_page(firm: World, browser: Browser, case: Case):
    """The limit is of one case; a customer has many. What it holds back is the ZIP alone."""
    _filed(firm, browser, case, b"x" * 100, "a.txt")
    kept = replace(firm.engine.settings.documents, case_limit=50)
    firm.engine.settings = replace(firm.engine.settings, documents=kept)
    page = browser("anna").get(f"/customers/{case.customer_id}")
    assert page.status_code == 200
    assert "a.txt" in page.text
    assert browser("anna").get(f"/customers/{case.customer_id}/documents.zip").status_code == 422


def test_one_damaged_file_does_not_keep_back_the_others(firm: World, browser: Browser, case: Case):
    bad = _filed(firm, browser, case, b"bad", "a.txt")
    _filed(firm, browser, case, b"good", "b.txt")
    with firm.engine.begin("test") as uow:
        uow.session.execute(update(ContentPart).where(ContentPart.digest == bad.digest).values(bytes=b"x"))
    answer = browser("anna").get(f"/customers/{case.customer_id}/documents.zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        left_out = archive.read("Ausgelassen.txt").decode()
        assert [name.rpartition("/")[2] for name in archive.namelist()] == ["b.txt", "Ausgelassen.txt"]
    assert left_out.endswith("/a.txt")


def test_nothing_or_too_much_is_refused_in_plain_words(firm: World, browser: Browser, case: Case):
    kept = replace(firm.engine.settings.documents, file_limit=100_000)
    firm.engine.settings = replace(firm.engine.settings, documents=kept)
    anna, address = browser("anna"), f"/cases/{case.number}/documents"
    for given in (_upload(), _upload((b"x" * 100_001, "a", "a/b"))):
        assert anna.post(address, **given).status_code == 303
    page = anna.get(f"/cases/{case.number}").text
    assert "Dateien auswählen" in page
    assert "höchstens 0 MB" in page
    with firm.engine.read() as look:
        assert look.session.scalars(select(Document)).all() == []


def test_who_may_not_see_a_case_finds_none_of_its_files_at_any_door(
    app: Flask, firm: World, browser: Browser, case: Case
):
    one = _filed(firm, browser, case, PNG, "geheim.png")
    other = firm.receive(mail(message_id="<2@x>", sender="Otto <otto@example.org>"))
    assert other is not None
    assert browser("anna").get(f"/cases/{other.number}/documents/{one.id}").status_code == 404
    deploy_confidential(firm)
    outsider, seen = browser("tom"), 0
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith("agent.") or "document" not in rule.rule:
            continue
        address = (
            rule.rule.replace("<int:document_id>", str(one.id))
            .replace("<number>", case.number)
            .replace("<int:customer_id>", str(case.customer_id))
        )
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            answer = outsider.open(address, method=method, data={"why": "x", "name": "y"})
            seen += 1
            if "customers" in address:
                assert b"geheim" not in answer.data
            else:
                assert answer.status_code == 404, (method, address)
    assert seen >= 8
    assert "geheim" not in outsider.get(f"/customers/{case.customer_id}").text
    assert _newest(firm).name == "geheim.png"
