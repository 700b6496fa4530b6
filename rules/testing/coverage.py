"""Which rules of a document's tables no test has made fire."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from rules import dmn
from rules.dmn.elements import children, kind
from rules.dmn.requirements import NODES, key_of
from rules.xml import parse


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of the tables of one decision or function."""

    table: str  #: the id of what it decides
    rules: int
    missing: tuple[int, ...]  #: numbers, as the modeller shows them


def covered(content: bytes, evidence: Iterable[dmn.Evidence]) -> tuple[Coverage, ...]:
    """By table, in the order of the document."""
    fired = {(each.decision, *_known_by(rule)) for each in evidence for rule in each.rules}
    return tuple(_coverage(owner, rules, fired) for owner, rules in _tables(content).items())


def _coverage(owner: str, rules: list[dmn.Fired], fired: Collection[tuple[object, ...]]) -> Coverage:
    missing = tuple(rule.number for rule in rules if (owner, *_known_by(rule)) not in fired)
    return Coverage(owner, len(rules), missing)


def _known_by(rule: dmn.Fired) -> tuple[str | int]:
    """Its id, because a decision may hold several tables; its number if it has none."""
    return (rule.id or rule.number,)


def _tables(content: bytes) -> dict[str, list[dmn.Fired]]:
    tables: dict[str, list[dmn.Fired]] = {}
    for node in children(parse(content), *NODES):
        for table in (each for each in node.iter() if kind(each) == "decisionTable"):
            rules = enumerate(children(table, "rule"), 1)
            tables.setdefault(key_of(node), []).extend(
                dmn.Fired(number, rule.get("id") or "", "") for number, rule in rules
            )
    return tables
