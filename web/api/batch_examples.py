"""What the description shows as examples of batches and migrations."""

from typing import Any

BATCH: dict[str, Any] = {
    "id": 3,
    "kind": "migrate",
    "state": "proposed",
    "why": "Reminders after five days",
    "created_at": "2026-03-02T09:00:00Z",
    "created_by": "dora",
    "started_at": None,
    "started_by": None,
    "finished_at": None,
    "error": None,
    "total": 37,
    "unseen": 0,
    "counts": {"able": 35, "unable": 2},
    "reasons": [
        {
            "state": "unable",
            "count": 2,
            "sentence": "Expected case C-000042-2 to have a place in the new version for all that it stands at, but ...",
        }
    ],
}
BATCHES: dict[str, Any] = {"items": [BATCH], "total": 1, "more": False, "page": 1, "page_size": 50}
NEW_BATCH: dict[str, Any] = {
    "kind": "set_variables",
    "targets": {"process": "complaint", "search": "state=open"},
    "options": {"data": {"order_value": 99}},
    "why": "The price list was wrong",
}
START: dict[str, Any] = {"only": ["C-000042-2"]}
ITEMS: dict[str, Any] = {
    "items": [{"case": "C-000042-2", "state": "able", "why": None, "at": "2026-03-02T09:00:01Z"}],
    "after": None,
}
_PLAN: dict[str, Any] = {
    "from": 1,
    "elements": {"check_facts": "establish_facts", "decide_remedy": "decide_remedy"},
    "flows": {},
    "anew": [],
    "forgotten": [],
}
PROPOSAL: dict[str, Any] = {
    "process": "complaint",
    "to": 2,
    "plans": [
        {
            **_PLAN,
            "doubts": [{"element": "check_facts", "why": "It looks like the same."}],
            "differences": [
                {
                    "what": "changed",
                    "element": "after_3_days",
                    "target": "after_3_days",
                    "name": "After three days",
                    "aspect": "timer",
                    "told": "Timer: 'P5D' instead of 'P3D'.",
                    "keeps": "Cases that wait there keep the timer they have; `anew` in the plan sets it again, from the migration on.",
                }
            ],
            "problems": [],
        }
    ],
}
MIGRATE: dict[str, Any] = {
    "process": "complaint",
    "to": 2,
    "plans": [_PLAN],
    "numbers": [],
    "why": "Reminders after five days",
}
MIGRATE_CASE: dict[str, Any] = {"to": 2, "plan": None, "why": "Reminders after five days"}
BACK: dict[str, Any] = {"why": "Customers complain"}
ON_VERSION: dict[str, Any] = {"number": "C-000042-2", "process": "complaint", "version": 2}
KEPT: dict[str, Any] = {"id": 1, "process": "complaint", "to": 2, "made_by": "dora", **_PLAN} | {
    "made_at": "2026-03-02T09:00:00Z"
}
