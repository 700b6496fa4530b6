"""BPMN's elements in German, as the Modeler's translation has them, for refusals that name one."""

_ELEMENTS = {
    "startEvent": "Startereignis",
    "endEvent": "Endereignis",
    "intermediateCatchEvent": "eintretendes Zwischenereignis",
    "intermediateThrowEvent": "ausgelöstes Zwischenereignis",
    "boundaryEvent": "Randereignis",
    "exclusiveGateway": "exklusives Gateway",
    "parallelGateway": "paralleles Gateway",
    "inclusiveGateway": "inklusives Gateway",
    "complexGateway": "komplexes Gateway",
    "eventBasedGateway": "ereignisbasiertes Gateway",
    "task": "Aufgabe",
    "manualTask": "manuelle Aufgabe",
    "userTask": "Benutzeraufgabe",
    "serviceTask": "Serviceaufgabe",
    "sendTask": "Sendeaufgabe",
    "receiveTask": "Empfangsaufgabe",
    "scriptTask": "Skriptaufgabe",
    "businessRuleTask": "Geschäftsregelaufgabe",
    "subProcess": "Teilprozess",
    "adHocSubProcess": "Ad-hoc-Teilprozess",
    "transaction": "Transaktion",
    "callActivity": "Aufrufaktivität",
    "process": "Prozess",
    "sequenceFlow": "Sequenzfluss",
    "messageFlow": "Nachrichtenfluss",
    "association": "Assoziation",
    "participant": "Teilnehmer",
    "lane": "Lane",
    "message": "Nachricht",
    "signal": "Signal",
    "error": "Fehler",
    "escalation": "Eskalation",
    "baseElement": "ein beliebiges",
    "activity": "Aktivität",
    "gateway": "Gateway",
    "event": "Ereignis",
    "flowNode": "Aktivität, Gateway oder Ereignis",
    "eventDefinition": "Ereignisdefinition",
    "callableElement": "aufrufbares Element",
    "dataObject": "Datenobjekt",
    "dataObjectReference": "Datenobjektreferenz",
    "dataStore": "Datenspeicher",
    "dataStoreReference": "Datenspeicherreferenz",
    "dataInput": "Dateneingabe",
    "dataOutput": "Datenausgabe",
    "inputSet": "Eingabesatz",
    "outputSet": "Ausgabesatz",
    "ioSpecification": "Ein- und Ausgabedaten",
    "dataInputAssociation": "Datenassoziation",
    "dataOutputAssociation": "Datenassoziation",
    "property": "Eigenschaft",
    "itemDefinition": "Datentyp",
    "collaboration": "Kollaboration",
    "category": "Kategorie",
    "categoryValue": "Kategoriewert",
    "textAnnotation": "Textanmerkung",
    "group": "Gruppe",
    "laneSet": "Lanes",
    "resource": "Ressource",
    "interface": "Schnittstelle",
    "operation": "Operation",
    "definitions": "Definitionen",
    "standardLoopCharacteristics": "Schleife",
    "multiInstanceLoopCharacteristics": "Mehrfachausführung",
    "conditionExpression": "Bedingung",
}

_EVENTS = {
    "": "Blanko",
    "none": "Blanko",
    "timer": "Zeit",
    "message": "Nachrichten",
    "signal": "Signal",
    "error": "Fehler",
    "escalation": "Eskalations",
    "compensate": "Kompensations",
    "compensation": "Kompensations",
    "conditional": "Bedingungs",
    "cancel": "Abbruch",
    "terminate": "Terminierungs",
    "link": "Link-",
    "multiple": "Mehrfach",
}


def german(element: str) -> str:
    """The word for a BPMN element; its own name if there is none."""
    return _ELEMENTS.get(element, element)


def german_event(kind: str) -> str:
    """The word for an event of a kind: Zeitereignis."""
    prefix = _EVENTS.get(kind)
    if prefix is None:
        return f"Ereignis ({kind})"
    return f"{prefix}Ereignis" if prefix.endswith("-") else f"{prefix}ereignis"
