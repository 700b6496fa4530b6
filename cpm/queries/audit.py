"""The audit in sentences, page by page, the newest first."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from cpm import texts
from cpm.model import AuditEntry
from cpm.queries import people, wording
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
            "Fähigkeiten: {{skills}}]."
        ),
        (
            "{{user}} changed[; name: {{name}}][; roles: {{roles}}][; teams: {{teams}}][; active: {{active}}][; "
            "skills: {{skills}}]."
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
    "customer.changed": (
        "Angaben zu Kunde {{customer}} geändert: {{changed}}.",
        "Facts of customer {{customer}} changed: {{changed}}.",
    ),
    "customer.address_added": (
        "Kunde {{customer}} hat eine Adresse mehr ({{kind}}).",
        "Customer {{customer}} has one more address ({{kind}}).",
    ),
    "customer.address_removed": (
        "Bei Kunde {{customer}} eine Adresse entfernt ({{kind}}).",
        "An address of customer {{customer}} removed ({{kind}}).",
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


def _line(uow: UnitOfWork, entry: AuditEntry, names: Mapping[str, str], language: str) -> AuditLine:
    return AuditLine(
        id=entry.id,
        at=entry.at,
        actor=entry.actor,
        who=names.get(entry.actor, entry.actor),
        what=entry.what,
        sentence=_sentence(uow, entry, names, language),
        particulars=entry.particulars,
    )


def _sentence(uow: UnitOfWork, entry: AuditEntry, names: Mapping[str, str], language: str) -> str:
    if entry.what not in SENTENCES:
        return entry.what
    template = SENTENCES[entry.what][language == "en"]
    said = {
        name: _said(uow, name, value, names, language)
        for name, value in entry.particulars.items()
        if value not in (None, "", [])
    }
    kept = _OPTIONAL.sub(lambda part: part[1] if texts.placeholders(part[1]) <= said.keys() else "", template)
    return wording.filled(kept, said, language, uow.settings.zone)


def _said(uow: UnitOfWork, name: str, value: Any, names: Mapping[str, str], language: str) -> str:
    if name in _PEOPLE:
        return names.get(value, value)
    return wording.written(value, language, uow.settings.zone)
