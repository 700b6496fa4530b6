"""Tryton's REST, with the key of a user's application; it is there in 8.0 without a module.

Answers are told apart by their status and kind only, never by their text, which is translated:
400 as JSON is a refusal (a rule, a unique key, an access right, stock, credit). 400 as HTML is 8.0's mask for any other error,
a lock too, where 8.2 says 500 or 503: the transaction was rolled back, but a task after it may have failed instead.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from cpm.connectors.erp.faults import ErpFault
from cpm.connectors.erp.tryton.http import Answer, Http, broken
from cpm.connectors.erp.tryton.row import Row
from cpm.connectors.erp.tryton.wire import Garbled, decoded, encoded, in_address

#: An access right, a record that is gone, and, since 8.2, a warning and a record that was changed.
_REFUSALS = frozenset({403, 404, 409, 423})
#: What stands before the server says these; behind it the request may still run.
_BEFORE_IT = frozenset({502, 504})

Context = Mapping[str, Any]
Domain = Sequence[Any]


class Refused(Exception):
    """The server understood and will not. `words` are its own, in its language: to be shown, not to be read."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class Masked(ErpFault):
    """A lock or an error inside the server: what it was is not said."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(code, why, answered=True)


class Rest:
    def __init__(self, http: Http, database: str, key: str, *, language: str = "de") -> None:
        self._http, self._path = http, f"/{quote(database, safe='')}/rest/model/"
        self._headers = {
            "Authorization": f"Bearer {key}",
            "Content-Type": "application/json",
            "Accept-Language": language,
        }
        self.context: dict[str, Any] = {}
        self.clock: datetime | None = None  #: the server's, as it was with its last answer

    def search(
        self,
        model: str,
        domain: Domain,
        fields: Sequence[str],
        *,
        most: int | None = None,
        order: Domain | None = None,
        context: Context | None = None,
    ) -> list[Row]:
        asked = [("d", in_address(domain)), *(("f", name) for name in fields)]
        if most is not None:
            asked.append(("s", str(most)))
        if order is not None:
            asked.append(("o", in_address(order)))
        return Row.all_of(self._call("GET", f"{model}?{urlencode(asked)}", context=context, writes=False))

    def create(self, model: str, values: Context, fields: Sequence[str] = ("id",)) -> Row:
        return Row.of(self._call("POST", f"{model}?{_read(fields)}", values, writes=True))

    def write(self, model: str, number: int, values: Context) -> None:
        self._call("PUT", f"{model}/{number}?f=id", values, writes=True)

    def delete(self, model: str, number: int) -> None:
        self._call("DELETE", f"{model}/{number}", writes=True)

    def report(self, name: str, number: int) -> bytes:
        """As the server makes it, in the format it is set to."""
        path = self._path.removesuffix("model/") + f"report/{name}/{number}"
        headers = {**self._headers, "X-Tryton-Context": in_address(self.context)}
        answer = self._http.exchange("GET", path, headers=headers, writes=False)
        if answer.status != 200:
            _judged(answer, writes=False)
        return answer.body

    def act(self, model: str, number: int, action: str) -> None:
        """A button; twice is refused by most, so the state is read before and after."""
        self._call("POST", f"{model}/{number}/{action}?f=id", {}, writes=True)

    def _call(
        self,
        method: str,
        path: str,
        body: Context | None = None,
        *,
        context: Context | None = None,
        writes: bool,
    ) -> Any:
        headers = {**self._headers, "X-Tryton-Context": in_address({**self.context, **(context or {})})}
        sent = None if body is None else encoded(body)
        answer = self._http.exchange(method, self._path + path, body=sent, headers=headers, writes=writes)
        self.clock = answer.at
        try:
            return _judged(answer, writes=writes)
        except Garbled as error:
            raise broken(f"what came is no answer of Tryton: {error}", writes=writes) from error


def _read(fields: Sequence[str]) -> str:
    return urlencode([("f", name) for name in fields])


def _judged(answer: Answer, *, writes: bool) -> Any:
    if answer.status == 204:
        return None
    if answer.status == 200:
        return decoded(answer.body)
    if answer.status == 401:
        raise ErpFault(
            "auth_failed",
            "Expected the ERP to know our key, but it does not. In Tryton: User, Applications: one of the kind REST, "
            "validated; its key is CPM_ERP_KEY.",
        )
    if answer.status in _REFUSALS or (answer.status == 400 and "json" in answer.kind):
        raise Refused(_words(answer))
    fault = broken(f"it reports an error of its own (HTTP {answer.status})", writes=writes)
    if answer.status in _BEFORE_IT:
        raise fault
    raise Masked(fault.code, fault.why)


def _words(answer: Answer) -> str:
    if "json" not in answer.kind:
        return f"HTTP {answer.status}"
    said = decoded(answer.body)
    if not isinstance(said, dict):
        raise Garbled("a refusal without words")
    words = " ".join(str(said.get(name) or "") for name in ("message", "description"))
    return " ".join(words.split())[:500]
