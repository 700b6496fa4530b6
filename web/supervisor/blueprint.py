"""The blueprint that the views of this area hang on."""

from flask import Blueprint

from cpm.queries import words
from web.language import language

blueprint = Blueprint("supervisor", __name__, url_prefix="/exceptions")


@blueprint.app_template_filter("severity")
def severity(word: str) -> str:
    return words.severity(word, language())
