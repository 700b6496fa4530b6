"""`cpm decide`."""

import click

from cpm.cli import files, layout
from cpm.cli.terminal import Terminal, printing
from cpm.queries import deciding, trying
from cpm.queries.deciding import Decided, Evidence, Null


@click.command()
@click.argument("key", metavar="DECISION")
@click.option(
    "--facts", type=click.Path(allow_dash=True), metavar="FILE", help="JSON, facts by name; - reads stdin."
)
@click.option("--version", type=click.IntRange(1), metavar="N", help="Instead of the one in force.")
@click.option("--explain", is_flag=True, help="Tell which parts were null, and why.")
@printing
def decide(terminal: Terminal, key: str, facts: str | None, version: int | None, *, explain: bool) -> None:
    """Ask a deployed decision on any facts, and see which rows answer; nothing is changed.

    {"delivered_on": {"@": "2026-03-01"}} is a date, as FEEL writes it.
    """
    with terminal.engine().read() as look:
        language = terminal.say("de", "en") if explain else None
        found = deciding.decide(look, key, files.data({}, facts), version=version, explain=language)
    terminal.show(found, _told(terminal, found))


def _told(terminal: Terminal, found: Decided) -> str:
    head = terminal.say(
        f"{found.decision}, Version {found.version}:", f"{found.decision}, version {found.version}:"
    )
    lines = [f"{head} {trying.written(found.value)}"]
    for each in found.evidence:
        lines.append("")
        lines.append(layout.paragraph(f"{each.name}: {_rows(terminal, each)}", rest=2))
        lines += [
            f"  {label} = {trying.written(value)}"
            for label, value in each.inputs.items()
            if value is not None
        ]
    if found.unread:
        names = ", ".join(found.unread)
        said = terminal.say(f"Danach wird nicht gefragt: {names}.", f"It never looks at {names}.")
        lines += ["", layout.paragraph(said)]
    if found.explanation is not None:
        lines += ["", *_nulls(terminal, found.explanation)]
    return "\n".join(lines)


def _nulls(terminal: Terminal, explanation: tuple[Null, ...]) -> list[str]:
    if not explanation:
        return [terminal.say("Nichts war null.", "Nothing was null.")]
    head = terminal.say("Was null war, und warum:", "What was null, and why:")
    told = (f"{null.where}: {null.text}: {null.reason}".removeprefix(": ") for null in explanation)
    return [head, *(layout.paragraph(f"  {each}", rest=4) for each in told)]


def _rows(terminal: Terminal, evidence: Evidence) -> str:
    if not evidence.rules:
        return trying.written(evidence.value)
    word = terminal.say("Zeile", "row")
    return "; ".join(
        f"{word} {rule.number}{f' ({rule.note})' if rule.note else ''}" for rule in evidence.rules
    )
