"""What is not valid BPMN 2.0.2 is refused, wherever in the file it stands, with the section that it breaks."""

import pytest

from cpm.bpmn import prepare
from rules.xml import Refused
from tests.unit.bpmn.drawing import (
    DECLARED,
    TERMINATE,
    boundary,
    catch,
    compensate,
    end,
    escalation,
    flow,
    message,
    model,
    node,
    path,
    start,
    throw,
    timer,
    user,
    xor,
)

BASE = start() + user("a") + end() + path("s", "a", "e")


def refusals(*parts, **options):
    """Of a file with these parts beside a sound process."""
    with pytest.raises(Refused) as caught:
        prepare({"m.bpmn": model(BASE, *parts, **{"declared": DECLARED, **options})})
    return caught.value.findings


def assert_refused(findings, element, section, words):
    (found,) = [each for each in findings if words in each.reason]
    assert found.element == element
    assert found.line
    assert found.reason.endswith(f" (BPMN 2.0.2, {section})")
    assert found.german.endswith(f" (BPMN 2.0.2, {section})")
    assert "Expected" not in found.german


SCHEMA = [
    (user("x", color="red"), "10.3.3", "attributes that BPMN has there, but 'color'"),
    (node("event", "x"), "10.2", "in process what BPMN has there, but 'event' is not"),
    (node("robotTask", "x"), "10.2", "but 'robotTask' is not"),
    (user("x", triggeredByEvent="true"), "10.3.3", "but 'triggeredByEvent' is none"),
    ('<bpmn:userTask id="x"><bpmn:laneSet/></bpmn:userTask>', "10.3.3", "but 'laneSet' is not"),
    ('<bpmn:userTask id="x"><bpmn:flowNodeRef>a</bpmn:flowNodeRef></bpmn:userTask>', "10.3.3", "'flowNodeRef'"),
    ('<other:task xmlns:other="urn:other" id="x"/>', "8.3.3", "'task' is of 'urn:other'"),
    ('<task xmlns="" id="x"/>', "8.3.3", "'task' is of ''"),
    ('<bpmn:dataObject id="x" isCollection="yes"/>', "10.4.1", "isCollection to be true or false"),
    (node("userTask", "x", '<bpmn:standardLoopCharacteristics loopMaximum="many"/>'), "10.3.8", "loopMaximum to be a whole number"),
    (xor("x", gatewayDirection="Both"), "10.6.2", "one of Unspecified, Converging, Diverging, Mixed"),
    ('<bpmn:association id="x" sourceRef="a" targetRef="e" associationDirection="Two"/>', "8.4.1", "one of None, One"),
    ('<bpmn:association id="x" sourceRef="a"/>', "8.4.1", "association with targetRef"),
    ('<bpmn:userTask id="x y"/>', "10.3.3", "id to be a name of letters"),
    ('<bpmn:userTask id="1"/>', "10.3.3", "id to be a name of letters"),
    ('<bpmn:userTask id="x"><bpmn:ioSpecification/></bpmn:userTask>', "10.4.1", "ioSpecification with inputSet"),
    (
        '<bpmn:userTask id="x"><bpmn:ioSpecification/><bpmn:ioSpecification/></bpmn:userTask>',
        "10.3.3",
        "one ioSpecification in userTask",
    ),
    ('<bpmn:textAnnotation id="x"><bpmn:text/><bpmn:text/></bpmn:textAnnotation>', "8.4.1", "one text in"),
    ('<bpmn:userTask id="x"><bpmn:documentation/>stray</bpmn:userTask>', "10.3.3", "no text between the elements in userTask"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "section", "words"), SCHEMA)
def test_what_the_schema_does_not_allow_is_refused(text, section, words):
    name = text.partition('id="')[2].partition('"')[0]
    element = "p" if "xmlns" in text and 'id="x"' not in text else name
    assert_refused(refusals(text), element, section, words)


