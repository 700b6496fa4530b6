"""A file, as the description shows one."""

from typing import Any

DOCUMENT: dict[str, Any] = {
    "id": 12,
    "case": "C-000042-7",
    "name": "Sonnenschein AG_AB 100235.pdf",
    "aliases": ["scan0001.pdf"],
    "title": None,
    "note": None,
    "kind": "AB",
    "numbers": ["AB 100235"],
    "type": "application/pdf",
    "declared": None,
    "called": None,
    "risk": None,
    "bytes": 48213,
    "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "version": 2,
    "current": True,
    "earlier": [
        {"id": 11, "version": 1, "bytes": 47991, "added": "2026-03-02T08:00:00Z", "added_by": "anna"}
    ],
    "added": "2026-03-02T09:30:00Z",
    "added_by": "anna",
    "scan": "clean",
    "held": False,
}
