"""Reads the `zeebe` extensions of an element, and refuses those that would not have their effect here."""

from collections.abc import Callable

from lxml import etree

from cpm.bpmn import binding, not_here
from cpm.bpmn.findings import Findings, Reason, Said, secret
from cpm.bpmn.formula import Formula
from cpm.bpmn.model import Extensions
from cpm.bpmn.reading import properties
from cpm.bpmn.xmlnames import BPMN, FOREIGN_ENGINES, ZEEBE, flag, local

JOBS = {"serviceTask", "sendTask", "scriptTask", "businessRuleTask", "intermediateThrowEvent", "endEvent"}
PERSONS = {"userTask"}
MAPPED = {
    *JOBS,
    *PERSONS,
    "receiveTask",
    "callActivity",
    "subProcess",
    "adHocSubProcess",
    "transaction",
    "intermediateCatchEvent",
    "boundaryEvent",
    "startEvent",
}

#: What the key of a form begins with that lies in its process (docs.camunda.io, "User task forms").
EMBEDDED = "camunda-forms:bpmn:"

#: zeebe element -> (where it may stand; None for anywhere, its attributes)
KNOWN: dict[str, tuple[set[str] | None, set[str]]] = {
    "ioMapping": (MAPPED, set()),
    "taskHeaders": (JOBS | PERSONS, set()),
    "properties": (None, set()),
    "taskDefinition": (JOBS, {"type", "retries"}),
    "userTask": (PERSONS, set()),
    "formDefinition": (PERSONS, {"formId", "formKey", "externalReference", *binding.ATTRIBUTES}),
    "userTaskForm": ({"process"}, {"id"}),
    "assignmentDefinition": (PERSONS, {"assignee", "candidateGroups", "candidateUsers"}),
    "taskSchedule": (PERSONS, {"dueDate", "followUpDate"}),
    "priorityDefinition": (PERSONS, {"priority"}),
    "calledDecision": ({"businessRuleTask"}, {"decisionId", "resultVariable", *binding.ATTRIBUTES}),
    "script": ({"scriptTask"}, {"expression", "resultVariable"}),
    "calledElement": (
        {"callActivity"},
        {"processId", "propagateAllChildVariables", "propagateAllParentVariables", *binding.ATTRIBUTES},
    ),
    "subscription": ({"message"}, {"correlationKey"}),
    "loopCharacteristics": (
        {"multiInstanceLoopCharacteristics"},
        {"inputCollection", "inputElement", "outputCollection", "outputElement"},
    ),
    "adHoc": ({"adHocSubProcess"}, {"activeElementsCollection", "outputCollection", "outputElement"}),
    "conditionalFilter": ({"conditionalEventDefinition"}, {"variableNames", "variableEvents"}),
    "versionTag": ({"process"}, {"value"}),
}


def find(owner: etree._Element, name: str) -> etree._Element | None:
    """The element's `zeebe` extension of that name."""
    return owner.find(f"{BPMN}extensionElements/{ZEEBE}{name}")


def read_extensions(owner: etree._Element, file: str, findings: Findings) -> Extensions:
    found = Extensions()
    _refuse_foreign(owner, file, findings)
    container = owner.find(f"{BPMN}extensionElements")
    for element in container if container is not None else ():
        if not str(element.tag).startswith(ZEEBE):
            continue  # another tool's notes
        if _admit(element, owner, file, findings) and (read := _READERS.get(local(element))):
            read(found, element, _Formulas(file, element, findings))
    return found


def _refuse_foreign(owner: etree._Element, file: str, findings: Findings) -> None:
    """An extension of another engine would silently lose its effect."""
    names = [str(name) for name in owner.attrib]
    names += [str(e.tag) for e in owner.iterfind(f"{BPMN}extensionElements/*")]
    for name in names:
        if name.startswith(tuple(f"{{{space}}}" for space in FOREIGN_ENGINES)):
            word = name.rpartition("}")[2]
            findings.at(
                file,
                owner,
                Reason(
                    f"Expected extensions of Camunda 8 (zeebe), but {word!r} belongs to another engine.",
                    f"{word!r} gehört zu einer anderen Engine; hier wirken die Erweiterungen von Camunda 8 (zeebe).",
                ),
            )


def _admit(element: etree._Element, owner: etree._Element, file: str, findings: Findings) -> bool:
    name, where = local(element), local(owner)
    if name not in KNOWN:
        findings.at(file, element, not_here.unknown(name))
        return False
    places, attributes = KNOWN[name]
    if places is not None and where not in places:
        findings.at(file, element, not_here.misplaced(name, where, places))
        return False
    for attribute in sorted(map(str, set(element.attrib) - attributes)):
        findings.at(file, element, without(f"zeebe:{name}", attribute))
    wrong = binding.problem(element) if attributes >= binding.ATTRIBUTES else None
    if wrong is not None:
        findings.at(file, element, wrong)
    return True


def without(what: str, attribute: str) -> Reason:
    """An attribute that nothing reads."""
    return Reason(
        f"Expected {what} without {attribute!r}, but that is set; it has no effect here.",
        f"{attribute!r} an {what} hat hier keine Wirkung und muss weg.",
    )


