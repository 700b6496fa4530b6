"""What is certainly wrong with a table keeps it from being deployed; what is worth a look is told beside."""

import json

import pytest

from cpm.commands import definitions
from cpm.commands.definitions import NotDeployed
from cpm.model import Resource, ResourceKind
from tests.unit.bpmn.drawing import decision, end, model, node, path, start, user
from tests.unit.dmn.documents import document, fact, needs, table
from tests.world import World

FACTS = [fact("kind", type_="string"), fact("amount", type_="number")]


def rebate(*rules: list[str], policy: str = "FIRST") -> dict[str, bytes]:
    rows = table(
        ["kind", "amount"], ["o"], list(rules), policy=policy, id_="rebate", extra=needs("kind", "amount")
    )
    return {"rebate.dmn": document(*FACTS, rows)}


@pytest.mark.parametrize(
    ("rules", "policy", "says"),
    [
        ([["gold", "-", "1"]], "FIRST", "“gold” is none"),
        ([["5", "-", "1"]], "FIRST", "Expected a text as the column has it"),
        ([["-", "-", "strin(1)"]], "FIRST", "did you mean “string”?"),
        ([["-", "[10..5]", "1"]], "FIRST", "turn it round"),
        ([["-", "&lt; 5", "1"], ['"a"', "-", "2"]], "UNIQUE", 'kind = "a", amount = 4'),
    ],
)
def test_what_is_certainly_wrong_is_refused_in_the_readers_language(
    firm: World, rules: list[list[str]], policy: str, says: str
) -> None:
    with firm.engine.begin("dora") as uow, pytest.raises(NotDeployed) as refused:
        definitions.deploy(uow, rebate(*rules, policy=policy))

    [(file, reason)] = refused.value.problems
    [(_, german)] = refused.value.problems_de
    assert file == "rebate.dmn"
    assert says in reason
    assert "Regel" in german


def test_what_is_worth_a_look_is_told_and_deployed(firm: World) -> None:
    with firm.engine.begin("dora") as uow:
        deployed = definitions.deploy(uow, rebate(["-", "-", "1"], ['"a"', "-", "2"]))
        examined = definitions.examine(uow, rebate(['"a"', "-", "2"]))

    [warning] = deployed.warnings
    assert [made.key for made in deployed.resources] == ["rebate"]
    assert warning.told("de").startswith("rebate.dmn:5: rebate, Regel 2: Diese Regel kommt nie zum Zug")
    assert examined.findings == ()
    assert 'kind = "other"' in examined.warnings[0].reason


def test_what_an_earlier_release_took_stays_in_force(firm: World) -> None:
    """A check that comes later is for later deployments: what runs must go on."""
    [(file, content)] = rebate(["-", "&lt; 5", "1"], ["-", "&lt; 7", "2"], policy="UNIQUE").items()
    with firm.engine.begin("dora") as uow:
        uow.session.add(
            Resource(
                kind=ResourceKind.DECISION, key="rebate", version=1, file=file, content=content,
                digest="0", deployed_at=uow.now, deployed_by="dora",
            )
        )  # fmt: skip

    firm.engine.library.refresh(now=True)

    model = firm.engine.library.steering("rebate")
    assert model is not None
    with firm.engine.begin("dora") as uow:
        assert definitions.examine(uow, {}).findings == ()


def test_a_name_that_nothing_gives_is_told_of_a_form_and_a_table_that_a_process_uses(firm: World) -> None:
    """Else a misspelt field is null for ever, and nobody hears why."""
    field = {"type": "number", "key": "amount", "label": "Betrag", "conditional": {"hide": "=ammount > 5"}}
    more = {
        "type": "expression",
        "key": "total",
        "expression": '=amount * (if language = "de" then 1 else 2)',
    }
    form = json.dumps({"id": "asked_form", "type": "default", "components": [field, more]}).encode()
    rule = node("businessRuleTask", "rate", zeebe=decision("rebate", "rate"))
    ask = user("ask", zeebe='<zeebe:formDefinition formId="asked_form"/>')
    asking = model(start(), ask, rule, end(), path("s", "ask", "rate", "e"))
    files = {"asking.bpmn": asking, "asked.form": form}
    files["rebate.dmn"] = rebate(["-", "-", "1"])["rebate.dmn"].replace(b"kind", b"tierr")
    with firm.engine.read("dora") as uow:
        told = {(each.file, each.element): each for each in definitions.examine(uow, files).warnings}
        alone = definitions.examine(uow, {"asked.form": form})

    assert told.keys() == {("asked.form", "amount"), ("rebate.dmn", "rebate")}
    assert "Expected ammount to be a field of the form" in told["asked.form", "amount"].because("en")
    assert "gemeint ist vielleicht „amount“" in told["asked.form", "amount"].because("de")
    assert "tierr kommt in keinem Prozess" in told["rebate.dmn", "rebate"].because("de")
    assert not alone.findings
    assert not alone.warnings, "its process may come later"
