"""One sentence for each word that commands write into the journal, in German and in English.

`{{name}}` is one of the entry's particulars, or what `words` makes of them. What stands in [ ] is left out when
a value in it is missing. Data of forms and decisions are told below the sentence, by `details`, and so is what a machine
said, in its own words: the sentence says it in the reader's (`trouble`).
"""

from cpm.queries.journal.sentences_erp import ERP
from cpm.queries.journal.sentences_files import FILES
from cpm.queries.journal.sentences_joined import JOINED
from cpm.queries.journal.sentences_mail import MAIL
from cpm.queries.journal.sentences_path import PATH
from cpm.queries.journal.sentences_told import TOLD

SENTENCES: dict[str, tuple[str, str]] = {
    **ERP,
    **JOINED,
    **MAIL,
    **PATH,
    **TOLD,
    "case.opened": (
        (
            "Vorgang „{{subject}}“ für {{customer}} eröffnet[, im Anschluss an {{follows}}][, Schlüssel {{key}}]; zuständig: {{team}}[, "
            "zugesagt bis {{due}}]."
        ),
        (
            "Case “{{subject}}” opened for {{customer}}[, following {{follows}}][, key {{key}}]; in charge: {{team}}[, "
            "promised by {{due}}]."
        ),
    ),
    "case.reopened": (
        "Der Vorgang wurde wieder geöffnet.[ Seinen Schlüssel {{lost}} hat inzwischen ein anderer Vorgang.]",
        "The case was opened again.[ Its key {{lost}} belongs to another case by now.]",
    ),
    "case.closed": (
        "Der Vorgang ist abgeschlossen[: {{outcome}}].",
        "The case is closed[: {{outcome}}].",
    ),
    "case.paused": (
        "Wir warten auf den Kunden: Die Frist {{due}} ruht.",
        "We wait for the customer: the time promised, {{due}}, stands still.",
    ),
    "case.resumed": (
        "Die Frist läuft weiter: zugesagt bis {{due}}[, vorher {{before}}].",
        "The time goes on: promised by {{due}}[, before {{before}}].",
    ),
    "case.acted": ("„{{name}}“ wurde gemeldet.", "It was said: “{{name}}”."),
    "case.suspended": (
        "Der Vorgang ist ausgesetzt, bis ihn jemand fortsetzt. Grund: {{why}}",
        "The case is suspended until somebody resumes it. Reason: {{why}}",
    ),
    "case.continued": (
        (
            "Der Vorgang geht weiter; er war ausgesetzt seit {{since}}.[ Grund: {{why}}][ Fristen haben die Zeit seit "
            "{{shifted}} zurück, Aufgaben die Arbeitszeit darin.]"
        ),
        (
            "The case goes on; it was suspended since {{since}}.[ Reason: {{why}}][ Due times got the time since "
            "{{shifted}} back, tasks the working time in it.]"
        ),
    ),
    "case.suspension_lifted": (
        "Der Vorgang selbst ist nicht mehr ausgesetzt, aber sein Prozess ist es noch.[ Grund: {{why}}]",
        "The case itself is no longer suspended, but its process still is.[ Reason: {{why}}]",
    ),
    "case.ended": (
        "Der Vorgang wurde von Hand beendet[. Begründung: {{reason}}]",
        "The case was ended by hand[. Reason: {{reason}}]",
    ),
    "case.migrated": (
        "Der Vorgang läuft nun auf Version {{version}} des Prozesses, vorher {{earlier}}. Begründung: {{why}}",
        "The case runs on version {{version}} of the process now, before {{earlier}}. Reason: {{why}}",
    ),
    "case.corrected": ("Angaben geändert. Begründung: {{why}}", "Data changed. Reason: {{why}}"),
    "case.moved": (
        "Von Hand versetzt[: {{left}} entfällt][; es geht weiter bei {{to}}]. Begründung: {{why}}",
        "Moved by hand[: {{left}} is dropped][; it goes on at {{to}}]. Reason: {{why}}",
    ),
    **FILES,
    "decision.made": (
        "Die Tabelle „{{decision}}“ hat entschieden[ (Zeile {{rules}})]:",
        "The table “{{decision}}” decided[ (row {{rules}})]:",
    ),
    "case.steered": (
        (
            "Entschieden nach der Tabelle „{{decision}}“[ (Zeile {{rules}})][: „{{title}}“].[ Sie war nicht anwendbar, es "
            "gilt die sichere Vorgabe: {{failed}}][ Worum es geht, ist nicht sicher erkannt ({{unsure_percent}}): bitte "
            "ansehen.][ Der Prozess „{{missing}}“ ist nicht in Kraft.][ Es bleibt bei „{{kept}}“.]"
        ),
        (
            "Decided by the table “{{decision}}”[ (row {{rules}})][: “{{title}}”].[ It could not be applied, the safe "
            "default counts: {{failed}}][ What it is about was not surely recognised ({{unsure_percent}}): please look.]"
            "[ The process “{{missing}}” is not in force.][ It stays “{{kept}}”.]"
        ),
    ),
    "task.opened": (
        "Aufgabe „{{title}}“ steht an für {{team}}[, vergeben an {{assignee}}][, zuerst für {{kept_for}}][, fällig {{due}}].",
        "Task “{{title}}” is waiting for {{team}}[, given to {{assignee}}][, first of all for {{kept_for}}][, due {{due}}].",
    ),
    "task.claimed": ("Aufgabe „{{title}}“ übernommen.", "Took on the task “{{title}}”."),
    "task.taken_over": (
        "Aufgabe „{{title}}“[ in Vertretung von {{absent}}][ von {{holder}}] übernommen.",
        "Took over the task “{{title}}”[, standing in for {{absent}}][ from {{holder}}].",
    ),
    "step.chosen": (
        "Nächster Schritt gewählt: „{{step}}“[ (in „{{of}}“)].",
        "Next step chosen: “{{step}}”[ (in “{{of}}”)].",
    ),
    "choice.ended": (
        "„{{step}}“ ist zu Ende[: {{ending}}].",
        "“{{step}}” has come to its end[: {{ending}}].",
    ),
    "task.released": (
        "Aufgabe „{{title}}“[ von {{holder}}] zurückgegeben.",
        "Gave back the task “{{title}}”[ of {{holder}}].",
    ),
    "task.escalated": (
        "Aufgabe „{{title}}“ an {{team}} weitergegeben: {{note}}",
        "Escalated the task “{{title}}” to {{team}}: {{note}}",
    ),
    "task.handed_over": (
        "Aufgabe „{{title}}“[ von {{holder}}] übergeben an [{{assignee}}][das Team {{team}}][: {{note}}]",
        "Handed over the task “{{title}}”[ of {{holder}}] to [{{assignee}}][team {{team}}][: {{note}}]",
    ),
    "task.parked": (
        "Aufgabe „{{title}}“ zurückgestellt bis {{until}}: {{reason}}",
        "Parked the task “{{title}}” until {{until}}: {{reason}}",
    ),
    "task.unparked": (
        "Aufgabe „{{title}}“ wieder aufgenommen.",
        "Took up the parked task “{{title}}” again.",
    ),
    "task.completed": (
        "Aufgabe „{{title}}“ erledigt[: {{verdict}}].",
        "Completed the task “{{title}}”[: {{verdict}}].",
    ),
    "task.withdrawn": (
        "Aufgabe „{{title}}“ ist nicht mehr nötig.",
        "The task “{{title}}” is no longer needed.",
    ),
    "task.asked": (
        "{{team}} um etwas gebeten: „{{title}}“[, bis {{due}}].",
        "Asked {{team}} for something: “{{title}}”[, by {{due}}].",
    ),
    "task.answered": ("Auf „{{title}}“ geantwortet: {{note}}", "Answered “{{title}}”: {{note}}"),
    "follow_up.asked": (
        "Für später vorgemerkt[ für {{team}}]: „{{title}}“, fällig {{due}}.",
        "To be done later[ by {{team}}]: “{{title}}”, due {{due}}.",
    ),
    "follow_up.put_off": (
        "„{{title}}“ auf {{due}} verschoben: {{note}}",
        "Put off “{{title}}” until {{due}}: {{note}}",
    ),
    "task.given_back": (
        "Aufgabe „{{title}}“ geht weiter, wo sie stand[, bei {{assignee}}].",
        "The task “{{title}}” goes on where it left[, with {{assignee}}].",
    ),
    "job.enqueued": ("„{{name}}“ ist veranlasst ({{system}}).", "“{{name}}” is under way ({{system}})."),
    "job.finished": (
        "„{{step}}“ ist erledigt ({{system}}[, beim {{attempt}}. Versuch]).",
        "“{{step}}” is done ({{system}}[, at attempt {{attempt}}]).",
    ),
    "job.postponed": (
        "„{{step}}“ ist noch nicht gelungen ({{system}}, {{attempt}}. Versuch): {{trouble}} Nächster Versuch {{until}}.",
        "“{{step}}” has not worked yet ({{system}}, attempt {{attempt}}): {{trouble}} Next attempt {{until}}.",
    ),
    "job.refused": (
        "„{{step}}“ wurde abgelehnt ({{system}}): {{trouble}} Der Ablauf sieht dafür einen eigenen Weg vor.",
        "“{{step}}” was refused ({{system}}): {{trouble}} The process has a way of its own for that.",
    ),
    "job.answered": (
        "„{{step}}“ ist beantwortet ({{system}}); das Ergebnis zählt, sobald der Vorgang weitergeht.",
        "“{{step}}” was answered ({{system}}); the result counts as soon as the case goes on.",
    ),
    "job.came_late": (
        "„{{step}}“ wurde doch noch erledigt, aber der Vorgang war schon weitergegangen.",
        "“{{step}}” was done after all, but the case had gone on already.",
    ),
    "timer.set": (
        "Frist gesetzt: „{{step}}“ am {{due}}.",
        "A time was set: “{{step}}” on {{due}}.",
    ),
    "timer.fired": ("Die Frist „{{step}}“ ist abgelaufen.", "The time “{{step}}” has come."),
    "timer.missed": (
        "„{{step}}“ war seit {{since}} mehrmals fällig, ohne zu klingeln; das zählt einmal.",
        "“{{step}}” was due several times since {{since}} without ringing; that counts once.",
    ),
    "message.began": (
        "Damit begann der Vorgang: Nachricht „{{name}}“.[ Nicht übernommen: {{left_out}}.]",
        "This began the case: message “{{name}}”.[ Not taken over: {{left_out}}.]",
    ),
    "message.sent": (
        "Nachricht „{{name}}“ abgeschickt: „{{step}}“.",
        "Message “{{name}}” sent: “{{step}}”.",
    ),
    "signal.thrown": (
        "Signal „{{signal}}“ ausgelöst: „{{step}}“.",
        "Signal “{{signal}}” thrown: “{{step}}”.",
    ),
    "signal.heard": (
        "Das Signal „{{signal}}“ kam an: „{{step}}“.[ Nicht übernommen: {{left_out}}.]",
        "The signal “{{signal}}” was heard: “{{step}}”.[ Not taken over: {{left_out}}.]",
    ),
    "condition.met": (
        "Die Bedingung ist eingetreten: „{{step}}“.",
        "The condition came true: “{{step}}”.",
    ),
    "error.caught": (
        "Der Fehler {{code}} ist abgefangen: „{{step}}“.",
        "The error {{code}} was caught: “{{step}}”.",
    ),
    "escalation.caught": (
        "Die Eskalation {{code}} kam an: „{{step}}“.",
        "The escalation {{code}} was caught: “{{step}}”.",
    ),
    "compensation.begun": (
        "Was getan ist, wird rückgängig gemacht: „{{step}}“.",
        "What was done is being undone: “{{step}}”.",
    ),
    "activity.compensated": ("„{{step}}“ ist rückgängig gemacht.", "“{{step}}” is undone."),
    "transaction.cancelled": ("„{{step}}“ ist abgebrochen.", "“{{step}}” is cancelled."),
    "call.begun": (
        "Prozess „{{called}}“ aufgerufen: „{{step}}“.",
        "Process “{{called}}” called: “{{step}}”.",
    ),
    "call.ended": (
        "Der aufgerufene Prozess „{{called}}“ ist zu Ende: „{{step}}“.",
        "The called process “{{called}}” has ended: “{{step}}”.",
    ),
    "message.correlated": (
        "Darauf hat der Vorgang gewartet: „{{step}}“.[ Nicht übernommen: {{left_out}}.]",
        "This is what the case was waiting for: “{{step}}”.[ Not taken over: {{left_out}}.]",
    ),
    "incident.raised": (
        (
            "Ausnahme „{{title}}“ an {{team}} gegeben, {{severity}}, fällig {{due}}[ (bei „{{step}}“)]: [{{trouble}} ][{{why}} ]"
            "[Zugeordnet durch {{rule}}.]"
        ),
        (
            "Exception “{{title}}” given to {{team}}, {{severity}}, due {{due}}[ (at “{{step}}”)]: [{{trouble}} ][{{why}} ]"
            "[Routed by {{rule}}.]"
        ),
    ),
    "incident.resolved": (
        "Ausnahme „{{title}}“ gelöst: {{remedy}}[. {{note}}]",
        "Exception “{{title}}” settled: {{remedy}}[. {{note}}]",
    ),
    "incident.auto_planned": (
        "Wird {{until}} von selbst noch einmal versucht[: „{{step}}“].",
        "Will be tried again by itself {{until}}[: “{{step}}”].",
    ),
    "incident.auto_tried": (
        "Von selbst noch einmal versucht[: „{{step}}“][ ({{system}})].",
        "Tried again by itself[: “{{step}}”][ ({{system}})].",
    ),
    "incident.auto_resolved": (
        "Der Versuch von selbst hat geholfen: Ausnahme „{{title}}“ gelöst.",
        "The try by itself has helped: exception “{{title}}” settled.",
    ),
    "incident.auto_failed": (
        "Der Versuch von selbst hat nicht geholfen: {{trouble}} Nun ist ein Mensch gefragt.",
        "The try by itself has not helped: {{trouble}} Now a person is needed.",
    ),
    "incident.handed_over": (
        "Ausnahme „{{title}}“ von {{was}} an {{team}} übergeben[. {{note}}]",
        "Exception “{{title}}” handed over from {{was}} to {{team}}[. {{note}}]",
    ),
    "policy.warned": (
        "Trotz Warnung ausgeführt[ („{{step}}“)]: {{title}}",
        "Done in spite of a warning[ (“{{step}}”)]: {{title}}",
    ),
    "policy.refused": (
        "Nicht zugelassen[ („{{step}}“)]: {{title}}",
        "Not allowed[ (“{{step}}”)]: {{title}}",
    ),
    "policy.overridden": (
        "Trotz der Regel „{{title}}“ ausgeführt[ („{{step}}“)]. Begründung: {{reason}}",
        "Overrode the policy “{{title}}”[ (“{{step}}”)]. Reason: {{reason}}",
    ),
    "policy.asked": (
        "Um Freigabe gebeten ({{team}})[, bis {{due}}][ („{{step}}“)]: {{title}} Begründung: {{reason}}",
        "Asked for approval ({{team}})[, by {{due}}][ (“{{step}}”)]: {{title}} Reason: {{reason}}",
    ),
    "policy.approved": (
        "Freigegeben[ („{{step}}“)]: {{title}}[ Begründung: {{reason}}]",
        "Approved[ (“{{step}}”)]: {{title}}[ Reason: {{reason}}]",
    ),
    "policy.rejected": (
        "Nicht freigegeben[ („{{step}}“)]: {{title}} Begründung: {{reason}}",
        "Not approved[ (“{{step}}”)]: {{title}} Reason: {{reason}}",
    ),
    "policy.approval_used": (
        "Mit der Freigabe[ von {{by}}] ausgeführt[ („{{step}}“)]: {{title}}",
        "Done with the approval[ of {{by}}][ (“{{step}}”)]: {{title}}",
    ),
    "incident.withdrawn": (
        "Die Ausnahme „{{title}}“ hat sich erledigt.",
        "The exception “{{title}}” has settled itself.",
    ),
}
