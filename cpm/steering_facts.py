"""The facts that the engine gives to each decision that steers cases: the one table of them.

`docs/facts.md` is made from it. A name that has been given stays and keeps its meaning and its type, because the
tables of installations ask for it. A change is an addition: it gets the next `FACTS_VERSION`, and says so in `since`.
"""

from collections.abc import Mapping

from cpm.case_match_facts import CASE_MATCH
from cpm.fact import Fact
from cpm.identity_facts import IDENTITY
from cpm.notice_facts import NOTICES

#: Counts up with each release that adds facts; a table of an installation is right for all later ones.
FACTS_VERSION = 2

_PROCESS = Fact("process", "string", "Kennung des Prozesses", "the process's id")
_ELEMENT = Fact(
    "element",
    "string",
    "Kennung des Schritts im Modell; null, wenn es um den Vorgang selbst geht",
    "the step's id in the model; null when it is about the case itself",
)
_CHANNEL = Fact(
    "channel",
    "string",
    "auf welchem Weg der Vorgang begann, etwa email",
    "by which way the case began, such as email",
)
_VALUE = Fact("customer_value", "string", "A, B oder C", "A, B or C")
_AMOUNT = Fact(
    "amount",
    "number",
    "Betrag des Vorgangs: amount, sonst goodwill_amount, sonst claim_amount",
    "the case's sum: amount, else goodwill_amount, else claim_amount",
)
_MOOD = Fact("mood", "string", "Stimmung des Kunden, etwa upset", "the customer's mood, such as upset")
_STATUS = Fact("customer_status", "string", "etwa prospect oder customer", "such as prospect or customer")
_OVERDUE = Fact(
    "overdue_amount",
    "number",
    "was der Kunde überfällig schuldet, in Euro, wie ein ERP es zuletzt sagte; null, wenn noch keins es sagte",
    "what the customer owes overdue, in euros, as an ERP said last; null if none has said it yet",
)
_DATA = Fact(
    "data",
    "context",
    "alle Angaben des Vorgangs, wie der Schritt sie sieht, zum Beispiel data.product",
    "all data of the case as the step sees them, for example data.product",
)

