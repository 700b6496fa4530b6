"""Exactly the mail that a draft becomes, built as the worker builds it."""

from dataclasses import dataclass
from email import message_from_bytes, policy

from cpm.channels import message_ids
from cpm.connectors import Call, Smtp
from cpm.model import Reply
from cpm.queries import attached, replying
from cpm.uow import UnitOfWork

#: Header fields that say something to a person.
_SHOWN = ("From", "Reply-To", "To", "Cc", "Subject")


@dataclass(frozen=True, slots=True)
class Preview:
    headers: tuple[tuple[str, str], ...]
    text: str  #: as it stands in the mail
    html: bool  #: with a part that says the same in HTML
    files: tuple[tuple[str, int], ...]  #: name, bytes
    size: int  #: bytes of the whole mail as it travels
    largest: int
    signed: bool


def preview(look: UnitOfWork, draft: Reply, smtp: Smtp) -> Preview:
    """Raises `BadAddress` where it cannot be sent as it is."""
    call = _call(look, draft)
    letter = smtp.letter(call, to=draft.to, subject=draft.subject, text=draft.whole_text)
    raw = letter.message().as_bytes()
    mail = message_from_bytes(raw, policy=policy.default)
    text = mail.get_body(("plain",))
    return Preview(
        headers=tuple((name, str(mail[name])) for name in _SHOWN if mail[name]),
        text=text.get_content() if text is not None else "",
        html=smtp.server.html,
        files=tuple((file.name, len(file.content)) for file in call.files),
        size=len(raw),
        largest=smtp.server.largest,
        signed=smtp.server.dkim is not None,
    )


def _call(look: UnitOfWork, draft: Reply) -> Call:
    settings, case = look.settings, draft.case
    return Call(
        operation="smtp.send",
        inputs={"cc": draft.cc, "references": replying.references(look, draft), "language": draft.language},
        headers={},
        key="preview",
        attempt=1,
        case_number=case.number,
        case_id=case.id,
        message_id=message_ids.make(settings.secret, settings.mail_domain, case.id, "preview"),
        texts={},
        now=look.local_now,
        token=message_ids.token(settings.secret, case.id),
        files=attached.files(look, case, draft.documents),
        ours=replying.ours(look),
    )
