"""What the machine's words are called on the designer's pages; English, translated where they are shown."""

from cpm.queries.definitions import Status

STATUS = {
    Status.IN_FORCE: "in force",
    Status.RUNNING: "superseded, cases still run",
    Status.SUPERSEDED: "superseded",
}
KINDS = {
    "startEvent": "Start event",
    "endEvent": "End event",
    "intermediateCatchEvent": "Catching event",
    "intermediateThrowEvent": "Throwing event",
    "boundaryEvent": "Boundary event",
    "exclusiveGateway": "Exclusive gateway",
    "parallelGateway": "Parallel gateway",
    "inclusiveGateway": "Inclusive gateway",
    "complexGateway": "Complex gateway",
    "eventBasedGateway": "Event-based gateway",
    "task": "Task",
    "manualTask": "Manual task",
    "userTask": "User task",
    "serviceTask": "Service task",
    "sendTask": "Send task",
    "scriptTask": "Script task",
    "businessRuleTask": "Business rule task",
    "receiveTask": "Receive task",
    "subProcess": "Subprocess",
    "adHocSubProcess": "Ad-hoc subprocess",
    "transaction": "Transaction",
    "callActivity": "Call activity",
}
#: Of files.
FILES = {
    "process": "Process",
    "form": "Form",
    "decision": "Decision",
    "texts": "Texts",
    "template": "Letter",
    "sample": "Sample data",
    "operations": "Calls to other systems",
    "calendars": "Calendars",
}
