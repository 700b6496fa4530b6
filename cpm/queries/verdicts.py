"""What an approval came to, in a word or two, for where it is told that it is done."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from cpm.bpmn.reading.properties import FOUR_EYES
from cpm.library import Bundle

_WORDS = {"yes": ("freigegeben", "approved"), "no": ("abgelehnt", "refused")}
_POLICY = {"policy.approved": "yes", "policy.rejected": "no"}
_AT_MOST = ("freigegeben, höchstens {amount}", "approved, at most {amount}")


def verdict(
    bundle: Bundle, particulars: Mapping[str, Any], language: str, money: Callable[[Any], str]
) -> str | None:
    """Of a step that is done; None if it is no approval. `money` writes an amount."""
    element = bundle.program.elements.get(str(particulars.get("element")))
    data = particulars.get("data") or {}
    if element is None or FOUR_EYES not in element.properties or data.get("approved") not in _WORDS:
        return None
    amount, english = data.get("approval_amount"), language == "en"
    if data["approved"] == "yes" and amount is not None:
        return _AT_MOST[english].format(amount=money(amount))
    return _WORDS[data["approved"]][english]


def of_entries(
    bundle: Bundle, entries: Iterable[Mapping[str, Any]], language: str, money: Callable[[Any], str]
) -> str | None:
    """Of what a command has written into the journal."""
    for entry in entries:
        if entry["what"] in _POLICY:
            return _WORDS[_POLICY[entry["what"]]][language == "en"]
        if entry["what"] == "task.completed":
            return verdict(bundle, entry["particulars"], language, money)
    return None
