"""What an editor begins with: to whom, about what, with salutation and closing in the customer's language, and the quote."""

import re
from dataclasses import replace
from typing import Literal

from sqlalchemy import select

from cpm import salutation, writing
from cpm.model import Case, Direction, Document, Interaction
from cpm.queries import replying
from cpm.queries.written import Written
from cpm.uow import UnitOfWork

Kind = Literal["reply", "all", "forward", "new"]
_PREFIX = re.compile(r"^(?:\s*(?:re|aw|antw|fwd?|wg)(?:\[\d+\])?\s*:)+\s*", re.IGNORECASE)
#: Of a quote; whoever wants more forwards the files.
_MOST_LINES, _MOST_SIGNS = 500, 40_000
_LONGEST_SUBJECT = 400  #: with what stands around it less than drafts may have


def suggested(look: UnitOfWork, case: Case, kind: Kind, said: Interaction | None, author: str) -> Written:
    """`said` is what is answered or forwarded; None for a new message. `author` signs it."""
    language = (
        "en" if case.language == "en" else "de"
    )  # as the notices of the case are, whatever else they write in
    to, cc = _addressed(look, case, kind, said)
    about = _PREFIX.sub("", said.subject if said is not None and said.subject.strip() else case.subject)
    subject = about[:_LONGEST_SUBJECT]
    number = "" if case.number in subject else f" [{case.number}]"
    prefix = {"reply": "Re: ", "all": "Re: ", "forward": "Fwd: ", "new": ""}[kind]
    return Written(
        to=", ".join(to),
        cc=", ".join(cc),
        subject=f"{prefix}{subject}{number}",
        text=frame(look, case, language, author),
        quote=_quoted(look, kind, said, language),
        documents=_files(look, said) if kind == "forward" else (),
        answers=said.id if said is not None and kind in ("reply", "all") else None,
        language=language,
    )


def frame(look: UnitOfWork, case: Case, language: str, author: str) -> str:
    """Salutation and closing, with a blank line to write on between them."""
    opening = salutation.salutation(replace(case.customer.party, language=language))
    return f"{opening}\n\n\n\n{salutation.closing(language, opening)}\n{author}\n{look.settings.firm}"


def _addressed(
    look: UnitOfWork, case: Case, kind: Kind, said: Interaction | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if kind == "forward":
        return (), ()
    if said is None or kind == "new":
        return replying.addresses(look, case)[:1], ()
    ours = replying.ours(look)
    they = said.recipients if said.direction == Direction.OUT else [said.sender]
    to = replying.without(ours, they) or replying.addresses(look, case)[:1]
    others = replying.without(ours, said.recipients) if kind == "all" else ()
    return to, tuple(each for each in others if each not in to)


def _quoted(look: UnitOfWork, kind: Kind, said: Interaction | None, language: str) -> str:
    if said is None or kind == "new":
        return ""
    lines = said.text.strip()[:_MOST_SIGNS].splitlines()[:_MOST_LINES]
    at = writing.written(said.at, language, look.settings.zone)
    if kind == "forward":
        return "\n".join([*_head(said, at, language), "", *lines])
    wrote = f"On {at}, {said.sender} wrote:" if language == "en" else f"Am {at} schrieb {said.sender}:"
    return "\n".join([wrote, *(f"> {line}".rstrip() for line in lines)])


def _head(said: Interaction, at: str, language: str) -> list[str]:
    words = ("From", "Sent", "To", "Subject") if language == "en" else ("Von", "Gesendet", "An", "Betreff")
    title = "Forwarded message" if language == "en" else "Weitergeleitete Nachricht"
    values = (said.sender, at, ", ".join(said.recipients), said.subject)
    return [
        f"---------- {title} ----------",
        *(f"{word}: {value}" for word, value in zip(words, values, strict=True)),
    ]


def _files(look: UnitOfWork, said: Interaction | None) -> tuple[int, ...]:
    if said is None:
        return ()
    return tuple(
        look.session.scalars(
            select(Document.id).where(Document.interaction_id == said.id).order_by(Document.id)
        )
    )
