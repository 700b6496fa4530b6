"""`cpm operations`: what other systems can be asked, as element templates for the Camunda Modeler."""

import json
from pathlib import PurePosixPath

import click

from cpm import library
from cpm.cli.terminal import Terminal, printing
from cpm.connectors import http
from cpm.connectors.http.element_templates import templates
from cpm.model import ResourceKind


@click.command()
@printing
def operations(terminal: Terminal) -> None:
    """Element templates of all operations in force, to be put beside those of docs/element-templates."""
    with terminal.engine().read() as look:
        held = list(look.session.scalars(library.in_force(ResourceKind.OPERATIONS)))
    files = {PurePosixPath(each.file).stem: http.read(each.content, each.file) for each in held}
    made = [
        each for name, system in sorted(files.items()) for each in templates(name, system, terminal.language)
    ]
    terminal.show(made, json.dumps(made, ensure_ascii=False, indent=2))
