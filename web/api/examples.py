"""What the description shows as examples: one small complaint."""

from typing import Any

TASK: dict[str, Any] = {
    "id": 7,
    "kind": "step",
    "title": "Check the facts",
    "case": "C-000042-2",
    "subject": "The boiler has a crack",
    "customer": "Mara Beispiel",
    "team": "service",
    "assignee": "anna",
    "state": "claimed",
    "priority": 50,
    "due": "2026-03-03T16:00:00Z",
    "overdue": False,
    "incident": None,
}
TASK_DETAILS: dict[str, Any] = {
    "task": TASK,
    "process": "Complaint",
    "say": "Thank you for telling us.",
    "do": "Find out what happened.",
    "done": "We know whether the customer is right.",
    "fields": [{"key": "amount", "kind": "number", "label": "Amount", "required": True, "value": "120.50"}],
    "messages": [
        {
            "at": "2026-03-02T08:00:00Z",
            "sender": "mara@example.org",
            "subject": "The boiler has a crack",
            "text": "The boiler you delivered has a crack.",
        }
    ],
    "special_cases": [{"kind": "legal_threat", "words": "The customer threatens to sue"}],
    "choosing": None,
    "handed_over": {"by": "ben", "note": "The driver calls at three"},
}
CHOICE: dict[str, Any] = {"element": "call_customer", "seen": 2, "variables": {}}
CHOICE_END: dict[str, Any] = {"seen": 3, "cancel_running": False}
_ADVISED_BY = {"decision": "guidance", "version": 1, "facts": {"customer_value": "B", "complaints_90d": 1}}
GUIDANCE: dict[str, Any] = {
    "tip": {
        "tone": "value-b",
        "text": "Solve quickly; an extra offer only in a good mood.",
        "row": 7,
        "by": _ADVISED_BY,
    },
    "actions": [
        {
            "kind": "queued",
            "action": "ask_email",
            "title": "Ask for the e-mail address",
            "reason": "No written confirmation without e-mail.",
            "row": 3,
            "case": None,
            "process": None,
            "by": {"decision": "next_action", "version": 1, "facts": {"call_active": True}},
        }
    ],
}
COMPLETION: dict[str, Any] = {"data": {"amount": 120.5, "justified": True}}
PARK = {"until": "2026-03-03T09:00:00Z", "reason": "The driver is back then"}
INCIDENT: dict[str, Any] = {
    "id": 3,
    "title": "Mail to the customer did not leave",
    "case": "C-000042-2",
    "customer": "Mara Beispiel",
    "team": "service",
    "assignee": None,
    "severity": "normal",
    "code": "bad_address",
    "state": "open",
    "raised": "2026-03-02T09:00:00Z",
    "due": "2026-03-02T13:00:00Z",
    "overdue": False,
    "auto_at": None,
}
INCIDENT_DETAILS: dict[str, Any] = {
    "incident": INCIDENT,
    "task": 8,
    "step": "Send the answer",
    "origin": "job",
    "what": "The address does not exist.",
    "message": "550 5.1.1 no such user",
    "facts": {"to": "mara@example.org"},
    "correctable": {"email": "mara@example.org"},
    "rule": "exceptions 4",
    "remedies": [{"remedy": "correct", "words": "Put the data right, then try again."}],
    "asked": [],
    "documents": [],
    "resolved_by": None,
    "resolution": None,
}
RESOLUTION: dict[str, Any] = {
    "remedy": "correct",
    "note": "A typing mistake",
    "data": {"email": "mara.b@example.org"},
}
ENTRY: dict[str, Any] = {
    "seq": 4,
    "at": "2026-03-02T08:00:05Z",
    "actor": "anna",
    "who": "Anna",
    "what": "task.claimed",
    "sentence": "Took on the task “Check the facts”.",
    "details": [],
    "particulars": {"task": "7"},
}
ENTRY |= {"before": None, "after": None}  # no intervention
PREVIEW: dict[str, Any] = {"entries": [ENTRY]}
SIGNAL: dict[str, Any] = {"name": "storm_warning", "data": {"region": "North"}}
MESSAGE: dict[str, Any] = {
    "name": "goods_returned",
    "key": "C-000042-2",
    "unique_id": "warehouse/2026-03-04/17",
    "data": {"condition": "broken"},
}


def page(item: Any) -> dict[str, Any]:
    return {"items": [item], "total": 1, "more": False, "page": 1, "page_size": 50}


