"""Decisions that use one another's files: found among what is deployed or in force, and kept by the cases that run."""

import pytest
from sqlalchemy import select

from cpm.commands import cases, customers, definitions, process, variables
from cpm.commands.definitions import NotDeployed
from cpm.model import Binding, Case, Definition, Resource, ResourceKind
from cpm.queries import deciding
from tests.unit.dmn.documents import document, fact, literal, needs, table
from tests.world import World

PROCESS = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
             id="d" targetNamespace="urn:test">
  <process id="small" isExecutable="true">
    <startEvent id="begin"/>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="look"/>
    <userTask id="look"><extensionElements><zeebe:userTask/></extensionElements></userTask>
    <sequenceFlow id="f2" sourceRef="look" targetRef="work"/>
    <businessRuleTask id="work"><extensionElements>
      <zeebe:calledDecision decisionId="price" resultVariable="price"/></extensionElements></businessRuleTask>
    <sequenceFlow id="f3" sourceRef="work" targetRef="stay"/>
    <userTask id="stay"><extensionElements><zeebe:userTask/></extensionElements></userTask>
    <sequenceFlow id="f4" sourceRef="stay" targetRef="finish"/>
    <endEvent id="finish"/>
  </process>
</definitions>"""


def named(namespace: str, *elements: str) -> bytes:
    made = document(*elements).replace(b'namespace="n"', f'namespace="{namespace}"'.encode())
    return made.replace(b'"#urn:', b'"urn:')


def tax(rate: str, name: str = "rate") -> bytes:
    return named("urn:tax", literal(name, rate))


def imports(namespace: str, name: str) -> str:
    return f'<import namespace="{namespace}" name="{name}" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'


PRICE = named(
    "urn:price",
    imports("urn:tax", "tax"),
    literal("price", "100 + tax.rate", requires=needs("urn:tax#rate", kind="Decision")),
)
ALL = {"small/small.bpmn": PROCESS, "price.dmn": PRICE, "tax.dmn": tax("19")}


def deploy(firm: World, files: dict[str, bytes]) -> definitions.Deployed:
    with firm.engine.begin("dora") as uow:
        return definitions.deploy(uow, files)


def refusals(firm: World, files: dict[str, bytes]) -> list[str]:
    with firm.engine.begin("dora") as uow, pytest.raises(NotDeployed) as refused:
        definitions.deploy(uow, files)
    return [str(finding) for finding in refused.value.findings]


def opened(firm: World) -> Case:
    with firm.engine.begin("test") as uow:
        customer = customers.of_address(uow, "x@example.org", name="Jonas Probe", language="de")
        case = cases.open_case(
            uow, customer, process="small", subject="x", channel="email", language="de", data={}
        )
        process.start(uow, case)
        return case


def decided(firm: World, decision: str) -> object:
    firm.engine.library.refresh(now=True)
    with firm.engine.read() as uow:
        return deciding.decide(uow, decision, {}).value


def test_a_case_keeps_the_imported_file_that_it_began_with(firm: World) -> None:
    deploy(firm, ALL)
    before = opened(firm)
    changed = deploy(firm, {"tax.dmn": tax("7")})
    after = opened(firm)
    firm.engine.library._bundles.clear()
    for case in (before, after):
        firm.do(case, "look", "anna", {})
    assert [(made.key, made.version) for made in changed.definitions] == [("small", 2)]
    with firm.engine.read() as look:
        found = [variables.load(look, look.get(Case, case.id))[""]["price"] for case in (before, after)]
    assert found == [119, 107]


def test_a_process_binds_what_its_decisions_import_and_nothing_else(firm: World) -> None:
    deploy(firm, {"base.dmn": named("urn:base", literal("b", "19")), "other.dmn": named("urn:o")})
    tax_ = named(
        "urn:tax",
        imports("urn:base", "base"),
        literal("rate", "base.b", requires=needs("urn:base#b", kind="Decision")),
    )
    deploy(firm, {**ALL, "tax.dmn": tax_})
    with firm.engine.read() as uow:
        bound = select(Resource.key).join(Binding).join(Definition).where(Definition.key == "small")
        assert set(uow.session.scalars(bound.where(Resource.kind == ResourceKind.DECISION))) == {
            "price", "tax", "base",
        }  # fmt: skip


def test_what_is_in_force_decides_with_the_imports_in_force(firm: World) -> None:
    deploy(firm, {"tax.dmn": tax("19")})
    deploy(firm, {"price.dmn": PRICE})
    assert decided(firm, "price") == 119
    assert deploy(firm, {"tax.dmn": tax("7")}).definitions == ()
    assert decided(firm, "price") == 107


def test_an_old_version_is_tried_with_the_imports_in_force(firm: World) -> None:
    deploy(firm, {"price.dmn": PRICE, "tax.dmn": tax("19")})
    deploy(firm, {"price.dmn": PRICE.replace(b"100", b"200"), "tax.dmn": tax("7")})
    firm.engine.library.refresh(now=True)
    with firm.engine.read() as uow:
        assert deciding.decide(uow, "price", {}, version=1).value == 107


def test_an_import_that_is_nowhere_is_refused_with_its_line(firm: World) -> None:
    assert refusals(firm, {"price.dmn": PRICE})[0] == (
        "price.dmn:2: Expected a document with the namespace urn:tax to import, but there is none."
    )


def test_a_namespace_that_is_imported_belongs_to_one_file(firm: World) -> None:
    """Nothing is said of those that nobody imports: the Modeler gives all its files the same."""
    deploy(firm, {"tax.dmn": tax("19"), "taxes.dmn": tax("7")})
    both = "tax.dmn: Expected a namespace of its own, because price.dmn imports urn:tax, but taxes.dmn has it too."
    assert refusals(firm, {"price.dmn": PRICE}) == [both]
    deploy(firm, {"price.dmn": PRICE, "taxes.dmn": named("urn:taxes", literal("rate", "7"))})
    assert refusals(firm, {"taxes.dmn": tax("8")}) == [both]


def test_a_new_version_of_an_imported_file_must_suit_those_that_import_it(firm: World) -> None:
    deploy(firm, ALL)
    told = refusals(firm, {"tax.dmn": tax("19", name="quota")})
    assert told[0].startswith("price.dmn:3 price: ")
    assert told[-1].startswith("small/small.bpmn small: Expected decision 'price'")
    assert refusals(firm, {"tax.dmn": named("urn:else", literal("rate", "19"))})[0] == (
        "price.dmn:2: Expected a document with the namespace urn:tax to import, but there is none."
    )
    changed = PRICE.replace(b"rate", b"quota")
    assert len(deploy(firm, {"tax.dmn": tax("19", name="quota"), "price.dmn": changed}).resources) == 2


def test_files_that_would_come_to_import_one_another_in_a_circle_are_refused(firm: World) -> None:
    deploy(firm, {"price.dmn": PRICE, "tax.dmn": tax("19")})
    told = refusals(firm, {"tax.dmn": named("urn:tax", imports("urn:price", "p"), literal("rate", "1"))})
    assert "not to be imported by itself, but it is, or by what it imports" in told[0]


def test_what_is_wrong_with_an_imported_file_is_told_once(firm: World) -> None:
    deploy(firm, ALL)
    told = refusals(firm, {"tax.dmn": tax("19 +")})
    assert [each.partition(": ")[0] for each in told] == ["tax.dmn:2 rate"]


def test_a_steering_table_still_steers_with_what_it_imports(firm: World) -> None:
    """Routing must never fail because a file that it uses was deployed by itself."""
    value = table(
        ["1"], ["value"], [["-", "shared.letter"]], policy="FIRST", id_="customer_value",
        extra=needs("urn:shared#letter", kind="Decision"),
    )  # fmt: skip
    steering = named("urn:value", imports("urn:shared", "shared"), value)
    shared = named("urn:shared", literal("letter", '"B"'))
    deploy(firm, {"customer_value.dmn": steering, "shared.dmn": shared})
    assert decided(firm, "customer_value") == "B"
    [told] = refusals(firm, {"shared.dmn": shared.replace(b'"B"', b"null")})
    assert "to have a last row that matches everything" in told
    asks = named("urn:shared", fact("weather"), literal("letter", '"B"', requires=needs("weather")))
    [told] = refusals(firm, {"shared.dmn": asks})
    assert (
        told
        == "customer_value.dmn: Expected decision customer_value to be given weather, but nobody gives it."
    )
