"""Forms of other sites cannot act here: every post from a page carries a token of its session.

REST takes no cookies and needs none; the customer's public form has a token of its own.
"""

from flask import Flask
from flask_wtf.csrf import CSRFProtect

protect = CSRFProtect()


def register(app: Flask) -> None:
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)  # as long as its session
    app.config.setdefault("WTF_CSRF_SSL_STRICT", True)
    protect.init_app(app)
