"""Reads `<process>/http/<system>.toml`. What is wrong is said all at once; what is not known is refused."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from cpm import toml_text
from cpm.connectors.http import allowed
from cpm.connectors.http.operations import Failure, Hook, Operation, System
from cpm.connectors.http.tables import Tables
from rules.feel import Expression, compile_expression
from rules.xml import Finding, Refused

KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
PLACE = re.compile(r"\{([A-Za-z_]\w*)\}")
_SECRET_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,59}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
_SCHEMES = frozenset({"standard", "hmac-sha256", "bearer"})
_OPERATION = frozenset(
    [
        "name",
        "method",
        "url",
        "inputs",
        "optional",
        "query",
        "headers",
        "body",
        "form",
        "result",
        "errors",
        "retried",
        "key_header",
        "repeatable",
        "timeout",
    ]
)
_HOOK = frozenset(["name", "message", "correlation", "id", "variables", "secret", "scheme", "header", "when"])
_LONGEST_WAIT = 120
_MOST = 100  #: operations and hooks of a file


@lru_cache(maxsize=100)
def read(content: bytes, file: str) -> System:
    """Raises Refused with all findings."""
    try:
        tables = toml_text.loads(content, "operations")
    except toml_text.Unreadable as error:
        raise Refused([Finding(file, None, None, str(error), error.german)]) from error
    reading = _Reading(file)
    system = reading.system(tables)
    if reading.findings:
        raise Refused(reading.findings)
    return system


class _Reading(Tables):
    def system(self, tables: Mapping[str, Any]) -> System:
        self.only("", tables, frozenset({"name", "secrets", "operations", "hooks"}))
        names = tables.get("secrets", [])
        if not isinstance(names, list) or not all(
            isinstance(n, str) and _SECRET_NAME.fullmatch(n) for n in names
        ):
            self.complain(
                "secrets", "a list of names such as CARRIER_TOKEN", "eine Liste von Namen wie CARRIER_TOKEN"
            )
            names = []
        self.secrets = frozenset(names)
        operations = {key: self.operation(key, table) for key, table in self.named("operations", tables)}
        hooks = {key: self.hook(key, table) for key, table in self.named("hooks", tables)}
        if len(operations) + len(hooks) not in range(1, _MOST + 1):
            self.complain("", f"1 to {_MOST} operations and hooks", f"1 bis {_MOST} Operationen und Hooks")
        return System(self.words("", tables, "name"), self.secrets, operations, hooks)

    def named(self, what: str, tables: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        found = tables.get(what, {})
        if not isinstance(found, dict):
            self.complain(what, "a table of tables", "eine Tabelle von Tabellen")
            return
        for key, table in found.items():
            if not KEY.fullmatch(key) or not isinstance(table, dict):
                self.complain(
                    f"{what}.{key}",
                    "a table under a name of small letters, digits and underscores",
                    "eine Tabelle unter einem Namen aus Kleinbuchstaben, Ziffern und Unterstrichen",
                )
            else:
                yield key, table

    def operation(self, key: str, table: Mapping[str, Any]) -> Operation:
        at = f"operations.{key}"
        self.only(at, table, _OPERATION)
        inputs = {
            name: self.words(f"{at}.inputs", {name: given}, name)
            for name, given in self.table(at, table, "inputs").items()
        }
        method = str(table.get("method", "GET"))
        if method not in _METHODS:
            self.complain(
                f"{at}.method",
                f"one of {', '.join(sorted(_METHODS))}",
                f"eins von {', '.join(sorted(_METHODS))}",
            )
        optional = self.texts(at, table, "optional")
        if not optional <= inputs.keys():
            self.complain(f"{at}.optional", "names of inputs", "Namen von Eingaben")
        if table.get("body") is not None and table.get("form"):
            self.complain(at, "a body or a form, not both", "body oder form, nicht beides")
        return Operation(
            key,
            self.words(at, table, "name"),
            method,
            self.url(at, table, frozenset(inputs)),
            inputs,
            frozenset(optional),
            self.values(at, table, "query"),
            self.headers(at, table),
            self.feel(f"{at}.body", table.get("body")),
            self.values(at, table, "form"),
            self.results(at, table),
            tuple(self.failures(at, table)),
            self.statuses(f"{at}.retried", table["retried"]) if "retried" in table else None,
            self.header_name(f"{at}.key_header", table.get("key_header", "")),
            self.flag(at, table, "repeatable"),
            self.seconds(at, table),
        )

    def hook(self, key: str, table: Mapping[str, Any]) -> Hook:
        at = f"hooks.{key}"
        self.only(at, table, _HOOK)
        scheme, secret = str(table.get("scheme", "standard")), str(table.get("secret", ""))
        if scheme not in _SCHEMES:
            self.complain(
                f"{at}.scheme",
                f"one of {', '.join(sorted(_SCHEMES))}",
                f"eins von {', '.join(sorted(_SCHEMES))}",
            )
        if secret not in self.secrets:
            self.complain(
                f"{at}.secret",
                "one of the secrets that the file declares",
                "eins der Geheimnisse, die die Datei nennt",
            )
        header = self.header_name(f"{at}.header", table.get("header", "X-Signature"))
        message = str(table.get("message", ""))
        if not KEY.fullmatch(message):
            self.complain(f"{at}.message", "the name of a message", "der Name einer Nachricht")
        needed = {
            name: self.feel(f"{at}.{name}", table.get(name), must=True) for name in ("correlation", "id")
        }
        return Hook(
            key,
            self.words(at, table, "name"),
            message,
            needed["correlation"] or compile_expression("null"),
            needed["id"] or compile_expression("null"),
            self.feel(f"{at}.variables", table.get("variables")),
            secret,
            scheme,
            header.lower(),
            self.feel(f"{at}.when", table.get("when")),
        )

    def url(self, at: str, table: Mapping[str, Any], inputs: frozenset[str]) -> str:
        """Its host is fixed, so that no data decides who is called."""
        url = str(table.get("url"))
        if (parts := allowed.parts_of(url)) is None:
            self.complain(
                f"{at}.url",
                "https://host/path without a user, and a fixed host in ASCII (xn--...)",
                "https://host/pfad ohne Benutzer, mit einem festen Host in ASCII (xn--...)",
            )
            return ""
        if "{" in parts.netloc or parts.query or parts.fragment:
            self.complain(
                f"{at}.url",
                "a fixed host, and what is asked for under query",
                "ein fester Host, und was gefragt wird, unter query",
            )
        for name in PLACE.findall(parts.path):
            if name not in inputs:
                self.complain(
                    f"{at}.url", f"{{{name}}} to be one of the inputs", f"{{{name}}} ist eine der Eingaben"
                )
        return url

    def results(self, at: str, table: Mapping[str, Any]) -> dict[str, Expression]:
        found = {
            name: self.feel(f"{at}.result.{name}", given, must=True)
            for name, given in self.table(at, table, "result").items()
        }
        return {name: feel for name, feel in found.items() if feel is not None}

    def failures(self, at: str, table: Mapping[str, Any]) -> Iterator[Failure]:
        found = table.get("errors", [])
        for number, each in enumerate(found if isinstance(found, list) else [None]):
            where = f"{at}.errors.{number + 1}"
            if not isinstance(each, dict) or not KEY.fullmatch(str(each.get("code", ""))):
                self.complain(where, "a table with a code", "eine Tabelle mit code")
                continue
            self.only(where, each, frozenset({"code", "status", "when", "why"}))
            if not each.keys() & {"status", "when"}:
                self.complain(where, "a status or when", "status oder when")
            statuses = tuple(self.statuses(f"{where}.status", each["status"])) if "status" in each else ()
            why = self.value(f"{where}.why", each["why"]) if "why" in each else None
            yield Failure(each["code"], statuses, self.feel(f"{where}.when", each.get("when")), why)

    def seconds(self, at: str, table: Mapping[str, Any]) -> float:
        found = table.get("timeout", 10)
        if isinstance(found, bool) or not isinstance(found, int | float) or not 0 < found <= _LONGEST_WAIT:
            self.complain(f"{at}.timeout", f"seconds up to {_LONGEST_WAIT}", f"Sekunden bis {_LONGEST_WAIT}")
            return 10.0
        return float(found)
