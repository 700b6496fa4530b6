"""The palette: `/palette` for who presses Enter or has no JavaScript, its list for the box in the frame."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from cpm.errors import NotFound
from cpm.model import Role
from cpm.queries.lookups import products
from cpm.queries.lookups.source import Asked
from web import access
from web.here import engine
from web.language import language
from web.palette.lines import lines
from web.visitor import visitor

blueprint = Blueprint("palette", __name__)


@blueprint.get("/palette")
@access.signed_in
def palette() -> ResponseReturnValue:
    """A number leads straight to its case or customer."""
    sought = _sought()
    with engine().read(visitor().login) as look:
        found = lines(look, sought)
    if len(found) == 1 and found[0].certain:
        return redirect(found[0].address, 303)
    return render_template("palette/page.html", sought=sought, lines=found)


@blueprint.get("/palette/list")
@access.signed_in
def palette_list() -> ResponseReturnValue:
    with engine().read(visitor().login) as look:
        return render_template("palette/list.html", lines=lines(look, _sought()))


@blueprint.get("/products/<sku>")
@access.granted(Role.AGENT, Role.SUPERVISOR)
def product(sku: str) -> ResponseReturnValue:
    """A product as our copy of the catalogue has it, for those whose forms look products up."""
    with engine().read(visitor().login) as look:
        hit = products.named(look, [sku], Asked(language=language())).get(sku)
        found = products.find(look, Asked(sku, language=language()))
    if hit is None:
        raise NotFound(
            f"Expected to find product {sku!r:.40}, but there is none",
            de="Dieses Produkt gibt es nicht (mehr).",
        )
    return render_template("palette/product.html", hit=hit, note=found.note)


def _sought() -> str:
    return " ".join(request.args.get("q", "").split())[:200]
