"""Letters of a process: checked when they are deployed, made by `document.render`, kept on the case."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from cpm.commands import addresses, cases, customers, definitions, documents, process
from cpm.commands.addresses import Postal
from cpm.commands.customers import Facts
from cpm.commands.definitions import NotDeployed
from cpm.model import Case, CustomerKind, Document, Incident
from cpm.queries import task, variables
from tests.world import World, mail

MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
             id="d" targetNamespace="urn:test">
  <process id="small" isExecutable="true">
    <startEvent id="begin"/>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="letter"/>
    <serviceTask id="letter"><extensionElements>
      <zeebe:taskDefinition type="document.render"/>
      <zeebe:ioMapping>
        <zeebe:input source="=&quot;confirmation&quot;" target="template"/>
        <zeebe:input source="=form" target="format"/>
        <zeebe:input source="=language" target="language"/>
        <zeebe:input source="=&quot;AB&quot;" target="kind"/>
        <zeebe:input source="=&quot;100235&quot;" target="number"/>
        <zeebe:input source="={lines: lines, deliver_on: deliver_on}" target="values"/>
        <zeebe:output source="=document" target="letter_id"/>
      </zeebe:ioMapping>
    </extensionElements></serviceTask>
    <sequenceFlow id="f2" sourceRef="letter" targetRef="work"/>
    <userTask id="work"><extensionElements><zeebe:userTask/></extensionElements></userTask>
    <sequenceFlow id="f3" sourceRef="work" targetRef="finish"/>
    <endEvent id="finish"/>
  </process>
</definitions>"""
GERMAN = """#import "cpm.typ": *
#set document(title: "Bestätigung", date: auto)
#set page(footer: context [Seite #counter(page).display()])
Lieferung bis #value("deliver_on|long_date"), Vorgang #value("case_no")
#table(columns: 3, table.header[Nr.][Ware][Preis], ..rows("lines", "nr", "product", "price").flatten())
"""
LETTERS = {
    "small/small.bpmn": MODEL,
    "small/letters/confirmation.de.typ": GERMAN,
    "small/letters/confirmation.en.typ": GERMAN.replace("Lieferung bis", "Delivery by"),
    "small/letters/confirmation.de.toml": 'title = "Posten"\nrows = "lines"\n[[columns]]\nheading = "Ware"\nvalue = "product"\n',
    "small/letters/confirmation.en.toml": 'title = "Items"\nrows = "lines"\n[[columns]]\nheading = "Item"\nvalue = "product"\n',
}
LINES = [{"product": "Wärmepumpe {{ 7*7 }} #read", "price": Decimal("12345.5")}]


def deploy(firm: World, files: dict[str, str]) -> None:
    with firm.engine.begin("designer") as uow:
        definitions.deploy(uow, {name: content.encode() for name, content in files.items()})


def findings(firm: World, files: dict[str, str]) -> list[tuple[str, int | None, str]]:
    with pytest.raises(NotDeployed) as refused:
        deploy(firm, files)
    assert all(found.german for found in refused.value.findings)
    return [(found.file, found.line, found.reason) for found in refused.value.findings]


def opened(firm: World, **data: Any) -> Case:
    with firm.engine.begin("anna") as uow:
        customer = customers.create(uow, Facts(CustomerKind.COMPANY, company_name="Musterbau GmbH"))
        known = {"form": "pdf", "language": "de", "deliver_on": date(2026, 11, 21), "lines": LINES, **data}
        case = cases.open_case(
            uow, customer, process="small", subject="Auftrag", channel="phone", language="de", data=known
        )
        process.start(uow, case)
        return case


def kept(firm: World, case: Case) -> list[tuple[Document, bytes]]:
    with firm.engine.read() as look:
        found = look.session.scalars(select(Document).where(Document.case_id == case.id)).all()
        return [(each, documents.content(look, each)) for each in found]


def test_a_step_makes_a_pdf_and_learns_its_id(firm: World) -> None:
    deploy(firm, LETTERS)
    case = opened(firm, lines=LINES * 60)
    firm.drain()

    [(document, content)] = kept(firm, case)

    assert (document.name, document.kind, document.media_type) == (
        "Musterbau GmbH_AB 100235.pdf",
        "AB",
        "application/pdf",
    )
    with firm.engine.read() as look:
        assert variables.of_case(look, look.get(Case, case.id))["letter_id"] == document.id
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
    assert len(pages) > 1
    assert "21.\u00a0November 2026" in pages[0]
    assert "Wärmepumpe {{ 7*7 }} #read" in pages[0]
    assert "12.345,50\u00a0€" in pages[-1]
    assert "Seite 2" in pages[1]


