"""Which version an element means: in force at deployment, the latest, or the newest with a tag (as in Camunda 8)."""

from itertools import pairwise

import pytest
from sqlalchemy import select

from cpm.commands import cases, customers, definitions, process, tasks
from cpm.commands.definitions import NotDeployed
from cpm.model import Case, Task, Variable
from cpm.uow import UnitOfWork
from tests.world import World

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="urn:test">'
)
TABLE = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'id="t" name="t" namespace="urn:price"><decision id="price" name="price"><extensionElements>{tag}</extensionElements>'
    '<variable name="price"/><literalExpression><text>"{says}"</text></literalExpression></decision></definitions>'
)


def tag(value: str | None) -> str:
    return f'<zeebe:versionTag value="{value}"/>' if value else ""


def table(says: str, tagged: str | None = None) -> dict[str, bytes]:
    return {"prices.dmn": TABLE.format(tag=tag(tagged), says=says).encode()}


def form(label: str, tagged: str | None = None) -> dict[str, bytes]:
    version = f'"versionTag": "{tagged}", ' if tagged else ""
    field = f'{{"type": "textfield", "key": "{label}", "label": "{label}"}}'
    return {"said.form": f'{{"type": "default", "id": "said", {version}"components": [{field}]}}'.encode()}


def line(key: str, *steps: str, extensions: str = "") -> dict[str, bytes]:
    names = ["s", *(step.partition('id="')[2].partition('"')[0] for step in steps), "e"]
    flows = "".join(
        f'<sequenceFlow id="f{n}" sourceRef="{one}" targetRef="{other}"/>'
        for n, (one, other) in enumerate(pairwise(names))
    )
    inside = f'<extensionElements>{extensions}</extensionElements><startEvent id="s"/>{"".join(steps)}<endEvent id="e"/>{flows}'
    return {
        f"{key}.bpmn": f'{HEAD}<process id="{key}" isExecutable="true">{inside}</process></definitions>'.encode()
    }


def step(kind: str, node: str, zeebe: str) -> str:
    return f'<{kind} id="{node}"><extensionElements>{zeebe}</extensionElements></{kind}>'


def bound(binding: str) -> str:
    kind, _, value = binding.partition("=")
    return f'bindingType="{kind}"' + (f' versionTag="{value}"' if value else "")


def wait(node: str = "wait") -> str:
    return step("userTask", node, "<zeebe:userTask/>")


def decide(binding: str) -> str:
    return step(
        "businessRuleTask",
        "decide",
        f'<zeebe:calledDecision decisionId="price" resultVariable="found" {bound(binding)}/>',
    )


def ask(binding: str) -> str:
    return step("userTask", "ask", f'<zeebe:userTask/><zeebe:formDefinition formId="said" {bound(binding)}/>')


def deploy(firm: World, *files: dict[str, bytes]) -> None:
    with firm.engine.begin("cpm test") as uow:
        definitions.deploy(uow, {name: data for each in files for name, data in each.items()})
    firm.engine.library.refresh(now=True)


def opened(firm: World, key: str) -> Case:
    with firm.engine.begin("cpm test") as uow:
        customer = customers.of_address(uow, "x@example.org", name="Jonas Probe", language="de")
        about = {"process": key, "subject": "x", "channel": "email", "language": "de"}
        case = cases.open_case(uow, customer, **about, data={})
        process.start(uow, case)
        return case


def go_on(firm: World, case: Case) -> None:
    with firm.engine.begin("sue") as uow:
        (task,) = at(uow, case)
        tasks.claim(uow, task.id)
        tasks.complete(uow, task.id, {})


def at(uow: UnitOfWork, case: Case) -> list[Task]:
    open_ones = select(Task).where(Task.case_id == case.id, Task.state.in_(("ready", "claimed")))
    return list(uow.session.scalars(open_ones))


def found(firm: World, case: Case) -> object:
    with firm.engine.read() as look:
        same = (Variable.case_id == case.id, Variable.name == "found", Variable.until.is_(None))
        return look.session.scalar(select(Variable.value).where(*same))


@pytest.mark.parametrize(
    ("binding", "says"), [("deployment", "second"), ("latest", "third"), ("versionTag=v1", "first")]
)
def test_a_decision_is_of_the_version_that_the_binding_means(firm: World, binding: str, says: str):
    deploy(firm, table("first", "v1"))
    deploy(firm, table("second"))
    deploy(firm, line("asking", wait(), decide(binding), wait("after")))
    case = opened(firm, "asking")
    deploy(firm, table("third"))
    go_on(firm, case)
    assert found(firm, case) == says


@pytest.mark.parametrize(
    ("binding", "label"), [("deployment", "second"), ("latest", "third"), ("versionTag=v1", "first")]
)
def test_a_form_is_of_the_version_that_the_binding_means(firm: World, binding: str, label: str):
    """The latest is that of the moment when the step begins: a form does not change under somebody's hands."""
    deploy(firm, form("first", "v1"))
    deploy(firm, form("second"))
    deploy(firm, line("asking", wait(), ask(binding)))
    case = opened(firm, "asking")
    deploy(firm, form("third"))
    go_on(firm, case)
    deploy(firm, form("fourth"))
    with firm.engine.read() as look:
        (task,) = at(look, look.get(Case, case.id))
        shown = look.form(task)
        assert shown is not None
        assert [field.key for field in shown.fields] == [label]


@pytest.mark.parametrize(
    ("binding", "step_name"), [("deployment", "new"), ("latest", "new"), ("versionTag=v1", "old")]
)
def test_a_called_process_is_of_the_version_that_the_binding_means(firm: World, binding: str, step_name: str):
    deploy(firm, line("child", wait("old"), extensions=tag("v1")))
    deploy(firm, line("child", wait("new")))
    call = step("callActivity", "call", f'<zeebe:calledElement processId="child" {bound(binding)}/>')
    deploy(firm, line("parent", call))
    case = opened(firm, "parent")
    with firm.engine.read() as look:
        assert [task.element for task in at(look, look.get(Case, case.id))] == [step_name]


def test_the_newest_of_several_with_a_tag_counts(firm: World):
    deploy(firm, table("first", "v1"))
    deploy(firm, table("second", "v1"))
    deploy(firm, table("third", "v2"))
    deploy(firm, line("asking", decide("versionTag=v1"), wait()))
    assert found(firm, opened(firm, "asking")) == "second"


def test_a_version_that_is_deployed_together_may_be_the_one_with_the_tag(firm: World):
    deploy(firm, table("first", "v1"), line("asking", decide("versionTag=v1"), wait()))
    assert found(firm, opened(firm, "asking")) == "first"


@pytest.mark.parametrize("kind", [decide, ask])
def test_a_tag_that_nothing_has_is_missed(firm: World, kind):
    with pytest.raises(NotDeployed) as refused:
        deploy(firm, table("first"), form("first"), line("asking", kind("versionTag=v9")))
    (finding,) = refused.value.findings
    assert "with the version tag 'v9' to be deployed" in finding.reason


def test_a_called_process_that_is_missed_hides_nothing_else(firm: World):
    call = step("callActivity", "c", '<zeebe:calledElement processId="gone"/>')
    broken = step("serviceTask", "nobody", "")
    with pytest.raises(NotDeployed) as refused:
        deploy(firm, line("caller", call, broken))
    call, nobody = refused.value.findings
    assert call.element == "c"
    assert "process 'gone' to be deployed before or with this one" in call.reason
    assert nobody.element == "nobody"
