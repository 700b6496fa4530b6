"""Files that a step asks for: brought with its form without JavaScript, or named by their numbers; they lie with the case."""

import io
import json
import re
from dataclasses import replace

import pytest
from lxml import html
from sqlalchemy import select

from cpm.commands import definitions, documents, tasks
from cpm.commands.definitions import NotDeployed
from cpm.errors import Invalid
from cpm.model import Case, Content, Document, Scan, Task
from cpm.queries import journal, variables
from tests.commands.conversing import open_case
from tests.web.conftest import Browser
from tests.world import World

MODEL = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="urn:test">
  <process id="looking" name="Ansehen" isExecutable="true">{more}
    <startEvent id="begin"/><sequenceFlow id="f1" sourceRef="begin" targetRef="enter"/>
    <userTask id="enter" name="Fotos"><extensionElements><zeebe:userTask/>
      <zeebe:formDefinition formId="photos"/></extensionElements></userTask>
    <sequenceFlow id="f2" sourceRef="enter" targetRef="look"/>
    <userTask id="look" name="Ansehen"><extensionElements><zeebe:userTask/>
      <zeebe:formDefinition formId="shown"/></extensionElements></userTask>
    <sequenceFlow id="f3" sourceRef="look" targetRef="done"/><endEvent id="done"/>
  </process>