BESIDE = [
    ('<bpmn:message id="x" code="1"/>', "8.4.11", "but 'code' is none"),
    ('<bpmn:error id="x"><bpmn:userTask id="y"/></bpmn:error>', "8.4.3", "but 'userTask' is not"),
    ('<bpmn:interface id="x" name="i"/>', "8.5.1", "interface with operation"),
    ('<bpmn:resource id="x"/>', "8.4.12", "resource with name"),
    ('<bpmn:itemDefinition id="x" itemKind="Thing"/>', "8.4.10", "one of Information, Physical"),
    ('<bpmn:message id="x" itemRef="nothing"/>', "8.4.11", "(itemDefinition), but 'nothing' is none"),
    ('<bpmn:message id="x" itemRef="m1"/>', "8.4.11", "(itemDefinition), but 'm1' is none"),
    ('<bpmn:process id="x" isExecutable="false" processType="Secret"/>', "10.2", "one of None, Public, Private"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "section", "words"), BESIDE)
def test_what_is_declared_beside_the_process_is_valid_too(text, section, words):
    assert_refused(refusals(declared=text + DECLARED), "x", section, words)


def test_an_id_is_no_longer_than_an_index_holds():
    """Ids are parts of jobs' keys: one with thousands of characters would stop a signal for everybody."""
    found = next(each for each in refusals(user("x" * 201)) if "characters" in each.reason)
    assert "at most 200 characters" in found.reason
    assert "höchstens 200 Zeichen" in found.german


def test_definitions_name_their_namespace():
    text = model(BASE).replace(b' targetNamespace="t"', b"")
    with pytest.raises(Refused) as caught:
        prepare({"m.bpmn": text})
    assert_refused(caught.value.findings, "d_p", "8.2.1", "definitions with targetNamespace")


def text_in(tag, content, **attributes):
    return node(tag, "x", content, **attributes)


DANGLING = [
    ('<bpmn:association id="x" sourceRef="a" targetRef="gone"/>', "8.4.1", "targetRef"),
    ('<bpmn:association id="x" sourceRef="gone" targetRef="a"/>', "8.4.1", "sourceRef"),
    ('<bpmn:group id="x" categoryValueRef="gone"/>', "8.4.1", "categoryValueRef"),
    ('<bpmn:group id="x" categoryValueRef="a"/>', "8.4.1", "categoryValueRef"),
    ('<bpmn:dataObjectReference id="x" dataObjectRef="gone"/>', "10.4.1", "dataObjectRef"),
    ('<bpmn:dataStoreReference id="x" dataStoreRef="gone"/>', "10.4.1", "dataStoreRef"),
    ('<bpmn:dataObject id="x" itemSubjectRef="gone"/>', "10.4.1", "itemSubjectRef"),
    (text_in("userTask", "<bpmn:incoming>gone</bpmn:incoming>"), "10.3.3", "incoming"),
    (text_in("userTask", "<bpmn:outgoing>a</bpmn:outgoing>"), "10.3.3", "outgoing"),
    (
        text_in("userTask", "<bpmn:dataInputAssociation><bpmn:sourceRef>a</bpmn:sourceRef></bpmn:dataInputAssociation>"),
        "10.4.1",
        "sourceRef",
    ),
    (
        text_in("userTask", "<bpmn:dataOutputAssociation><bpmn:targetRef>b</bpmn:targetRef></bpmn:dataOutputAssociation>"),
        "10.4.1",
        "targetRef",
    ),
    (node("serviceTask", "x", operationRef="gone"), "10.3.3", "operationRef"),
    ('<bpmn:laneSet id="ls"><bpmn:lane id="x"><bpmn:flowNodeRef>gone</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>', "10.8", "flowNodeRef"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "section", "reference"), DANGLING)
def test_a_reference_names_what_is_there(text, section, reference):
    assert_refused(refusals(text), "x", section, f"Expected {reference} to name an element of this file")


