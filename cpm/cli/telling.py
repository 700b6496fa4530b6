"""What a command did, in the sentences of the journal: printed after claim, complete, resolve and their like."""

from collections.abc import Mapping, Sequence
from typing import Any

from cpm.cli import layout
from cpm.cli.terminal import Terminal
from cpm.engine import Engine
from cpm.model import Case
from cpm.queries import journal
from cpm.queries.journal import Entry
from cpm.uow import UnitOfWork

_BEFORE = ("Vorher:", "Before:")
_AFTER = ("Nachher:", "After:")


def tell(
    terminal: Terminal, engine: Engine, case: Case, entries: Sequence[Mapping[str, Any]], **about: object
) -> None:
    """`about` stands in the JSON only."""
    with engine.read() as look:
        show(terminal, case.number, journal.told(look, case, entries, terminal.language), **about)


def words(terminal: Terminal, uow: UnitOfWork, case: Case) -> list[Entry]:
    """What this unit of work did so far, while it can still be seen: a rehearsal leaves nothing."""
    uow.session.flush()
    return journal.told(uow, case, uow.journal, terminal.language)


def show(terminal: Terminal, number: str, told: Sequence[Entry], **about: object) -> None:
    nothing = terminal.say("Nichts hat sich geändert.", "Nothing has changed.")
    heading = terminal.say(f"Vorgang {number}:", f"Case {number}:")
    text = f"{heading}\n{sentences(told, terminal.language)}" if told else nothing
    terminal.show({**about, "case": number, "entries": told}, text)


def sentences(entries: Sequence[Entry], language: str) -> str:
    return "\n".join(_entry(entry, language, first="- ", rest=2) for entry in entries)


def story(entries: Sequence[Entry], language: str) -> str:
    """With the time and who it was."""
    return "\n".join(
        _entry(entry, language, first=f"{entry.at:%d.%m.%Y %H:%M}  {entry.who}: ", rest=18)
        for entry in entries
    )


def _entry(entry: Entry, language: str, *, first: str, rest: int) -> str:
    lines = [layout.paragraph(entry.sentence, first=first, rest=rest)]
    for label, value in entry.details:
        lines.append(
            layout.paragraph(f"{label}: {value}" if label else value, first=" " * rest, rest=rest + 2)
        )
    for heading, moment in ((_BEFORE, entry.before), (_AFTER, entry.after)):
        if moment is not None:
            lines.append(" " * rest + heading[language == "en"])
            lines += [layout.paragraph(one, first=" " * (rest + 2) + "· ", rest=rest + 4) for one in moment]
    return "\n".join(lines)
