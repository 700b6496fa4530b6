"""What people and programs answer to policies, beside what they ask for: fields of a form, headers of REST."""

import re
from urllib.parse import unquote

from flask import request

from cpm.commands import checks
from cpm.errors import Invalid
from cpm.policies import Assent

#: Names of fields; no field of a process's form begins like that.
CONFIRM, OVERRIDE, ASK = "_confirm", "_override", "_ask"
FIELDS = frozenset({CONFIRM, OVERRIDE, ASK})
_PLAIN = re.compile(r"[ -~]{0,10000}")
#: Headers; what is not ASCII stands percent-encoded (RFC 3986 2.1), as headers hold nothing else.
HEADERS = ("Policy-Confirm", "Policy-Override", "Policy-Ask")


def of_form(of: str = "") -> Assent:
    """`of` is what the names begin with, in a form that is about something else too."""
    return Assent(
        confirmed=frozenset(request.form.getlist(of + CONFIRM)),
        override=checks.plain_text(OVERRIDE, request.form.get(of + OVERRIDE, ""), required=False),
        ask=checks.plain_text(ASK, request.form.get(of + ASK, ""), required=False),
    )


def of_headers() -> Assent:
    confirmed, override, ask = (_header(name) for name in HEADERS)
    return Assent(
        confirmed=frozenset(key.strip() for key in confirmed.split(",") if key.strip()),
        override=checks.plain_text(HEADERS[1], override, required=False),
        ask=checks.plain_text(HEADERS[2], ask, required=False),
        program=True,
    )


def _header(name: str) -> str:
    given = request.headers.get(name, "")
    if not _PLAIN.fullmatch(given):
        what = "must be printable ASCII, with all else percent-encoded"
        german = f"{name} darf nur druckbares ASCII enthalten, alles andere prozentkodiert."
        raise Invalid(f"Expected a usable {name}, but it {what}", [(name, what)], de=german)
    return unquote(given)