TASK_PAGE = page(TASK)
INCIDENT_PAGE = page(INCIDENT)
JOURNAL_PAGE = page(ENTRY)
SAID: dict[str, Any] = {
    "channel": "chat",
    "subject": "The boiler has a crack",
    "text": "The boiler you delivered has a crack. Please help.",
    "email": "mara@example.org",
    "name": "Mara Beispiel",
    "process": "complaint",
    "unique_id": "chat-4711",
}
INTERACTION: dict[str, Any] = {
    "id": 12,
    "case": "C-000042-2",
    "channel": "chat",
    "sender": "mara@example.org",
    "subject": "The boiler has a crack",
    "at": "2026-03-02T08:00:00Z",
}
ARRIVAL: dict[str, Any] = {"id": 5, "state": "stored", "received_at": "2026-03-02T08:00:00Z"}
FACTS: dict[str, Any] = {
    "kind": "person",
    "first_name": "Mara",
    "last_name": "Beispiel",
    "gender_address": "Frau",
    "language": "de",
    "born": "1982-06-07",
}
NEW_CUSTOMER: dict[str, Any] = {**FACTS, "email": "mara@example.org"}
IDENTIFIER = {"kind": "phone", "value": "+492115550100"}
IDENTIFIER_FACTS: dict[str, Any] = {
    "identifying": True,
    "source": "web form",
    "valid_from": "2026-03-02T08:00:00Z",
    "valid_to": None,
    "verified_at": None,
    "unreachable_at": None,
    "unreachable_why": None,
}
PLACE: dict[str, Any] = {
    "kind": "main",
    "extra": "",
    "street": "Domplatz 1",
    "postcode": "50667",
    "city": "Köln",
    "country": "DE",
}
POSTAL: dict[str, Any] = {"id": 4, **PLACE, "unreachable_at": None, "unreachable_why": None}
CONSENT: dict[str, Any] = {
    "channel": "email",
    "purpose": "advertising",
    "given": True,
    "source": "trade fair",
    "text_version": "2026-01",
    "at": "2026-03-02T08:00:00Z",
}
CUSTOMER: dict[str, Any] = {
    **FACTS,
    "id": 8,
    "name": "Mara Beispiel",
    "status": "customer",
    "company_name": "",
    "title": "",
    "key_account": False,
    "since": "2026-03-02T08:00:00Z",
    "number": "K-000008-7",
    "lead_source": "",
    "merged_into_id": None,
    "addresses": [{"id": 9, **IDENTIFIER, **IDENTIFIER_FACTS}],
    "former_addresses": [],
    "postal_addresses": [POSTAL],
    "contacts": [],
    "companies": [],
    "categories": [{"key": "iaa-2013", "name": "IAA 2013"}],
    "business_fields": [],
    "consents": [CONSENT],
    "consent_history": [CONSENT],
    "attributes": [],
}
CUSTOMER_PATCH: dict[str, Any] = {"title": "Dr.", "seen": {"title": ""}, "categories": ["iaa-2013"]}
CUSTOMER_HIT: dict[str, Any] = {
    "id": 8,
    "number": "K-000008-7",
    "name": "Mara Beispiel",
    "kind": "person",
    "addresses": ["mara@example.org"],
}
WHY: dict[str, Any] = {
    "grounds": [
        {
            "seq": 9,
            "at": "2026-03-02T08:00:00Z",
            "decision": "deadlines",
            "version": 1,
            "rows": [{"number": 7, "id": "deadlines_7", "note": ""}],
            "sentence": "Decided by the table “deadlines” (row 7).",
            "outcome": [{"label": "due", "value": "3 business days"}],
            "seen": [{"label": "channel", "value": "e-mail"}],
            "counted": "Counted from 2 Mar 2026, 09:00: 3 business days (service hours); due 5 Mar 2026, 18:00.",
            "facts": {"channel": "email"},
            "result": {"due": "3bd", "calendar": "service"},
        }
    ],
    "remarks": [],
    "unsure": None,
}
NEW_CASE: dict[str, Any] = {
    "process": "complaint",
    "channel": "phone",
    "subject": "The boiler has a crack",
    "text": "She called: the boiler has a crack.",
    "new_customer": NEW_CUSTOMER,
}
OPENED: dict[str, Any] = {
    "number": "C-000042-2",
    "process": "complaint",
    "state": "open",
    "subject": "The boiler has a crack",
}
CASE: dict[str, Any] = {
    "case": "C-000042-2",
    "subject": "The boiler has a crack",
    "customer": "Mara Beispiel",
    "process": "complaint",
    "state": "open",
    "outcome": None,
    "team": "service",
    "priority": 50,
    "due": "2026-03-09T16:00:00Z",
    "paused": None,
    "first_answer": "2026-03-02T16:00:00Z",
    "opened": "2026-03-02T08:00:00Z",
    "closed": None,
    "business_key": None,
}
CASE_DETAILS: dict[str, Any] = {
    "case": CASE,
    "earlier": None,
    "addresses": ["mara@example.org"],
    "tasks": [TASK],
    "waiting": [],
    "incidents": [],
    "messages": [],
    "documents": [],
    "data": {"order_no": "A-1001", "amount": "120.50"},
}
CASE_PAGE: dict[str, Any] = {
    **page(
        {
            "number": "C-000042-2",
            "process": "complaint",
            "values": {"case": "C-000042-2", "state": "open", "amount": "120.50"},
            "misfits": [],
        }
    ),
    "columns": [{"name": "amount", "label": "Amount", "kind": "money"}],
    "sums": {"amount": "120.50"},
}