def test_a_reference_may_have_the_prefix_of_the_file():
    """QNames: that of the target namespace is this file, another is a file that is not here."""
    here = '<bpmn:association id="x" xmlns:tns="t" sourceRef="tns:a" targetRef="tns:e"/>'
    there = (
        '<bpmn:dataObject id="x" xmlns:xsd="http://www.w3.org/2001/XMLSchema" itemSubjectRef="xsd:string"/>'
    )
    nowhere = '<bpmn:dataObject id="x" itemSubjectRef="unknown:string"/>'
    prepare({"m.bpmn": model(BASE, here)})
    prepare({"m.bpmn": model(BASE, there)})
    assert_refused(refusals(nowhere), "x", "10.4.1", "'unknown:string' is none")


def drawn(process_id, *parts):
    """A process that does not run."""
    return f'<bpmn:process id="{process_id}" isExecutable="false">{"".join(parts)}</bpmn:process>'


def test_what_is_only_drawn_need_not_run_but_its_references_hold():
    """A pool beside ours: whatever tasks, events and gateways it shows, none has to work here."""
    other = drawn(
        "q", node("serviceTask", "b"), node("complexGateway", "g"), node("endEvent", "f"), flow("b", "g")
    )
    prepare({"m.bpmn": model(BASE, declared=other)})
    bad = drawn("q", node("serviceTask", "b"), flow("b", "gone", flow_id="x"))
    assert_refused(refusals(declared=bad), "x", "8.4.13", "targetRef to name an element of this file")
    bad = drawn("q", node("boundaryEvent", "x", attachedToRef="gone"))
    assert_refused(refusals(declared=bad), "x", "10.5.4", "attachedToRef to name an element of this file")


def listing(way, flow_id):
    return f"<bpmn:{way}>{flow_id}</bpmn:{way}>"


def test_incoming_and_outgoing_agree_with_the_flows():
    sound = (
        start("s", listing("outgoing", "f1"))
        + user("a", listing("incoming", "f1"), listing("outgoing", "f2"))
        + end("e", listing("incoming", "f2"))
        + flow("s", "a", flow_id="f1")
        + flow("a", "e", flow_id="f2")
    )
    prepare({"m.bpmn": model(sound)})
    for wrong, element, words in (
        (
            sound.replace(listing("incoming", "f2"), listing("incoming", "f1")),
            "e",
            "a flow whose targetRef is 'e'",
        ),
        (
            sound.replace(listing("outgoing", "f2"), listing("outgoing", "f1")),
            "a",
            "a flow whose sourceRef is 'a'",
        ),
        (sound.replace(listing("outgoing", "f2"), ""), "f2", "to name it as outgoing"),
        (sound.replace(listing("incoming", "f1"), ""), "f1", "to name it as incoming"),
    ):
        with pytest.raises(Refused) as caught:
            prepare({"m.bpmn": model(wrong)})
        assert_refused(caught.value.findings, element, "8.4.7", words)


PARTNERS = '<bpmn:participant id="us" processRef="p"/><bpmn:participant id="them"/>'


def pools(*parts):
    return f'<bpmn:collaboration id="c">{PARTNERS}{"".join(parts)}</bpmn:collaboration>'


def message_flow(source, target):
    return f'<bpmn:messageFlow id="x" sourceRef="{source}" targetRef="{target}"/>'


POOLS = [
    (message_flow("a", "gone"), "9.4", "targetRef to name an element of this file"),
    (message_flow("gone", "a"), "9.4", "sourceRef to name an element of this file"),
    (message_flow("a", "e"), "9.4", "between two pools"),
    (message_flow("us", "a"), "9.4", "between two pools"),
    (message_flow("them", "them"), "9.4", "between two pools"),
    (message_flow("s", "them"), "9.4", "an event that sends messages"),
    (message_flow("them", "e"), "9.4", "an event that waits for messages"),
    (message_flow("them", "g"), "9.4", "targetRef to name an element of this file"),
    ('<bpmn:participant id="x" processRef="gone"/>', "9.3.1", "processRef"),
    (
        '<bpmn:participant id="x"><bpmn:participantMultiplicity minimum="3" maximum="2"/></bpmn:participant>',
        "9.3.1",
        "from 3 to 2",
    ),
    (
        '<bpmn:participant id="x"><bpmn:participantMultiplicity minimum="-1"/></bpmn:participant>',
        "9.3.1",
        "from -1 to 1",
    ),
]


