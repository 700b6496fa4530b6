"""What the description shows as examples of what stands still."""

from typing import Any

from web.api import examples

_BY_SUE: dict[str, Any] = {"since": "2026-03-02T09:00:00Z", "by": "sue", "why": "The address is in dispute"}
CASE_SUSPENDED: dict[str, Any] = {"of": "case", "key": "C-000042-2", "version": None, **_BY_SUE}
_OF_PROCESS: dict[str, Any] = {"of": "definition", "key": "complaint", "version": None, **_BY_SUE}
_OF_KIND: dict[str, Any] = {"of": "jobs", "key": "smtp", "version": None, **_BY_SUE}
SUSPEND: dict[str, Any] = {"why": "The address is in dispute"}
RESUME: dict[str, Any] = {"timers": "shift", "why": "It is settled"}
SUSPENDED: dict[str, Any] = {"items": [CASE_SUSPENDED]}
RESUMED: dict[str, Any] = {"items": []}
SUSPEND_PROCESS: dict[str, Any] = {"version": None, "why": "A mistake in the model"}
PROCESS_SUSPENDED: dict[str, Any] = {"items": [_OF_PROCESS]}
SUSPEND_KIND: dict[str, Any] = {"kind": "smtp", "why": "The mail server is down"}
RESUME_KIND: dict[str, Any] = {"kind": "smtp", "why": "It is up again"}
KIND_SUSPENDED: dict[str, Any] = {"items": [_OF_KIND]}
SUSPENSIONS: dict[str, Any] = {"items": [{**_OF_KIND, "cases": None, "tasks": None, "jobs": 17}]}
CASE_DETAILS: dict[str, Any] = {**examples.CASE_DETAILS, "suspensions": []}
