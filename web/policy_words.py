"""What policies said, for a program and for a person: who would have to say what, so that it may be done."""

from typing import Any

from flask import render_template, request

from cpm.policies import PolicyRefusal
from web.assent import FIELDS
from web.kept import WHO
from web.written_in import LANGUAGE

_OWN = FIELDS | {"csrf_token", LANGUAGE, WHO}


def problem(error: PolicyRefusal, language: str) -> dict[str, Any]:
    """Members of problem+json beside the usual ones (RFC 9457 3.2)."""
    return {
        "type": f"urn:cpm:problem:{error.kind}",
        "policies": [
            {
                "key": policy.key,
                "verdict": policy.verdict.value,
                "reason": policy.reason(language),
                "approver": policy.approver,
                "override": policy.override,
            }
            for policy in error.policies
        ],
        "approval": error.state,
    }


def page(error: PolicyRefusal) -> str:
    """For forms that have no place of their own for it: all that was posted comes along, and is posted again."""
    again = [(name, value) for name, value in request.form.items(multi=True) if name not in _OWN]
    return render_template("errors/policy.html", error=error, again=again, files=bool(request.files))
