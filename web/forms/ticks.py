"""Tags and files: what is chosen stands ticked, and what was unticked just now stays to be ticked again."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from cpm.forms.take.texts import visible
from web.forms.part import Choice

#: The hidden inputs that say what stood there: parts=a=Label
STOOD = "_stood"

#: The kinds of field whose choices stand there only once they are chosen.
KINDS = frozenset({"taglist", "filepicker"})


class Posted(Protocol):
    def getlist(self, key: str) -> list[str]: ...


class Ticked(list[str]):
    """What is chosen, or typed beside it; a list to everybody but who draws the page again."""

    #: What was unticked just now, and how it reads.
    gone: Mapping[str, str]


def ticked(name: str, texts: Sequence[str], data: Posted) -> Ticked:
    found = Ticked(text for text in texts if text.strip())
    stood = (given.split("=", 2) for given in data.getlist(STOOD))
    there = {rest[0]: rest[1] for at, *rest in stood if at == name and len(rest) > 1}
    found.gone = {value: label for value, label in there.items() if value not in found}
    return found


def choices(given: Mapping[str, Any], typed: object, id_: str) -> Iterator[Choice]:
    """Those that are chosen, in the order of the options, then those that were."""
    chosen, _ = _read(given, typed)
    gone = getattr(typed, "gone", {})
    there = {value: label for value, label in given["options"] if value in chosen or value in gone}
    there |= {value: visible(label) for value, label in gone.items() if value not in there}
    for number, (value, label) in enumerate(there.items(), 1):
        yield Choice(f"{id_}-{number}", value, label, value in chosen)


def left(given: Mapping[str, Any], typed: object) -> tuple[str, ...]:
    """What may still be chosen, by its words."""
    chosen, _ = _read(given, typed)
    return tuple(label for value, label in given["options"] if value not in chosen)


def beside(given: Mapping[str, Any], typed: object) -> str:
    """What was typed and names nothing yet, or perhaps more than one."""
    _, rest = _read(given, typed)
    return visible(", ".join(rest))


def took(given: Mapping[str, Any], typed: object) -> str:
    """What stood in the box as the browser sent it, if any of it became a tick: there it may still stand."""
    options = dict(given["options"])
    texts = [text for text in typed if text not in options] if isinstance(typed, list) else []
    return texts[-1] if texts and texts[-1] != beside(given, typed) else ""


def _read(given: Mapping[str, Any], typed: object) -> tuple[frozenset[str], list[str]]:
    """The values that are chosen, and the texts that choose nothing."""
    options = dict(given["options"])
    if given["kind"] == "filepicker":
        return frozenset(options), []
    raw = given["value"] if typed is None else typed
    texts = [text for text in (raw if isinstance(raw, list) else [raw]) if isinstance(text, str)]
    whole = options.keys() | set(options.values())
    pieces = [piece.strip() for text in texts for piece in ([text] if text in whole else text.split(","))]
    named = [(piece, piece if piece in options else _named(piece, options)) for piece in pieces if piece]
    chosen = frozenset(value for _, value in named if value is not None)
    return chosen, [piece for piece, value in named if value is None]


def _named(text: str, options: Mapping[str, str]) -> str | None:
    """The one that is called so, unless another begins so: who types it may not be done."""
    typed = text.casefold()
    close = [value for value, label in options.items() if label.casefold().startswith(typed)]
    return close[0] if len(close) == 1 and options[close[0]].casefold() == typed else None
