"""Text blocks: the firm's and the process's, filled in for one customer, and checked when they are deployed."""

from datetime import date
from decimal import Decimal

import pytest

from cpm.commands import definitions, variables
from cpm.commands.definitions import NotDeployed
from cpm.model import Case
from cpm.queries import blocks
from cpm.queries.blocks import Block
from cpm.queries.variables import load
from tests.world import World, mail


def offered(firm: World, case: Case, language: str = "de", search: str = "") -> dict[str, Block]:
    with firm.engine.read() as look:
        return {
            block.key: block for block in blocks.for_case(look, look.get(Case, case.id), language, search)
        }


def findings(firm: World, **files: str) -> list[tuple[str, int | None, str]]:
    named = {f"firm/texts/{language}.toml": text.encode() for language, text in files.items()}
    with pytest.raises(NotDeployed) as refused, firm.engine.begin("designer") as uow:
        definitions.deploy(uow, named)
    assert all(found.german for found in refused.value.findings)
    return [(found.file, found.line, found.reason) for found in refused.value.findings]


def test_a_case_is_offered_what_fits_it_with_its_data(firm: World) -> None:
    case = firm.receive(mail())
    assert case is not None

    german = offered(firm, case)

    assert {"firm_photos", "answer_general", "answer_explain"} <= german.keys()
    assert not {"goodwill_refund", "answer_repair"} & german.keys()
    assert case.number in german["answer_general"].text
    assert german["answer_general"].missing == ()
    assert german["answer_explain"].missing == ("reason",)
    assert "Der Grund: …" in german["answer_explain"].text
    assert offered(firm, case, "en")["answer_general"].title == "Short answer"


def test_what_the_case_comes_to_know_offers_more(firm: World) -> None:
    case = firm.receive(mail())
    assert case is not None
    with firm.engine.begin("anna") as uow:
        here = uow.case(case.id)
        before = load(uow, here)
        new = {"as_goodwill": True, "goodwill_amount": Decimal("1234.5"), "visit_on": date(2026, 3, 2)}
        variables.save(uow, here, before, {**before, "": {**before[""], **new}})

    found = offered(firm, case)

    assert "1.234,50\u00a0€ aus Kulanz" in found["goodwill_refund"].text
    assert "answer_refund" not in found
    assert offered(firm, case, search="gutschein AUSGLEICH").keys() == {"goodwill_voucher"}


def test_texts_are_refused_by_file_and_line(firm: World) -> None:
    german = (
        '[steps.a]\nname = "{{ 1 + 1 }}"\n\n[blocks.b]\ntext = """\nHallo\n{{due|datum}}\n"""\nwhen = "1 +"\n'
    )

    found = findings(firm, de=german)

    assert [(file, line) for file, line, _ in found] == [
        ("firm/texts/de.toml", 2),
        ("firm/texts/de.toml", 7),
        ("firm/texts/de.toml", 9),
    ]
    assert "'datum', which there is not; known: address_block, capital" in found[1][2]


def test_both_languages_say_the_same(firm: World) -> None:
    german = '[blocks.a]\ntext = "{{due}} {{amount}}"\n\n[notices.b]\nsubject = "x"\ntext = "x"\n'
    english = '[blocks.a]\ntext = "{{due}}"\n'

    assert findings(firm, de=german, en=english) == [
        (
            "firm/texts/de.toml",
            2,
            "Expected the same placeholders in both languages, but firm/texts/en.toml lacks amount.",
        ),
        (
            "firm/texts/de.toml",
            6,
            "Expected [notices.b] in both languages, but firm/texts/en.toml has none.",
        ),
    ]


def test_new_texts_of_the_firm_reach_every_process(firm: World) -> None:
    files = {
        f"firm/texts/{language}.toml": b'[blocks.firm_new]\ntext = "{{firm}}"\n' for language in ("de", "en")
    }
    with firm.engine.begin("designer") as uow:
        deployed = definitions.deploy(uow, files)

    assert {"complaint", "approval"} <= {made.key for made in deployed.definitions}
    case = firm.receive(mail())
    assert case is not None
    assert "firm_new" in offered(firm, case)
