"""What the description shows as examples of customers who may be one."""

from typing import Any

_AT = "2026-03-02T08:00:00Z"
_TWO = {"one_id": 8, "one": "Mara Beispiel", "one_number": "K-000008-7"}
DUPLICATE: dict[str, Any] = {
    "id": 3,
    "state": "open",
    "score": 97,
    **_TWO,
    "other_id": 11,
    "other": "M. Beispiel",
    "other_number": "K-000011-1",
    "reasons": [
        {"key": "phone.same", "de": "Telefonnummer gleich", "en": "same telephone number", "against": False}
    ],
    "found_at": _AT,
    "decided_by": None,
    "decided_at": None,
}
DUPLICATES: dict[str, Any] = {"items": [DUPLICATE], "total": 1, "more": False, "page": 1, "page_size": 50}
APART: dict[str, Any] = {**DUPLICATE, "state": "different", "decided_by": "anna", "decided_at": _AT}
SEEN = "4b1f0e6f0c8d4d5f9a1c2b3d4e5f6a7b"


def _side(number: int, shown: str, name: str, address: str) -> dict[str, Any]:
    return {
        "id": number,
        "number": shown,
        "name": name,
        "kind": "person",
        "since": _AT,
        "identifiers": [["email", address]],
        "addresses": ["Domplatz 1, 50667 Köln"],
    }


PREVIEW: dict[str, Any] = {
    "survivor": _side(8, "K-000008-7", "Mara Beispiel", "mara@example.org"),
    "merged": _side(11, "K-000011-1", "M. Beispiel", "m.beispiel@example.com"),
    "fields": [
        {"key": "first_name", "survivor": "Mara", "merged": "M.", "differs": True, "usual": "survivor"}
    ],
    "moving": [{"place": "cases.customer_id", "goes": 2, "stays": 0}],
    "withdrawn": [["email", "advertising"]],
    "seen": SEEN,
}
MERGE: dict[str, Any] = {"merged_id": 11, "chosen": {"first_name": "survivor"}, "seen": SEEN}
MERGED: dict[str, Any] = {
    "id": 5,
    "survivor_id": 8,
    "survivor": "Mara Beispiel",
    "survivor_number": "K-000008-7",
    "merged_id": 11,
    "merged": "M. Beispiel",
    "merged_number": "K-000011-1",
    "at": _AT,
    "by": "anna",
    "until": "2026-04-01T08:00:00Z",
    "undone_at": None,
    "undone_by": None,
    "refusal": None,
}
UNDOING: dict[str, Any] = {
    "merge": MERGED,
    "going_back": [{"place": "cases.customer_id", "goes": 2, "stays": 0}],
    "later_back": 0,
    "later_stay": 1,
    "fields": [],
    "changed": [],
}
UNDONE: dict[str, Any] = {
    **MERGED,
    "undone_at": _AT,
    "undone_by": "anna",
    "refusal": "Expected merge 5 to stand, but it was undone on 2026-03-02",
}
