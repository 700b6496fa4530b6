"""What a process calls over HTTP must be declared in a file beside it, or beside one that it calls."""

from collections.abc import Collection, Iterator, Mapping

from cpm import bpmn, places
from cpm.commands.sources import Source
from cpm.connectors import http
from cpm.model import ResourceKind
from rules.xml import Finding


def against(
    program: bpmn.Program, known: Mapping[tuple[ResourceKind, str], Source], owners: Collection[str]
) -> Iterator[Finding]:
    held = [(kind, key) for kind, key in known if kind == ResourceKind.OPERATIONS]
    files = {
        key.partition("/")[2]: known[kind, key] for kind, key in held if places.owner(kind, key) in owners
    }
    for service in program.services:
        if service.type is None or not service.type.startswith("http."):
            continue
        system, _, operation = service.type.removeprefix("http.").partition(".")
        file = files.get(f"{system}.toml")
        there = http.read(file.content, file.file).operations if file else {}
        if operation not in there:
            yield Finding(
                service.file,
                service.line,
                service.element,
                f"Expected the operation {operation} in http/{system}.toml beside the process, but it is not there.",
                f"Die Operation {operation} steht nicht in http/{system}.toml neben dem Prozess.",
            )
