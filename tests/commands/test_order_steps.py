"""What the order's steps write into our own tables: the customer once, their status, and the names of files."""

from typing import Any

import pytest
from sqlalchemy import select

from cpm.channels import Attachment
from cpm.commands import addresses, capturing, cases, customers, documents, refiling
from cpm.commands import terms as term_commands
from cpm.commands.customers import Facts
from cpm.connectors import Done, Failed, Outcome
from cpm.model import (
    Address,
    Case,
    Consent,
    Customer,
    CustomerKind,
    CustomerStatus,
    Document,
    Identifier,
    TermKind,
)
from tests.world import World

TYPED = {
    "customer_kind": "company",
    "company_name": "Sonnenhof GmbH",
    "vat_id": "DE136695976",
    "gender_address": "Frau",
    "title": None,
    "first_name": "Eva",
    "last_name": "Sommer",
    "street": "Am Hang 3",
    "postcode": "50939",
    "city": "Köln",
    "country": "DE",
    "phone": "0221 5550100",
    "email": "Einkauf@Sonnenhof.example.com",
    "language": "de",
    "consent_email": True,
    "consent_phone": False,
}


def opened(firm: World, facts: Facts | None = None, **how: Any) -> Case:
    with firm.engine.begin("anna") as uow:
        who = customers.create(uow, facts or Facts(last_name="Sommer"), **how)
        return cases.open_case(
            uow, who, process="order", subject="Module", channel="phone", language="de", data={}
        )


def done(firm: World, case: Case, step: Any, **given: Any) -> dict[str, Any]:
    outcome = tried(firm, case, step, **given)
    assert isinstance(outcome, Done)
    return dict(outcome.variables)


def tried(firm: World, case: Case, step: Any, **given: Any) -> Outcome:
    with firm.engine.begin("cpm work") as uow:
        return step(uow, uow.case(case.id), given)


def of(firm: World, case: Case) -> Customer:
    with firm.engine.read() as look:
        return look.get(Case, case.id).customer


def rows(firm: World, what: Any, customer: Customer) -> list[Any]:
    with firm.engine.read() as look:
        return list(
            look.session.scalars(select(what).where(what.customer_id == customer.id).order_by(what.id))
        )


def test_a_caller_is_asked_only_for_what_nobody_knows(firm: World) -> None:
    case = opened(firm, phone="+49 221 5550100")
    known = done(firm, case, capturing.known)
    assert (known["last_name"], known["phone"], known["street"]) == ("Sommer", "+492215550100", None)
    assert known["customer_complete"] is False

    with firm.engine.begin("anna") as uow:
        addresses.add(uow, of(firm, case).id, addresses.Postal("Am Hang 3", "50939", "Köln"))
    known = done(firm, case, capturing.known)
    assert known["customer_complete"] is True
    assert known["letter_address"] == "Sommer\nAm Hang 3\n50939 Köln"


def test_what_was_captured_is_written_once_with_its_checks(firm: World) -> None:
    case = opened(firm, phone="+49 221 5550100")
    saved = done(firm, case, capturing.save, **TYPED)
    assert (saved["saved"], saved["customer_kind"], saved["email"]) == (
        True,
        "company",
        "einkauf@sonnenhof.example.com",
    )
    assert saved["salutation"] == "Sehr geehrte Frau Sommer,"
    assert saved["letter_address"].splitlines() == [
        "Sonnenhof GmbH",
        "Frau Eva Sommer",
        "Am Hang 3",
        "50939 Köln",
    ]

    again = done(firm, case, capturing.save, **TYPED, same_as=None)

    assert again == saved | {"same_as": None}
    customer = of(firm, case)
    assert (customer.kind, customer.name, customer.last_name) == (
        CustomerKind.COMPANY,
        "Sonnenhof GmbH",
        "Sommer",
    )
    assert sorted((one.kind, one.value) for one in rows(firm, Identifier, customer)) == [
        ("email", "einkauf@sonnenhof.example.com"),
        ("phone", "+492215550100"),
        ("vat_id", "DE136695976"),
    ]
    assert [one.street for one in rows(firm, Address, customer)] == ["Am Hang 3"]
    assert [(one.channel, one.given) for one in rows(firm, Consent, customer)] == [("email", True)]


@pytest.mark.parametrize(
    ("wrong", "german", "english"),
    [
        ({"postcode": "509"}, "fünf Ziffern", "five digits"),
        ({"vat_id": "DE136695977"}, "USt-IdNr.", "VAT number"),
        ({"phone": "555"}, "", ""),
        ({"email": "sonnenhof"}, "E-Mail-Adresse", "address"),
    ],
)
def test_what_does_not_fit_is_told_in_both_languages_and_nothing_is_written(
    firm: World, wrong: dict[str, str], german: str, english: str
) -> None:
    case = opened(firm)
    told = done(firm, case, capturing.save, **TYPED | wrong)

    assert (told["saved"], told["customer_options"]) == (False, [])
    assert german in told["back_note"]
    assert english in told["back_note"].partition(" / ")[2]
    assert of(firm, case).company_name is None


