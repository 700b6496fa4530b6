"""What policies want of whoever settles an exception by which they stopped the machine: as people read it."""

from collections.abc import Mapping
from typing import Any

from cpm.model import Incident
from cpm.policies import Policy

CONNECTOR = "policy"  #: as exceptions.dmn knows these incidents
NEEDS_APPROVAL = "needs_approval"
REFUSED = "policy_refused"
#: Under this name an incident's facts hold what the policies said.
SAID = "policies"


def said(policy: Policy) -> dict[str, Any]:
    """For the facts of an incident."""
    return {"key": policy.key, "de": policy.reason_de, "en": policy.reason_en}


def is_one(incident: Incident) -> bool:
    return is_told({"connector": incident.connector, "code": incident.code})


def is_told(particulars: Mapping[str, Any]) -> bool:
    """Whether a journal entry is about such an exception."""
    return particulars.get("connector") == CONNECTOR and particulars.get("code") in (NEEDS_APPROVAL, REFUSED)


def wants_approval(incident: Incident) -> bool:
    return is_one(incident) and incident.code == NEEDS_APPROVAL


def reasons(incident: Incident, language: str) -> str:
    """In the reader's language; of an incident that an earlier release raised in both."""
    of = incident.facts.get(SAID) or ()
    told = [str(each[language]) for each in of if isinstance(each, Mapping) and each.get(language)]
    return " ".join(told) or incident.message
