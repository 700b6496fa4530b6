"""`cpm template ...`: letters and texts, looked at before they are put in force."""

from pathlib import Path

import click

from cpm import settings as environment
from cpm.cli import layout, setup
from cpm.cli.terminal import Terminal, printing
from cpm.clock import utcnow
from cpm.errors import Invalid
from cpm.queries import templates
from cpm.writing import MissingPlaceholder, letters
from cpm.writing.letters import FORMS, Data

_PATH = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def template() -> None:
    """Letters and texts to customers."""


@template.command(name="list")
@printing
def list_(terminal: Terminal) -> None:
    """What is in force."""
    with terminal.engine().read() as look:
        found = templates.all_in_force(look)
    head = terminal.say("Datei", "File"), terminal.say("Version", "Version"), terminal.say("Von", "By")
    about = [{"kind": each.kind, "file": each.file, "version": each.version} for each in found]
    rows = [(each.file, str(each.version), each.deployed_by) for each in found]
    terminal.show(about, layout.table(head, rows))


template.add_command(setup.check, "check")


@template.command()
@click.argument("name", type=_PATH)
@click.option("--data", "sample", type=_PATH, help="Sample data as JSON; else the .json beside the letter.")
@click.option("--format", "form", type=click.Choice(list(FORMS)), help="Else as its ending says.")
@click.option(
    "--file",
    "target",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write it.",
)
@printing
def preview(terminal: Terminal, name: Path, sample: Path | None, form: str | None, target: Path) -> None:
    """Make the letter in the file NAME with sample data. Parts of `firm/letters` beside its process are found; needs no database."""
    known = letters.letter_name(name.name)
    if known is None or known.language is None:
        raise Invalid(
            f"Expected a letter such as answer.de.typ, but {name.name} is none",
            de=f"{name.name} ist kein Schreiben wie antwort.de.typ.",
        )
    folder = name.resolve().parent
    used = {**_beside(folder.parent.parent / "firm" / folder.name), **_beside(folder)}
    values = letters.sample(sample.read_bytes()) if sample else letters.values_for(used, name.name) or {}
    form = form or next(form for form, ending in FORMS.items() if ending == known.ending)
    at = utcnow().astimezone(environment.load().zone)
    try:
        made = letters.write(used, known.letter, form, Data(values, known.language, at))
    except MissingPlaceholder as missing:
        raise Invalid(str(missing), de=missing.de) from missing
    target.write_bytes(made.content)
    told = terminal.say(f"{target}: {len(made.content)} Bytes.", f"{target}: {len(made.content)} bytes.")
    terminal.show({"file": str(target), "bytes": len(made.content), "media_type": made.media_type}, told)


def _beside(folder: Path) -> dict[str, bytes]:
    if not folder.is_dir():
        return {}
    return {path.name: path.read_bytes() for path in folder.iterdir() if letters.letter_name(path.name)}
