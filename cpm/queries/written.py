"""A message as somebody wrote it, or as it is suggested that they write it."""

from dataclasses import dataclass

from cpm.model import Reply


@dataclass(frozen=True, slots=True)
class Written:
    to: str
    subject: str
    text: str
    cc: str = ""
    quote: str = ""
    documents: tuple[int, ...] = ()  #: of the case, to be attached
    answers: int | None = None  #: the interaction that it answers
    language: str = "de"


def of(reply: Reply) -> Written:
    return Written(
        to=reply.to,
        cc=reply.cc,
        subject=reply.subject,
        text=reply.text,
        quote=reply.quote,
        documents=tuple(reply.documents),
        answers=reply.answers_id,
        language=reply.language,
    )
