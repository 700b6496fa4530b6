"""Which case a message answers: the strongest evidence first, and none that a stranger can make."""

import contextlib
import re
from collections.abc import Iterator

from sqlalchemy import select

from cpm.case_numbers import case_id
from cpm.channels import Inbound, message_ids
from cpm.commands import case_match, in_order
from cpm.commands.case_match import Evidence, Hint
from cpm.errors import Invalid
from cpm.model import Case, Interaction
from cpm.queries import taking_part
from cpm.uow import UnitOfWork

_NUMBER = re.compile(r"\bC-\d{6,18}-\d\b", re.IGNORECASE)
#: What stands further down in a long text is a list and no concern.
_MOST_NAMED = 5
#: Message-IDs are looked up in one statement; a thread longer than that names the case in its newest ones.
_MOST_REFERENCES = 100


def answered(uow: UnitOfWork, inbound: Inbound) -> Case | None:
    """The case this message surely answers, locked.

    Our own Message-IDs, addresses and markers carry a signature and are proof. Those of other mail, and a case number
    in the subject, count only for who takes part in the case.
    """
    for token in _of_tokens(uow, inbound):
        return _locked(uow, token)
    for hint in hints(uow, inbound):
        if case_match.judged(uow, hint).certain:
            return _locked(uow, hint.case.id)
    return None


def _locked(uow: UnitOfWork, found: int) -> Case | None:
    """The case, or the one that it was merged into, also while we queued for it."""
    to = in_order.survivor(uow, found)
    case = None if to is None else uow.case(to)
    return _locked(uow, case.id) if case is not None and case.merged_into_id is not None else case


def hints(uow: UnitOfWork, inbound: Inbound) -> Iterator[Hint]:
    """What else in the message points to cases, each case once, by its strongest hint."""
    seen: set[int] = set()
    for case, evidence in _pointed_at(uow, inbound):
        if case.id not in seen:
            seen.add(case.id)
            yield Hint(case, evidence, taking_part.takes_part(uow, case, inbound.sender))


def named_in(subject: str) -> Iterator[int]:
    """The cases whose numbers are in it, whether there are such cases or not."""
    for written in _NUMBER.findall(subject):
        with contextlib.suppress(Invalid):
            yield case_id(written)


def _of_tokens(uow: UnitOfWork, inbound: Inbound) -> Iterator[int]:
    """Cases that our own signature proves, the newest first."""
    secret = uow.settings.secret
    signed = (message_ids.read(secret, reference) for reference in reversed(inbound.references))
    tokens = (message_ids.case_of_token(secret, token) for token in (*inbound.tokens, *inbound.markers))
    for found in (*signed, *tokens):
        if found is not None and uow.session.get(Case, found) is not None:
            yield found


def _pointed_at(uow: UnitOfWork, inbound: Inbound) -> Iterator[tuple[Case, Evidence]]:
    for case in _referred_to(uow, inbound):
        yield case, Evidence.REFERENCE
    for evidence, text in ((Evidence.NUMBER, inbound.subject), (Evidence.MENTIONED, inbound.text)):
        for number in dict.fromkeys(list(named_in(text))[:_MOST_NAMED]):
            if (named := uow.session.get(Case, number)) is not None:
                yield named, evidence


def _referred_to(uow: UnitOfWork, inbound: Inbound) -> list[Case]:
    """The cases of the messages that this one refers to, the newest message first."""
    if not inbound.references:
        return []
    lately = inbound.references[-_MOST_REFERENCES:]
    query = select(Case).join(Interaction, Interaction.case_id == Case.id)
    found = query.where(Interaction.message_key.in_(lately)).order_by(Interaction.id.desc())
    return list(uow.session.scalars(found.limit(_MOST_NAMED)))
