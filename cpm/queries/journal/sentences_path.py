"""The journal's sentences about suggestions, steps that are done again, and the wrap-up; see `sentences`."""

PATH: dict[str, tuple[str, str]] = {
    "suggestion.accepted": (
        "Vorschlag angenommen: „{{title}}“[ ({{to}})]. {{reason}}",
        "Suggestion accepted: “{{title}}”[ ({{to}})]. {{reason}}",
    ),
    "suggestion.declined": (
        "Vorschlag abgelehnt: „{{title}}“. Grund: {{reason}}",
        "Suggestion declined: “{{title}}”. Reason: {{reason}}",
    ),
    "task.again": (
        "Zurück zu „{{title}}“. Begründung: {{why}}",
        "Went back to “{{title}}”. Reason: {{why}}",
    ),
    "case.wrapped_up": (
        "Nachbearbeitet: {{title}}. Grund: {{reason}}[ {{note}}]",
        "Wrapped up: {{title}}. Reason: {{reason}}[ {{note}}]",
    ),
}
