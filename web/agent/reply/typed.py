"""What the editor's form holds, as a `Written`."""

import mimetypes
from collections.abc import Iterator
from dataclasses import replace

from flask import request

from cpm.channels import Attachment
from cpm.queries.written import Written
from web import addresses

_LONGEST_NAME = 200


def written() -> tuple[Written, int]:
    """And the last interaction that its author had seen."""
    form = request.form
    typed = Written(
        to=form.get("to", ""),
        cc=form.get("cc", ""),
        subject=" ".join(form.get("subject", "").split()),
        text=_lines("text"),
        quote=_lines("quote"),
        documents=tuple(addresses.wholes(form.getlist("documents"))),
        answers=addresses.posted("answers"),
        language="en" if form.get("language") == "en" else "de",
    )
    return typed, addresses.posted("seen") or 0


def files() -> Iterator[Attachment]:
    """The browser's word for their kind is not asked: the name's ending is as good, and needs no belief."""
    for sent in request.files.getlist("files"):
        name, content = (sent.filename or "").replace("\\", "/").rpartition("/")[2], sent.read()
        if name := "".join(sign for sign in name if sign.isprintable())[-_LONGEST_NAME:]:
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            yield Attachment(name=name, media_type=kind, content=content)


def with_block(typed: Written, block: str, at: str) -> Written:
    """The block where the cursor stood, as the script tells; without one, above the closing, which is the last paragraph."""
    here, units = addresses.whole(at), typed.text.encode("utf-16-le")  # as scripts count
    if here is not None and 2 * here <= len(units):
        before, after = (
            part.decode("utf-16-le", "ignore") for part in (units[: 2 * here], units[2 * here :])
        )
        return replace(typed, text=f"{before}{block.strip()}{after}")
    body, _, closing = typed.text.rstrip().rpartition("\n\n")
    return replace(typed, text=f"{body.rstrip()}\n\n{block.strip()}\n\n{closing}".strip())


def _lines(name: str) -> str:
    """Browsers end lines in their own way."""
    return request.form.get(name, "").replace("\r\n", "\n")
