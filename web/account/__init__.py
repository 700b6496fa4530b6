"""Signing in and out, the own password, the own settings."""

from flask import Flask

from web.account import password, profile, sign_in
from web.account.blueprint import blueprint

__all__ = ["password", "profile", "register", "sign_in"]


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