@pytest.mark.parametrize(("text", "section", "words"), POOLS)
def test_message_flows_go_from_pool_to_pool(text, section, words):
    gateway = xor("g") + path("a", "g", "e")
    assert_refused(refusals(gateway, declared=pools(text) + DECLARED), "x", section, words)


def lanes(*nodes, inside=""):
    entries = "".join(f"<bpmn:flowNodeRef>{name}</bpmn:flowNodeRef>" for name in nodes)
    return f'<bpmn:lane id="x">{entries}{inside}</bpmn:lane>'


def test_a_lane_holds_elements_of_its_process_and_shares_none():
    twice = f'<bpmn:laneSet id="ls"><bpmn:lane id="l"><bpmn:flowNodeRef>a</bpmn:flowNodeRef></bpmn:lane>{lanes("a")}</bpmn:laneSet>'
    assert_refused(refusals(twice), "x", "10.8", "'a' in one lane, but it is in two")
    other = drawn("q", f'<bpmn:laneSet id="ls">{lanes("a")}</bpmn:laneSet>')
    assert_refused(refusals(declared=other), "x", "10.8", "elements of its own process, but 'a' is none")
    nested = lanes(
        "a",
        inside='<bpmn:childLaneSet id="cl"><bpmn:lane id="l"><bpmn:flowNodeRef>a</bpmn:flowNodeRef></bpmn:lane></bpmn:childLaneSet>',
    )
    prepare({"m.bpmn": model(f'<bpmn:laneSet id="ls">{nested}</bpmn:laneSet>', BASE)})


def test_what_the_modeler_draws_beside_a_process_is_let_be():
    """Several pools, one without a process, notes, groups, data: as Camunda Modeler writes them."""
    beside = (
        pools(
            '<bpmn:messageFlow id="f1" sourceRef="them" targetRef="s"/>',
            '<bpmn:messageFlow id="f2" sourceRef="a" targetRef="them"/>',
        )
        + '<bpmn:category id="cat"><bpmn:categoryValue id="cv" value="Checks"/></bpmn:category>'
        + drawn("other", start("os"), node("task", "ot"), flow("os", "ot"))
    )
    notes = (
        '<bpmn:textAnnotation id="t"><bpmn:text>Note</bpmn:text></bpmn:textAnnotation>'
        '<bpmn:association id="as" associationDirection="None" sourceRef="t" targetRef="a"/>'
        '<bpmn:group id="gr" categoryValueRef="cv"/><bpmn:dataStoreReference id="ds" name="Shop"/>'
        '<bpmn:dataObjectReference id="dor" name="Order" dataObjectRef="do"/><bpmn:dataObject id="do"/>'
    )
    stored = (
        '<bpmn:property id="pr" name="__targetRef_placeholder"/><bpmn:dataInputAssociation id="dia">'
        "<bpmn:sourceRef>dor</bpmn:sourceRef><bpmn:targetRef>pr</bpmn:targetRef></bpmn:dataInputAssociation>"
        '<bpmn:dataOutputAssociation id="doa"><bpmn:targetRef>ds</bpmn:targetRef></bpmn:dataOutputAssociation>'
    )
    drawing = model(start(), user("a", stored), end(), path("s", "a", "e"), notes, declared=beside)
    assert prepare({"m.bpmn": drawing}).process == "p"


