"""What somebody asks to be done about an incident, as the form posts it: once to see what would happen, once to do it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from werkzeug.datastructures import MultiDict

from cpm.errors import Invalid
from cpm.model import Remedy

#: Before the names of variables, so that none is taken for a word of ours.
_VARIABLE = "v."


@dataclass(frozen=True, slots=True)
class Asked:
    remedy: Remedy
    note: str = ""
    team: str = ""
    outcome: str = "handed_over"
    to: str = ""  #: the element at which it goes on
    typed: Mapping[str, str] = field(default_factory=dict)  #: by variable
    seen: int | None = None  #: the case's revision in the preview

    def mark(self, data: Mapping[str, Any]) -> str:
        """Tells what was previewed, with what it means, from what was changed since."""
        said = (self.remedy.value, self.note, self.team, self.outcome, self.to, sorted(data.items()))
        return sha256(repr(said).encode()).hexdigest()[:16]


def asked(form: MultiDict[str, str]) -> Asked:
    return Asked(
        remedy=remedy(form.get("remedy", "")),
        note=form.get("note", ""),
        team=form.get("team", ""),
        outcome=form.get("outcome", "handed_over"),
        to=form.get("to", ""),
        typed={
            name.removeprefix(_VARIABLE): text for name, text in form.items() if name.startswith(_VARIABLE)
        },
        seen=form.get("seen", type=int),
    )


def remedy(word: str) -> Remedy:
    try:
        return Remedy(word)
    except ValueError as error:
        raise Invalid(
            f"Expected one of the remedies {', '.join(Remedy)}, but got {word!r}",
            de="Diese Abhilfe gibt es nicht.",
        ) from error
