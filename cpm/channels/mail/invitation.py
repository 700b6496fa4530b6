"""An invitation in words, where a message holds nothing else that a person could read (RFC 5545)."""

import re
from datetime import date, datetime

_LINE = re.compile(
    r"(?P<name>[A-Za-z-]{1,40})(?P<parameters>(?:;[^:;\n\"]*(?:\"[^\"\n]*\"[^:;\n\"]*)*)*+):(?P<value>.*)"
)
_ESCAPED = re.compile(r"\\([\\;,nN])")
_SHOWN = ("SUMMARY", "DTSTART", "DTEND", "LOCATION", "ORGANIZER", "DESCRIPTION")
_ZONE = re.compile(r";TZID=\"?([^;:\"]{1,60})", re.IGNORECASE)
_LONGEST = 20_000


def words(source: str) -> str:
    """Its title, times, place, host and description, one a line; of several events the first."""
    unfolded = re.sub(r"\r?\n[ \t]", "", source[:_LONGEST])
    _, _, event = unfolded.partition("BEGIN:VEVENT")
    found: dict[str, str] = {}
    for line in event.partition("END:VEVENT")[0].splitlines():
        if (part := _LINE.fullmatch(line)) and part["name"].upper() in _SHOWN:
            found.setdefault(part["name"].upper(), _value(part))
    times = " - ".join(found[name] for name in ("DTSTART", "DTEND") if found.get(name))
    rest = [found.get(name, "") for name in ("LOCATION", "ORGANIZER", "DESCRIPTION")]
    return "\n".join(line for line in (found.get("SUMMARY", ""), times, *rest) if line.strip())


def _value(part: re.Match[str]) -> str:
    value = part["value"].strip()
    name = part["name"].upper()
    if name in ("DTSTART", "DTEND"):
        return _time(value, part["parameters"])
    if name == "ORGANIZER":
        return re.sub(r"(?i)^mailto:", "", value)
    return _ESCAPED.sub(lambda escaped: "\n" if escaped[1] in "nN" else escaped[1], value)


def _time(value: str, parameters: str) -> str:
    """As it is written there: 2026-11-24 10:00 with its zone, for the reader's own is not known here."""
    try:
        if len(value) == len("20261124"):
            return date.fromisoformat(value).isoformat()
        moment = datetime.strptime(value.rstrip("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007 - its zone stands beside it
    except ValueError:
        return value
    zone = _ZONE.search(parameters)
    return f"{moment:%Y-%m-%d %H:%M}" + (" UTC" if value.endswith("Z") else f" ({zone[1]})" if zone else "")
