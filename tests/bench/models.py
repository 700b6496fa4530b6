"""Models for measuring, drawn once for us and once for bare SpiffWorkflow, and the bare engine's own persisted step."""

import warnings
from io import BytesIO
from itertools import pairwise

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

NAMES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)

#: What a case of some days carries.
VARIABLES = {
    "case_no": "C-2030-000017-4",
    "customer": {
        "name": "Erika Mustermann",
        "email": "erika@example.com",
        "status": "regular",
        "since": 2019,
    },
    "subject": "The kettle leaks",
    "text": "Dear all, the kettle that I bought last week leaks at the bottom. " * 8,
    "amount": 129,
    "items": [{"sku": f"A{n}", "quantity": n, "price": 19} for n in range(1, 5)],
    "ok": True,
    "again": False,
}


class Drawing:
    """A model, in our dialect or bare: expressions with `=`, or as Python has them."""

    def __init__(self, *, bare):
        self.bare, self.parts, self.flows = bare, [], 0

    def node(self, kind, node_id, inside="", **attributes):
        extra = "".join(f' {name}="{value}"' for name, value in attributes.items())
        self.parts.append(f'<bpmn:{kind} id="{node_id}" name="{node_id}"{extra}>{inside}</bpmn:{kind}>')
        return node_id

    def user(self, node_id):
        return self.node("userTask", node_id, self._zeebe("<zeebe:userTask/>"))

    def service(self, node_id):
        """Bare, a manual step: the engine would wait for it all the same."""
        if self.bare:
            return self.node("manualTask", node_id)
        return self.node("serviceTask", node_id, self._zeebe(f'<zeebe:taskDefinition type="{node_id}"/>'))

    def timer(self, node_id, host):
        text = '"P3D"' if self.bare else "P3D"
        inside = f"<bpmn:timerEventDefinition><bpmn:timeDuration>{text}</bpmn:timeDuration></bpmn:timerEventDefinition>"
        return self.node("boundaryEvent", node_id, inside, attachedToRef=host, cancelActivity="false")

    def path(self, *node_ids):
        for source, target in pairwise(node_ids):
            self.flow(source, target)

    def flow(self, source, target, condition="", flow_id=""):
        self.flows += 1
        flow_id = flow_id or f"f{self.flows}"
        text = condition if self.bare else f"={condition}"
        inside = (
            f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{text}</bpmn:conditionExpression>'
            if condition
            else ""
        )
        self.parts.append(
            f'<bpmn:sequenceFlow id="{flow_id}" sourceRef="{source}" targetRef="{target}">{inside}</bpmn:sequenceFlow>'
        )

    def subprocess(self, node_id, draw):
        outer, self.parts = self.parts, []
        draw()
        inside, self.parts = "".join(self.parts), outer
        return self.node("subProcess", node_id, inside)

    def text(self):
        process = (
            f'<bpmn:process id="p" name="measured" isExecutable="true">{"".join(self.parts)}</bpmn:process>'
        )
        return f'<bpmn:definitions {NAMES} id="d" targetNamespace="t">{process}</bpmn:definitions>'.encode()

    def _zeebe(self, extension):
        return "" if self.bare else f"<bpmn:extensionElements>{extension}</bpmn:extensionElements>"


def linear(tasks, *, bare=False):
    drawing = Drawing(bare=bare)
    names = [drawing.user(f"task{n}") for n in range(tasks)]
    drawing.path(drawing.node("startEvent", "s"), *names, drawing.node("endEvent", "e"))
    return drawing.text()


def realistic(*, bare=False):
    """49 nodes: three stretches of work with choices, branches, reminders, a way back, and a subprocess."""
    drawing = Drawing(bare=bare)
    last = drawing.node("startEvent", "s")
    for part in ("a", "b", "c"):
        last = _stretch(drawing, part, last)
    drawing.subprocess("sub", lambda: _inside(drawing))
    drawing.path(last, "sub", drawing.user("close"), drawing.node("endEvent", "e"))
    return drawing.text()


def _stretch(drawing, part, before):
    """14 nodes."""

    def name(text):
        return f"{part}_{text}"

    for task in ("read", "decide", "write", "check"):
        drawing.user(name(task))
    for task in ("look_up", "book"):
        drawing.service(name(task))
    for kind, node in (
        ("exclusiveGateway", "which"),
        ("exclusiveGateway", "merge"),
        ("parallelGateway", "fork"),
        ("parallelGateway", "join"),
    ):
        attributes = {"default": name("otherwise")} if node == "which" else {}
        drawing.node(kind, name(node), **attributes)
    drawing.timer(name("late"), name("write"))
    drawing.user(name("remind"))
    drawing.node("endEvent", name("reminded"))
    drawing.node("exclusiveGateway", name("enough"), default=name("on"))
    drawing.path(before, name("read"), name("look_up"), name("which"))
    drawing.flow(name("which"), name("decide"), "amount > 100")
    drawing.flow(name("which"), name("merge"), flow_id=name("otherwise"))
    drawing.path(name("decide"), name("merge"), name("fork"), name("write"), name("join"), name("enough"))
    drawing.path(name("fork"), name("book"), name("join"))
    drawing.path(name("late"), name("remind"), name("reminded"))
    drawing.flow(name("enough"), name("read"), "again")
    drawing.flow(name("enough"), name("check"), flow_id=name("on"))
    return name("check")


def _inside(drawing):
    drawing.path(
        drawing.node("startEvent", "sub_s"), drawing.user("sub_task"), drawing.node("endEvent", "sub_e")
    )


class BareSpiff:
    """SpiffWorkflow 3.2.0 as its manual has it: load its JSON, complete a task, save its JSON."""

    def __init__(self, text):
        parser = BpmnParser()
        parser.add_bpmn_xml(etree.parse(BytesIO(text)))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())
        self.spec, self.inner = parser.get_spec("p"), parser.get_subprocess_specs("p")

    def start(self):
        workflow = BpmnWorkflow(self.spec, self.inner)
        workflow.task_tree.data.update(VARIABLES)
        workflow.do_engine_steps()
        return self.serializer.serialize_json(workflow)

    def step(self, state):
        """The state after the next task; None when the process has ended."""
        workflow = self.serializer.deserialize_json(state)
        ready = [task for task in workflow.get_tasks(state=TaskState.READY) if task.task_spec.manual]
        if not ready:
            return None
        ready[0].data["done"] = ready[0].task_spec.name
        ready[0].run()
        workflow.do_engine_steps()
        return self.serializer.serialize_json(workflow)