def test_who_is_known_by_the_same_address_is_offered_and_may_be_the_same(firm: World) -> None:
    before = opened(firm, Facts(CustomerKind.COMPANY, company_name="Sonnenhof"), email=TYPED["email"])
    case = opened(firm)
    told = done(firm, case, capturing.save, **TYPED)
    known = of(firm, before)
    assert told["saved"] is False
    assert [option["value"] for option in told["customer_options"]] == [str(known.id), "new"]
    assert told["customer_options"][0]["label"].startswith(f"Sonnenhof ({known.number})")

    told = done(firm, case, capturing.save, **TYPED, same_as=str(known.id))

    assert (told["saved"], told["customer_id"]) == (True, str(known.id))
    assert of(firm, case).id == known.id
    assert of(firm, case).company_name == "Sonnenhof GmbH"


def test_somebody_else_may_share_the_address(firm: World) -> None:
    before = opened(firm, Facts(CustomerKind.COMPANY, company_name="Sonnenhof"), email=TYPED["email"])
    case = opened(firm)
    told = done(firm, case, capturing.save, **TYPED, same_as="new")

    assert told["saved"] is True
    assert of(firm, case).id != of(firm, before).id
    shared = {one.value: one.identifying for one in rows(firm, Identifier, of(firm, case))}
    assert shared["einkauf@sonnenhof.example.com"] is False


def test_who_has_more_cases_is_merged_on_their_page(firm: World) -> None:
    before = opened(firm, email=TYPED["email"])
    case = opened(firm, Facts(last_name="Winter"))
    with firm.engine.begin("anna") as uow:
        cases.open_case(
            uow,
            of(firm, case),
            process="order",
            subject="Noch etwas",
            channel="phone",
            language="de",
            data={},
        )
    told = done(firm, case, capturing.save, **TYPED, same_as=str(of(firm, before).id))

    assert told["saved"] is False
    assert "auf der Kundenseite" in told["back_note"]


def test_a_first_order_makes_a_customer_with_their_business_fields(firm: World) -> None:
    case = opened(firm)
    with firm.engine.begin("otto") as uow:
        term_commands.put(uow, TermKind.BUSINESS_FIELD, "Solar", key="solar")
    for _ in range(2):
        told = done(firm, case, capturing.set_status, status="customer", fields=["solar", "unheard-of"])

    assert told == {"customer_status": "customer", "fields": ["solar"]}
    assert of(firm, case).status == CustomerStatus.CUSTOMER
    assert isinstance(tried(firm, case, capturing.set_status, status="king"), Failed)


def test_where_goods_went_is_kept_once_and_offered_again(firm: World) -> None:
    case = opened(firm)
    done(firm, case, capturing.save, **TYPED)
    site = {"street": "Baustelle 7", "postcode": "50667", "city": "Köln", "country": "DE"}
    assert done(firm, case, capturing.add_address, address=None)["place"] is None
    told = [done(firm, case, capturing.add_address, address=site) for _ in range(2)]

    assert [one["place"] for one in told] == ["2", "2"]
    with firm.engine.read() as look:
        rows = look.session.scalars(select(Address).order_by(Address.id)).all()
    assert [(row.kind, row.street) for row in rows] == [("main", "Am Hang 3"), ("delivery", "Baustelle 7")]
    offered = done(firm, case, capturing.known)["places"]
    assert [one["label"] for one in offered] == ["Am Hang 3, 50939 Köln", "Baustelle 7, 50667 Köln"]
    main = {name: TYPED[name] for name in site}
    assert done(firm, case, capturing.add_address, address=main)["place"] == "1"
    assert isinstance(tried(firm, case, capturing.add_address, address="Köln"), Failed)


def test_a_confirmation_is_named_after_each_invoice_and_keeps_its_old_names(firm: World) -> None:
    case = opened(firm, Facts(CustomerKind.COMPANY, company_name="Sonnenschein AG"))
    with firm.engine.begin("cpm work") as uow:
        name = documents.file_name("AB", "Sonnenschein AG", ["100235"], ending=".pdf")
        made = documents.attach(
            uow, uow.case(case.id), Attachment(name, "application/pdf", b"%PDF-1.7"), kind="AB"
        )
        made.numbers = ["100235"]
        uow.session.flush()
        document = made.id
    for number in ("Re 523", "Re 523", "Re 531"):
        told = done(firm, case, refiling.file, document=document, number=number)

    assert told["document_name"] == "Sonnenschein AG_AB 100235_Re 000523_Re 000531.pdf"
    with firm.engine.read() as look:
        assert look.get(Document, document).aliases == [
            "Sonnenschein AG_AB 100235.pdf",
            "Sonnenschein AG_AB 100235_Re 000523.pdf",
        ]
    other = opened(firm, Facts(last_name="Winter"))
    assert isinstance(tried(firm, other, refiling.file, document=document, number="Re 1"), Failed)