#: By decision, in the order in which people read them.
FACTS: Mapping[str, tuple[Fact, ...]] = {
    "assignment": (
        _PROCESS,
        _ELEMENT,
        _CHANNEL,
        _VALUE,
        Fact("language", "string", "Sprache des Vorgangs: de oder en", "the case's language: de or en"),
        _MOOD,
        _AMOUNT,
        Fact("approval", "string", "wessen Freigabe gebraucht wird", "whose approval is needed"),
        Fact("business_field", "string", "Geschäftsfeld des Vorgangs", "the case's field of business"),
        Fact("topic_team", "string", "Team des Themas", "the team of the topic"),
        Fact("owner_team", "string", "Team, das den Vorgang hat; null beim Eröffnen", "the team that has the case; null when it is opened"),
        Fact(
            "owner_available",
            "boolean",
            "ob, wer den Vorgang bearbeitet, gerade arbeitet; null, wenn ihn noch niemand hatte",
            "whether who works on the case works at the moment; null if nobody has had it yet",
        ),
        _DATA,
    ),
    "deadlines": (
        _PROCESS,
        _ELEMENT,
        _CHANNEL,
        _VALUE,
        Fact("window_from", "date and time", "Beginn des verabredeten Zeitfensters", "start of the agreed window"),
        Fact("window_to", "date and time", "Ende des verabredeten Zeitfensters", "end of the agreed window"),
        _DATA,
    ),
    "exceptions": (
        Fact(
            "origin",
            "string",
            "job (ein Auftrag scheiterte), rule (Daten oder Regeln passen nicht), model (Fehler oder "
            "Eskalation des Modells), declared (ein Mensch meldet einen Sonderfall)",
            "job (a job failed), rule (data or rules do not fit), model (error or escalation of "
            "the model), declared (a person declares a special case)",
        ),
        Fact("connector", "string", "was versagt hat, etwa smtp, rule oder case", "what failed, such as smtp, rule or case"),
        Fact("code", "string", "der Fehlercode oder die Art des Sonderfalls", "the error's code or the kind of special case"),
        Fact("approver", "string", "Team, dessen Freigabe eine Regel verlangt", "the team whose approval a policy wants"),
        _PROCESS,
        _ELEMENT,
        Fact("attempts", "number", "wie oft es versucht wurde", "how often it was tried"),
        _VALUE,
        _AMOUNT,
        _DATA,
    ),
    "policies": (
        Fact(
            "action",
            "string",
            "was geschehen soll: open_case, claim, take_over, hand_over, release, escalate, park, unpark, complete, choose, end_choice, answer, declare, "
            "act (jemand meldet dem Prozess etwas), accept und decline (ein Vorschlag wird angenommen oder abgelehnt), again (ein Schritt noch einmal), wrap_up, ask, write, suspend, resume, migrate, link, merge, split, undo, document (eine Datei kommt dazu oder wird geändert), die Abhilfen einer Ausnahme (retry, correct, supply, skip, handover, move, end), von denen "
            "correct, move und end auch ohne Ausnahme geschehen; bei Schritten der Maschine send (eine Nachricht geht hinaus) oder call",
            "what is about to be done: open_case, claim, take_over, hand_over, release, escalate, park, unpark, complete, choose, end_choice, answer, declare, act (somebody tells the process something), accept and decline (a suggestion is), again (a step is done once more), wrap_up, ask, "
            "write, suspend, resume, migrate, link, merge, split, undo, document (a file is added or changed), an incident's remedies (retry, correct, supply, skip, handover, move, end), of which correct, move and "
            "end are done without an incident too; of the machine's own steps send (a message goes out) or call",
        ),
        _PROCESS,
        _ELEMENT,
        Fact(
            "connector",
            "string",
            "System eines Schritts der Maschine, etwa erp oder smtp",
            "the system of a machine's step, such as erp or smtp",
        ),
        Fact(
            "operation",
            "string",
            "was es dort tun soll, etwa credit_note oder send",
            "what it is to do there, such as credit_note or send",
        ),
        _CHANNEL,
        Fact("language", "string", "Sprache des Vorgangs: de oder en", "the case's language: de or en"),
        _VALUE,
        Fact("consumer", "boolean", "ob der Kunde privat handelt", "whether the customer acts privately"),
        _AMOUNT,
        Fact(
            "actor_kind",
            "string",
            "wer handelt: person, program (mit einem Zugangs-Token) oder engine (von selbst)",
            "who acts: person, program (with a token) or engine (by itself)",
        ),
        Fact("roles", "list", "Rollen dessen, der handelt", "roles of whoever acts"),
        Fact(
            "teams",
            "list",
            "Teams dessen, der handelt, auch in Vertretung",
            "teams of whoever acts, also standing in for others",
        ),
        Fact(
            "code",
            "string",
            "Fehlercode der Ausnahme, die gelöst wird, oder Art des gemeldeten Sonderfalls",
            "the code of the incident that is settled, or the kind of special case that is declared",
        ),
        Fact("outcome", "string", "Ausgang, mit dem ein Vorgang beendet wird", "the outcome with which a case is ended"),
        Fact("team", "string", "Team, das übernehmen oder antworten soll", "the team that is to take over or to answer"),
        Fact("until", "date and time", "bis wann zurückgestellt wird", "until when it is parked"),
        Fact(
            "customer_status",
            "string",
            "bei open_case: etwa prospect oder customer",
            "with open_case: such as prospect or customer",
        ),
        Fact(
            "open_special_cases",
            "list",
            "Codes der anderen offenen Sonderfälle des Vorgangs, etwa safety_risk",
            "codes of the case's other open special cases, such as safety_risk",
        ),
        Fact(
            "data",
            "context",
            "alle Angaben des Vorgangs, wie der Schritt sie sieht, samt denen, die gerade eingereicht werden; bei "
            "Schritten der Maschine samt ihren Eingaben, zum Beispiel data.to",
            "all data of the case as the step sees them, with those that are just handed in; of a machine's step with "
            "its inputs, for example data.to",
        ),
    ),
    "customer_value": (
        Fact("key_account", "boolean", "ob der Kunde ein Schlüsselkunde ist", "whether the customer is a key account"),
        _STATUS,
        Fact("revenue_12m", "number", "was in den letzten zwölf Monaten berechnet wurde, mit Steuer (brutto), in Euro", "what was invoiced in the last twelve months, with tax (gross), in euros"),
    ),
    "guidance": (
        _VALUE,
        _MOOD,
        Fact(
            "complaints_90d",
            "number",
            "Reklamationen des Kunden in den letzten 90 Tagen, diese mitgezählt",
            "the customer's complaints of the last 90 days, this one among them",
        ),
        _STATUS,
        _OVERDUE,
        _DATA,
    ),
    "next_action": (
        _PROCESS,
        _ELEMENT,
        Fact("outcome", "string", "Ausgang des Vorgangs, soweit er feststeht", "the case's outcome, as far as it is settled"),
        _OVERDUE,
        Fact("email", "string", "eine E-Mail-Adresse des Kunden", "an e-mail address of the customer's"),
        Fact(
            "bounced_address",
            "boolean",
            "ob unsere letzte E-Mail in diesem Vorgang nicht ankam",
            "whether our last mail in this case did not arrive",
        ),
        Fact(
            "open_same_kind",
            "number",
            "andere offene Vorgänge desselben Kunden im selben Prozess",
            "the same customer's other open cases of the same process",
        ),
        Fact(
            "quote_age_days",
            "number",
            "Tage seit dem letzten offenen Angebot; null, wenn keins offen ist",
            "days since the last open quote; null if none is open",
        ),
        Fact(
            "service_due_days",
            "number",
            "Tage bis zur nächsten Wartung; null, solange kein ERP es sagt",
            "days until the next service; null as long as no ERP says so",
        ),
        Fact("field", "string", "Geschäftsfeld des Vorgangs (business_field), sonst das der bestellten Waren", "the case's field of business (business_field), else that of the goods ordered"),
        Fact(
            "bought",
            "list",
            "Artikelnummern dessen, was der Kunde schon gekauft hat oder gerade bestellt; null, wenn noch kein ERP es sagte",
            "SKUs of what the customer has bought already or is ordering; null if no ERP has said it yet",
        ),
        Fact("duplicates", "number", "andere Kunden mit demselben Namen", "other customers with the same name"),
        _MOOD,
        Fact(
            "call_active",
            "boolean",
            "ob der Kunde wohl noch am Telefon ist: der Vorgang kam in der letzten halben Stunde als Anruf",
            "whether the customer is probably still on the phone: the case came as a call within the last half hour",
        ),
        _DATA,
    ),
    "intake": (
        Fact(
            "automatic",
            "string",
            "woran zu sehen ist, dass eine Maschine schrieb; null bei Menschen",
            "by what it shows that a machine wrote; null for people",
        ),
        _CHANNEL,
        Fact(
            "words",
            "string",
            "Betreff und neuer Text ohne Zitate, höchstens 10.000 Zeichen: klein, ä = ae, nur Buchstaben und Ziffern, "
            "dazwischen und an beiden Enden ein Leerzeichen",
            "subject and new text without quotes, 10,000 characters at most: lower case, ä = ae, only letters and "
            "digits, one blank between words and at both ends",
        ),
        Fact("language", "string", "Sprache der Nachricht: de oder en", "the message's language: de or en"),
        Fact(
            "identity",
            "string",
            "wie sicher feststeht, wer schreibt: case (ein Vorgang ist beantwortet), customer (die Adresse ist bekannt), none",
            "how sure it is who writes: case (a case is answered), customer (the address is known), none",
        ),
        Fact("open_cases", "number", "offene Vorgänge des Kunden", "the customer's open cases"),
        _VALUE,
    ),
    "case_match": CASE_MATCH,
    "identity": IDENTITY,
    "notices": NOTICES,
}  # fmt: skip


def names(decision: str) -> frozenset[str]:
    """What a table for this decision may ask for; empty for one that the engine does not ask."""
    return frozenset(fact.name for fact in FACTS.get(decision, ()))
