"""What the description shows as examples of suggestions, wrap-ups and steps that are done again."""

from typing import Any

OFFERED: dict[str, Any] = {
    "open": [
        {
            "action": "ask_email",
            "kind": "queued",
            "title": "Ask for the e-mail address",
            "reason": "No written confirmation without e-mail.",
            "does": "email",
            "case": None,
        }
    ],
    "decided": [
        {
            "action": "offer_supervisor",
            "title": "Offer a call-back by a supervisor",
            "accepted": False,
            "who": "Anna",
            "at": "2026-03-02T09:00:00+01:00",
            "why": "customer does not want it",
            "case": None,
            "task": None,
        }
    ],
}
ACCEPT: dict[str, Any] = {"action": "ask_email", "email": "mara@example.org"}
DECLINE: dict[str, Any] = {"action": "ask_email", "reason": "other", "note": "Has no e-mail."}
DECISION: dict[str, Any] = {"action": "ask_email", "state": "accepted", "case": None, "task": None}
RATES: dict[str, Any] = {
    "items": [
        {
            "process": "complaint",
            "process_name": "Complaint",
            "action": "ask_email",
            "title": "Ask for the e-mail address",
            "kind": "queued",
            "shown": 12,
            "accepted": 8,
            "declined": 2,
            "passed": 1,
            "open": 1,
            "percent": 73,
            "reasons": {"not_wanted": 2},
        }
    ]
}
WRAP_UP: dict[str, Any] = {
    "key": "desk-7/4711",
    "outcome": "settled",
    "reason": "damaged",
    "summary": "Gets a new lid.",
    "follow_up": {"what": "Ask whether the lid fits", "due": "2026-03-09T10:00:00+01:00"},
}
WRAPPED_UP: dict[str, Any] = {
    "id": 3,
    "case": "C-000042-2",
    "outcome": "settled",
    "reason": "damaged",
    "summary": "Gets a new lid.",
    "by": "anna",
    "at": "2026-03-02T09:00:00+01:00",
    "task": 17,
}
AGAIN: dict[str, Any] = {"why": "The day of delivery was wrong"}
BEGUN: dict[str, Any] = {"task": 18, "case": "C-000042-2", "element": "check_facts", "state": "claimed"}
