"""Sentences for messages that find their case, and for cases and customers that are joined."""

JOINED: dict[str, tuple[str, str]] = {
    "case.suggested": (
        "Gehört vielleicht zu {{other}}. Grund: {{why}}",
        "May belong to {{other}}. Reason: {{why}}",
    ),
    "comment.added": ("Kommentar geschrieben[, für {{told}}].", "Wrote a comment[, for {{told}}]."),
    "comment.taken_back": (
        "Kommentar von {{author}} zurückgenommen.",
        "Took back a comment of {{author}}.",
    ),
    "case.linked": (
        "Verbunden: {{first}} {{link}} {{second}}.[ Grund: {{why}}]",
        "Linked: {{first}} {{link}} {{second}}.[ Reason: {{why}}]",
    ),
    "case.unlinked": (
        "Die Verbindung mit {{other}} ({{link}}) ist rückgängig gemacht. Grund: {{why}}",
        "The link with {{other}} ({{link}}) is undone. Reason: {{why}}",
    ),
    "case.merged": (
        "Mit {{into}} zusammengeführt: Alles Gesagte steht dort. Grund: {{why}}",
        "Merged into {{into}}: all that was said stands there. Reason: {{why}}",
    ),
    "case.absorbed": (
        "{{other}} ist mit diesem Vorgang zusammengeführt. Grund: {{why}}",
        "{{other}} was merged into this case. Reason: {{why}}",
    ),
    "case.brought_back": (
        "Der Vorgang ist wieder offen und steht, wo er stand.[ Seinen Schlüssel {{lost}} hat inzwischen ein anderer Vorgang.]",
        "The case is open again and stands where it stood.[ Its key {{lost}} belongs to another case by now.]",
    ),
    "case.split": (
        "Ein Teil ist jetzt der Vorgang {{to}}. Grund: {{why}}",
        "A part of it is the case {{to}} now. Reason: {{why}}",
    ),
    "messages.left": (
        "Nachrichten übergeben an {{to}}: {{messages}}[, Dateien: {{files}}].",
        "Messages handed on to {{to}}: {{messages}}[, files: {{files}}].",
    ),
    "messages.came": (
        "Nachrichten übernommen von {{other}}: {{messages}}[, Dateien: {{files}}].",
        "Messages taken over from {{other}}: {{messages}}[, files: {{files}}].",
    ),
    "customer.merged": (
        "{{customer}} ({{number}}) ist derselbe Kunde wie {{survivor}}; der Vorgang gehört jetzt zu {{survivor}}.",
        "{{customer}} ({{number}}) is the same customer as {{survivor}}; the case belongs to {{survivor}} now.",
    ),
    "customer.unmerged": (
        "{{customer}} ({{number}}) ist doch ein anderer Kunde als {{survivor}}; der Vorgang gehört wieder zu {{customer}}.",
        "{{customer}} ({{number}}) is another customer than {{survivor}} after all; the case belongs to {{customer}} again.",
    ),
}
