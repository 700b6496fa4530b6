"""Texts and letters: edited beside each other in both languages, looked at with sample data, put in force as a new version."""

import base64
import difflib
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import definitions as deploying
from cpm.commands import editing
from cpm.commands.definitions import NotDeployed
from cpm.errors import Conflict, Invalid, NotFound
from cpm.model import ResourceKind, Role
from cpm.queries import templates
from cpm.queries.templates import Template
from cpm.queries.text_preview import Looked, looked_at
from cpm.writing import MissingPlaceholder, letters
from cpm.writing.letters import Data, Written
from rules.xml import Finding
from web import access, headers
from web.designer.blueprint import blueprint
from web.designer.overview import READERS
from web.designer.words import FILES
from web.here import engine
from web.language import language
from web.language import translate as _
from web.visitor import visitor

_PATH = "/templates/<kind>/<path:key>"
_MOST = 12 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Edited:
    """A file on the page: what is in force, and what stands in its field."""

    held: Template
    content: bytes
    base: int  #: the version that somebody began to change

    @property
    def text(self) -> str | None:
        return None if self.held.text is None else self.content.decode("utf-8", "replace")

    @property
    def changed(self) -> bool:
        return self.content != self.held.content

    @property
    def difference(self) -> list[str]:
        """To the version in force, line by line."""
        if self.text is None or self.held.text is None or not self.changed:
            return []
        old, new = self.held.text.splitlines(), self.text.splitlines()
        return list(difflib.unified_diff(old, new, f"{self.held.version}", "", n=2, lineterm=""))


@blueprint.get("/templates")
@access.granted(*READERS)
def template_list() -> ResponseReturnValue:
    with engine().read(visitor().login) as look:
        found = templates.all_in_force(look)
    return render_template("designer/templates.html", templates=found, kinds=FILES)


@blueprint.get(_PATH)
@access.granted(*READERS)
def template(kind: str, key: str) -> ResponseReturnValue:
    """`?version=` begins with an earlier one, to bring it back."""
    files, older = _held(kind, key)
    if (version := request.args.get("version", type=int)) is not None:
        chosen = next((each for each in older if each.version == version), files[0].held)
        files = [replace(files[0], content=chosen.content), *files[1:]]
    return _page(files, older)


@blueprint.post(_PATH)
@access.granted(Role.DESIGNER)
@headers.takes_up_to(_MOST)
def template_changed(kind: str, key: str) -> ResponseReturnValue:
    files, older = _held(kind, key)
    files = [_typed(each) for each in files]
    match request.form.get("action"):
        case "file":
            return _made_file(files)
        case "deploy":
            return _deployed(files, older)
    return _previewed(files, older)


def _held(kind: str, key: str) -> tuple[list[Edited], list[Template]]:
    """The file, the same in the other language, and its sample data; and all versions of the first."""
    try:
        known = ResourceKind(kind)
    except ValueError as error:
        raise NotFound(f"Expected a kind of template, but {kind!r:.40} is none") from error
    with engine().read(visitor().login) as look:
        older = templates.versions(look, known, key)
        others = (templates.beside(look, older[0]), templates.sample_of(look, older[0]))
        found = [older[0], *(each for each in others if each is not None and each.key != key)]
    return [Edited(each, each.content, each.version) for each in found], older


def _typed(one: Edited) -> Edited:
    name = one.held.name
    base = request.form.get(f"base.{name}", one.base, type=int)
    if (uploaded := request.files.get(f"file.{name}")) and uploaded.filename:
        return replace(one, content=uploaded.read(), base=base)
    typed = request.form.get(f"text.{name}")
    if typed is None or one.text is None:
        return replace(one, base=base)
    return replace(one, content=typed.replace("\r\n", "\n").encode("utf-8", "replace"), base=base)


