"""Deploying: all or nothing, by element and line, and what is in force stays so."""

import sys

import pytest
from sqlalchemy import func, select

from cpm.bpmn.findings import Reason
from cpm.commands import cases, customers, definitions, process, tasks
from cpm.errors import Forbidden, Invalid
from cpm.model import Binding, Case, Definition, Resource, ResourceKind, Task, TaskKind, TaskState
from cpm.queries import worklist
from cpm.uow import UnitOfWork
from tests.world import World, mail, shipped

MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
             id="d" targetNamespace="urn:test">
  <process id="small" isExecutable="true">
    <startEvent id="begin"/>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="work"/>
    {work}
    <sequenceFlow id="f2" sourceRef="work" targetRef="finish"/>
    <endEvent id="finish"/>
  </process>
</definitions>"""
USER = '<userTask id="work"><extensionElements><zeebe:userTask/>{more}</extensionElements></userTask>'
SERVICE = '<serviceTask id="work"><extensionElements><zeebe:taskDefinition type="{type}"/>{more}</extensionElements></serviceTask>'
RULE = (
    '<businessRuleTask id="work"><extensionElements>'
    '<zeebe:calledDecision decisionId="none" resultVariable="r"/></extensionElements></businessRuleTask>'
)
CALL = (
    '<callActivity id="work"><extensionElements><zeebe:calledElement processId="none"/>'
    "</extensionElements></callActivity>"
)


def model(work: str) -> dict[str, bytes]:
    return {"small/small.bpmn": MODEL.format(work=work).encode()}


def deploy(firm: World, files: dict[str, bytes]) -> definitions.Deployed:
    with firm.engine.begin("test") as uow:
        return definitions.deploy(uow, files)


def refused(firm: World, files: dict[str, bytes]) -> str:
    with pytest.raises(Invalid) as error:
        deploy(firm, files)
    both = zip(error.value.problems, error.value.problems_de, strict=True)
    assert not [german for english, german in both if english == german or "Expected" in german[1]]
    return "\n".join(sentence for _, sentence in error.value.problems)


def versions(firm: World, process: str) -> list[int]:
    with firm.engine.read() as uow:
        found = select(Definition.version).where(Definition.key == process).order_by(Definition.version)
        return list(uow.session.scalars(found))


def test_the_same_files_again_make_no_new_version(firm: World):
    again = deploy(firm, dict(shipped()))
    assert again == definitions.Deployed((), ())
    assert versions(firm, "complaint") == [1]


def test_a_changed_form_makes_a_new_version_when_its_process_is_deployed(firm: World):
    files = dict(shipped())
    files["complaint/check_facts.form"] = files["complaint/check_facts.form"].replace(b"Danger", b"Hazard")
    changed = deploy(firm, files)
    assert [(resource.kind, resource.key, resource.version) for resource in changed.resources] == [
        (ResourceKind.FORM, "check_facts", 2)
    ]
    assert [(definition.key, definition.version) for definition in changed.definitions] == [("complaint", 2)]


def test_a_changed_table_alone_counts_for_the_next_case(firm: World):
    """Who raises a limit and deploys the table expects it to hold."""
    table = dict(shipped())["goodwill.dmn"]
    assert deploy(firm, {"goodwill.dmn": table}).definitions == ()
    before = firm.receive(mail())
    changed = deploy(firm, {"goodwill.dmn": table + b"\n"})
    assert [(definition.key, definition.version) for definition in changed.definitions] == [
        ("complaint", 2),
        ("dunning", 2),
    ]
    after = firm.receive(mail(message_id="<2@example.org>"))
    assert before.definition_id != after.definition_id


def test_what_a_designer_deployed_overrides_what_is_shipped(firm: World):
    """`cpm init` must not undo it, neither with the same release nor with the next."""
    files = dict(shipped())
    assert _overridden(firm, files) == frozenset()
    with firm.engine.begin("designer") as uow:
        definitions.deploy(uow, {"goodwill.dmn": files["goodwill.dmn"] + b"\n"})
    assert _overridden(firm, files) == {"goodwill.dmn"}


def _overridden(firm: World, files: dict[str, bytes]) -> frozenset[str]:
    with firm.engine.rehearse("test") as uow:
        return definitions.overridden(uow, files)


def test_a_stricter_release_does_not_stop_running_cases(firm: World, monkeypatch: pytest.MonkeyPatch):
    """What was accepted runs on; only what is deployed from now on is held to the new rule."""
    case = firm.receive(mail())

    def refuses_all(process, _known, findings) -> None:
        findings.at_line(process.file, 1, process.id, Reason("Expected nothing at all.", "Nichts geht."))

    monkeypatch.setattr(sys.modules["cpm.bpmn.prepare"], "check", refuses_all)
    firm.engine.library._bundles.clear()
    firm.do(case, "check_facts", "anna", {"cause": "other", "damage_text": "Riss"})
    assert "Expected nothing at all" in refused(firm, model(USER.format(more="")))


def test_a_running_case_stays_on_its_version(firm: World):
    case = firm.receive(mail())
    files = dict(shipped())
    files["complaint/texts/de.toml"] = files["complaint/texts/de.toml"].replace(
        "Sachverhalt prüfen".encode(), "Fakten prüfen".encode()
    )
    deploy(firm, files)
    later = firm.receive(mail(message_id="<2@example.org>", sender="x@example.org"))
    assert (firm.step(case, "check_facts").title_de, firm.step(later, "check_facts").title_de) == (
        "Sachverhalt prüfen",
        "Fakten prüfen",
    )
    assert later.definition_id != case.definition_id


def test_a_process_binds_all_it_needs(firm: World):
    with firm.engine.read() as uow:
        complaint = uow.session.scalars(select(Definition).where(Definition.key == "complaint")).one()
        bound = select(Resource.kind, Resource.key).join(Binding).where(Binding.definition_id == complaint.id)
        keys = {(kind.value, key) for kind, key in uow.session.execute(bound)}
    assert {
        ("process", "complaint"),
        ("process", "approval"),
        ("decision", "goodwill"),
        ("form", "approve"),
    } <= keys
    assert ("decision", "exceptions") not in keys  # steering decisions are asked as they are in force


def test_a_refused_file_changes_nothing_and_names_its_place(firm: World):
    files = model("<choreographyTask id='work'/>")
    files |= {"small/ok.form": b'{"type": "default", "id": "ok", "schemaVersion": 18, "components": []}'}
    told = refused(firm, files)
    assert "small/small.bpmn:7 work" in told
    assert versions(firm, "small") == []
    with firm.engine.read() as uow:
        assert uow.session.scalar(select(func.count()).where(Resource.key == "ok")) == 0


def test_the_version_before_a_refused_one_stays_in_force(firm: World):
    deploy(firm, model(USER.format(more="")))
    refused(firm, model("<choreographyTask id='work'/>"))
    assert versions(firm, "small") == [1]


@pytest.mark.parametrize(
    ("work", "sentence"),
    [
        (USER.format(more='<zeebe:formDefinition formId="none"/>'), "form 'none'"),
        (
            SERVICE.format(type="nowhere.send", more=""),
            "begin with a connector, one of demo, document, erp, notice, smtp",
        ),
        (
            SERVICE.format(
                type="demo.x",
                more='<zeebe:taskHeaders><zeebe:header key="retryBackoff" value="soon"/></zeebe:taskHeaders>',
            ),
            "retryBackoff",
        ),
        (
            RULE,
            "decision 'none'",
        ),
        (
            CALL,
            "process 'none'",
        ),
    ],
    ids=["form", "connector", "backoff", "decision", "process"],
)
def test_what_a_process_needs_must_be_there(firm: World, work: str, sentence: str):
    assert sentence in refused(firm, model(work))


@pytest.mark.parametrize(
    "broken", [b'{"id": "asked", "type": "default", "components": 1}', b'{"id": "asked", ', b"{", b"[]"]
)
def test_a_process_does_not_lack_a_form_that_is_refused_beside_it(firm: World, broken: bytes):
    """One cause, said once; what else the process lacks is said all the same."""
    form = '<zeebe:formDefinition formId="{}"/>'
    files = {**model(USER.format(more=form.format("asked"))), "small/asked.form": broken}
    with firm.engine.read() as look:
        assert {found.file for found in definitions.check(look, files)} == {"small/asked.form"}
    refused(firm, files)
    other = {**model(USER.format(more=form.format("none"))), "small/asked.form": broken}
    assert "form 'none'" in refused(firm, other)


@pytest.mark.parametrize(
    ("file", "content", "sentence"),
    [
        ("small/small.bpmn", b"<!DOCTYPE x [<!ENTITY e 'e'>]><x>&e;</x>", "no document type declaration"),
        ("small/small.bpmn", b"<definitions>", "well-formed XML"),
        ("rules/x.dmn", b"<x/>", "rules/x.dmn"),
        ("small/x.form", b"{", "small/x.form"),
        ("small/texts/de.toml", b"[", "TOML in UTF-8"),
        ("texts.toml", b"", "<process>/texts/<de or en>.toml"),
        ("small/x.py", b"", "ends in .bpmn, .dmn, .form or .toml"),
    ],
)
def test_files_that_are_none_are_refused_by_name(firm: World, file: str, content: bytes, sentence: str):
    assert sentence in refused(firm, {file: content})


def test_a_table_that_cannot_steer_is_refused(firm: World):
    """Routing must never fail when something else has just failed."""
    table = dict(shipped())["exceptions.dmn"]
    assert "answer with remedies as well" in refused(
        firm, {"exceptions.dmn": table.replace(b'name="remedies"', b'name="x"')}
    )
    last = table.rindex(b"<rule id=")
    shorter = table[:last] + table[table.index(b"</rule>", last) + len(b"</rule>") :]
    assert "or a last one that matches everything" in refused(firm, {"exceptions.dmn": shorter})


def test_policies_that_nobody_could_follow_are_refused(firm: World):
    table = dict(shipped())["policies.dmn"]
    for said, instead, why in (
        (b'"warn"', b'"perhaps"', "one of allow, warn, approval, refuse"),
        (b'"management"</text>', b"null</text>", "row 1, to name the team that approves"),
        (b'"supervisor"', b'"boss"', "one of the roles"),
        (b'"allow"', b'"refuse"', "Expected the last row of decision policies to allow"),
        (b'hitPolicy="RULE ORDER"', b'hitPolicy="FIRST"', "all rows that match"),
    ):
        assert why in refused(firm, {"policies.dmn": table.replace(said, instead, 1)})


NAMES = '<zeebe:properties><zeebe:property name="{name}" value="{value}"/></zeebe:properties>'


@pytest.mark.parametrize("name", ["cpm:fourEyes", "cpm:again"])
def test_steps_that_are_not_there_refuse_only_the_file_that_names_them(
    firm: World, monkeypatch: pytest.MonkeyPatch, name: str
):
    """What an earlier release took stands, whatever comes beside it."""
    bad = model(USER.format(more=NAMES.format(name=name, value="nothere")))
    with monkeypatch.context() as earlier:
        earlier.setattr(sys.modules["cpm.commands.named_steps"], "against", lambda *_: [])
        deploy(firm, bad)
    assert "there is no nothere" in refused(firm, bad)
    with firm.engine.read() as look:
        beside = definitions.examine(look, {"small/texts/de.toml": b"[process]\nname = 'Klein'"})
        caller = MODEL.replace('"small"', '"caller"').format(work=CALL.replace("none", "small"))
        calling = definitions.examine(look, {"caller.bpmn": caller.replace('"work"', '"called"').encode()})
    assert (beside.findings, beside.warnings, calling.findings) == ((), (), ())
    assert [(warning.file, warning.element) for warning in calling.warnings] == [("small/small.bpmn", "work")]


def test_four_eyes_look_at_what_people_do(firm: World):
    """No gateway, event or machine is ever done by somebody."""
    assert "there is no finish" in refused(
        firm, model(USER.format(more=NAMES.format(name="cpm:fourEyes", value="finish")))
    )


def test_checking_says_the_same_and_changes_nothing(firm: World):
    files = model("<choreographyTask id='work'/>")
    with firm.engine.read() as uow:
        findings = definitions.check(uow, files)
    assert [str(finding) for finding in findings] == refused(firm, files).split("\n")


def test_what_was_rolled_back_is_not_remembered(firm: World):
    """SQLite gives the id of a rolled-back definition to the next one."""
    with firm.engine.rehearse("test") as uow:
        definitions.deploy(uow, model(USER.format(more="")))
        assert _opened(uow).team == "service"
    deploy(
        firm,
        model(
            '<userTask id="work" name="Other"><extensionElements><zeebe:userTask/></extensionElements></userTask>'
        ),
    )
    with firm.engine.begin("test") as uow:
        assert _opened(uow).title_de == "Other"


def _opened(uow: UnitOfWork) -> Task:
    customer = customers.of_address(uow, "x@example.org", name="Jonas Probe", language="de")
    case = cases.open_case(
        uow, customer, process="small", subject="x", channel="email", language="de", data={}
    )
    process.start(uow, case)
    uow.session.flush()
    return uow.session.scalars(select(Task).where(Task.case_id == case.id, Task.kind == TaskKind.STEP)).one()


def _placed(firm: World, attributes: str) -> Task:
    assignment = f"<zeebe:assignmentDefinition {attributes}/>"
    deploy(firm, model(USER.format(more=assignment)))
    with firm.engine.begin("test") as uow:
        return _opened(uow)


def _may_claim(firm: World, task: Task) -> set[str]:
    found = set()
    for login in ("anna", "fay", "tom", "sue"):
        with firm.engine.rehearse(login) as uow:
            try:
                tasks.claim(uow, task.id)
            except Forbidden:
                continue
            found.add(login)
            assert task.id in {line.id for line in worklist.open_tasks(uow, login, everybody=login == "sue")}
    return found


def test_the_groups_of_the_model_may_take_a_step(firm: World):
    task = _placed(firm, 'candidateGroups="=[&quot;finance&quot;, &quot;field_service&quot;]"')
    assert task.team == "finance"
    assert _may_claim(firm, task) == {"fay", "tom", "sue"}


def test_candidate_users_alone_shut_the_team_out(firm: World):
    assert _may_claim(firm, _placed(firm, 'candidateUsers="tom"')) == {"tom", "sue"}


def test_an_assignee_has_the_step_already(firm: World):
    task = _placed(firm, 'assignee="fay"')
    assert (task.assignee, task.state) == ("fay", TaskState.CLAIMED)


def test_people_nobody_knows_become_an_incident_beside_the_step(firm: World):
    task = _placed(firm, 'assignee="=&quot;ghost&quot;" candidateGroups="nowhere"')
    assert (task.team, task.assignee) == ("service", None)
    with firm.engine.read() as uow:
        incident = firm.incident(uow.get(Case, task.case_id))
    assert incident.code == "unknown_people"
    assert "team 'nowhere'" in incident.message
    assert "user 'ghost'" in incident.message


def pools(*processes: str) -> dict[str, bytes]:
    inside = "".join(
        f'<process id="{name}" isExecutable="true"><startEvent id="s{name}"/>'
        f'<sequenceFlow id="f{name}" sourceRef="s{name}" targetRef="e{name}"/><endEvent id="e{name}"/></process>'
        for name in processes
    )
    head = (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="urn:test">'
    )
    return {"pools.bpmn": f"{head}{inside}</definitions>".encode()}


def test_every_pool_of_a_file_is_a_process_of_its_own(firm: World):
    """BPMN 2.0.2, 9.3; one that the next version of the file leaves out stays as it was."""
    deployed = deploy(firm, pools("ordering", "delivery"))
    assert [made.key for made in deployed.definitions] == ["ordering", "delivery"]
    assert [made.key for made in deploy(firm, pools("ordering", "returns")).definitions] == [
        "ordering",
        "returns",
    ]
    with firm.engine.read() as look:
        assert look.session.scalar(select(func.count()).where(Definition.key == "delivery")) == 1


def test_bpmns_own_called_element_binds_a_process_but_not_a_global_task(firm: World):
    """BPMN 2.0.2, 10.3.6: a global task is part of the file."""
    calls = "".join(
        f'<callActivity id="{called}_called" calledElement="t:{called}"/>' for called in ("delivery", "g")
    )
    (drawn,) = pools("ordering", "delivery").values()
    drawn = drawn.replace(b'<endEvent id="eordering"/>', f'<endEvent id="eordering"/>{calls}'.encode())
    drawn = drawn.replace(b'targetRef="eordering"', b'targetRef="delivery_called"', 1)
    flows = b'<sequenceFlow id="x" sourceRef="delivery_called" targetRef="g_called"/>'
    flows += b'<sequenceFlow id="y" sourceRef="g_called" targetRef="eordering"/>'
    drawn = drawn.replace(b'<endEvent id="eordering"/>', flows + b'<endEvent id="eordering"/>')
    drawn = drawn.replace(b"</definitions>", b'<globalTask id="g"/></definitions>')
    deployed = deploy(firm, {"pools.bpmn": drawn})
    with firm.engine.read() as look:
        program = firm.engine.library.bundle(look.session, deployed.definitions[0].id).program
    assert program.called == {"delivery"}
    assert "g" in program.elements
