"""Files that people name on the command line: definitions to deploy, data to complete with."""

import json
import mimetypes
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from cpm.channels import Attachment
from cpm.commands.sources import HTTP, LETTERS, deployable

#: `<process>/texts/<language>.toml`, `<process>/letters/<name>`, `<process>/http/<system>.toml`: known by their place.
_BY_PLACE = frozenset({"texts", LETTERS, HTTP})
_PARTS = 3


def read(paths: Iterable[Path]) -> dict[str, bytes]:
    """Definitions by a name that says where they lie: of folders, what can be deployed; of files, each."""
    found: dict[str, bytes] = {}
    for path in paths:
        whole = path.resolve()
        if whole.is_dir():
            found |= {each.relative_to(whole.parent).as_posix(): each.read_bytes() for each in _inside(whole)}
        else:
            by_place = whole.parent.name in _BY_PLACE
            parts = whole.parts[-_PARTS:] if by_place else whole.parts[-1:]
            found["/".join(parts)] = whole.read_bytes()
    return found


def data(given: Mapping[str, str], file: str | None) -> dict[str, Any]:
    """What `--data` holds, and over it what `--set` says. Numbers stay exact."""
    return {**(_json(file) if file else {}), **given}


def attachment(path: Path) -> Attachment:
    guessed = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Attachment(name=path.name, media_type=guessed, content=path.read_bytes())


def _inside(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if deployable(path):
            yield path


def _json(file: str) -> dict[str, Any]:
    with click.open_file(file, encoding="utf-8") as opened:
        try:
            found = json.load(opened, parse_float=Decimal, parse_int=Decimal, parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            raise click.BadParameter(f"Expected JSON in {file}, but {error}.") from error
    if not isinstance(found, dict):
        raise click.BadParameter(f"Expected an object {{...}} in {file}, but it holds something else.")
    return found


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no number")
