"""The journal's sentences about what customers are told, or not; see `sentences`."""

TOLD: dict[str, tuple[str, str]] = {
    "notice.skipped": (
        "Dem Kunden nicht gesagt: „{{title}}“. {{reason}}",
        "The customer was not told “{{title}}”. {{reason}}",
    ),
    "notice.postponed": (
        "„{{title}}“ geht erst am {{until}} an den Kunden. {{reason}}",
        "“{{title}}” goes to the customer on {{until}} only. {{reason}}",
    ),
    "notice.hurried": (
        "„{{title}}“ geht gleich an den Kunden, statt zu warten.",
        "“{{title}}” goes to the customer now instead of waiting.",
    ),
    "notice.by_hand": (
        "Jemand sagt es dem Kunden ({{channel}}): „{{title}}“.",
        "Somebody tells the customer ({{channel}}): “{{title}}”.",
    ),
    "status_link.revoked": (
        "Die Statusseite des Kunden ist geschlossen: Kein Link öffnet sie mehr.",
        "The customer's status page is closed: no link opens it any more.",
    ),
    "status_link.renewed": (
        "Frühere Links zur Statusseite gelten nicht mehr; neue Nachrichten tragen einen neuen.",
        "Earlier links to the status page count no longer; new messages carry a new one.",
    ),
}
