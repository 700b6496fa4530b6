"""`http.<system>.<operation>`: asks another system as the process's file declares it.

What the model gives are the operation's inputs; what it gets is what `result` names. Secrets resolve here alone, where the
file has written them, and for the hosts that the installation ties them to; what comes back with one in it is blotted out.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote, quote_plus, urlencode, urlsplit

from cpm import values
from cpm.connectors.http import reading, tables
from cpm.connectors.http.allowed import Entry, NotAllowed
from cpm.connectors.http.operations import DOUBTFUL, RETRIED, Operation, System, Value
from cpm.connectors.http.wire import NotReached, Request, Response, exchange
from cpm.connectors.outcomes import Call, Done, Failed, Outcome, Retry
from rules.feel import FeelError, to_feel, to_string
from rules.xml import Refused

_LONGEST_PAUSE = 3600  #: seconds that another system may ask us to wait
#: What expressions and their values can do to us that is not FEEL's to say: depth, size.
_UNREADABLE = (ArithmeticError, RecursionError, TypeError, ValueError)
_DIGITS = (
    1_000  #: of a number, and of its exponent's value; more would fill the memory when it is written out
)
_UNSURE = "Whether it was done is not known, and asking again may do it twice."


class Unfit(Exception):
    """A request that cannot be made of these inputs; a sentence."""


@dataclass(frozen=True, slots=True)
class Secret:
    word: str = field(repr=False)
    hosts: frozenset[str] = frozenset()  #: empty: any that may be called


@dataclass(frozen=True, slots=True)
class Http:
    allowed: tuple[Entry, ...] = ()
    secrets: Mapping[str, Secret] = field(default_factory=dict, repr=False)
    name: str = "http"

    def __call__(self, call: Call) -> Outcome:
        try:
            system, operation = _operation(call)
            request = self._request(call, system, operation)
        except (Unfit, FeelError) as error:
            return Failed("template_error", str(error))
        except _UNREADABLE:
            return Failed(
                "template_error", f"Expected inputs that {call.operation} can send, but they are too large."
            )
        try:
            answer = exchange(request, self.allowed)
        except NotAllowed as error:
            return Failed("not_allowed", str(error))
        except NotReached as error:
            return _not_reached(operation, error)
        try:
            return self._outcome(call, operation, answer)
        except FeelError as error:
            return Failed("evaluation_error", str(error))
        except _UNREADABLE:
            return Failed(
                "evaluation_error", f"Expected {call.operation} to say what can be kept, but it is too large."
            )

    def _request(self, call: Call, system: System, operation: Operation) -> Request:
        missing = [
            name
            for name in operation.inputs
            if call.inputs.get(name) is None and name not in operation.optional
        ]
        if missing:
            raise Unfit(f"Expected {', '.join(missing)} for {call.operation}, but the step gives none.")
        given = {name: call.inputs.get(name) for name in operation.inputs}
        host = urlsplit(operation.url).hostname or ""

        def text(value: Value) -> str | None:
            if value.expression is None:
                return self._with_secrets(value.text, system, host)
            found = value.expression(given, call.now)
            return None if found is None else to_string(to_feel(found))

        url = _url(operation.url, given)
        query = {name: found for name, value in operation.query.items() if (found := text(value)) is not None}
        headers = {
            name: found for name, value in operation.headers.items() if (found := text(value)) is not None
        }
        if operation.key_header:
            headers[operation.key_header] = call.key
        body = None
        if operation.body is not None:
            body = as_json(operation.body(given, call.now))
            _unless_said(headers, "Content-Type", "application/json")
        elif operation.form:
            body = urlencode({name: text(value) or "" for name, value in operation.form.items()}).encode()
            _unless_said(headers, "Content-Type", "application/x-www-form-urlencoded")
        _unless_said(headers, "Accept", "application/json")
        if wrong := next(
            (name for name, found in headers.items() if not (found.isascii() and found.isprintable())), None
        ):
            raise Unfit(
                f"Expected printable ASCII for the header {wrong}, but the inputs give something else."
            )
        return Request(
            operation.method,
            url + (f"?{urlencode(query)}" if query else ""),
            headers,
            body,
            operation.timeout,
        )

    def _with_secrets(self, text: str, system: System, host: str) -> str:
        for name in tables.SECRET.findall(text):
            secret = self.secrets.get(name) if name in system.secrets else None
            if secret is None:
                raise Unfit(
                    f"Expected the secret {name} (CPM_OUTGOING_SECRET_{name}), but this installation has none."
                )
            if secret.hosts and host not in secret.hosts:
                raise Unfit(f"Expected the secret {name} to be for {host}, but it is for other hosts.")
        return tables.SECRET.sub(lambda found: self.secrets[found[1]].word, text)

    def _outcome(self, call: Call, operation: Operation, answer: Response) -> Outcome:
        seen = {name: call.inputs.get(name) for name in operation.inputs}
        seen |= {
            "status": answer.status,
            "headers": dict(answer.headers),
            "body": body_of(answer.body, answer.headers),
        }
        seen = self._blotted(seen)
        if operation.done_before(answer.status, call.attempt):
            return _done(call, operation, seen)
        if (failed := _as_declared(call, operation, answer.status, seen)) is not None:
            return failed
        usual = RETRIED if operation.twice_is_once else RETRIED - DOUBTFUL
        if answer.status in (usual if operation.retried is None else operation.retried):
            return Retry(
                f"Expected {call.operation} to be done, but the answer was {answer.status}.",
                after=_pause(answer),
            )
        if answer.status in DOUBTFUL and not operation.twice_is_once:
            return Failed("unknown_outcome", f"{call.operation} was answered with {answer.status}. {_UNSURE}")
        if not 200 <= answer.status < 300:
            return Failed(
                "refused", f"Expected {call.operation} to be done, but the answer was {answer.status}."
            )
        return _done(call, operation, seen)

    def _blotted(self, value: Any) -> Any:
        """Some systems repeat what they were sent; case data must not hold it."""
        match value:
            case str():
                for secret in self.secrets.values():
                    for word in _as_written(secret.word):
                        value = value.replace(word, "***")
                return value
            case dict():
                return {self._blotted(key): self._blotted(inner) for key, inner in value.items()}
            case list():
                return [self._blotted(inner) for inner in value]
        return value


def _as_written(word: str) -> set[str]:
    """A secret as answers may repeat it: an address that was asked for, the credentials of a Basic authorization."""
    return {word, quote(word, safe=""), quote_plus(word), base64.b64encode(word.encode()).decode()}


def _operation(call: Call) -> tuple[System, Operation]:
    _, system, key = (*call.operation.split("."), "", "")[:3]
    content = call.operations.get(f"{system}.toml")
    if content is None:
        raise Unfit(f"Expected the file http/{system}.toml beside the process, but there is none.")
    try:
        found = reading.read(content, f"{system}.toml")
    except Refused as error:
        raise Unfit(str(error)) from error
    if key not in found.operations:
        raise Unfit(
            f"Expected one of {', '.join(found.operations)} in http/{system}.toml, but was asked for {key}."
        )
    return found, found.operations[key]


def _url(url: str, given: Mapping[str, Any]) -> str:
    """Inputs become one segment of the path each, never a slash or a dot segment."""

    def segment(name: str) -> str:
        text = "" if given[name] is None else quote(to_string(to_feel(given[name])), safe="")
        if text in {"", ".", ".."}:
            raise Unfit(f"Expected {name} to be a part of an address, but it is {text or 'empty'}.")
        return text

    made = reading.PLACE.sub(lambda found: segment(found[1]), url)
    if {".", ".."} & set(urlsplit(made).path.split("/")):  # of several inputs in one segment
        raise Unfit(f"Expected inputs that make an address, but they lead elsewhere: {made[:200]}")
    return made


def _unless_said(headers: dict[str, str], name: str, value: str) -> None:
    if name.lower() not in {each.lower() for each in headers}:
        headers[name] = value


def _not_reached(operation: Operation, error: NotReached) -> Outcome:
    if error.sent and not operation.twice_is_once:
        return Failed("unknown_outcome", f"{error} {_UNSURE}")
    if not error.passes:
        return Failed("unreachable", str(error))
    return Retry(str(error), code="timeout" if error.sent else "unreachable")


def _done(call: Call, operation: Operation, seen: Mapping[str, Any]) -> Done:
    return Done({name: expression(seen, call.now) for name, expression in operation.result.items()})


def _as_declared(call: Call, operation: Operation, status: int, seen: Mapping[str, Any]) -> Failed | None:
    """What the file calls an error; the first that fits counts."""
    for failure in operation.failures:
        by_status = not failure.statuses or status in failure.statuses
        if by_status and (failure.when is None or failure.when(seen, call.now) is True):
            why = failure.why
            text = (
                to_string(to_feel(why.expression(seen, call.now)))
                if why and why.expression
                else why and why.text
            )
            return Failed(failure.code, text or f"{call.operation} was answered with {status}.")
    return None


def _pause(answer: Response) -> timedelta | None:
    """RFC 9110 10.2.3, in seconds; a date is not waited for."""
    asked = answer.headers.get("retry-after", "").strip()
    return (
        timedelta(seconds=min(int(asked), _LONGEST_PAUSE)) if asked.isdecimal() and len(asked) < 9 else None
    )


def body_of(content: bytes, headers: Mapping[str, str]) -> Any:
    """JSON with exact numbers, else text; what cannot be read as either is null."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    if "json" not in headers.get("content-type", ""):
        return text
    try:
        return json.loads(text, parse_float=_number, parse_int=_number, parse_constant=lambda _: None)
    except (ValueError, ArithmeticError, RecursionError):
        return None


def _number(text: str) -> Decimal:
    found = Decimal(text)
    if len(text) > _DIGITS or abs(found.adjusted()) > _DIGITS:
        raise ValueError("no system counts so far")
    return found


def as_json(value: Any) -> bytes:
    """With numbers as they are; days and moments as ISO 8601 texts."""
    return values.dumps(_plain(value)).encode()


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | int() | Decimal() | str():
            return value
        case dict():
            return {str(key): _plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_plain(inner) for inner in value]
    return to_string(to_feel(value))