</definitions>"""
WEB = '<extensionElements><zeebe:properties><zeebe:property name="cpm:webform" value="photos"/></zeebe:properties></extensionElements>'
PICKER = {
    "type": "filepicker",
    "key": "photos",
    "label": "Fotos",
    "multiple": True,
    "accept": ".txt,image/*",
    "validate": {"required": True},
}
NOTE = {"type": "textfield", "key": "note", "label": "Notiz", "validate": {"required": True}}
SUMMED = {"type": "group", "id": "told", "properties": {"cpm:summary": "true"}, "components": [PICKER]}
SHOWN = {"type": "documentPreview", "id": "seen", "label": "Fotos", "dataSource": "=photos"}
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def form(id_: str, *components: object) -> bytes:
    return json.dumps({"id": id_, "type": "default", "components": components}).encode()


def deployed(firm: World, *more: object, web: str = "") -> None:
    files = {
        "looking.bpmn": MODEL.replace("{more}", web).encode(),
        "shown.form": form("shown", SUMMED, SHOWN),
    }
    with firm.engine.begin("cpm test") as uow:
        definitions.deploy(uow, {**files, "photos.form": form("photos", PICKER, NOTE, *more)})


@pytest.fixture
def case(firm: World) -> Case:
    deployed(firm)
    return open_case(firm, "looking")


@pytest.fixture
def task(firm: World, case: Case) -> Task:
    task = firm.step(case, "enter")
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, task.id)
    return task


def address(task: Task, case: Case) -> str:
    return f"/cases/{case.number}/tasks/{task.id}"


def sent(*files: tuple[bytes, str], **typed: object) -> dict[str, object]:
    asked = ["", "photos", "note"]
    given = [(io.BytesIO(content), name, "application/octet-stream") for content, name in files]
    data = {"_asked": asked, "_file.photos": given, **typed}
    return {"data": data, "content_type": "multipart/form-data"}


def filed(firm: World) -> list[Document]:
    with firm.engine.read() as look:
        return list(look.session.scalars(select(Document).order_by(Document.id)))


def ticked(page: str) -> list[str]:
    return html.document_fromstring(page).xpath("//input[@name='photos' and @checked]/@value")


def test_files_are_kept_though_another_field_does_not_fit_and_need_not_be_chosen_again(
    firm: World, browser: Browser, case: Case, task: Task
):
    anna, at = browser("anna"), address(task, case)
    assert 'enctype="multipart/form-data"' in anna.get(at).text
    refused = anna.post(at, **sent((PNG, "door.png"), (b"Text", "a.txt")))
    assert refused.status_code == 422
    [door, text] = filed(firm)
    assert (door.name, door.case_id, door.added_by) == ("door.png", case.id, "anna")
    assert ticked(refused.text) == [str(door.id), str(text.id)]
    assert anna.post(at, **sent(note="passt", photos=[str(door.id)])).status_code == 303
    with firm.engine.read("anna") as look:
        facts = {"fileName": "door.png", "contentType": "image/png", "size": len(PNG)}
        held = {"documentId": str(door.id), "metadata": facts}
        assert variables.of_case(look, case)["photos"] == [held]
        told = [text for entry in journal.journal(look, case.id).entries for _, text in entry.details]
        assert "door.png" in told
    assert "door.png" in anna.get(f"/cases/{case.number}").text
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, firm.step(case, "look").id)
    shown = anna.get(address(firm.step(case, "look"), case)).text
    summed = html.document_fromstring(shown).xpath("//section[contains(@class, 'summed')]//dd/a")
    assert [(link.text, link.get("href")) for link in summed] == [("door.png", f"/documents/{door.id}")]
    assert f'src="/documents/{door.id}/shown"' in shown
    assert f'href="/documents/{door.id}"' in shown


def test_a_page_that_is_sent_twice_brings_its_file_once(
    firm: World, browser: Browser, case: Case, task: Task
):
    for _ in range(2):
        assert browser("anna").post(address(task, case), **sent((PNG, "door.png"))).status_code == 422
    assert len(filed(firm)) == 1


def test_a_file_is_kept_with_a_draft_and_one_that_is_refused_keeps_nothing_else_from_it(
    firm: World, browser: Browser, case: Case, task: Task
):
    part = {"headers": {"CPM-Kept": "part"}}
    data = sent((PNG, "door.png"), (b"%PDF-1.7", "bill.pdf"), note="klemmt")
    kept = browser("anna").post(f"{address(task, case)}/draft", **data, **part)
    assert kept.status_code == 200
    assert "„bill.pdf“ ist etwas anderes." in kept.text
    [door] = filed(firm)
    [made] = html.fragment_fromstring(kept.text, "p").xpath(".//input[@data-file]")
    assert (made.get("name"), made.get("value"), made.get("form")) == ("photos", str(door.id), "step-form")
    page = browser("anna").get(address(task, case)).text
    assert ticked(page) == [str(door.id)]
    assert 'value="klemmt"' in page


def test_what_the_field_does_not_take_is_told_at_the_field(
    firm: World, browser: Browser, case: Case, task: Task
):
    page = browser("anna").post(address(task, case), **sent((b"%PDF-1.7", "bill.pdf"), note="x"))
    assert page.status_code == 422
    assert "nimmt nur .txt, Bilder; „bill.pdf“ ist etwas anderes." in page.text
    renamed = browser("anna").post(
        address(task, case), **sent((b"MZ" + b"\0" * 60, "a.txt"), (b"%PDF-1.7", "b.txt"), note="x")
    )
    for name in ("a.txt", "b.txt"):
        assert f"„{name}“ ist etwas anderes." in renamed.text
    assert filed(firm) == []
    assert ticked(page.text) == []
    both = browser("anna").post(address(task, case), **sent((b"%PDF-1.7", "bill.pdf"), (PNG, "door.png")))
    assert "„bill.pdf“ ist etwas anderes." in both.text
    [door] = filed(firm)
    assert ticked(both.text) == [str(door.id)]
    none = browser("anna").post(address(task, case), **sent(note="x"))
    assert "Bitte bei „Fotos“ eine Datei auswählen." in none.text


def test_a_file_that_is_too_large_or_empty_is_refused_at_its_field(
    firm: World, browser: Browser, case: Case, task: Task, monkeypatch: pytest.MonkeyPatch
):
    limits = replace(firm.engine.settings.documents, file_limit=10)
    monkeypatch.setattr(firm.engine, "settings", replace(firm.engine.settings, documents=limits))
    page = browser("anna").post(address(task, case), **sent((PNG, "door.png"), note="x"))
    assert page.status_code == 422
    assert "„door.png“ darf höchstens 0 MB haben" in page.text
    none = browser("anna").post(address(task, case), **sent((b"", "note.txt"), note="x"))
    assert "„note.txt“ ist leer." in none.text
    assert 'href="#f-photos"' in page.text
    assert filed(firm) == []


def test_programs_name_files_by_their_numbers_and_only_those_of_the_case(firm: World, case: Case, task: Task):
    other = open_case(firm, "looking")
    with firm.engine.begin("anna") as uow:
        mine = documents.add(
            uow, uow.case(case.id), io.BytesIO(b"Text"), name="a.txt", media_type="text/plain"
        )
        theirs = documents.add(
            uow, uow.case(other.id), io.BytesIO(b"Text"), name="b.txt", media_type="text/plain"
        )
        uow.session.flush()
        numbers = mine.id, theirs.id
    for wrong in ([numbers[1]], [10**9], "x", [numbers[0], {"documentId": "1" * 40}]):
        with pytest.raises(Invalid) as refused, firm.engine.begin("anna") as uow:
            tasks.complete(uow, task.id, {"note": "x", "photos": wrong})
        assert [key for key, _ in refused.value.problems] == ["photos"]
    with firm.engine.begin("anna") as uow:
        tasks.complete(uow, task.id, {"note": "x", "photos": [numbers[0]]})


def test_a_file_with_a_virus_is_none(firm: World, case: Case, task: Task):
    with firm.engine.begin("anna") as uow:
        mine = documents.add(
            uow, uow.case(case.id), io.BytesIO(b"Text"), name="a.txt", media_type="text/plain"
        )
        uow.session.flush()
        uow.get(Content, mine.digest).scan = Scan.INFECTED
        number = mine.id
    with pytest.raises(Invalid), firm.engine.begin("anna") as uow:
        tasks.complete(uow, task.id, {"note": "x", "photos": [number]})


def test_nobody_brings_a_file_to_a_case_that_is_not_theirs_to_see(
    firm: World, browser: Browser, case: Case, task: Task
):
    assert browser("otto").post(address(task, case), **sent((PNG, "door.png"))).status_code == 403
    elsewhere = address(task, open_case(firm, "looking"))
    assert browser("anna").post(elsewhere, **sent((PNG, "door.png"))).status_code == 404
    assert filed(firm) == []


def test_a_name_that_no_file_picker_has_brings_nothing(firm: World, browser: Browser, case: Case, task: Task):
    given = {
        "_file.note": (io.BytesIO(b"x"), "x.txt"),
        "_file.a.b.c": (io.BytesIO(b"x"), "x.txt"),
        "_asked": "",
    }
    answer = browser("anna").post(address(task, case), data=given, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert filed(firm) == []


def test_files_stand_in_rows_too(firm: World, browser: Browser):
    rows = {"type": "dynamiclist", "path": "lines", "label": "Schäden", "allowAddRemove": True,
            "components": [{**PICKER, "key": "photo", "label": "Foto", "multiple": False}]}  # fmt: skip
    deployed(firm, rows)
    case = open_case(firm, "looking")
    task = firm.step(case, "enter")
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, task.id)
    at = address(task, case)
    page = browser("anna").get(at).text
    assert 'name="_file.lines.n0.photo"' in page
    data = sent(
        (b"Text", "a.txt"),
        note="x",
        _rows="lines.n0",
        **{"_file.lines.n0.photo": [(io.BytesIO(PNG), "p.png")]},
    )
    data["data"]["_asked"] = re.findall(r'name="_asked" value="([^"]*)"', page)
    assert browser("anna").post(at, **data).status_code == 303
    with firm.engine.read("anna") as look:
        [row] = variables.of_case(look, case)["lines"]
    assert [each["metadata"]["fileName"] for each in row["photo"]] == ["p.png"]


def test_a_form_that_hides_itself_is_not_put_in_force(firm: World):
    with pytest.raises(NotDeployed) as refused:
        deployed(firm, {**NOTE, "key": "why", "conditional": {"hide": "=why = null"}})
    [found] = [each for each in refused.value.findings if each.element == "why"]
    assert found.file == "photos.form"
    assert "Eine Bedingung darf nicht von dem abhängen, was sie ausblendet" in found.told("de")


def test_customers_are_asked_for_no_files(firm: World):
    email = {
        "type": "textfield",
        "key": "email",
        "label": "E-Mail",
        "validate": {"required": True, "validationType": "email"},
    }
    text = {"type": "textarea", "key": "text", "label": "Text", "validate": {"required": True}}
    with pytest.raises(NotDeployed) as refused:
        deployed(firm, email, text, web=WEB)
    assert any("customers send files with a mail" in each.reason for each in refused.value.findings)
