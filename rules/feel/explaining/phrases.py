"""What operators and functions need, in English and German: the middle of sentences in `reasons`."""

#: What a value is, by its type in FEEL, and what a parameter takes.
TYPES: dict[str, tuple[str, str]] = {
    "null": ("null", "null"),
    "number": ("a number", "eine Zahl"),
    "string": ("a text", "ein Text"),
    "boolean": ("true or false", "wahr oder falsch"),
    "date": ("a date", "ein Datum"),
    "time": ("a time", "eine Uhrzeit"),
    "date and time": ("a date and time", "ein Datum mit Uhrzeit"),
    "days and time duration": ("a duration in days and time", "eine Dauer in Tagen und Zeit"),
    "years and months duration": ("a duration in years and months", "eine Dauer in Jahren und Monaten"),
    "list": ("a list", "eine Liste"),
    "context": ("a context", "ein Kontext"),
    "range": ("a range", "ein Bereich"),
    "function": ("a function", "eine Funktion"),
    "integer": ("a whole number", "eine ganze Zahl"),
    "day": ("a date, or a date and time", "ein Datum, auch mit Uhrzeit"),
    "duration": ("a duration in days and time", "eine Dauer in Tagen und Zeit"),
    "months": ("a duration in years and months", "eine Dauer in Jahren und Monaten"),
    "any": ("a value", "ein Wert"),
    "one": ("a single value", "ein einzelner Wert"),
}

_POSITION = (
    "a position inside it, from 1 at the start or from -1 at the end",
    "eine Position darin, ab 1 von vorn oder ab -1 von hinten",
)
_PATTERN = (
    "a regular expression and flags of s, m, i, x, q",
    "ein regulärer Ausdruck und Schalter aus s, m, i, x, q",
)
_NUMBERS = ("a list of numbers that is not empty", "eine nicht leere Liste von Zahlen")
_ORDERED = ("values of one type that has an order", "Werte einer Art, die eine Reihenfolge hat")
_SCALE = ("a scale from -6111 to 6176", "eine Stellenzahl von -6111 bis 6176")
_POINTS = ("points and ranges of one type", "Punkte und Bereiche einer Art")
_TRUTHS = ("a list of true and false", "eine Liste von wahr und falsch")

#: By operator, or by function and, where it can be called in several ways, `/` and the number of arguments.
PHRASES: dict[str, tuple[str, str]] = {
    "+": (
        "two numbers, two texts, two durations, or a date or time and a duration",
        "zwei Zahlen, zwei Texte, zwei Dauern oder ein Datum oder eine Uhrzeit und eine Dauer",
    ),
    "-": (
        "two numbers, two durations, two dates or times, or one of these and a duration",
        "zwei Zahlen, zwei Dauern, zwei Daten oder Uhrzeiten oder eines davon und eine Dauer",
    ),
    "*": ("two numbers, or a duration and a number", "zwei Zahlen oder eine Dauer und eine Zahl"),
    "/": (
        "two numbers, two durations, or a duration and a number",
        "zwei Zahlen, zwei Dauern oder eine Dauer und eine Zahl",
    ),
    "**": ("two numbers", "zwei Zahlen"),
    "date": ("a date such as 2026-11-21", "ein Datum wie 2026-11-21"),
    "date/3": ("year, month and day of the calendar", "Jahr, Monat und Tag des Kalenders"),
    "time": ("a time such as 14:30:00", "eine Uhrzeit wie 14:30:00"),
    "time/3": ("hour, minute and second of a day", "Stunde, Minute und Sekunde eines Tages"),
    "time/4": ("hour, minute, second and offset of a day", "Stunde, Minute, Sekunde und Abstand zu UTC"),
    "date and time": (
        "a date and time such as 2026-11-21T14:30:00",
        "ein Datum mit Uhrzeit wie 2026-11-21T14:30:00",
    ),
    "duration": ("a duration such as P3D, PT4H or P1Y2M", "eine Dauer wie P3D, PT4H oder P1Y2M"),
    "number": ("a number such as 1234.5", "eine Zahl wie 1234.5"),
    "number/2": ("a number and its separators", "eine Zahl und ihre Trennzeichen"),
    "number/3": ("a number and its separators", "eine Zahl und ihre Trennzeichen"),
    "range": ("a range such as [1..5)", "ein Bereich wie [1..5)"),
    "not": TYPES["boolean"],
    "substring": _POSITION,
    "sublist": _POSITION,
    "insert before": _POSITION,
    "remove": _POSITION,
    "list replace": _POSITION,
    "matches": _PATTERN,
    "replace": _PATTERN,
    "split": _PATTERN,
    "extract": _PATTERN,
    "string join": ("texts", "Texte"),
    "sqrt": ("a number that is not negative", "eine Zahl, die nicht negativ ist"),
    "log": ("a number above 0", "eine Zahl über 0"),
    "exp": ("a number below 14000", "eine Zahl unter 14000"),
    "modulo": ("a divisor other than 0", "ein Teiler außer 0"),
    **dict.fromkeys(("decimal", "floor", "ceiling", "round up", "round down"), _SCALE),
    **dict.fromkeys(("round half up", "round half down"), _SCALE),
    "abs": ("a number or a duration", "eine Zahl oder eine Dauer"),
    **dict.fromkeys(("mean", "median", "stddev", "product", "mode"), _NUMBERS),
    "sum": ("numbers, or durations of one kind", "Zahlen oder Dauern einer Art"),
    **dict.fromkeys(("min", "max", "sort"), _ORDERED),
    **dict.fromkeys(("all", "any"), _TRUTHS),
    **dict.fromkeys(("before", "after", "meets", "met by", "overlaps", "overlaps before"), _POINTS),
    **dict.fromkeys(("overlaps after", "finishes", "finished by", "includes", "during"), _POINTS),
    **dict.fromkeys(("starts", "started by", "coincides"), _POINTS),
    "context": ("entries with key and value, every key once", "Einträge mit key und value, jeder key einmal"),
    "context put": ("a name, or a list of names", "ein Name oder eine Liste von Namen"),
    "get value": ("a name that the context has", "ein Name, den der Kontext hat"),
    "years and months duration": ("two dates", "zwei Daten"),
    "partition": ("a size of at least 1", "eine Größe ab 1"),
    "declared types": ("arguments of the declared types", "Argumente der angegebenen Arten"),
    "fitting values": ("values that the function can take", "Werte, die die Funktion nehmen kann"),
}
