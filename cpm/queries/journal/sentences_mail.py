"""The journal's sentences about what is said between customers and us."""

MAIL = {
    "interaction.received": (
        (
            "Nachricht von {{sender}} eingegangen ({{channel}}): „{{subject}}“[. Sie kam von einer Maschine: "
            "{{automatic}}]."
        ),
        "Message from {{sender}} received ({{channel}}): “{{subject}}”[. It came from a machine: {{automatic}}].",
    ),
    "interaction.sent": (
        "Nachricht an {{to}} gesendet ({{channel}}): „{{subject}}“.",
        "Message sent to {{to}} ({{channel}}): “{{subject}}”.",
    ),
    "talk.joined": (
        "Am Telefon zu diesem Vorgang[: Anruf von {{number}}].",
        "On the telephone about this case[: a call from {{number}}].",
    ),
    "talk.left": (
        "Das Gespräch gehört doch nicht zu diesem Vorgang[: {{number}}].",
        "The call is not about this case after all[: {{number}}].",
    ),
    "talk.called": (
        "Zu diesem Vorgang telefoniert[: {{number}} angerufen].",
        "Telephoned about this case[: called {{number}}].",
    ),
    "talk.noted": (
        "Gesprächsnotiz[ ({{minutes}} Min.)]: {{note}}",
        "Note of the call[ ({{minutes}} min)]: {{note}}",
    ),
    "reply.sent_off": (
        "Nachricht an {{to}} geschrieben: „{{subject}}“; sie ist unterwegs.",
        "Wrote a message to {{to}}: “{{subject}}”; it is leaving.",
    ),
    "reply.taken_back": (
        "Nachricht „{{subject}}“ zurückgeholt, bevor sie hinausging.",
        "Took back the message “{{subject}}” before it left.",
    ),
    "reply.postponed": (
        "Die Nachricht ist noch nicht hinausgegangen ({{attempt}}. Versuch): {{trouble}} Nächster Versuch {{until}}.",
        "The message has not left yet (attempt {{attempt}}): {{trouble}} Next attempt {{until}}.",
    ),
    "mail.capped": (
        "Automatische Mail an {{to}} nicht gesendet: In {{hours}} Std. gingen dorthin schon {{count}}.",
        "Automatic mail to {{to}} was not sent: {{count}} went there within {{hours}} h.",
    ),
}
