"""The telephone at the desk: who calls, what it is about, what is noted, and what is promised for later."""

import uuid

from flask import Flask, g

from web.at_hand import call
from web.phone import calls, doing, follow_ups, strip, talk
from web.phone.blueprint import blueprint
from web.phone.dialled import dialled
from web.phone.promised import promised

__all__ = ["calls", "doing", "follow_ups", "register", "strip", "talk"]


def register(app: Flask) -> None:
    app.jinja_env.globals.update(
        talk_strip=call,
        talk_refused=lambda: g.get("talk_refused"),
        promised=promised,
        dialled=dialled,
        once_key=lambda: uuid.uuid4().hex,
    )
    app.register_blueprint(blueprint)