class _Formulas:
    """Reads an extension element's attributes as formulas, with findings where they do not parse."""

    def __init__(self, file: str, element: etree._Element, findings: Findings) -> None:
        self.file, self.element, self.findings = file, element, findings

    def get(self, name: str) -> Formula | None:
        text = self.element.get(name)
        tag = local(self.element)
        what = Said(f"{name} of zeebe:{tag}", f"{name} in zeebe:{tag}")
        return self.findings.formula(self.file, self.element, text, what) if text and text.strip() else None

    def must(self, name: str) -> str | None:
        if text := (self.element.get(name) or "").strip():
            return text
        tag = local(self.element)
        self.refuse(
            Reason(f"Expected zeebe:{tag} with {name}, but there is none.", f"In zeebe:{tag} fehlt {name}.")
        )
        return None

    def name(self, attribute: str, *, needed: bool = True) -> str | None:
        """Fixed text: an id or a variable."""
        text = self.must(attribute) if needed else self.element.get(attribute)
        if text and text.startswith("="):
            self.refuse(not_fixed(attribute, text))
        return text

    def bound(self, attribute: str) -> str | None:
        """The address of a decision, form or process."""
        name = self.name(attribute)
        return name and binding.address(name, self.element)

    def refuse(self, reason: Reason) -> None:
        self.findings.at(self.file, self.element, reason)


def not_fixed(attribute: str, text: str) -> Reason:
    return Reason(
        f"Expected a fixed {attribute}, but {text!r} is an expression.",
        f"{attribute} ist ein fester Text, {text!r} ist ein Ausdruck.",
    )


_UNMAPPED = Reason(
    "Expected inputs with a target, and outputs with source and target, but one is not so.",
    "Eine Eingabezuordnung braucht ein Ziel, eine Ausgabezuordnung Quelle und Ziel; einer fehlt etwas.",
)


def _io_mapping(found: Extensions, element: etree._Element, at: _Formulas) -> None:
    """An input without a source is null, as templates leave it that nobody has filled in (Zeebe)."""
    for mapping in element:
        target = mapping.get("target")
        source = mapping.get("source", "=null" if local(mapping) == "input" else None)
        where = {"input": found.inputs, "output": found.outputs}.get(local(mapping))
        if where is None or not target or source is None:
            at.refuse(_UNMAPPED)
            continue
        what = Said(f"the mapping to {target!r}", f"Zuordnung zu {target!r}")
        formula = at.findings.formula(at.file, mapping, source, what)
        where.append((target, formula))


def _task_headers(found: Extensions, element: etree._Element, at: _Formulas) -> None:
    """Without key or value it is none, as in Zeebe."""
    headers = {header.get("key", ""): header.get("value", "") for header in element}
    found.headers = {key: value for key, value in headers.items() if key and value}
    for key, value in found.headers.items():
        if reason := not_here.header(key) or secret(value):
            at.refuse(reason)


def _properties(found: Extensions, element: etree._Element, at: _Formulas) -> None:
    found.properties = {entry.get("name", ""): entry.get("value", "") for entry in element}
    holder = element.getparent()
    owner = None if holder is None else holder.getparent()
    for name, value in found.properties.items():
        for reason in properties.problems(name, value, "" if owner is None else local(owner)):
            at.refuse(reason)


def _task_definition(found: Extensions, _element: etree._Element, at: _Formulas) -> None:
    at.must("type")
    found.task_type, found.retries = at.get("type"), at.get("retries")


def _user_task(found: Extensions, _element: etree._Element, _at: _Formulas) -> None:
    found.user_task = True


def _form(found: Extensions, element: etree._Element, at: _Formulas) -> None:
    """By its id, or by the key of one that lies in the process. What another application draws is nothing for us."""
    key = element.get("formKey") or element.get("externalReference")
    if key is None:
        found.form_id = at.bound("formId")
    elif key.startswith(EMBEDDED):
        found.form_id = key
    else:
        at.refuse(
            Reason(
                f"Expected a form that is drawn here, by its formId, but {key!r} names one of another application.",
                f"{key!r} nennt ein Formular einer anderen Anwendung; hier gezeichnete Formulare stehen in formId.",
            )
        )


def _embedded_form(found: Extensions, element: etree._Element, at: _Formulas) -> None:
    if name := at.must("id"):
        found.embedded[EMBEDDED + name] = element.text or ""


def _assignment(found: Extensions, _element: etree._Element, at: _Formulas) -> None:
    found.assignee, found.groups, found.users = (
        at.get("assignee"),
        at.get("candidateGroups"),
        at.get("candidateUsers"),
    )


def _schedule(found: Extensions, _element: etree._Element, at: _Formulas) -> None:
    found.due, found.follow_up = at.get("dueDate"), at.get("followUpDate")


def _priority(found: Extensions, _element: etree._Element, at: _Formulas) -> None:
    found.priority = at.get("priority")


def _called_decision(found: Extensions, _element: etree._Element, at: _Formulas) -> None:
    found.decision, found.result = at.bound("decisionId"), at.name("resultVariable")


def _script(found: Extensions, element: etree._Element, at: _Formulas) -> None:
    found.result = at.name("resultVariable")
    if text := at.must("expression"):
        found.script = at.findings.expression(at.file, element, text, Said("the script", "Skript"))


def _called_element(found: Extensions, element: etree._Element, at: _Formulas) -> None:
    found.process = at.name("processId") and binding.called(element)
    found.all_in = flag(element, "propagateAllParentVariables", default=True)
    found.all_out = flag(element, "propagateAllChildVariables", default=True)


def _version_tag(found: Extensions, element: etree._Element, _at: _Formulas) -> None:
    found.version_tag = element.get("value")


_READERS: dict[str, Callable[[Extensions, etree._Element, _Formulas], None]] = {
    "ioMapping": _io_mapping,
    "taskHeaders": _task_headers,
    "properties": _properties,
    "taskDefinition": _task_definition,
    "userTask": _user_task,
    "formDefinition": _form,
    "userTaskForm": _embedded_form,
    "assignmentDefinition": _assignment,
    "taskSchedule": _schedule,
    "priorityDefinition": _priority,
    "calledDecision": _called_decision,
    "script": _script,
    "calledElement": _called_element,
    "versionTag": _version_tag,
}
