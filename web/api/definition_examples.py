"""What the description shows as examples of definitions and of asking a decision."""

from typing import Any

DEFINITION: dict[str, Any] = {
    "key": "complaint",
    "name": "Complaint",
    "versions": [
        {
            "version": 2,
            "name": "Complaint",
            "status": "in_force",
            "deployed_at": "2026-03-01T08:00:00Z",
            "deployed_by": "dora",
            "open_cases": 3,
            "all_cases": 17,
        }
    ],
}
BOUND: dict[str, Any] = {
    "key": "complaint",
    "version": 2,
    "name": "Complaint",
    "files": [
        {
            "kind": "process",
            "key": "complaint",
            "version": 2,
            "file": "complaint/complaint.bpmn",
            "bytes": 48213,
        }
    ],
}
DEPLOYED: dict[str, Any] = {
    "resources": [{"kind": "process", "key": "complaint", "version": 2}],
    "definitions": [{"key": "complaint", "version": 2}],
    "warnings": [],
}
QUESTION: dict[str, Any] = {"facts": {"key_account": False, "revenue_12m": 51000}}
DECIDED: dict[str, Any] = {
    "decision": "customer_value",
    "version": 1,
    "value": "A",
    "evidence": [
        {
            "decision": "customer_value",
            "name": "Kundenwert",
            "kind": "decisionTable",
            "rules": [
                {
                    "number": 2,
                    "id": "customer_value_2",
                    "note": "",
                    "outputs": {"customer_value": "A"},
                }
            ],
            "inputs": {"key_account": False, "revenue_12m": "51000", "customer_status": None},
            "value": "A",
        }
    ],
    "unread": [],
    "explanation": None,
}
