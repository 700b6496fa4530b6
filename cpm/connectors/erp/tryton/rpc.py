"""Tryton's JSON-RPC, with a session: for what REST cannot do, that is a write that must still be based on what was read."""

import base64
import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from cpm.connectors.erp.faults import ErpFault
from cpm.connectors.erp.tryton.http import Answer, Http, broken
from cpm.connectors.erp.tryton.rest import Refused
from cpm.connectors.erp.tryton.wire import Garbled, decoded, encoded

_LONGEST = 40  #: characters of a version


class Changed(Exception):
    """A record is no longer as it was read."""


class Rpc:
    """Signs in when first needed, and again when the session has ended; several threads share one session."""

    def __init__(self, http: Http, database: str, user: str, password: str) -> None:
        self._http, self._path = http, f"/{quote(database, safe='')}/rpc/"
        self._user, self._password = user, password
        self._session, self._signing_in = "", threading.Lock()

    def write(self, model: str, number: int, values: Mapping[str, Any], context: Mapping[str, Any]) -> None:
        self._call(f"model.{model}.write", [[number], values, context])

    def act(self, model: str, number: int, action: str, context: Mapping[str, Any]) -> None:
        """A button; with `_timestamp` in the context only while the record is as it was read."""
        self._call(f"model.{model}.{action}", [[number], context])

    def version(self) -> str:
        """Its series, of which it tells everybody."""
        answer = self._exchange("/rpc/", "common.server.version", [], "", writes=False)
        found = _judged(answer, writes=False)
        if not isinstance(found, str) or len(found) > _LONGEST:
            raise broken("what came is no version", writes=False)
        return found

    def _call(self, method: str, params: list[Any]) -> Any:
        session = self._session or self._sign_in(instead_of="")
        answer = self._post(method, params, session, writes=True)
        if answer.status == 401:
            answer = self._post(method, params, self._sign_in(instead_of=session), writes=True)
        return _judged(answer, writes=True)

    def _sign_in(self, *, instead_of: str) -> str:
        with self._signing_in:
            if self._session == instead_of:
                self._session = self._signed_in()
            return self._session

    def _signed_in(self) -> str:
        if not self._user:
            raise _unknown()
        params = [self._user, {"password": self._password}, "en"]
        answer = self._post("common.db.login", params, "", writes=False)
        found = _judged(answer, writes=False)
        if not isinstance(found, list) or len(found) < 2 or not isinstance(found[1], str):
            raise broken("what came is no session", writes=False)
        token = f"{self._user}:{found[0]}:{found[1]}"
        return "Session " + base64.b64encode(token.encode()).decode("ascii")

    def _post(self, method: str, params: list[Any], session: str, *, writes: bool) -> Answer:
        return self._exchange(self._path, method, params, session, writes=writes)

    def _exchange(self, path: str, method: str, params: list[Any], session: str, *, writes: bool) -> Answer:
        headers = {"Content-Type": "application/json"} | ({"Authorization": session} if session else {})
        body = encoded({"id": 1, "method": method, "params": params})
        return self._http.exchange("POST", path, body=body, headers=headers, writes=writes)


def _judged(answer: Answer, *, writes: bool) -> Any:
    if answer.status == 401:
        raise _unknown()
    if answer.status != 200:
        raise broken(f"it reports an error of its own (HTTP {answer.status})", writes=writes)
    try:
        found = decoded(answer.body)
    except Garbled as error:
        raise broken(f"what came is no answer of Tryton: {error}", writes=writes) from error
    if not isinstance(found, dict) or not ({"result", "error"} & found.keys()):
        raise broken("what came is no answer of Tryton", writes=writes)
    if "error" in found:
        raise _error(found["error"], writes=writes)
    return found["result"]


def _error(error: object, *, writes: bool) -> Exception:
    name, *rest = error if isinstance(error, list) and error else [""]
    if name == "ConcurrencyException":
        return Changed()
    if name in ("UserError", "UserWarning"):
        words = rest[0] if rest and isinstance(rest[0], list) else rest
        return Refused(" ".join(str(word) for word in words if isinstance(word, str))[:500])
    if name == "LoginException":
        return _unknown()
    fault = broken("it reports an error of its own", writes=writes)
    return ErpFault(fault.code, fault.why, answered=True)


def _unknown() -> ErpFault:
    return ErpFault(
        "auth_failed",
        "Expected the ERP to sign us in, but it does not know this user and password. They are CPM_ERP_USER and "
        "CPM_ERP_PASSWORD.",
    )
