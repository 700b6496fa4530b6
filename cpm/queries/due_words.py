"""Promises such as "4bh", and the calendars they count by, as a person reads them."""

import re

_AMOUNT = re.compile(r"(\d+(?:\.\d+)?) ?(bh|bd|d|h)")
_AGAIN = "retry after "
_PLAIN = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")
#: unit -> German, German for several, English; English takes an s
_UNITS = {
    "bh": ("Geschäftsstunde", "Geschäftsstunden", "business hour"),
    "bd": ("Geschäftstag", "Geschäftstage", "business day"),
    "d": ("Tag", "Tage", "day"),
    "h": ("Stunde", "Stunden", "hour"),
    "m": ("Minute", "Minuten", "minute"),
}
_CALENDARS = {
    "service": ("Servicezeiten", "service hours"),
    "office": ("Bürozeiten", "office hours"),
    "field": ("Zeiten des Außendienstes", "field service hours"),
    "always": ("rund um die Uhr", "round the clock"),
}


def spoken(text: str, language: str) -> str:
    """The text itself if it is none of those that `cpm.calendars.due` reads."""
    if text.strip() == "at once":
        return "at once" if language == "en" else "sofort"
    if amount := _AMOUNT.fullmatch(text.strip()):
        return _counted(amount[1], amount[2], language)
    if (plain := _PLAIN.fullmatch(text.strip())) and any(plain.groups()):
        parts = zip(plain.groups(), ("d", "h", "m"), strict=True)
        return " ".join(_counted(number, unit, language) for number, unit in parts if number)
    return text


def again(text: str, language: str) -> str:
    """What `auto` of exceptions says: "retry after PT15M"."""
    if (time := text.strip().removeprefix(_AGAIN)) == text.strip():
        return text
    told = spoken(time, language)
    return f"one more try after {told}" if language == "en" else f"noch ein Versuch nach Ablauf von: {told}"


def calendar(key: str, language: str) -> str:
    found = _CALENDARS.get(key)
    return found[language == "en"] if found else key


def _counted(number: str, unit: str, language: str) -> str:
    one, several, english = _UNITS[unit]
    if language == "en":
        return f"{number} {english}{'' if number == '1' else 's'}"
    return f"{number.replace('.', ',')} {one if number == '1' else several}"