LINK = '<bpmn:linkEventDefinition name="L"/>'
WAYS = [
    (start("x", message("m2")), "10.5.2", "a flow out of the startEvent"),
    (end("x"), "10.5.3", "a flow into the end event"),
    (catch("x", timer("PT1H")) + path("a", "x"), "10.5.4", "a flow out of the intermediateCatchEvent"),
    (throw("x") + path("a", "x"), "10.5.4", "a flow out of the intermediateThrowEvent"),
    (
        throw("t", LINK) + path("a", "t") + catch("x", LINK),
        "10.5.4",
        "a flow out of the intermediateCatchEvent",
    ),
    (boundary("x", "a", timer("PT1H")), "10.5.4", "a flow out of the boundaryEvent"),
    (catch("x", LINK) + path("x", "e"), "10.5.5", "a throwing link 'L' in this scope, but there is none"),
    (
        node("boundaryEvent", "x", timer("PT1H")) + path("x", "e"),
        "10.5.4",
        "attachedToRef to name an activity",
    ),
    (user("x") + path("a", "x") + flow("x", "e", "=ok"), "8.4.13", "another flow beside the conditional"),
]


@pytest.mark.parametrize(("text", "section", "words"), WAYS)
def test_ways_begin_go_on_and_end_by_flows(text, section, words):
    assert_refused(refusals(text), "x", section, words)


def test_a_ring_that_nothing_leads_into_is_refused_with_what_hangs_on_it():
    """A rule of ours: none of it would ever be done."""
    ring = (
        user("u")
        + user("v")
        + boundary("b", "u", timer("PT1H"))
        + end("e2")
        + path("u", "v", "u")
        + path("b", "e2")
    )
    found = refusals(ring)
    assert [each.element for each in found] == ["u", "v", "b", "e2"]
    assert {each.reason.split(", but")[1] for each in found} == {
        " it lies in or behind a ring that nothing leads into."
    }


def test_a_ring_that_something_leads_into_runs():
    text = throw("t", LINK) + catch("c", LINK) + path("c", "u", "v", "u") + path("b", "t")
    prepare({"m.bpmn": model(BASE, boundary("b", "a", timer("PT1H")), user("u"), user("v"), text)})


def test_an_end_that_is_not_drawn_is_an_end():
    """10.5.3, and as Camunda 8 runs it; so does a gateway that neither splits nor joins."""
    prepare({"m.bpmn": model(start(), user("a"), xor("g"), user("b"), path("s", "a", "g", "b"))})


def gateway(direction, into, out):
    """With as many flows into it and out of it."""
    forks = xor("x", gatewayDirection=direction) + user("b") + path("a", "x")
    forks = forks.replace("exclusiveGateway", "parallelGateway")
    return (
        forks
        + path("x", "e") * (out > 0)
        + path("b", "x") * (into > 1)
        + path("x", "b") * (out > 1 or into > 1)
    )


DIRECTIONS = [
    (gateway("Converging", 1, 2), "8.4.9", "at most one flow out of a Converging gateway, but there are 2"),
    (gateway("Diverging", 2, 2), "8.4.9", "at most one flow into a Diverging gateway, but there are 2"),
    (gateway("Mixed", 1, 1), "8.4.9", "several flows into and out of a Mixed gateway, but there are 1 and 1"),
]


@pytest.mark.parametrize(("text", "section", "words"), DIRECTIONS)
def test_a_gateway_keeps_to_its_direction(text, section, words):
    assert_refused(refusals(text), "x", section, words)


def test_what_begins_a_process_has_no_flow_into_it():
    other = drawn("q", start("b"), node("receiveTask", "x", instantiate="true"), flow("b", "x"))
    assert_refused(refusals(declared=other), "x", "10.3.3", "no flow into what begins a process")
    other = drawn("q", start("b"), node("eventBasedGateway", "x", instantiate="true"), flow("b", "x"))
    assert_refused(refusals(declared=other), "x", "10.6.6", "no flow into what begins a process")
    other = drawn("q", node("eventBasedGateway", "x", eventGatewayType="Parallel"))
    assert_refused(
        refusals(declared=other), "x", "10.6.6", "a parallel event gateway (eventGatewayType) to begin"
    )


