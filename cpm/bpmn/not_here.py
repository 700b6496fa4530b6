"""What Camunda 8 has and we have not, or not there: refused by name, with what there is in its place."""

from cpm.bpmn.findings import Reason
from cpm.bpmn.words import german

#: zeebe extension -> what there is in its place, in English and German.
_INSTEAD = {
    "executionListeners": ("draw what they do as tasks", "was sie tun, ist hier eine eigene Aufgabe"),
    "taskListeners": (
        "draw what they do as tasks before or behind this one",
        "was sie tun, ist hier eine Aufgabe davor oder dahinter",
    ),
    "linkedResources": (
        "what a task needs is in its inputs",
        "was eine Aufgabe braucht, steht in ihren Eingaben",
    ),
    "agentDefinition": (
        "people choose what is done next",
        "was als Nächstes geschieht, wählen hier Menschen",
    ),
    "publishMessage": (
        "without it and without zeebe:taskDefinition the message is sent, with the correlationKey of its subscription",
        "ohne sie und ohne zeebe:taskDefinition wird die Nachricht gesendet, mit dem correlationKey ihrer subscription",
    ),
    "jobPriorityDefinition": ("jobs have no priorities", "Aufträge haben hier keine Prioritäten"),
}

#: zeebe extension and the element it is on -> why it cannot be there.
_MISPLACED = {
    ("taskDefinition", "adHocSubProcess"): Reason(
        "Expected people or activeElementsCollection to choose what is done in the ad-hoc subprocess, but a job "
        "(zeebe:taskDefinition) is to do so, as for an AI agent; that does not run here.",
        "Was in einem Ad-hoc-Teilprozess geschieht, wählen hier Menschen oder activeElementsCollection; dass ein Auftrag "
        "(zeebe:taskDefinition) es wählt, etwa ein KI-Agent, läuft hier nicht.",
    ),
    ("formDefinition", "startEvent"): Reason(
        "Expected no form at a start event, but there is one: what begins a case brings its data. A form for customers "
        "is named by the property cpm:webform of the process.",
        "Am Startereignis gibt es hier kein Formular: Was einen Vorgang beginnt, bringt die Daten mit. Ein Formular für "
        "Kunden nennt die Eigenschaft cpm:webform am Prozess.",
    ),
}


#: Headers that Camunda's connectors evaluate; here a header is handed on as it is.
_RESULTS = {"resultVariable", "resultExpression", "errorExpression"}


def header(name: str) -> Reason | None:
    if name not in _RESULTS:
        return None
    return Reason(
        f"Expected outputs to be mapped by zeebe:output, but the header {name!r} would have to do so, which only Camunda's "
        "connectors read.",
        f"Ausgaben ordnet hier zeebe:output zu; den Header {name!r} lesen nur die Konnektoren von Camunda.",
    )


def unknown(extension: str) -> Reason:
    english, deutsch = _INSTEAD.get(extension, ("", ""))
    return Reason(
        f"Expected zeebe extensions that run here, but {extension!r} does not{english and '; ' + english}.",
        f"Die Erweiterung zeebe:{extension} läuft hier nicht{deutsch and '; ' + deutsch}.",
    )


def misplaced(extension: str, where: str, places: set[str]) -> Reason:
    either = "one of " + ", ".join(sorted(places)) if len(places) > 1 else next(iter(places))
    here = ", ".join(german(place) for place in sorted(places))
    return _MISPLACED.get((extension, where)) or Reason(
        f"Expected zeebe:{extension} on {either}, but it is on {where}.",
        f"zeebe:{extension} wirkt hier nicht ({german(where)}), sondern nur an diesen Elementen: {here}.",
    )
