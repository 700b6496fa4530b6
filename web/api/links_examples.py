"""What the description shows as examples of cases that belong together."""

from typing import Any

_WHY = "One boiler, reported twice"
_OPEN: dict[str, Any] = {
    "case": "C-000041-4",
    "subject": "The boiler leaks",
    "process": "complaint",
    "opened": "2026-03-02T08:00:00+01:00",
    "last": "Task “Check the facts” is waiting for Customer service.",
    "last_at": "2026-03-02T08:00:00+01:00",
}
TOGETHER: dict[str, Any] = {
    "links": [
        {
            "id": 3,
            "kind": "caused",
            "words": "was caused by",
            "case": "C-000040-6",
            "subject": "Wrong invoice",
            "state": "closed",
            "outcome": "settled",
            "why": "The credit note was missing",
            "at": "2026-03-02T09:00:00+01:00",
            "by": "anna",
            "undone": None,
            "until": "2026-04-01T09:00:00+02:00",
        }
    ],
    "open": [_OPEN],
}
LINK: dict[str, Any] = {"other": "C-000041-4", "kind": "caused", "why": "", "dry_run": False}
LINKED: dict[str, Any] = {
    "link": 4,
    "kind": "caused",
    "case": "C-000042-2",
    "other": "C-000041-4",
    "told": [{"case": "C-000042-2", "sentences": ["Linked: C-000042-2 was caused by C-000041-4."]}],
}
MERGE: dict[str, Any] = {"into": "C-000041-4", "why": _WHY, "seen": 17, "dry_run": True}
MERGED: dict[str, Any] = {
    **LINKED,
    "kind": "merged",
    "told": [
        {"case": "C-000042-2", "sentences": ["Merged into C-000041-4: all that was said stands there."]}
    ],
}
SPLIT: dict[str, Any] = {
    "messages": [12],
    "documents": [],
    "process": "complaint",
    "subject": "The pump",
    "why": "Two concerns",
    "dry_run": False,
}
SPLIT_OFF: dict[str, Any] = {**LINKED, "kind": "split", "case": "C-000043-0", "other": "C-000042-2"}
UNDO: dict[str, Any] = {"why": "They are two boilers", "dry_run": False}
