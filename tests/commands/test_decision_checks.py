"""What is certainly wrong with a table keeps it from being deployed; what is worth a look is told beside."""

import pytest

from cpm.commands import definitions
from cpm.commands.definitions import NotDeployed
from cpm.model import Resource, ResourceKind
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
