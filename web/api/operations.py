"""What the description says of every operation alike: its name, its refusals, the headers it takes."""

from typing import Any

from web.api.problems import REFUSALS

#: Refusals that every operation knows.
_ALWAYS = (400, 401, 403, 404, 422, 429, 503)
_OF_BODIES = (413, 415)
_WRITES = ("post", "put", "patch", "delete")

LANGUAGE = "Accept-Language"
#: What a program answers to policies.
POLICIES = ("Policy-Confirm", "Policy-Override", "Policy-Ask")


def complete(doc: dict[str, Any], doc_info: dict[str, Any], *, method: str, **_more: Any) -> dict[str, Any]:
    """A callback of flask-smorest, after its own: refusals are components, so that each is described once."""
    statuses = [*_ALWAYS]
    if method in _WRITES:
        statuses.append(409)
    if "requestBody" in {**doc, **doc_info.get("manual_doc", {})}:
        statuses += _OF_BODIES
    responses = {str(status): found for status, found in doc.get("responses", {}).items() if status != 422}
    responses.pop("default", None)
    responses |= {str(status): REFUSALS[status] for status in sorted(statuses)}
    doc["responses"] = dict(sorted(responses.items()))
    doc["parameters"] = [*doc.get("parameters", []), *_headers(doc_info)]
    return doc


def _headers(doc_info: dict[str, Any]) -> list[str]:
    return [LANGUAGE, "Idempotency-Key", *POLICIES] if doc_info.get("keyed") else [LANGUAGE]
