"""What a new message is about: `intake.dmn` says which process it begins, for which team and how urgently.

Where the table is not sure, or names a process that is not in force, everything goes as without it, and the journal
says so; where it names one that no mail begins (`cpm:byHand`), a person looks. Only what comes without a process of its own can be given another: a mail, but no form and no call.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from cpm.channels import Inbound
from cpm.commands import asking, steering
from cpm.commands.asking import Answer
from cpm.errors import Invalid
from cpm.model import Case, CaseState, Customer, Team
from cpm.queries import startable
from cpm.uow import UnitOfWork

#: The process of what comes without one.
USUAL = "complaint"
_SURE = Decimal("0.7")  #: below it, a person looks (PROCESSES 4.6)
_LONGEST = 10_000  #: characters; what a letter is about stands near its beginning
_PLAIN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "\u00ad": None})
_NO_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Begins:
    """How a case begins."""

    process: str
    evidence: Mapping[str, Any]  #: of the decision, for the journal
    team: str | None = None  #: None: as the other tables say, and so
    priority: int | None = None  #: which counts if it is more than they say
    sure: bool = True  #: what the message is about is clear, or somebody has said it


def begins(uow: UnitOfWork, inbound: Inbound, customer: Customer, *, process: str, chosen: bool) -> Begins:
    """What the table makes of this customer's new message. `chosen`: whoever sent it has named the process."""

    def made(said: Answer) -> Begins:
        sure, named = said.taken("sure", Decimal), said.taken("process", str)
        nobodys = named != process and not chosen and named in startable.only_told(uow)
        if sure < _SURE or nobodys:
            told = {**said.evidence, "unsure_percent": int(sure * 100)}
            return Begins(process, told, sure=chosen)
        if named != process and (chosen or named not in _startable(uow)):
            told = {"kept": process} if chosen else {"kept": process, "missing": named}
            return Begins(process, {**said.evidence, **told})
        return Begins(named, said.evidence, _team(uow, said), _priority(said))

    return asking.safely(
        uow, "intake", _facts(uow, inbound, customer), made, lambda why: Begins(process, why.evidence)
    )


def words(subject: str, text: str) -> str:
    """As the table has them: lower case, ä = ae, letters and digits alone, one blank between and at both ends."""
    plain = unicodedata.normalize("NFC", f"{subject}\n{text}"[:_LONGEST]).lower().translate(_PLAIN)
    return f" {_NO_WORD.sub(' ', plain).strip()} "


def _facts(uow: UnitOfWork, inbound: Inbound, customer: Customer) -> dict[str, Any]:
    known = customer.created_at < uow.now
    return {
        "automatic": inbound.automatic,
        "channel": inbound.channel,
        "words": words(inbound.subject, inbound.text),
        "language": inbound.language,
        "identity": "customer" if known else "none",
        "open_cases": _open_cases(uow, customer) if known else 0,
        "customer_value": steering.customer_value(uow, customer)[0],
    }


def _open_cases(uow: UnitOfWork, customer: Customer) -> int:
    theirs = select(func.count()).where(Case.customer_id == customer.id, Case.state == CaseState.OPEN)
    return uow.session.scalar(theirs) or 0


def _startable(uow: UnitOfWork) -> set[str]:
    return {bundle.key for bundle in startable.bundles(uow)}


def _team(uow: UnitOfWork, said: Answer) -> str | None:
    if said.columns["team"] is None:
        return None
    team = said.taken("team", str)
    if team not in uow.library.teams and uow.session.get(Team, team) is None:
        raise Invalid(f"Expected a team that is there, but {team!r:.60} is none: `cpm team add` adds it")
    return team


def _priority(said: Answer) -> int | None:
    if said.columns["priority"] is None:
        return None
    return max(0, min(100, int(said.taken("priority", Decimal))))
