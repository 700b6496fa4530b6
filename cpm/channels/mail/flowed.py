"""Paragraphs that a mail program has wrapped, made whole again (RFC 3676): a blank at the end of a line says that it goes on."""

_SIGNATURE = "-- "


def unwrapped(text: str, *, without_blank: bool) -> str:
    """`without_blank`: that blank was put there for the wrapping (DelSp) and goes with it."""
    done: list[str] = []
    pieces: list[str] = []  # of the paragraph that is being put together
    depth = 0
    for line in text.split("\n"):
        quotes, words = _read(line)
        if pieces and (quotes != depth or words == _SIGNATURE):
            done.append(_written(depth, pieces))
            pieces = []
        depth = quotes
        goes_on = words.endswith(" ") and words != _SIGNATURE
        pieces.append(words[:-1] if goes_on and without_blank else words)
        if not goes_on:
            done.append(_written(depth, pieces))
            pieces = []
    return "\n".join([*done, _written(depth, pieces)] if pieces else done)


def _read(line: str) -> tuple[int, str]:
    """How deep it is quoted, and its words without the blank that guards them (RFC 3676 4.4)."""
    words = line.lstrip(">")
    quotes = len(line) - len(words)
    guarded = words.startswith(" ") and (
        quotes > 0 or not words.startswith(" >")
    )  # else it would look quoted
    return quotes, words[1:] if guarded else words


def _written(quotes: int, pieces: list[str]) -> str:
    words = "".join(pieces)
    return ">" * quotes + " " * bool(quotes and words) + words