def _deployed(files: list[Edited], older: list[Template]) -> ResponseReturnValue:
    changed = {each.held.file: each.content for each in files if each.changed}
    seen = {(each.held.kind, each.held.key): each.base for each in files if each.changed}
    try:
        _must_stand(files)
        with engine().begin(visitor().login) as uow:
            editing.put(uow, changed, seen, comment=request.form.get("comment", ""))
    except NotDeployed as error:
        return _page(files, older, findings=error.findings, status=422)
    except Conflict as error:
        return _page(files, older, words=error.sentence(language()), overtaken=True, status=409)
    flash(_("The new version is in force.") if changed else _("Nothing was changed."))
    held = files[0].held
    return redirect(url_for("designer.template", kind=held.kind.value, key=held.key), 303)


def _previewed(files: list[Edited], older: list[Template]) -> ResponseReturnValue:
    """Looked at as when it is deployed, and made with the sample data on the page; nothing is kept."""
    try:
        _must_stand(files)
    except NotDeployed as error:
        return _page(files, older, findings=error.findings, status=422)
    try:
        shown = _shown(files)
    except (Invalid, MissingPlaceholder) as error:
        return _page(files, older, words=_sentence(error), status=422)
    return _page(files, older, shown=shown, checked=True)


def _must_stand(files: list[Edited]) -> None:
    with engine().read(visitor().login) as look:
        deploying.must_stand(look, {each.held.file: each.content for each in files if each.changed})


def _shown(files: list[Edited]) -> dict[str, Any]:
    """A picture of the first page, or the text."""
    one = files[0]
    if one.held.kind == ResourceKind.TEXTS:
        return {"texts": _texts(files)}
    match one.held.form:
        case "pdf":
            used, data = _with(files)
            picture = letters.picture(used, one.held.name, data)
            return {"picture": base64.b64encode(picture).decode()}
        case "txt" | "csv":
            return {"text": _made(files).content.decode("utf-8-sig")}
    return {}


def _texts(files: list[Edited]) -> dict[str, tuple[Looked, ...]]:
    """What the files on the page say with the sample data on it, by file."""
    given = next((each.content for each in files if each.held.kind == ResourceKind.SAMPLE), b"{}")
    zone = engine().settings.zone
    return {
        each.held.file: looked_at(each.content, letters.sample(given), each.held.language, zone)
        for each in files
        if each.held.kind == ResourceKind.TEXTS
    }


def _made_file(files: list[Edited]) -> ResponseReturnValue:
    try:
        made = _made(files)
    except (Invalid, MissingPlaceholder) as error:
        return _page(files, [files[0].held], words=_sentence(error), status=422)
    name = f"{files[0].held.name.partition('.')[0]}.{made.ending}"
    return send_file(
        io.BytesIO(made.content), mimetype=made.media_type, as_attachment=True, download_name=name
    )


def _made(files: list[Edited]) -> Written:
    used, data = _with(files)
    held = files[0].held
    if held.form is None:
        raise Invalid(
            "Expected a letter to be made, but this file is none", de="Diese Datei ist kein Schreiben."
        )
    return letters.write(used, held.name.partition(".")[0], held.form, data)


def _with(files: list[Edited]) -> tuple[Mapping[str, bytes], Data]:
    one = files[0].held
    with engine().read(visitor().login) as look:
        held, now = templates.letters_of(look, one.owner), look.local_now
    used = {**held, **{each.held.name: each.content for each in files}}
    return used, Data(letters.values_for(used, one.name) or {}, one.language, now)


def _sentence(error: Exception) -> str:
    if isinstance(error, MissingPlaceholder):
        return error.de if language() == "de" else str(error)
    assert isinstance(error, Invalid), "nothing else is told"
    return error.sentence(language())


def _page(
    files: list[Edited],
    older: list[Template],
    *,
    findings: tuple[Finding, ...] = (),
    words: str = "",
    shown: dict[str, Any] | None = None,
    checked: bool = False,
    overtaken: bool = False,
    status: int = 200,
) -> ResponseReturnValue:
    page = render_template(
        "designer/template.html",
        files=files,
        older=older,
        findings=findings[:50],
        words=words,
        shown=shown or {},
        checked=checked,
        overtaken=overtaken,
    )
    return page, status
