"""Hands out the members of a table checked, and remembers what is wrong, so that a designer sees all of it at once."""

import re
from collections.abc import Mapping
from typing import Any

from cpm.connectors.http.operations import Value, Words
from rules.feel import Expression, FeelError, compile_expression
from rules.xml import Finding

SECRET = re.compile(r"\{\{ *secrets\.([A-Za-z_]\w*) *\}\}")
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,80}")  # RFC 9110 5.6.2
_NOT_OURS = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer"}
)


class Tables:
    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []
        self.secrets: frozenset[str] = frozenset()

    def complain(self, where: str, expected: str, german: str) -> None:
        """`german` says what is expected as well: it follows a colon."""
        reason = f"Expected {expected}, but it is not so."
        self.findings.append(Finding(self.file, None, where or None, reason, f"Erwartet: {german}."))

    def only(self, at: str, table: Mapping[str, Any], known: frozenset[str]) -> None:
        for name in sorted(table.keys() - known):
            self.complain(
                f"{at}.{name}".strip("."),
                f"one of {', '.join(sorted(known))}",
                f"eins von {', '.join(sorted(known))}",
            )

    def words(self, at: str, table: Mapping[str, Any], name: str) -> Words:
        """A text for both languages, or one for each."""
        found = table.get(name)
        if isinstance(found, str) and found.strip():
            return {"de": found, "en": found}
        if (
            isinstance(found, dict)
            and found.keys() <= {"de", "en"}
            and all(isinstance(w, str) and w for w in found.values())
            and found
        ):
            first = next(iter(found.values()))
            return {"de": found.get("de", first), "en": found.get("en", first)}
        self.complain(
            f"{at}.{name}".strip("."),
            'a text, or {de = "...", en = "..."}',
            'ein Text, oder {de = "...", en = "..."}',
        )
        return {}

    def table(self, at: str, table: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        found = table.get(name, {})
        if isinstance(found, dict):
            return found
        self.complain(f"{at}.{name}", "a table", "eine Tabelle")
        return {}

    def texts(self, at: str, table: Mapping[str, Any], name: str) -> set[str]:
        found = table.get(name, [])
        if isinstance(found, list) and all(isinstance(each, str) for each in found):
            return set(found)
        self.complain(f"{at}.{name}", "a list of texts", "eine Liste von Texten")
        return set()

    def values(self, at: str, table: Mapping[str, Any], name: str) -> dict[str, Value]:
        return {
            key: self.value(f"{at}.{name}.{key}", given) for key, given in self.table(at, table, name).items()
        }

    def value(self, at: str, given: object) -> Value:
        if not isinstance(given, str):
            self.complain(at, "a text, or FEEL after =", "ein Text, oder FEEL nach =")
            return Value("")
        if given.lstrip().startswith("="):
            return Value(given, self.feel(at, given))
        for name in SECRET.findall(given):
            if name not in self.secrets:
                self.complain(
                    at,
                    f"{name} to be one of the secrets that the file declares",
                    f"{name} ist eins der Geheimnisse, die die Datei nennt",
                )
        if "{{" in SECRET.sub("", given):
            self.complain(
                at, "{{secrets.NAME}} to be the only placeholder", "{{secrets.NAME}} als einziger Platzhalter"
            )
        return Value(given)

    def headers(self, at: str, table: Mapping[str, Any]) -> dict[str, Value]:
        found = self.values(at, table, "headers")
        for name in found:
            self.header_name(f"{at}.headers", name)
        return found

    def header_name(self, at: str, name: object) -> str:
        if name and (not isinstance(name, str) or not _HEADER.fullmatch(name) or name.lower() in _NOT_OURS):
            self.complain(
                at,
                "the name of a header that is not the connection's own",
                "der Name einer Kopfzeile, die nicht die der Verbindung ist",
            )
        return str(name)

    def feel(self, at: str, given: object, *, must: bool = False) -> Expression | None:
        if given is None and not must:
            return None
        if not isinstance(given, str) or not given.lstrip().startswith("="):
            self.complain(at, "FEEL after =", "FEEL nach =")
            return None
        if "{{" in given:
            self.complain(
                at,
                "FEEL without placeholders: secrets stand in fixed texts only",
                "FEEL ohne Platzhalter: Geheimnisse stehen nur in festen Texten",
            )
        try:
            return compile_expression(given.lstrip()[1:])
        except FeelError as error:
            self.complain(
                at, f"FEEL that can be read ({error})", f"FEEL, das sich lesen lässt ({error.german})"
            )
            return None

    def statuses(self, at: str, given: object) -> frozenset[int]:
        found = given if isinstance(given, list) else [given]
        if all(isinstance(each, int) and 100 <= each <= 599 for each in found):
            return frozenset(found)
        self.complain(at, "statuses of HTTP such as 404", "HTTP-Status wie 404")
        return frozenset()

    def flag(self, at: str, table: Mapping[str, Any], name: str) -> bool:
        found = table.get(name, False)
        if not isinstance(found, bool):
            self.complain(f"{at}.{name}", "true or false", "true oder false")
        return found is True