SETS = "<bpmn:inputSet>{}</bpmn:inputSet><bpmn:outputSet/>"
DATA = [
    (
        user("t", f'<bpmn:ioSpecification><bpmn:dataInput id="x"/>{SETS.format("")}</bpmn:ioSpecification>'),
        "'x' in an inputSet, but it is in none",
    ),
    (
        user("t", f'<bpmn:ioSpecification><bpmn:dataOutput id="x"/>{SETS.format("")}</bpmn:ioSpecification>'),
        "'x' in an outputSet, but it is in none",
    ),
    (
        node(
            "subProcess",
            "t",
            f"<bpmn:ioSpecification>{SETS.format('')}</bpmn:ioSpecification>",
            start("ts"),
        ),
        "no ioSpecification in a subprocess",
    ),
    (
        '<bpmn:dataObject id="d1"/><bpmn:dataObject id="d2"/>'
        + user(
            "t",
            '<bpmn:dataOutputAssociation id="x"><bpmn:sourceRef>d1</bpmn:sourceRef><bpmn:sourceRef>d2</bpmn:sourceRef>'
            "<bpmn:targetRef>d1</bpmn:targetRef></bpmn:dataOutputAssociation>",
        ),
        "one sourceRef where nothing transforms",
    ),
]


@pytest.mark.parametrize(("text", "words"), DATA)
def test_data_of_activities_are_described_wholly(text, words):
    """Told of the activity, for nobody sees its data in the drawing."""
    assert_refused(refusals(text), "t", "10.4.1", words)


def test_an_expression_says_something():
    """The Modeler leaves an empty condition on what has become a default flow; nobody asks it there."""
    empty = "<bpmn:conditionExpression/>"
    text = f'<bpmn:sequenceFlow id="x" sourceRef="a" targetRef="e">{empty}</bpmn:sequenceFlow>'
    assert_refused(refusals(text), "x", "8.4.6", "an expression in conditionExpression, but it is empty")
    choice = xor("g", default="x") + path("a", "g") + flow("g", "e", "=ok") + text.replace('"a"', '"g"')
    prepare({"m.bpmn": model(start(), user("a"), end(), path("s", "a"), choice)})


def test_behind_an_event_gateway_stand_message_events_or_receive_tasks():
    other = '<bpmn:message id="m3" name="sent"><bpmn:extensionElements><zeebe:subscription correlationKey="=order"/></bpmn:extensionElements></bpmn:message>'
    text = node("eventBasedGateway", "x") + catch("c", message()) + node("receiveTask", "r", messageRef="m3")
    found = refusals(text, path("a", "x", "c", "e"), path("x", "r", "e"), declared=DECLARED + other)
    assert_refused(found, "x", "10.6.6", "either receive tasks or message events")


PLACES = [
    (end("x", timer("PT1H")), "10.5.3", "timer event on endEvent", "Ein Zeitereignis gibt es in BPMN hier nicht (Endereignis)"),
    (throw("x", TERMINATE), "10.5.4", "terminate event on intermediateThrowEvent", "Ein Terminierungsereignis"),
    (start("x", escalation("es1")), "10.5.2", "escalation event on startEvent", "Ein Eskalationsereignis"),
    (catch("x", compensate()), "10.5.4", "compensate event on intermediateCatchEvent", "Ein Kompensationsereignis"),
    (boundary("x", "a", LINK), "10.5.4", "link event on boundaryEvent", "Ein Link-Ereignis"),
    (catch("x", ""), "10.5.4", "none event on intermediateCatchEvent", "Ein Blankoereignis"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "section", "words", "german"), PLACES)
def test_events_stand_where_the_tables_of_the_standard_have_them(text, section, words, german):
    found = refusals(text)
    assert_refused(found, "x", section, words)
    assert any(german in each.german for each in found)
