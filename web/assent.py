"""What people and programs answer to policies, beside what they ask for: fields of a form, headers of REST."""

from urllib.parse import unquote

from flask import request

from cpm.commands import checks
from cpm.policies import Assent

#: Names of fields; no field of a process's form begins like that.
CONFIRM, OVERRIDE, ASK = "_confirm", "_override", "_ask"
FIELDS = frozenset({CONFIRM, OVERRIDE, ASK})
#: Headers; what is not ASCII stands percent-encoded (RFC 3986 2.1), as headers hold nothing else.
HEADERS = ("Policy-Confirm", "Policy-Override", "Policy-Ask")


def of_form() -> Assent:
    return Assent(
        confirmed=frozenset(request.form.getlist(CONFIRM)),
        override=checks.plain_text(OVERRIDE, request.form.get(OVERRIDE, ""), required=False),
        ask=checks.plain_text(ASK, request.form.get(ASK, ""), required=False),
    )


def of_headers() -> Assent:
    confirmed, override, ask = (unquote(request.headers.get(name, "")) for name in HEADERS)
    return Assent(
        confirmed=frozenset(key.strip() for key in confirmed.split(",") if key.strip()),
        override=checks.plain_text(HEADERS[1], override, required=False),
        ask=checks.plain_text(HEADERS[2], ask, required=False),
        program=True,
    )
