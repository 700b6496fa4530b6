"""The telephone at the desk: who calls, what it is about, what is noted, and what is promised for later."""

from flask import Flask

from web.phone import calls, doing, follow_ups, talk
from web.phone.blueprint import blueprint
from web.phone.promised import promised
from web.phone.strip import strip

__all__ = ["calls", "doing", "follow_ups", "register", "talk"]


def register(app: Flask) -> None:
    app.jinja_env.globals.update(talk_strip=strip, promised=promised)
    app.register_blueprint(blueprint)
