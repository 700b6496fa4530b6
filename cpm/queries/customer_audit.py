"""What was done to customers, in sentences: who they are stands before it, so that it also reads in the audit of the house."""

from collections.abc import Mapping
from datetime import tzinfo
from decimal import Decimal
from typing import Any

from cpm import case_numbers, writing
from cpm.queries import customer_words

SENTENCES: Mapping[str, tuple[str, str]] = {
    "customer.created": ("Kunde {{customer}} angelegt.", "Customer {{customer}} created."),
    "document.added": (
        "Datei „{{name}}“ bei Kunde {{customer}} abgelegt.",
        "File “{{name}}” filed for customer {{customer}}.",
    ),
    "document.versioned": (
        "Neue Fassung {{version}} der Datei „{{name}}“ von Kunde {{customer}} abgelegt.",
        "New version {{version}} of the file “{{name}}” of customer {{customer}} filed.",
    ),
    "document.renamed": (
        "Datei „{{before}}“ von Kunde {{customer}} heißt jetzt „{{name}}“.",
        "The file “{{before}}” of customer {{customer}} is called “{{name}}” now.",
    ),
    "document.described": (
        "Angaben zur Datei „{{name}}“ von Kunde {{customer}} geändert[; Art: {{kind}}].",
        "What is said of the file “{{name}}” of customer {{customer}} changed[; kind: {{kind}}].",
    ),
    "document.removed": (
        "Datei „{{name}}“ von Kunde {{customer}} entfernt. Begründung: {{why}}",
        "File “{{name}}” of customer {{customer}} removed. Reason: {{why}}",
    ),
    "customer.changed": (
        "Angaben zu Kunde {{customer}} geändert: {{changed}}.",
        "Facts of customer {{customer}} changed: {{changed}}.",
    ),
    "customer.address_added": (
        "Kunde {{customer}} hat eine Adresse mehr[: {{value}}] ({{kind}}).",
        "Customer {{customer}} has one more address[: {{value}}] ({{kind}}).",
    ),
    "customer.merged": (
        "{{other}} ging in Kunde {{customer}} auf[; übernommen: {{taken}}].",
        "{{other}} went into customer {{customer}}[; taken over: {{taken}}].",
    ),
    "customer.merged_away": (
        "Kunde {{customer}} ging in {{other}} auf.",
        "Customer {{customer}} went into {{other}}.",
    ),
    "customer.unmerged": (
        "{{other}} ist wieder von Kunde {{customer}} getrennt.",
        "{{other}} stands apart from customer {{customer}} again.",
    ),
    "customer.unmerged_from": (
        "Kunde {{customer}} ist wieder von {{other}} getrennt.",
        "Customer {{customer}} stands apart from {{other}} again.",
    ),
    "customer.told_apart": (
        "Kunde {{customer}} und {{other}} sind verschieden.",
        "Customer {{customer}} and {{other}} are two.",
    ),
    "customer.address_removed": (
        "Bei Kunde {{customer}} eine Adresse entfernt[: {{value}}] ({{kind}}).",
        "An address of customer {{customer}} removed[: {{value}}] ({{kind}}).",
    ),
    "customer.address_ended": (
        "{{value}} gehört nicht mehr zu Kunde {{customer}}.",
        "{{value}} is customer {{customer}}'s no longer.",
    ),
    "customer.address_shared": (
        "{{value}} gehört Kunde {{customer}} nicht mehr allein (Sammeladresse).",
        "{{value}} is not customer {{customer}}'s alone (shared).",
    ),
    "customer.address_alone": (
        "{{value}} gehört Kunde {{customer}} allein.",
        "{{value}} is customer {{customer}}'s alone.",
    ),
    "customer.address_verified": (
        "{{value}} von Kunde {{customer}} geprüft.",
        "{{value}} of customer {{customer}} verified.",
    ),
    "customer.unreachable": (
        "Kunde {{customer}} ist unter {{value}} nicht zu erreichen: {{why}}",
        "Customer {{customer}} cannot be reached at {{value}}: {{why}}",
    ),
    "customer.reachable": (
        "Kunde {{customer}} ist unter {{value}} wieder zu erreichen.",
        "Customer {{customer}} can be reached at {{value}} again.",
    ),
    "customer.consent_given": (
        "Kunde {{customer}} hat eingewilligt: {{purpose}}, {{channel}} (Quelle: {{source}}).",
        "Customer {{customer}} has consented: {{purpose}}, {{channel}} (source: {{source}}).",
    ),
    "customer.consent_withdrawn": (
        "Kunde {{customer}} hat widerrufen: {{purpose}}, {{channel}} (Quelle: {{source}}).",
        "Customer {{customer}} has withdrawn: {{purpose}}, {{channel}} (source: {{source}}).",
    ),
    "customer.note_added": (
        "Notiz zu Kunde {{customer}} geschrieben.",
        "Wrote a note on customer {{customer}}.",
    ),
    "customer.note_changed": (
        "Notiz von {{user}} zu Kunde {{customer}} geändert.",
        "Changed a note of {{user}} on customer {{customer}}.",
    ),
    "customer.note_taken_back": (
        "Notiz von {{user}} zu Kunde {{customer}} zurückgenommen.",
        "Took back a note of {{user}} on customer {{customer}}.",
    ),
    "customer.contact_added": (
        "Ansprechpartner von Kunde {{customer}}: {{person}}.",
        "Contact person of customer {{customer}}: {{person}}.",
    ),
    "customer.contact_function": (
        "Funktion von {{person}} bei Kunde {{customer}}: {{function}}.",
        "Function of {{person}} at customer {{customer}}: {{function}}.",
    ),
    "customer.contact_removed": (
        "{{person}} spricht nicht mehr für Kunde {{customer}}.",
        "{{person}} speaks for customer {{customer}} no longer.",
    ),
    "customer.mailing_contact": (
        "Post für Kunde {{customer}} bekommt {{person}}.",
        "Letters for customer {{customer}} go to {{person}}.",
    ),
    "customer.postal_added": (
        "Anschrift von Kunde {{customer}}: {{address}}.",
        "Address of customer {{customer}}: {{address}}.",
    ),
    "customer.postal_changed": (
        "Anschrift von Kunde {{customer}} geändert: {{before}} → {{address}}.",
        "Address of customer {{customer}} changed: {{before}} → {{address}}.",
    ),
    "customer.postal_removed": (
        "Anschrift von Kunde {{customer}} entfernt: {{address}}.",
        "Address of customer {{customer}} removed: {{address}}.",
    ),
    "customer.erp_written": (
        "Ins ERP ({{system}}) übertragen, Kunde {{customer}}: {{fields}}.",
        "Written to the ERP ({{system}}) for customer {{customer}}: {{fields}}.",
    ),
    "customer.erp_differs": (
        "Auf beiden Seiten geändert ({{system}}), Kunde {{customer}}: {{fields}}. Bitte entscheiden.",
        "Changed on both sides ({{system}}), customer {{customer}}: {{fields}}. Please decide.",
    ),
    "customer.erp_decided": (
        "Mit dem ERP ({{system}}) abgeglichen, Kunde {{customer}}[; unser Stand gilt: {{ours}}][; deren Stand gilt: {{theirs}}].",
        "Settled with the ERP ({{system}}), customer {{customer}}[; ours counts: {{ours}}][; theirs counts: {{theirs}}].",
    ),
    "customer.erp_linked": (
        "Kunde {{customer}} ist im ERP ({{system}}) {{key}}.",
        "Customer {{customer}} is {{key}} in the ERP ({{system}}).",
    ),
    "customer.erp_unlinked": (
        "Kunde {{customer}} ist nicht mehr {{key}} im ERP ({{system}}). Begründung: {{why}}",
        "Customer {{customer}} is {{key}} in the ERP ({{system}}) no longer. Reason: {{why}}",
    ),
    "customer.term_given": (
        "Kunde {{customer}} zugeordnet: {{kind}} „{{name}}“.",
        "Customer {{customer}} now has: {{kind}} “{{name}}”.",
    ),
    "customer.term_taken": (
        "Kunde {{customer}} nicht mehr zugeordnet: {{kind}} „{{name}}“.",
        "Customer {{customer}} no longer has: {{kind}} “{{name}}”.",
    ),
}
_KINDS = {**customer_words.IDENTIFIERS, **customer_words.TERMS}
_FIELD_LISTS = frozenset({"fields", "ours", "theirs"})
_WORDS = {"kind": _KINDS, "channel": customer_words.CHANNELS, "purpose": customer_words.PURPOSES}


def said(name: str, value: Any, language: str, zone: tzinfo) -> str | None:
    """What stands in the sentences above, in words; None for what needs none."""
    if name == "customer" and isinstance(value, Decimal):  # as numbers come back from the database
        return case_numbers.customer_number(int(value))
    if name == "changed" and isinstance(value, Mapping):
        return "; ".join(_change(field, both, language, zone) for field, both in value.items())
    if name == "changed" and isinstance(value, list):  # how it was written down up to 0022
        return ", ".join(customer_words.field(field, language) for field in value)
    if name in _FIELD_LISTS and isinstance(value, list):
        return ", ".join(customer_words.erp_field(field, language) for field in value)
    return customer_words.word(_WORDS[name], str(value), language) if name in _WORDS else None


def _change(field: str, both: Mapping[str, Any], language: str, zone: tzinfo) -> str:
    before, after = (_value(field, both[when], language, zone) for when in ("before", "after"))
    return f"{customer_words.field(field, language)} {before} → {after}"


def _value(field: str, value: Any, language: str, zone: tzinfo) -> str:
    plain = customer_words.value(field, value, language) if isinstance(value, (str, bool)) else ""
    return plain or (writing.written(value, language, zone) if value not in (None, "") else "\u2013")
