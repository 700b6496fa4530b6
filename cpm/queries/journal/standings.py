"""What a case stood at before and after an intervention, as lines that anybody reads."""

from collections.abc import Mapping
from typing import Any

from cpm.queries import words
from cpm.queries.journal.names import Names

_KINDS = {
    "step": ("Aufgabe „{title}“", "Task “{title}”"),
    "choice": ("Wahl des nächsten Schritts in „{title}“", "Choice of the next step in “{title}”"),
    "ad_hoc": ("Bitte um „{title}“", "Request “{title}”"),
    "follow_up": ("Für später: „{title}“", "For later: “{title}”"),
    "incident": ("Ausnahme „{title}“", "Exception “{title}”"),
    "call": ("Automatischer Schritt „{title}“", "Automatic step “{title}”"),
    "timer": ("Frist „{title}“", "Time “{title}”"),
    "message": ("Wartet auf eine Nachricht: „{title}“", "Waits for a message: “{title}”"),
    "signal": ("Hört auf ein Signal: „{title}“", "Listens for a signal: “{title}”"),
    "branches": ("Wartet auf die anderen Zweige: „{title}“", "Waits for the other branches: “{title}”"),
    "suspended": ("Ausgesetzt: „{title}“", "Suspended: “{title}”"),
    "more": ("und {count} weitere", "and {count} more"),
}
_CALLS = {
    "ready": ("steht an", "about to be done"),
    "waiting": ("nächster Versuch {due}", "next attempt {due}"),
    "running": ("wird gerade ausgeführt", "under way"),
    "dead": ("steht still", "stands still"),
    "held": ("ist ausgesetzt", "is suspended"),
}
_TASKS = {
    "claimed": ("in Arbeit", "in hand"),
    "held": ("angehalten", "on hold"),
    "parked": ("zurückgestellt bis {until}", "parked until {until}"),
}
_NOTHING = ("Nichts ist mehr offen.", "Nothing is open any more.")
_CHANGED = ("{now} (bisher {was})", "{now} (before: {was})")


def lines(particulars: Mapping[str, Any], moment: str, names: Names) -> tuple[str, ...] | None:
    """`moment` is before or after; None for an entry that is no intervention."""
    if "after" not in particulars:  # `before` alone is said by others too
        return None
    found = tuple(line(standing, names) for standing in particulars[moment])
    return found or (_NOTHING[names.language == "en"],)


def line(standing: Mapping[str, Any], names: Names) -> str:
    """Such as: Task “Check facts” (Customer service, in hand with Anna, due 2 Mar 2026, 12:00)."""
    english = names.language == "en"
    said = {name: names.written(value, name) for name, value in standing.items()}
    title = standing.get("title_en" if english else "title_de") or standing.get("element") or "…"
    spoken = _KINDS.get(standing["kind"], ("„{title}“", "“{title}”"))[english].format_map(
        {**said, "title": title}
    )
    about = ", ".join(part for part in _about(standing, said, names) if part)
    return f"{spoken} ({about})" if about else spoken


def changed(particulars: Mapping[str, Any], names: Names) -> tuple[tuple[str, str], ...]:
    """The data that an intervention changed: label, and what they were and are."""
    spoken = _CHANGED[names.language == "en"]
    return tuple(
        (
            names.label(name),
            spoken.format(was=_value(both["was"], name, names), now=_value(both["is"], name, names)),
        )
        for name, both in (particulars.get("changed") or {}).items()
    )


def _value(value: Any, name: str, names: Names) -> str:
    nothing = "nothing" if names.language == "en" else "nichts"
    return nothing if value in (None, "", []) else names.value(value, name)


def _about(standing: Mapping[str, Any], said: Mapping[str, str], names: Names) -> list[str]:
    """Whose it is, how it stands with it, and until when."""
    english, state = names.language == "en", standing.get("state")
    if standing["kind"] == "call":
        told = _CALLS.get(str(state), ("", ""))[english].format_map(said)
        return [words.system(str(standing.get("type", "")), names.language), told]
    if standing["kind"] == "suspended":
        return [names.user(standing["assignee"])]
    if standing["kind"] == "timer":
        return [said.get("due", ""), _CALLS["held"][english] if state == "held" else ""]
    due = said.get("due")
    return [
        names.team(standing["team"]) if "team" in standing else "",
        _TASKS.get(str(state), ("", ""))[english].format_map(said) + _holder(standing, names),
        (f"due {due}" if english else f"fällig {due}") if due else "",
    ]


def _holder(standing: Mapping[str, Any], names: Names) -> str:
    if (login := standing.get("assignee")) is None:
        return ""
    return f" {'with' if names.language == 'en' else 'bei'} {names.user(login)}"
