"""The audit in sentences, page by page, the newest first."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from cpm import writing
from cpm.model import AuditEntry
from cpm.queries import access, customer_audit, erp_keys, people, wording
from cpm.uow import UnitOfWork

#: As in the journal: what stands in [ ] is left out when a value in it is missing.
SENTENCES: Mapping[str, tuple[str, str]] = {
    "sign_in.begun": (
        "{{user}} hat sich angemeldet, von {{address}}.",
        "{{user}} signed in, from {{address}}.",
    ),
    "sign_in.failed": (
        "Anmeldung gescheitert[ als {{user}}], von {{address}}.",
        "Sign-in failed[ as {{user}}], from {{address}}.",
    ),
    "sign_in.ended": ("{{user}} hat sich abgemeldet.", "{{user}} signed out."),
    "password.changed": ("{{user}} hat ein neues Passwort.", "{{user}} has a new password."),
    "password.given": (
        "{{user}} hat ein vorläufiges Passwort bekommen.",
        "{{user}} was given a temporary password.",
    ),
    "user.added": (
        "{{user}} angelegt; Rollen: {{roles}}[; Teams: {{teams}}].",
        "{{user}} added; roles: {{roles}}[; teams: {{teams}}].",
    ),
    "user.changed": (
        (
            "{{user}} geändert[; Name: {{name}}][; Rollen: {{roles}}][; Teams: {{teams}}][; aktiv: {{active}}][; "
            "Fähigkeiten: {{skills}}][; Durchwahlen: {{extensions}}]."
        ),
        (
            "{{user}} changed[; name: {{name}}][; roles: {{roles}}][; teams: {{teams}}][; active: {{active}}][; "
            "skills: {{skills}}][; extensions: {{extensions}}]."
        ),
    ),
    "user.locked": (
        "{{user}} ist nach falschen Passwörtern gesperrt bis {{until}}.",
        "{{user}} is locked after wrong passwords until {{until}}.",
    ),
    "user.unlocked": ("{{user}} entsperrt.", "{{user}} unlocked."),
    "team.put": (
        "Team {{team}} eingerichtet: {{name}}, Kalender {{calendar}}.",
        "Team {{team}} set up: {{name}}, calendar {{calendar}}.",
    ),
    "team.removed": ("Team {{team}} ({{name}}) gelöscht.", "Team {{team}} ({{name}}) removed."),
    "absence.entered": (
        "{{user}} ist abwesend von {{since}} bis {{until}}[, vertreten durch {{substitute}}].",
        "{{user}} is away from {{since}} until {{until}}[, {{substitute}} stands in].",
    ),
    "absence.removed": (
        "Abwesenheit von {{user}} gelöscht, {{since}} bis {{until}}.",
        "Absence of {{user}} removed, {{since}} until {{until}}.",
    ),
    "token.created": (
        "Token {{token}} „{{name}}“ für {{user}} ausgestellt, bis {{until}}: {{scopes}}.",
        "Token {{token}} “{{name}}” made for {{user}}, until {{until}}: {{scopes}}.",
    ),
    "token.revoked": (
        "Token {{token}} „{{name}}“ von {{user}} widerrufen.",
        "Token {{token}} “{{name}}” of {{user}} revoked.",
    ),
    "term.put": (
        "{{kind}} „{{name}}“ angelegt oder benannt ({{key}}).",
        "{{kind}} “{{name}}” added or named ({{key}}).",
    ),
    "term.retired": (
        "{{kind}} „{{name}}“ wird nicht mehr verwendet.",
        "{{kind}} “{{name}}” is no longer in use.",
    ),
    "attribute.declared": (
        "Attribut von Kunden „{{name}}“ angelegt oder benannt ({{key}}, {{kind}}).",
        "Attribute of customers “{{name}}” declared or named ({{key}}, {{kind}}).",
    ),
    "attribute.retired": (
        "Attribut von Kunden „{{name}}“ wird nicht mehr verwendet.",
        "Attribute of customers “{{name}}” is no longer in use.",
    ),
    "mailbox.put": (
        "Postfach {{mailbox}} eingerichtet: {{user_name}} bei {{host}}, Ordner {{folder}}, Prozess {{process}}.",
        "Mailbox {{mailbox}} set up: {{user_name}} at {{host}}, folder {{folder}}, process {{process}}.",
    ),
    "mailbox.paused": ("Postfach {{mailbox}} angehalten: {{why}}", "Mailbox {{mailbox}} paused: {{why}}"),
    "mailbox.resumed": (
        "Postfach {{mailbox}} wird wieder abgeholt.",
        "Mailbox {{mailbox}} is fetched again.",
    ),
    "mailbox.removed": (
        "Postfach {{mailbox}} entfernt; was daraus kam, bleibt.",
        "Mailbox {{mailbox}} removed; what came from it stays.",
    ),
    "mailbox.asked_again": (
        "Nachricht {{uid}} im Postfach {{mailbox}} soll noch einmal geholt werden.",
        "Message {{uid}} in mailbox {{mailbox}} is to be fetched again.",
    ),
    "erp.invoice_dunned": (
        "Rechnung {{invoice}} im ERP {{system}} wird von Hand gemahnt.",
        "Invoice {{invoice}} in the ERP {{system}} is followed up by hand.",
    ),
    "erp.errand_asked": (
        "Im ERP {{system}} wird sofort nachgesehen: {{errand}}.",
        "The ERP {{system}} is looked at at once: {{errand}}.",
    ),
    "erp.change_asked_again": (
        "Die zurückgestellte Änderung {{change}} im ERP {{system}} wird noch einmal gelesen.",
        "Change {{change}} in the ERP {{system}}, which was set aside, is read once more.",
    ),
    "erp.change_discarded": (
        "Die Änderung {{change}} im ERP {{system}} ({{kind}} {{key}}) wird nicht mehr beachtet.",
        "Change {{change}} in the ERP {{system}} ({{kind}} {{key}}) is not looked at any more.",
    ),
    "mail_address.put": (
        "Post an {{address}} beginnt den Prozess {{process}}.",
        "Mail to {{address}} begins process {{process}}.",
    ),
    "mail_address.removed": (
        "Die Adresse {{address}} gilt nicht mehr als unsere.",
        "The address {{address}} is not ours any more.",
    ),
    "message.discarded": (
        "Nachricht {{message}} verworfen: {{why}}[ Sie war in Quarantäne: {{reason}}]",
        "Message {{message}} discarded: {{why}}[ It was quarantined: {{reason}}]",
    ),
    "customers.imported": (
        "Kunden aus einer Datei übernommen: {{added}} neu, {{changed}} bekannt.",
        "Customers taken from a file: {{added}} new, {{changed}} known.",
    ),
    **customer_audit.SENTENCES,
    "webhook.added": (
        "Ereignisse ({{events}}) gehen an {{host}}, Nummer {{webhook}}.",
        "Events ({{events}}) are told to {{host}}, number {{webhook}}.",
    ),
    "webhook.ended": (
        "Ereignisse gehen nicht mehr an {{host}}, Nummer {{webhook}}.",
        "Events are no longer told to {{host}}, number {{webhook}}.",
    ),
    "webform.opened": (
        "Webformular des Prozesses {{process}} geöffnet: {{form}}.",
        "Web form of process {{process}} opened: {{form}}.",
    ),
    "webform.closed": (
        "Webformular des Prozesses {{process}} geschlossen: {{form}}.",
        "Web form of process {{process}} closed: {{form}}.",
    ),
    "batch.proposed": (
        "Sammelauftrag {{batch}} vorgeschlagen: {{kind}}. Begründung: {{why}}",
        "Batch {{batch}} proposed: {{kind}}. Reason: {{why}}",
    ),
    "batch.started": (
        "Sammelauftrag {{batch}} gestartet: {{kind}}. Begründung: {{why}}",
        "Batch {{batch}} started: {{kind}}. Reason: {{why}}",
    ),
    "batch.stopped": ("Sammelauftrag {{batch}} angehalten: {{kind}}.", "Batch {{batch}} stopped: {{kind}}."),
    "batch.retried": (
        "Sammelauftrag {{batch}} noch einmal versucht: {{kind}}.",
        "Batch {{batch}} tried again: {{kind}}.",
    ),
    "definition.suspended": (
        "Prozess {{process}} ausgesetzt[, nur Fassung {{version}}]: {{why}}",
        "Process {{process}} suspended[, version {{version}} only]: {{why}}",
    ),
    "definition.resumed": (
        "Prozess {{process}} fortgesetzt[, Fassung {{version}}][, Fristen: {{timers}}][: {{why}}].",
        "Process {{process}} resumed[, version {{version}}][, due times: {{timers}}][: {{why}}].",
    ),
    "jobs.suspended": (
        "Arbeiten der Art {{kind}} ausgesetzt: {{why}}",
        "Jobs of the kind {{kind}} suspended: {{why}}",
    ),
    "jobs.resumed": (
        "Arbeiten der Art {{kind}} fortgesetzt[: {{why}}].",
        "Jobs of the kind {{kind}} resumed[: {{why}}].",
    ),
    "definitions.deployed": (
        "In Kraft gesetzt[: {{resources}}][; neue Fassungen: {{definitions}}][. „{{comment}}“].",
        "Put in force[: {{resources}}][; new versions: {{definitions}}][. “{{comment}}”].",
    ),
    "installation.restored": (
        "Aus der Sicherung vom {{taken}} wiederhergestellt; was danach geschah, fehlt.",
        "Restored from the backup of {{taken}}; what happened after it is missing.",
    ),
}
_DISCARDED = "erp.change_discarded"
_PEOPLE = frozenset({"user", "substitute"})
_OPTIONAL = re.compile(r"\[([^\]]*)\]")


@dataclass(frozen=True, slots=True)
class AuditLine:
    id: int
    at: datetime
    actor: str
    who: str
    what: str
    sentence: str
    particulars: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    lines: tuple[AuditLine, ...]
    before: int | None  #: hand it in for the next page; None: this is the last


def entries(
    uow: UnitOfWork,
    *,
    before: int | None = None,
    limit: int = 50,
    what: str | None = None,
    actor: str | None = None,
    language: str = "de",
) -> Page:
    """`what` is a word such as token.created, or its noun alone."""
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit + 1)
    if before is not None:
        query = query.where(AuditEntry.id < before)
    if what is not None:
        exact = "." in what
        query = query.where(AuditEntry.what == what if exact else AuditEntry.what.startswith(f"{what}."))
    if actor is not None:
        query = query.where(AuditEntry.actor == actor)
    found = list(uow.session.scalars(query))
    names = people.user_names(uow)
    lines = tuple(_line(uow, entry, names, language) for entry in found[:limit])
    return Page(lines, lines[-1].id if len(found) > limit else None)


def of_customer(
    uow: UnitOfWork, customer_id: int, *, limit: int = 50, language: str = "de"
) -> tuple[AuditLine, ...]:
    """What was done to this customer, the newest first."""
    query = select(AuditEntry).where(AuditEntry.customer_id == customer_id)
    found = uow.session.scalars(query.order_by(AuditEntry.id.desc()).limit(limit))
    names = people.user_names(uow)
    return tuple(_line(uow, entry, names, language) for entry in found)


def _line(uow: UnitOfWork, entry: AuditEntry, names: Mapping[str, str], language: str) -> AuditLine:
    particulars = _shown(uow, entry)
    return AuditLine(
        id=entry.id,
        at=entry.at,
        actor=entry.actor,
        who=names.get(entry.actor, entry.actor),
        what=entry.what,
        sentence=_sentence(uow, entry.what, particulars, names, language),
        particulars=particulars,
    )


def _shown(uow: UnitOfWork, entry: AuditEntry) -> Mapping[str, Any]:
    """Without the number of a case that the reader may not know."""
    known = entry.particulars
    if entry.what != _DISCARDED or not erp_keys.hidden(
        uow, [(known["system"], known["key"])], access.within_reach
    ):
        return known
    return {**known, "key": erp_keys.HIDDEN}


def _sentence(
    uow: UnitOfWork, what: str, particulars: Mapping[str, Any], names: Mapping[str, str], language: str
) -> str:
    if what not in SENTENCES:
        return what
    template = SENTENCES[what][language == "en"]
    said = {
        name: _said(uow, name, value, names, language)
        for name, value in particulars.items()
        if value not in (None, "", [])
    }
    kept = _OPTIONAL.sub(
        lambda part: part[1] if writing.placeholders(part[1]) <= said.keys() else "", template
    )
    return wording.filled(kept, said, language, uow.settings.zone)


def _said(uow: UnitOfWork, name: str, value: Any, names: Mapping[str, str], language: str) -> str:
    if name in _PEOPLE:
        return names.get(value, value)
    if (words := customer_audit.said(name, value, language, uow.settings.zone)) is not None:
        return words
    return writing.written(value, language, uow.settings.zone)
