"""The signed links by which customers see how their case stands: made for one case and one recipient, read back to both.

A link opens one case for reading its public side and for answering, and nothing else. It ends when somebody takes it
back, or CPM_STATUS_DAYS after the case was closed. Confidential processes have none: whoever finds the link would read it.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import or_, select

from cpm.channels import links
from cpm.errors import NotFound
from cpm.model import Case, Identifier, Interaction, StatusLink
from cpm.queries import one_case
from cpm.queries.survivors import survivor
from cpm.uow import UnitOfWork

PURPOSE = "status"


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link leads to, and for whom it was made: an address, a number, or "" for who is known by neither."""

    case: Case
    recipient: str


def link(look: UnitOfWork, case: Case, recipient: str | None = None) -> str | None:
    """The whole address for this recipient, by default whom the case's mail goes to; None if the case has no page."""
    row = one_case.status_link(look, case.id)
    if case.process in look.library.confidential or (row is not None and row.revoked):
        return None
    to = usual_recipient(look, case) if recipient is None else recipient
    return address(look, case.id, to, serial=row.serial if row else 0)


def address(look: UnitOfWork, case_id: int, recipient: str, *, serial: int = 0) -> str:
    secret = look.settings.secret
    token = links.make(secret, PURPOSE, case_id, serial, links.tag(secret, recipient.lower()))
    return f"{look.settings.http_url}/s/{token}"


def usual_recipient(look: UnitOfWork, case: Case) -> str:
    """Where the case's mail goes, else the customer's first address or number."""
    if isinstance(email := one_case.variables(look, case.id).get("email"), str):
        return email
    known = select(Identifier.value).where(
        Identifier.customer_id == case.customer_id,
        Identifier.kind.in_(("email", "phone")),
        Identifier.valid_to.is_(None),
    )
    return look.session.scalar(known.order_by(Identifier.kind, Identifier.id).limit(1)) or ""


def opened(look: UnitOfWork, token: str) -> Opened:
    """What the link leads to. NotFound in the same words, whatever is the reason: it tells nobody what there is."""
    numbers = links.read(look.settings.secret, PURPOSE, token)
    if numbers is None or len(numbers) != 3:
        raise nothing_here()
    case_id, serial, tag = numbers
    case, row = look.session.get(Case, case_id), look.session.get(StatusLink, case_id)
    if case is None or serial != (row.serial if row else 0) or (row is not None and row.revoked):
        raise nothing_here()
    if case.process in look.library.confidential or over(look, case):
        raise nothing_here()
    secret = look.settings.secret
    found = (one for one in _recipients(look, case) if links.tag(secret, one.lower()) == tag)
    if (recipient := next(found, None)) is None:
        raise nothing_here()
    return Opened(_standing(look, case), recipient)


def _standing(look: UnitOfWork, case: Case) -> Case:
    """The case that has what was said in this one, if it was merged; its page must be open, too."""
    while case.merged_into_id is not None:
        case = look.get(Case, case.merged_into_id)
        row = look.session.get(StatusLink, case.id)
        if case.process in look.library.confidential or over(look, case) or (row is not None and row.revoked):
            raise nothing_here()
    return case


def over(look: UnitOfWork, case: Case) -> bool:
    """Whether the case was closed so long ago that its links have ended."""
    kept = timedelta(days=look.settings.status_days)
    return case.closed_at is not None and look.now - case.closed_at > kept


def nothing_here() -> NotFound:
    return NotFound(
        "This link opens nothing, or nothing any more. Please answer one of our messages, or call us.",
        de="Dieser Link öffnet nichts oder nichts mehr. Bitte antworten Sie auf eine unserer Nachrichten, oder rufen Sie uns an.",
    )


def _recipients(look: UnitOfWork, case: Case) -> list[str]:
    """Everybody a link of this case can have been made for."""
    customer = survivor(look, case.customer)
    ids = {case.customer_id, customer.id}
    known = select(Identifier.value).where(Identifier.customer_id.in_(ids))
    written = select(Interaction.sender, Interaction.recipients).where(
        Interaction.case_id == case.id, or_(Interaction.automatic.is_(None), Interaction.notice.is_not(None))
    )
    found = [usual_recipient(look, case), *look.session.scalars(known)]
    for sender, recipients in look.session.execute(written):
        found += [sender, *recipients]
    return [*dict.fromkeys(found), ""]
