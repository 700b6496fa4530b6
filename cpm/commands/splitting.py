"""Two concerns in one case become two: chosen messages and files go to a new case of a chosen process."""

from collections.abc import Sequence

from sqlalchemy import select

from cpm.commands import cases, checks, handing_on, links, policies
from cpm.commands import process as processes
from cpm.errors import Invalid, NotFound
from cpm.model import Case, CaseLink, Direction, Interaction, LinkKind
from cpm.queries import access, startable
from cpm.uow import UnitOfWork


def split(
    uow: UnitOfWork,
    case_id: int,
    *,
    messages: Sequence[int],
    documents: Sequence[int] = (),
    process: str,
    subject: str = "",
    why: str,
) -> CaseLink:
    """The new case is the link's first. It begins as if the first of the messages had opened it."""
    access.must_see(uow, case_id, api=True)
    links.must_work(uow)
    case, said = uow.case(case_id), checks.plain_text("why", why)
    about = checks.plain_text("subject", subject, required=False, longest=255)
    _must_be_there(uow, process)
    policies.check(uow, case, "split", subject=f"case {case.number}")
    opener = _opener(uow, case, messages)
    opened = cases.open_case(
        uow,
        case.customer,
        process=process,
        subject=about or opener.subject or case.subject,
        channel=opener.channel,
        language=case.language,
        data={
            "email": opener.sender if "@" in opener.sender else None,
            "text": opener.text,
            "last_message_id": opener.message_key if opener.message_key.startswith("<") else None,
        },
    )
    went = handing_on.some(uow, case, opened, messages, documents)
    uow.record(case, "case.split", to=opened.number, why=said)
    processes.start(uow, opened)
    return links.made(uow, LinkKind.SPLIT, opened, case, why=said, **went)


def _opener(uow: UnitOfWork, case: Case, messages: Sequence[int]) -> Interaction:
    """The first of those that came in."""
    came = (Interaction.case_id == case.id) & (Interaction.direction == Direction.IN)
    first = select(Interaction).where(came, Interaction.id.in_(messages)).order_by(Interaction.id).limit(1)
    if (found := uow.session.scalar(first)) is None:
        raise Invalid(
            "Expected at least one message of the customer to begin a case with, but none is chosen",
            [("messages", "none is chosen")],
            de="Ein neuer Vorgang braucht mindestens eine Nachricht des Kunden.",
            problems_de=[("messages", "Bitte mindestens eine eingegangene Nachricht wählen.")],
        )
    return found


def _must_be_there(uow: UnitOfWork, process: str) -> None:
    if process not in {bundle.key for bundle in startable.bundles(uow)}:
        raise NotFound(
            f"Expected a process that cases are opened with, but {process!r:.60} is none",
            de="Mit diesem Prozess lassen sich keine Vorgänge eröffnen.",
        )
