"""What other systems tell us at an address of their own becomes a message to the case that waits for it.

Which messages those are, a file beside a process declares (`connectors/http`), and the version in force counts: a hook is for
cases of all versions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import undefer

from cpm.commands import posting
from cpm.connectors import http
from cpm.connectors.http import Hook, signatures
from cpm.errors import Invalid, NotFound, Unauthorized
from cpm.model import Resource, ResourceKind
from cpm.uow import UnitOfWork
from rules.feel import Expression, FeelError, to_feel, to_string
from rules.xml import Refused


@dataclass(frozen=True, slots=True)
class Told:
    """A request as it came."""

    headers: Mapping[str, str]  #: names in lower case
    body: bytes
    private: bool = False  #: over TLS, or from this machine: nobody on the way could read it


@dataclass(frozen=True, slots=True)
class Heard:
    """The message that a request makes."""

    name: str
    key: str
    unique_id: str
    variables: Mapping[str, Any]


def heard(look: UnitOfWork, owner: str, system: str, key: str, told: Told) -> Heard | None:
    """None for what the hook leaves out. Nothing of it is read before its signature has proved who sent it, and nothing is written.

    NotFound for what nobody declared, Unauthorized for who does not know the secret, Invalid for what makes no message.
    """
    hook = _hook(look, owner, system, key)
    secret = look.settings.outgoing.secrets.get(hook.secret)
    if secret is None or not signatures.proves(hook, secret, told.headers, told.body, look.now):
        raise Unauthorized(
            "Expected a signature made with the secret of this hook, but it is another, too old or missing",
            de="Die Signatur fehlt, ist zu alt oder stimmt nicht.",
        )
    seen = {"body": http.body_of(told.body, told.headers), "headers": _shown(told.headers)}
    if hook.when is not None and _asked(look, hook.when, seen, "when") is not True:
        return None
    variables = _asked(look, hook.variables, seen, "variables") if hook.variables is not None else {}
    if not isinstance(variables, dict):
        raise _unfit("variables", "a context")
    correlation = _text(look, hook.correlation, seen, "correlation")
    return Heard(hook.message, correlation, _text(look, hook.id, seen, "id"), variables)


def take(uow: UnitOfWork, message: Heard) -> bool:
    """True if a case took it, now or before."""
    return posting.message(uow, message.name, message.key, message.unique_id, message.variables)


def _hook(look: UnitOfWork, owner: str, system: str, key: str) -> Hook:
    """A file of a system has one version in force."""
    newest = (
        select(Resource)
        .where(Resource.kind == ResourceKind.OPERATIONS, Resource.key == f"{owner}/{system}.toml")
        .order_by(Resource.version.desc())
        .options(undefer(Resource.content))
        .limit(1)
    )
    held = look.session.scalar(newest)
    try:
        found = http.read(held.content, held.file).hooks.get(key) if held else None
    except Refused:  # a release that reads it has deployed it
        found = None
    if found is None:
        raise NotFound("Expected a hook at this address, but there is none")
    return found


def _shown(headers: Mapping[str, str]) -> dict[str, str]:
    """Without what proves who sent it: an expression may write headers into a case."""
    return {name: value for name, value in headers.items() if name not in {"authorization", "cookie"}}


def _text(look: UnitOfWork, expression: Expression, seen: Mapping[str, Any], what: str) -> str:
    found = _asked(look, expression, seen, what)
    if found is None or found == "":
        raise _unfit(what, "a value")
    try:
        return to_string(to_feel(found))
    except (TypeError, ValueError, ArithmeticError) as error:  # 10 ** 99999 is a number, and no text
        raise _unfit(what, "a value that can be written") from error


def _asked(look: UnitOfWork, expression: Expression, seen: Mapping[str, Any], what: str) -> Any:
    try:
        return expression(seen, look.local_now)
    except FeelError as error:
        raise _unfit(what, "a value that can be worked out") from error


def _unfit(what: str, wanted: str) -> Invalid:
    return Invalid(
        f"Expected {wanted} for {what}, but this message gives none",
        [(what, f"must come to {wanted}, by what the process's http/<system>.toml says of it")],
        problems_de=[
            (what, "ergibt sich aus dieser Nachricht nicht; wie, sagt http/<System>.toml des Prozesses.")
        ],
    )
