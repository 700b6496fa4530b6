"""`cpm document`: files of cases and customers."""

import mimetypes
from pathlib import Path
from typing import Any

import click

from cpm import case_numbers, store
from cpm.cli.options import assent
from cpm.cli.terminal import Terminal, printing
from cpm.commands import documents as commands
from cpm.errors import Conflict
from cpm.model import Case, Customer, Document
from cpm.queries import access, customers, documents
from cpm.store import Blob
from cpm.uow import UnitOfWork


@click.group()
def document() -> None:
    """Files of cases and customers."""


@document.command("list")
@click.argument("owner")
@printing
def list_(terminal: Terminal, owner: str) -> None:
    """The files of a case (C-000042-7) or of a customer (K-000042-7)."""
    with terminal.engine().read(terminal.acting()) as look:
        found = _owner(look, owner)
        if isinstance(found, Case):
            rows = documents.of_case(look, found.id)
        else:
            rows = documents.of_customer(look, found.id)
    lines = [
        f"{row.id:>6}  {row.name}  ({row.type}, {row.bytes} Bytes, v{row.version}, {row.scan})"
        for row in rows
    ]
    terminal.show(rows, "\n".join(lines))


@document.command()
@click.argument("owner")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", help="Called so, instead of as the file.")
@click.option("--kind", help="AN, AB, LS, Re, GS, MA1 to MA3, RK, DS, or any word.")
@click.option("--version-of", type=int, metavar="ID", help="As the next version of this document.")
@assent
@printing
def add(
    terminal: Terminal, *, owner: str, file: Path, name: str | None, kind: str | None, version_of: int | None
) -> None:
    """File it on a case or for a customer."""
    engine = terminal.engine()
    called = name or file.name
    media_type = mimetypes.guess_type(called)[0] or "application/octet-stream"
    with file.open("rb") as stream:
        blob = Blob.of(stream)
        store.ahead(engine.settings.documents, blob)
        with terminal.begin(engine) as uow:
            found = _owner(uow, owner)
            about: dict[str, Any] = {"name": called, "media_type": media_type}
            if version_of is not None:
                made = commands.new_version(uow, documents.must_see(uow, version_of), blob, **about)
            else:
                here = uow.case(found.id) if isinstance(found, Case) else found
                made = commands.add(uow, here, blob, kind=kind, **about)
            uow.session.flush()
            row = documents.row(uow, made)
    terminal.show(row, terminal.say(f"{row.name} abgelegt ({row.id}).", f"{row.name} filed ({row.id})."))


@document.command()
@click.argument("document_id", type=int, metavar="ID")
@click.argument("into", type=click.Path(path_type=Path))
@printing
def get(terminal: Terminal, document_id: int, into: Path) -> None:
    """Write the bytes of a document into a new file."""
    with terminal.engine().read(terminal.acting()) as look:
        found: Document = documents.must_see(look, document_id)
        documents.must_be_free(look, found)
        try:
            with into.open("xb") as file:
                for piece in look.store.checked(found.digest):
                    file.write(piece)
        except FileExistsError:
            raise Conflict(f"Expected to write a new file, but there is one at {into}") from None
        except BaseException:
            into.unlink(missing_ok=True)
            raise
        row = documents.row(look, found)
    terminal.show(row, str(into))


def _owner(look: UnitOfWork, number: str) -> Case | Customer:
    """By a number as people write it; NotFound if it is not theirs to see."""
    if number.strip().upper().startswith("K"):
        return customers.must_see(look, case_numbers.customer_id(number))
    return access.must_see(look, case_numbers.case_id(number))
