"""How it stands with the ERP, on every page of who works on cases: said at once, by what this process knows; nobody is asked."""

from flask import Flask

from web.erp import standing
from web.erp.strip import strip
from web.erp.words import age, fault, name, word

__all__ = ["register"]


def register(app: Flask) -> None:
    app.extensions["erp_away"] = {}
    app.jinja_env.globals.update(erp_strip=strip)
    app.jinja_env.filters.update(erp_word=word, erp_name=name, erp_age=age, erp_fault=fault)
    app.register_blueprint(standing.blueprint)
