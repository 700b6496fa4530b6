"""What the description shows as examples of a case that is moved or ended by hand."""

from typing import Any

from web.api import examples

_WAS = "Task “Check the facts” (Customer service, due 5 Mar 2026, 18:00)"
_IS = "Task “Write the answer” (Customer service, due 5 Mar 2026, 18:00)"
MOVABLE: dict[str, Any] = {
    "rev": 17,
    "standing": [
        {"node": 7, "element": "check_facts", "name": "Check the facts", "waits": "task", "depth": 0}
    ],
    "targets": [{"element": "write_answer", "name": "Write the answer", "kind": "userTask"}],
}
MOVE: dict[str, Any] = {
    "cancel": [7],
    "begin": [{"element": "write_answer", "inside": None, "variables": {}}],
    "why": "The facts are known",
    "seen": 17,
    "dry_run": True,
}
DONE: dict[str, Any] = {
    "case": "C-000042-2",
    "rev": 22,
    "ends": False,
    "gone": [_WAS],
    "stays": [],
    "new": [_IS],
    "calls": [],
    "data": [],
    "entries": [examples.ENTRY],
}
CANCEL: dict[str, Any] = {
    "outcome": "withdrawn",
    "why": "The customer wants nothing more",
    "seen": 17,
    "dry_run": False,
}
CANCELLED: dict[str, Any] = {**DONE, "ends": True, "new": []}
