"""What BPMN's schema allows: each element with its section, attributes and children (BPMN 2.0.2, Semantic.xsd).

A line is `section element < base | attributes | children`. Behind an attribute: `!` it must be there, `:b` true or
false, `:i` a whole number, `:n` a name, `:A/B` one of these, `>x/y` names an element of these kinds. Behind a child: `?` at most
one, `+` at least one, `*` any number, nothing exactly one. A child may be a base; then all that descend from it may stand
there. The order of children is left out: tools write them as they like, and it means nothing. So are choreographies.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

_ITEMS = "property/dataObject/dataObjectReference/dataStore/dataStoreReference/dataInput/dataOutput"
_ENDS = "participant/activity/event/conversationNode"

_FACTS = f"""
8.3.1 baseElement < | id:n | documentation* extensionElements?
8.3.1 rootElement < baseElement | |
8.2.1 definitions < | id:n name targetNamespace! expressionLanguage typeLanguage exporter exporterVersion | import* extension* rootElement* relationship*
8.2.2 import < | namespace! location! importType! |
8.3.3 extension < | definition mustUnderstand:b | documentation*
8.3.2 documentation < | id:n textFormat | *
8.3.3 extensionElements < | | *
8.3.4 relationship < baseElement | type! direction:None/Forward/Backward/Both | source+ target+
8.4.1 artifact < baseElement | |
8.4.1 association < artifact | sourceRef!>baseElement targetRef!>baseElement associationDirection:None/One/Both |
8.4.1 group < artifact | categoryValueRef>categoryValue |
8.4.1 textAnnotation < artifact | textFormat | text?
8.4.1 category < rootElement | name | categoryValue*
8.4.1 categoryValue < baseElement | value |
8.4.2 correlationProperty < rootElement | name type | correlationPropertyRetrievalExpression+
8.4.2 correlationPropertyRetrievalExpression < baseElement | messageRef!>message | messagePath
8.4.2 correlationKey < baseElement | name | correlationPropertyRef*>correlationProperty
8.4.2 correlationSubscription < baseElement | correlationKeyRef!>correlationKey | correlationPropertyBinding*
8.4.2 correlationPropertyBinding < baseElement | correlationPropertyRef!>correlationProperty | dataPath
8.4.3 error < rootElement | name errorCode structureRef |
8.4.4 escalation < rootElement | name escalationCode structureRef |
8.4.7 flowElement < baseElement | name | auditing? monitoring? categoryValueRef*>categoryValue
8.4.7 flowNode < flowElement | | incoming*>sequenceFlow outgoing*>sequenceFlow
8.4.9 gateway < flowNode | gatewayDirection:Unspecified/Converging/Diverging/Mixed |
8.4.10 itemDefinition < rootElement | structureRef isCollection:b itemKind:Information/Physical |
8.4.11 message < rootElement | name itemRef>itemDefinition |
8.4.12 resource < rootElement | name! | resourceParameter*
8.4.12 resourceParameter < baseElement | name type isRequired:b |
8.4.13 sequenceFlow < flowElement | sourceRef!>flowNode targetRef!>flowNode isImmediate:b | conditionExpression?
8.5.1 interface < rootElement | name! implementationRef | operation+
8.5.2 endPoint < rootElement | |
8.5.3 operation < baseElement | name! implementationRef | inMessageRef>message outMessageRef?>message errorRef*>error
9.2 collaboration < rootElement | name isClosed:b | participant* messageFlow* artifact* conversationNode* conversationAssociation* participantAssociation* messageFlowAssociation* correlationKey* choreographyRef* conversationLink*
9.3.1 participant < baseElement | name processRef>process | interfaceRef*>interface endPointRef*>endPoint participantMultiplicity?
9.3.1 participantMultiplicity < baseElement | minimum:i maximum:i |
9.3.1 participantAssociation < baseElement | | innerParticipantRef>participant outerParticipantRef>participant
9.3.1 partnerEntity < rootElement | name | participantRef*>participant
9.3.1 partnerRole < rootElement | name | participantRef*>participant
9.4 messageFlow < baseElement | name sourceRef!>{_ENDS} targetRef!>{_ENDS} messageRef>message |
9.4.2 messageFlowAssociation < baseElement | innerMessageFlowRef!>messageFlow outerMessageFlowRef!>messageFlow |
9.5 conversationNode < baseElement | name | participantRef*>participant messageFlowRef*>messageFlow correlationKey*
9.5 conversation < conversationNode | |
9.5 subConversation < conversationNode | | conversationNode*
9.5 callConversation < conversationNode | calledCollaborationRef>collaboration | participantAssociation*
9.5 conversationLink < baseElement | name sourceRef!>{_ENDS} targetRef!>{_ENDS} |
9.5 conversationAssociation < baseElement | innerConversationNodeRef!>conversationNode outerConversationNodeRef!>conversationNode |
10.3.6 callableElement < rootElement | name | supportedInterfaceRef*>interface ioSpecification? ioBinding*
10.2 process < callableElement | processType:None/Public/Private isClosed:b isExecutable:b definitionalCollaborationRef>collaboration | auditing? monitoring? property* laneSet* flowElement* artifact* resourceRole* correlationSubscription* supports*>process
10.3.7 globalTask < callableElement | | resourceRole*
10.3.7 globalManualTask < globalTask | |
10.3.7 globalUserTask < globalTask | implementation | rendering*
10.3.7 globalScriptTask < globalTask | scriptLanguage | script?
10.3.7 globalBusinessRuleTask < globalTask | implementation |
10.3.1 resourceRole < baseElement | name | resourceRef?>resource resourceParameterBinding* resourceAssignmentExpression?
10.3.1 resourceParameterBinding < baseElement | parameterRef!>resourceParameter | expression
10.3.1 resourceAssignmentExpression < baseElement | | expression
10.3.2 performer < resourceRole | |
10.3.4 humanPerformer < performer | |
10.3.4 potentialOwner < humanPerformer | |
10.3.4 rendering < baseElement | |
10.3 activity < flowNode | isForCompensation:b startQuantity:i completionQuantity:i default>sequenceFlow | ioSpecification? property* dataInputAssociation* dataOutputAssociation* resourceRole* loopCharacteristics?
10.3.3 task < activity | |
10.3.3 serviceTask < task | implementation operationRef>operation |
10.3.3 sendTask < task | implementation messageRef>message operationRef>operation |
10.3.3 receiveTask < task | implementation instantiate:b messageRef>message operationRef>operation |
10.3.3 userTask < task | implementation | rendering*
10.3.3 manualTask < task | |
10.3.3 scriptTask < task | scriptFormat | script?
10.3.3 businessRuleTask < task | implementation |
10.3.5 subProcess < activity | triggeredByEvent:b | laneSet* flowElement* artifact*
10.3.5 transaction < subProcess | method |
10.3.5 adHocSubProcess < subProcess | cancelRemainingInstances:b ordering:Parallel/Sequential | completionCondition?
10.3.6 callActivity < activity | calledElement |
10.3.8 loopCharacteristics < baseElement | |
10.3.8 standardLoopCharacteristics < loopCharacteristics | testBefore:b loopMaximum:i | loopCondition?
10.3.8 multiInstanceLoopCharacteristics < loopCharacteristics | isSequential:b behavior:None/One/All/Complex oneBehaviorEventRef>eventDefinition noneBehaviorEventRef>eventDefinition | loopCardinality? loopDataInputRef?>{_ITEMS} loopDataOutputRef?>{_ITEMS} inputDataItem? outputDataItem? complexBehaviorDefinition* completionCondition?
10.3.8 complexBehaviorDefinition < baseElement | | condition event?
10.4.1 dataObject < flowElement | itemSubjectRef>itemDefinition isCollection:b | dataState?
10.4.1 dataObjectReference < flowElement | itemSubjectRef>itemDefinition dataObjectRef>dataObject | dataState?
10.4.1 dataState < baseElement | name |
10.4.1 dataStore < rootElement | name capacity:i isUnlimited:b itemSubjectRef>itemDefinition | dataState?
10.4.1 dataStoreReference < flowElement | itemSubjectRef>itemDefinition dataStoreRef>dataStore | dataState?
10.4.1 property < baseElement | name itemSubjectRef>itemDefinition | dataState?
10.4.1 ioSpecification < baseElement | | dataInput* dataOutput* inputSet+ outputSet+
10.4.1 ioBinding < baseElement | operationRef!>operation inputDataRef!>inputSet/dataInput outputDataRef!>outputSet/dataOutput |
10.4.1 dataInput < baseElement | name itemSubjectRef>itemDefinition isCollection:b | dataState?
10.4.1 dataOutput < baseElement | name itemSubjectRef>itemDefinition isCollection:b | dataState?
10.4.1 inputSet < baseElement | name | dataInputRefs*>dataInput optionalInputRefs*>dataInput whileExecutingInputRefs*>dataInput outputSetRefs*>outputSet
10.4.1 outputSet < baseElement | name | dataOutputRefs*>dataOutput optionalOutputRefs*>dataOutput whileExecutingOutputRefs*>dataOutput inputSetRefs*>inputSet
10.4.1 dataAssociation < baseElement | | sourceRef*>{_ITEMS} targetRef>{_ITEMS} transformation? assignment*
10.4.1 dataInputAssociation < dataAssociation | |
10.4.1 dataOutputAssociation < dataAssociation | |
10.4.1 assignment < baseElement | | from to
10.5.1 event < flowNode | | property*
10.5.1 catchEvent < event | parallelMultiple:b | dataOutput* dataOutputAssociation* outputSet? eventDefinition* eventDefinitionRef*>eventDefinition
10.5.1 throwEvent < event | | dataInput* dataInputAssociation* inputSet? eventDefinition* eventDefinitionRef*>eventDefinition
10.5.1 implicitThrowEvent < throwEvent | |
10.5.2 startEvent < catchEvent | isInterrupting:b |
10.5.3 endEvent < throwEvent | |
10.5.4 intermediateCatchEvent < catchEvent | |
10.5.4 intermediateThrowEvent < throwEvent | |
10.5.4 boundaryEvent < catchEvent | cancelActivity:b attachedToRef!>activity |
10.5.5 eventDefinition < rootElement | |
10.5.5 cancelEventDefinition < eventDefinition | |
10.5.5 compensateEventDefinition < eventDefinition | waitForCompletion:b activityRef>activity |
10.5.5 conditionalEventDefinition < eventDefinition | | condition
10.5.5 errorEventDefinition < eventDefinition | errorRef>error |
10.5.5 escalationEventDefinition < eventDefinition | escalationRef>escalation |
10.5.5 linkEventDefinition < eventDefinition | name! | source*>linkEventDefinition target?>linkEventDefinition
10.5.5 messageEventDefinition < eventDefinition | messageRef>message | operationRef?>operation
10.5.5 signal < rootElement | name structureRef |
10.5.5 signalEventDefinition < eventDefinition | signalRef>signal |
10.5.5 terminateEventDefinition < eventDefinition | |
10.5.5 timerEventDefinition < eventDefinition | | timeDate? timeDuration? timeCycle?
10.6.2 exclusiveGateway < gateway | default>sequenceFlow |
10.6.3 inclusiveGateway < gateway | default>sequenceFlow |
10.6.4 parallelGateway < gateway | |
10.6.5 complexGateway < gateway | default>sequenceFlow | activationCondition?
10.6.6 eventBasedGateway < gateway | instantiate:b eventGatewayType:Exclusive/Parallel |
10.8 laneSet < baseElement | name | lane*
10.8 lane < baseElement | name partitionElementRef>baseElement | partitionElement? flowNodeRef*>flowNode childLaneSet?
10.10 auditing < baseElement | |
10.11 monitoring < baseElement | |
"""

#: Elements that have the kind of another name.
_ALIASES = {
    "childLaneSet": "laneSet",
    "partitionElement": "baseElement",
    "inputDataItem": "dataInput",
    "outputDataItem": "dataOutput",
    "event": "implicitThrowEvent",  # of a complexBehaviorDefinition
}


#: Bases that are no elements themselves.
_ABSTRACT = {
    *("baseElement", "rootElement", "artifact", "flowElement", "flowNode", "gateway", "conversationNode"),
    *("activity", "loopCharacteristics", "event", "catchEvent", "throwEvent", "eventDefinition"),
}


@dataclass(frozen=True, slots=True)
class Attribute:
    needed: bool
    form: str  #: "b", "i", "n", or the words it may be, with "/" between them; "" for any text
    names: frozenset[str]  #: the kinds of element that it may name


@dataclass(frozen=True, slots=True)
class Child:
    least: int
    most: int | None
    names: frozenset[str]  #: the kinds of element that its text may name


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    section: str
    bases: tuple[str, ...]  #: itself first
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    children: Mapping[str, Child] = field(default_factory=dict)
    open: bool = False  #: anything may stand in it


_ATTRIBUTE = re.compile(r"(\w+)(!?)(?::([\w/]+))?(?:>([\w/]+))?")
_CHILD = re.compile(r"(\w+)([?*+]?)(?:>([\w/]+))?")
_NUMBERS: dict[str, tuple[int, int | None]] = {"": (1, 1), "?": (0, 1), "*": (0, None), "+": (1, None)}


def kind_of(element: str) -> Kind | None:
    """None for what is no element of BPMN, or one that only holds text."""
    return KINDS.get(_ALIASES.get(element, element))


@cache
def place(kind: str, child: str) -> str | None:
    """Under which name the schema lets the child stand in the kind: its own, or that of a base; None if it may not."""
    holder, found = KINDS[kind], KINDS.get(child)
    if child in _ABSTRACT and child not in holder.children:
        return None
    names = (child, *(found.bases if found else ()))
    return next((name for name in names if name in holder.children), None)


def _read() -> dict[str, Kind]:
    kinds: dict[str, Kind] = {}
    for line in _FACTS.strip().splitlines():
        head, attributes, children = (part.split() for part in line.split("|"))
        section, name, _, *base = head
        above = kinds[base[0]] if base else Kind("", "", ())
        kinds[name] = Kind(
            name,
            section,
            (name, *above.bases),
            {**above.attributes, **dict(map(_attribute, attributes))},
            {**above.children, **dict(_child(text) for text in children if text != "*")},
            open="*" in children,
        )
    return kinds


def _attribute(text: str) -> tuple[str, Attribute]:
    name, needed, form, names = re.fullmatch(_ATTRIBUTE, text).groups()  # type: ignore[union-attr]  # our own text
    return name, Attribute(bool(needed), form or "", frozenset(names.split("/") if names else ()))


def _child(text: str) -> tuple[str, Child]:
    name, number, names = re.fullmatch(_CHILD, text).groups()  # type: ignore[union-attr]  # our own text
    return name, Child(*_NUMBERS[number], frozenset(names.split("/") if names else ()))


KINDS = _read()
