"""Files come in: looked at, and put in force if nothing speaks against it; else each finding is shown at its place."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from cpm.commands import archives, uploads
from cpm.commands import definitions as deploying
from cpm.commands.definitions import Deployed, NotDeployed
from cpm.errors import Invalid
from cpm.model import Role
from rules.xml import Finding
from web import access, headers
from web.designer import refusal
from web.designer.blueprint import blueprint
from web.designer.words import FILES
from web.here import engine
from web.language import language
from web.language import translate as _
from web.visitor import visitor

#: Files are bounded when they are unpacked as well; a form has a little around them.
MOST = archives.LARGEST + 1024 * 1024


@dataclass(frozen=True, slots=True)
class Change:
    """A version that was made, or would be."""

    kind: str
    key: str
    version: int


@blueprint.get("/upload")
@access.granted(Role.DESIGNER)
def upload() -> ResponseReturnValue:
    return _page()


@blueprint.post("/upload")
@access.granted(Role.DESIGNER)
@headers.takes_up_to(MOST)
def uploaded() -> ResponseReturnValue:
    files: dict[str, bytes] = {}
    try:
        files = uploads.unpack(
            (each.filename or "", each.read()) for each in request.files.getlist("files") if each
        )
        deployed = _done(files, for_good=request.form.get("action") == "deploy")
    except NotDeployed as error:
        return _refused(files, error)
    except Invalid as error:
        return _page(words=error.sentence(language()), status=422)
    changes, for_good = _changes(deployed), request.form.get("action") == "deploy"
    if deployed.warnings or not for_good:
        return _page(changes=changes, warnings=deployed.warnings, for_good=for_good)
    flash(_("The files are in force.") if changes else _("Everything was in force already."))
    return redirect(_where(changes), 303)


@blueprint.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    most = archives.LARGEST // 1024 // 1024
    return _page(words=_("These files are larger than {most} MB together.", most=most), status=413)


def _done(files: dict[str, bytes], *, for_good: bool) -> Deployed:
    """What has changed, or what would: to check is to deploy without keeping it."""
    with engine().read(visitor().login) as look:
        deploying.must_stand(look, files)
    begin = engine().begin if for_good else engine().rehearse
    with begin(visitor().login) as uow:
        return deploying.deploy(uow, files, comment=request.form.get("comment", ""))


def _changes(deployed: Deployed) -> list[Change]:
    made = [Change("process", each.key, each.version) for each in deployed.definitions]
    others = (each for each in deployed.resources if each.kind != "process")
    return made + [Change(each.kind.value, each.key, each.version) for each in others]


def _where(changes: list[Change]) -> str:
    """The page of the new version, if there is one."""
    made = [change for change in changes if change.kind == "process"]
    if len(made) == 1:
        return url_for("designer.process", key=made[0].key, version=made[0].version)
    return url_for("designer.definitions")


def _refused(files: dict[str, bytes], error: NotDeployed) -> ResponseReturnValue:
    findings = error.findings[: refusal.MOST]
    drawn = refusal.drawings(files, findings)
    page = render_template(
        "designer/refused.html",
        words=error.sentence(language()),
        remarks=refusal.remarks(findings, drawn),
        drawings=drawn,
        more=len(error.findings) - len(findings),
    )
    return page, 422


def _page(
    *,
    words: str = "",
    changes: list[Change] | None = None,
    warnings: Sequence[Finding] = (),
    for_good: bool = False,
    status: int = 200,
) -> ResponseReturnValue:
    page = render_template(
        "designer/upload.html",
        words=words,
        changes=changes,
        warnings=warnings[: refusal.MOST],
        for_good=for_good,
        kinds=FILES,
    )
    return page, status
