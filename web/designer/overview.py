"""What is deployed: processes, one version of a process, decisions, forms."""

from flask import render_template
from flask.typing import ResponseReturnValue

from cpm import forms as form_files
from cpm.model import ResourceKind, Role
from cpm.queries import definitions as deployed
from cpm.queries.elements import elements
from web import access
from web.designer.blueprint import blueprint
from web.designer.words import FILES, KINDS, STATUS
from web.here import engine
from web.language import language
from web.language import translate as _
from web.visitor import visitor

#: Who runs the installation may look; who changes it is a designer.
READERS = (Role.DESIGNER, Role.OPERATOR)


@blueprint.get("")
@access.granted(*READERS)
def definitions() -> ResponseReturnValue:
    with engine().read(visitor().login) as look:
        found = deployed.processes(look, language())
    return render_template("designer/definitions.html", processes=found, words=STATUS)


@blueprint.get("/processes/<path:key>/<int:version>")
@access.granted(*READERS)
def process(key: str, version: int) -> ResponseReturnValue:
    with engine().read(visitor().login) as look:
        line, one = deployed.process(look, key, version, language())
        row = deployed.definition(look, key, version)
        files, inside = deployed.files(look, row), elements(look, row, language())
    return render_template(
        "designer/process.html",
        line=line,
        one=one,
        files=files,
        elements=inside,
        words=STATUS,
        kinds=KINDS,
        file_kinds=FILES,
    )


@blueprint.get("/decisions")
@access.granted(*READERS)
def decisions() -> ResponseReturnValue:
    with engine().read(visitor().login) as look:
        found = deployed.resources(look, ResourceKind.DECISION)
    return _resources(
        "decision",
        found,
        _("Decisions"),
        _(
            "Tables of rules. Those that place cases and settle exceptions count for every case at once; the others as the version of the process binds them."
        ),
    )


@blueprint.get("/forms")
@access.granted(*READERS)
def forms() -> ResponseReturnValue:
    with engine().read(visitor().login) as look:
        found = deployed.resources(look, ResourceKind.FORM)
    hint = _("What agents fill in, as the version of the process binds it.")
    return _resources("form", found, _("Forms"), hint)


@blueprint.get("/forms/<path:key>/<int:version>")
@access.granted(*READERS)
def form(key: str, version: int) -> ResponseReturnValue:
    """As it looks when a case knows nothing yet."""
    with engine().read(visitor().login) as look:
        found = deployed.resource(look, ResourceKind.FORM, key, version)
        read = form_files.read(found.content, found.file)
        fields = read.present({}, now=look.local_now, language=language())
    return render_template("designer/form.html", form=found, fields=fields)


def _resources(kind: str, lines: list[deployed.Line], heading: str, hint: str) -> ResponseReturnValue:
    return render_template(
        "designer/resources.html", kind=kind, lines=lines, heading=heading, hint=hint, words=STATUS
    )
