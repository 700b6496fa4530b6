"""What a customer answers on the page of their case: stored once as a message, then filed like any other."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from cpm.channels import Attachment, Language, webform
from cpm.channels.mail.charsets import clean
from cpm.commands import checks, interactions, once
from cpm.commands.sign_in_brakes import network
from cpm.errors import Invalid, TooMany
from cpm.model import StatusAnswer
from cpm.queries import public_forms, status_links
from cpm.uow import UnitOfWork

LONGEST = 5_000  #: characters
MOST_FILES, LARGEST_FILE, LARGEST = 5, 10_000_000, 15_000_000  #: bytes, of one file and of all
#: More are no person: how many from one network, and on one case wherever they come from, and within what time.
BRAKES = (
    ("source", 6, timedelta(minutes=15)),
    ("source", 30, timedelta(days=1)),
    ("case", 20, timedelta(days=1)),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A page that came back."""

    token: str  #: of the link
    page: str  #: its own, no other has it
    network: str  #: the address it came from
    language: Language
    text: str = ""
    files: Sequence[Attachment] = ()


def accept(uow: UnitOfWork, answer: Answer) -> StatusAnswer:
    """Store it; a job files it, or whoever calls `file` first. The same page again changes nothing.

    NotFound if the link opens nothing (any more), Invalid names what does not fit, TooMany says when to come again.
    """
    to = status_links.opened(uow, answer.token)
    _check(answer)
    once.queue(uow, f"page {answer.page}")
    if (seen := uow.session.scalar(select(StatusAnswer).where(StatusAnswer.page == answer.page))) is not None:
        return seen
    said = StatusAnswer(case_id=to.case.id, page=answer.page, source=_source(uow, answer), at=uow.now)
    _brake(uow, said)
    text = clean(answer.text).strip() or _only_files(answer)
    raw = webform.pack(
        page=answer.page,
        sender=to.recipient,
        name="",
        subject=f"Re: {to.case.subject}",
        text=text,
        full_text=text,
        language=answer.language,
        # the proof of our own Message-IDs, so that it is filed on this case like a reply
        references=[f"<{public_forms.token_of(uow, to.case)}@{uow.settings.mail_domain}>"],
        data={},
        files=answer.files,
    )
    said.arrival_id = interactions.store(uow, raw, process=to.case.process, channel=webform.STATUS).id
    uow.session.add(said)
    uow.session.flush()
    return said


def trap(uow: UnitOfWork, answer: Answer) -> StatusAnswer:
    """Count a page that a machine filled in; what it says is not kept."""
    case = status_links.opened(uow, answer.token).case
    said = StatusAnswer(case_id=case.id, page=answer.page, source=_source(uow, answer), at=uow.now)
    _brake(uow, said)
    uow.session.add(said)
    uow.session.flush()
    return said


def file(uow: UnitOfWork, answer_id: int) -> None:
    """File the message, unless a worker was faster; what cannot be filed is quarantined."""
    said = uow.get(StatusAnswer, answer_id)
    if said.arrival_id is not None:
        interactions.file(uow, said.arrival_id)


def _check(answer: Answer) -> None:
    if not answer.text.strip() and not answer.files:
        raise _unfit(
            "text",
            "Please write something, or add a file.",
            "Bitte schreiben Sie etwas, oder fügen Sie eine Datei bei.",
        )
    if len(answer.text) > LONGEST:
        raise _unfit(
            "text",
            f"This is longer than {LONGEST} characters.",
            f"Das ist länger als {LONGEST} Zeichen.",
        )
    checks.plain_text("text", answer.text, required=False, longest=LONGEST)
    if len(answer.files) > MOST_FILES:
        raise _unfit(
            "files",
            f"Please send at most {MOST_FILES} files at once.",
            f"Bitte senden Sie höchstens {MOST_FILES} Dateien auf einmal.",
        )
    sizes = [len(file.content) for file in answer.files]
    if sum(sizes) > LARGEST or max(sizes, default=0) > LARGEST_FILE:
        raise _unfit(
            "files",
            f"Files may have {LARGEST_FILE // 1_000_000} MB each, and {LARGEST // 1_000_000} MB together.",
            f"Eine Datei darf {LARGEST_FILE // 1_000_000} MB haben, alle zusammen {LARGEST // 1_000_000} MB.",
        )


def _unfit(name: str, english: str, german: str) -> Invalid:
    return Invalid(english, [(name, english)], de=german, problems_de=[(name, german)])


def _only_files(answer: Answer) -> str:
    names = ", ".join(file.name for file in answer.files)
    return f"Dateien: {names}" if answer.language == "de" else f"Files: {names}"


def _brake(uow: UnitOfWork, said: StatusAnswer) -> None:
    for of, most, within in BRAKES:
        same = StatusAnswer.source == said.source if of == "source" else StatusAnswer.case_id == said.case_id
        lately = (same, StatusAnswer.at > uow.now - within)
        count, oldest = uow.session.execute(
            select(func.count(), func.min(StatusAnswer.at)).where(*lately)
        ).one()
        if count >= most:
            raise TooMany(
                "Very many messages came from here just now. Please send yours again later.",
                after=int((oldest + within - uow.now).total_seconds()) + 1,
                de="Von hier kamen gerade sehr viele Nachrichten. Bitte später noch einmal absenden.",
            )


def _source(uow: UnitOfWork, answer: Answer) -> str:
    """The network as we keep it: enough to count, too little to know whose it is."""
    about = f"status {network(answer.network)}".encode()
    return hmac.digest(uow.settings.secret, about, hashlib.sha256).hex()[:32]
