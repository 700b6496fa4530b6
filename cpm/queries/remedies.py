"""What each remedy will do, in one sentence, before somebody chooses it."""

from cpm.model import Incident, Remedy
from cpm.queries import drift, stopping_policies

_HELD = {
    Remedy.RETRY: (
        "Die angehaltene Aufgabe geht weiter, wo sie stand, bei der Person, die sie hatte.",
        "The held task goes on where it left, with the person who had it.",
    ),
    Remedy.CORRECT: (
        "Daten berichtigen; dann geht die angehaltene Aufgabe weiter, wo sie stand.",
        "Put data right; then the held task goes on where it left.",
    ),
    Remedy.SUPPLY: (
        "Festhalten, was getan wurde; dann geht die angehaltene Aufgabe weiter, wo sie stand.",
        "Note what was done; then the held task goes on where it left.",
    ),
    Remedy.SKIP: (
        "Die angehaltene Aufgabe entfällt, und der Ablauf geht mit dem nächsten Schritt weiter.",
        "The held task is dropped, and the process goes on with the next step.",
    ),
}
_LOOSE = {
    Remedy.SUPPLY: (
        "Festhalten, was getan wurde; der Vorgang läuft nebenher weiter.",
        "Note what was done; the case goes on beside it.",
    ),
}
_DRIFT = {
    Remedy.CORRECT: (
        "Auswählen, welche Seite gilt; die andere wird angeglichen.",
        "Choose which side counts; the other is made the same.",
    ),
    Remedy.SUPPLY: (
        "Festhalten, was getan wurde, oder warum es so bleibt; erst ein anderer Unterschied wird wieder gemeldet.",
        "Note what was done, or why it stays so; only another difference is told again.",
    ),
}
_LETTER = {
    Remedy.RETRY: (
        "Die Nachricht wird noch einmal gesendet, an dieselben Adressen und unter derselben Kennung.",
        "The message is sent once more, to the same addresses and under the same Message-ID.",
    ),
    Remedy.CORRECT: (
        "Die Adresse berichtigen; dann wird die Nachricht dorthin gesendet.",
        "Put the address right; then the message is sent there.",
    ),
    Remedy.SUPPLY: (
        "Festhalten, wie der Kunde anders erreicht wurde; die Nachricht wird nicht mehr gesendet.",
        "Note how the customer was reached otherwise; the message is not sent any more.",
    ),
}
_APPROVAL = {
    Remedy.RETRY: (
        "Dann wird der Schritt ausgeführt. Das darf mit einem Grund das zuständige Team, aber niemand, der den Vorgang hierher gebracht hat; wer es nicht darf, bittet hier darum.",
        "Then the step is done. The team that approves does it with a reason, but nobody who brought the case here; who may not asks for it here.",
    ),
    Remedy.CORRECT: (
        "Daten berichtigen; dann werden die Regeln neu gefragt, und der Schritt wird mit ihnen ausgeführt, wenn nichts mehr dagegen spricht.",
        "Put data right; then the policies are asked anew, and the step is done with them if nothing speaks against it any more.",
    ),
    Remedy.SKIP: (
        "Der Schritt entfällt; der Ablauf geht ohne sein Ergebnis weiter.",
        "The step is left out; the process goes on without its result.",
    ),
}
_REFUSED = {
    **_APPROVAL,
    Remedy.RETRY: (
        "Die Regeln werden neu gefragt, falls sich etwas geändert hat. Wer die Rolle hat, die sie nennen, darf mit einem Grund trotzdem weitermachen.",
        "The policies are asked anew, if something has changed. Who has the role that they name may go on all the same, with a reason.",
    ),
}
_USUAL = {
    Remedy.RETRY: (
        "Der Schritt wird noch einmal ausgeführt, mit den Daten von jetzt; eine Nachricht behält ihre Kennung.",
        "The step is done again with the data of now; a message keeps its Message-ID.",
    ),
    Remedy.CORRECT: (
        "Daten berichtigen; dann wird der Schritt mit ihnen noch einmal ausgeführt.",
        "Put data right; then the step is done again with them.",
    ),
    Remedy.SUPPLY: (
        "Das Ergebnis von Hand eintragen; der Ablauf geht weiter, als wäre der Schritt gelungen.",
        "Enter the result by hand; the process goes on as if the step had worked.",
    ),
    Remedy.SKIP: (
        "Den Schritt auslassen; der Ablauf geht ohne sein Ergebnis weiter.",
        "Leave the step out; the process goes on without its result.",
    ),
    Remedy.MOVE: (
        "Was hier stillsteht, entfällt, und der Ablauf geht an einem anderen Schritt weiter; was getan ist, bleibt getan.",
        "What stands still here is dropped, and the process goes on at another step; what was done stays done.",
    ),
    Remedy.HANDOVER: (
        "Ein anderes Team übernimmt; die Ausnahme bleibt offen.",
        "Another team takes over; the exception stays open.",
    ),
    Remedy.END: (
        "Der ganze Vorgang endet; alles, was in ihm noch offen ist, entfällt.",
        "The whole case ends; all that is still open in it is dropped.",
    ),
}


def sentence(remedy: Remedy, incident: Incident, language: str) -> str:
    special = _HELD if incident.held_task_id is not None else _LOOSE if incident.node is None else {}
    if Remedy.RETRY in incident.remedies and special is _LOOSE:
        special = _LETTER  # nothing else can be done again that stands nowhere
    if stopping_policies.is_one(incident) and incident.node is not None:
        special = _APPROVAL if stopping_policies.wants_approval(incident) else _REFUSED
    if drift.is_one(incident):
        special = _DRIFT
    return {**_USUAL, **special}[remedy][language == "en"]