def test_a_table_becomes_csv(firm: World) -> None:
    deploy(firm, LETTERS)
    case = opened(firm, form="csv", language="en", lines=[{"product": "=1+1"}, {"product": "+49 221"}])
    firm.drain()

    [(_, content)] = kept(firm, case)

    assert content.decode("utf-8-sig").splitlines()[0] == "Item"
    assert "\r\n=" not in content.decode()


@pytest.mark.parametrize(
    ("data", "code"), [({"deliver_on": None}, "missing_field"), ({"language": "fr"}, "template_error")]
)
def test_a_letter_that_cannot_be_made_goes_to_somebody(firm: World, data: dict[str, Any], code: str) -> None:
    deploy(firm, LETTERS)
    case = opened(firm, **data)
    firm.drain()

    with firm.engine.read() as look:
        [incident] = look.session.scalars(select(Incident).where(Incident.case_id == case.id))
    assert (incident.connector, incident.code) == ("document", code)
    assert kept(firm, case) == []


def test_letters_are_refused_by_file_and_line(firm: World) -> None:
    deploy(firm, LETTERS)

    assert findings(firm, {"small/letters/confirmation.de.typ": f'{GERMAN}\n#value("deliver_on|datum")'})[0][
        :2
    ] == (
        "small/letters/confirmation.de.typ",
        7,
    )
    assert findings(firm, {"small/letters/confirmation.de.typ": f"{GERMAN}\n#let x = ("})[0][1] == 7
    assert findings(firm, {"small/letters/confirmation.de.typ": '#import "@preview/cetz:0.3.0"'})[0][1] == 1
    [lacking] = findings(firm, {"small/letters/confirmation.de.typ": f'{GERMAN}\n#value("place")'})
    assert "lacks place" in lacking[2]
    [lonely] = findings(firm, {"small/letters/other.de.txt": "Hallo"})
    assert "no other.en.txt" in lonely[2]
    [strange] = findings(firm, {"small/letters/Other.typ": "Hallo"})
    assert "named like" in strange[2]
    [orphan] = findings(firm, {"none/letters/a.typ": "Hallo"})
    assert "no process none" in orphan[2]


def test_a_letter_is_made_with_its_sample_data_before_it_is_deployed(firm: World) -> None:
    deploy(firm, LETTERS)

    found = findings(
        firm, {"small/letters/confirmation.json": '{"case_no": "C-1", "deliver_on": "2026-11-21"}'}
    )

    assert {name for name, _, _ in found} == {
        "small/letters/confirmation.de.typ",
        "small/letters/confirmation.en.typ",
    }
    assert all("lines is missing" in reason for _, _, reason in found)


def test_an_answer_by_letter_is_a_pdf_to_print(firm: World) -> None:
    """Of the shipped complaint, once the customer has an address; until then the answer is asked for again, with its text."""
    case = firm.receive(mail(subject="Riss im Kessel"))
    assert case is not None
    firm.drain()
    firm.do(case, "check_facts", "anna", {"cause": "other", "damage_text": "Riss im Kessel", "safety": False})
    firm.do(case, "decide_remedy", "anna", {"remedy": "explain", "reason": "Der Riss ist nur im Lack."})
    answer = {
        "answer_channel": "letter",
        "subject": "Ihr Kessel, nachgesehen",
        "answer": "Der Riss ist nur im Lack.",
    }
    firm.do(case, "write_answer", "anna", answer)
    firm.drain()
    assert (firm.at(case), kept(firm, case)) == (["write_answer"], [])

    with firm.engine.begin("anna") as uow:
        place = addresses.add(uow, case.customer_id, Postal("Am Hang 3", "50939", "Köln"))
    firm.do(case, "write_answer", "anna", answer)
    firm.drain()

    assert firm.at(case) == ["print_and_post"]
    [(document, content)] = kept(firm, case)
    assert document.name == f"{case.number}.pdf"
    [page] = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
    for words in ("Am Hang 3", "50939 Köln", "Ihr Kessel, nachgesehen", "Der Riss ist nur im Lack."):
        assert words in page

    with firm.engine.begin("anna") as uow:
        addresses.unreachable(uow, case.customer_id, place.id, "Umzug")
    firm.do(case, "print_and_post", "anna", {"posted_failed": True})
    firm.do(case, "write_answer", "anna", answer | {"answer": "Wir tauschen ihn."})
    firm.drain()
    [(again, content)] = [each for each in kept(firm, case) if each[0].current]
    assert (again.name, again.version) == (document.name, 2)
    assert "Wir tauschen ihn." in PdfReader(io.BytesIO(content)).pages[0].extract_text()
    with firm.engine.read("anna") as look:
        fields = task.view(look, firm.step(case, "print_and_post").id, "de").fields
    assert [one["files"] for one in fields if "files" in one] == [
        [(str(again.id), document.name, "application/pdf")]
    ]
    assert "Am Hang 3 (Umzug)" in " ".join(str(one["label"]) for one in fields)
