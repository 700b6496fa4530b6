"""A page that posts is read and answered in the language it was written in, whatever its reader has chosen in another window since.

"1.234" is a thousand and more in German and hardly more than one in English.
"""

from flask import Flask, g, request

from web import text
from web.language import LANGUAGES

#: The hidden input of every form that posts; a page that passes on what an earlier one posted has that one's last.
LANGUAGE = "_language"


def register(app: Flask) -> None:
    app.before_request(_choose)


def _choose() -> None:
    """After those who may not ask are gone: only then is a form worth reading."""
    said = request.form.getlist(LANGUAGE)[-1:] if text.reads_forms() else ()
    if said and said[0] in LANGUAGES:
        g.language = said[0]
