"""The blueprint that the views of this area hang on."""

from flask import Blueprint

from cpm.errors import CpmError, Invalid
from web.language import language

blueprint = Blueprint("operator", __name__, url_prefix="/admin")


@blueprint.app_template_filter("faults")
def faults(error: CpmError | None) -> tuple[tuple[str, str], ...]:
    """Field and sentence of each fault in a refusal, for this reader."""
    return error.faults(language()) if isinstance(error, Invalid) else ()


def shown_once(page: str) -> tuple[str, int, dict[str, str]]:
    """An answer with a secret: no cache keeps it, and it stands in no address."""
    return page, 200, {"Cache-Control": "no-store"}
