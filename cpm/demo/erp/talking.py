"""JSON-RPC to a Tryton server, as its own clients speak it: a session of one user, models, wizards.

Only what building the demo and acting in it needs; cases reach an ERP through `cpm.connectors.erp`.
"""

import base64
import contextlib
import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from http import HTTPStatus
from typing import Any

import urllib3

from cpm.errors import Conflict, Unavailable

_MOST_WARNINGS = 5  # for one act
_LARGEST = 32 * 2**20  # bytes of an answer


class Session:
    """Signed in, and again when the ERP has forgotten us (300 s after the last call); dates are dates and amounts
    Decimals in both directions.
    """

    def __init__(self, url: str, database: str, user: str, password: str, *, timeout: float = 60.0) -> None:
        """`url` without a path. Unavailable when nobody answers, Conflict when the password is wrong."""
        self._pool = urllib3.PoolManager(timeout=timeout, retries=False)
        self._url, self._count = f"{url}/{database}/rpc/", 0
        self._headers = {"Content-Type": "application/json", "Accept": "application/json"}
        self._login, self._password = user, password
        self.context: dict[str, Any] = {}
        self.user = self._sign_in()
        self.renew()

    def _sign_in(self) -> int:
        self._headers.pop("Authorization", None)
        found = self._ask("common.db.login", [self._login, {"password": self._password}, "de"], anew=False)
        if not found:
            raise Conflict(
                f"Expected to sign in at the ERP as {self._login}, but it does not know the password"
            )
        token = base64.b64encode(f"{self._login}:{found[0]}:{found[1]}".encode()).decode()
        self._headers["Authorization"] = f"Session {token}"
        return int(found[0])

    def renew(self) -> None:
        """What the server knows of us goes along with each call: company, language."""
        self.context = dict(self._ask("model.res.user.get_preferences", [True, {}]))

    def call(self, model: str, method: str, *arguments: Any, **context: Any) -> Any:
        """Says yes to each warning, as a person would who knows what they do."""
        for _ in range(_MOST_WARNINGS):
            try:
                return self._ask(f"model.{model}.{method}", [*arguments, self.context | context])
            except _Warning as warning:
                self._ask("model.res.user.warning.skip", [warning.name, False, self.context])
        raise Conflict(f"Expected the ERP to do {method}, but it warns and warns")

    def create(self, model: str, **values: Any) -> int:
        return int(self.call(model, "create", [values])[0])

    def write(self, model: str, key: int, **values: Any) -> None:
        self.call(model, "write", [key], values)

    def read(self, model: str, key: int, *fields: str, **context: Any) -> dict[str, Any]:
        found: dict[str, Any] = self.call(model, "read", [key], list(fields), **context)[0]
        return found

    def find(self, model: str, *domain: Any, most: int | None = None) -> list[int]:
        found: list[int] = self.call(model, "search", list(domain), 0, most, None)
        return found

    def one(self, model: str, *domain: Any) -> int:
        """The first; Conflict when there is none."""
        found = self.find(model, *domain, most=1)
        if not found:
            raise Conflict(f"Expected the ERP to have a {model} with {list(domain)}, but it has none")
        return found[0]

    def known(self, module: str, name: str) -> int:
        """The record that a module of Tryton brings under a name of its own."""
        return int(self.call("ir.model.data", "get_id", f"{module}.{name}"))

    @contextlib.contextmanager
    def wizard(self, name: str, model: str, key: int) -> Iterator["Wizard"]:
        """One dialogue over a record."""
        context = self.context | {"active_model": model, "active_id": key, "active_ids": [key]}
        session, start, _ = self._ask(f"wizard.{name}.create", [context])
        wizard = Wizard(partial(self._ask, f"wizard.{name}.execute"), session, context)
        wizard.press(start, {})
        yield wizard
        self._ask(f"wizard.{name}.delete", [session, self.context])

    def _ask(self, method: str, params: list[Any], *, anew: bool = True) -> Any:
        self._count += 1
        body = json.dumps({"id": self._count, "method": method, "params": params}, default=_packed)
        try:
            # Tryton 8.0 says gzip of long answers even to who did not ask for it, and sends them plain
            answer = self._pool.request(
                "POST", self._url, body=body.encode(), headers=self._headers, decode_content=False
            )
        except urllib3.exceptions.HTTPError as error:
            raise Unavailable(f"Expected the ERP to answer to {method}, but {error}") from error
        if answer.status == HTTPStatus.UNAUTHORIZED and anew:
            self._sign_in()
            return self._ask(method, params, anew=False)
        if answer.status != HTTPStatus.OK:
            raise Unavailable(f"Expected the ERP to answer to {method}, but it says {answer.status}")
        if len(answer.data) > _LARGEST:
            raise Unavailable(f"Expected a small answer to {method}, but it has {len(answer.data)} bytes")
        said = json.loads(answer.data, object_hook=_unpacked)
        if said.get("error"):
            raise _refusal(method, said["error"])
        return said["result"]


class Wizard:
    """Shows forms with their defaults; a button takes it on."""

    def __init__(self, ask: Callable[[list[Any]], Any], session: int, context: Mapping[str, Any]) -> None:
        self._ask, self._session, self._context = ask, session, context
        self.shows = ""  #: which form; "" after the last
        self.defaults: dict[str, Any] = {}

    def press(self, button: str, data: Mapping[str, Any]) -> None:
        """The data by form."""
        view = self._ask([self._session, data, button, self._context]).get("view") or {}
        self.shows, self.defaults = view.get("state", ""), view.get("defaults") or {}


class _Warning(Conflict):
    """It would be done if somebody said yes."""

    def __init__(self, message: str, name: str) -> None:
        super().__init__(message)
        self.name = name


def _refusal(method: str, error: Any) -> Conflict:
    why = f"Expected the ERP to do {method}, but it says: {_why(error)}"
    return _Warning(why, error[1][0]) if error[0] == "UserWarning" else Conflict(why)


def _why(error: Any) -> str:
    """["UserError", [message, description, ...]], or [text, traceback]."""
    kind, *rest = error
    if kind == "UserWarning":
        return f"{rest[0][1]} {rest[0][2]}".strip()
    if kind == "UserError":
        return f"{rest[0][0]} {rest[0][1]}".strip()
    return " ".join(str(word)[-2000:] for word in error)


def _packed(value: Any) -> dict[str, Any]:
    if isinstance(value, Decimal):
        return {"__class__": "Decimal", "decimal": str(value)}
    if isinstance(value, dt.datetime):
        parts = ("year", "month", "day", "hour", "minute", "second", "microsecond")
        return {"__class__": "datetime", **{part: getattr(value, part) for part in parts}}
    if isinstance(value, dt.date):
        return {"__class__": "date", "year": value.year, "month": value.month, "day": value.day}
    if isinstance(value, dt.timedelta):
        return {"__class__": "timedelta", "seconds": value.total_seconds()}
    raise TypeError(type(value))


def _unpacked(found: dict[str, Any]) -> Any:
    match found.get("__class__"):
        case "Decimal":
            return Decimal(found["decimal"])
        case "date":
            return dt.date(found["year"], found["month"], found["day"])
        case "datetime":
            parts = ("year", "month", "day", "hour", "minute", "second", "microsecond")
            return dt.datetime(*[found[part] for part in parts]).replace(tzinfo=dt.UTC)  # noqa: DTZ001
        case "timedelta":
            return dt.timedelta(seconds=found["seconds"])
        case _:
            return found
