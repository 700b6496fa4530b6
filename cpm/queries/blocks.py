"""Text blocks for an answer to a customer, filled in with what their case knows."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cpm.model import Case
from cpm.queries import status_links, variables, wording
from cpm.uow import UnitOfWork
from rules.feel import FeelError, compile_expression

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Block:
    key: str
    title: str
    text: str  #: an ellipsis stands for each value that is not there
    missing: tuple[str, ...]  #: the names of those values


def for_case(look: UnitOfWork, case: Case, language: str, search: str = "") -> tuple[Block, ...]:
    """Those whose condition holds, in the customer's language, in the order of the files: the firm's, then the process's.

    `search`: only those with all of its words in title or text.
    """
    tables: Mapping[str, Mapping[str, str]] = look.bundle(case).texts.get(language, {}).get("blocks", {})
    known = {"status_link": status_links.link(look, case), **variables.of_case(look, case)}
    found = (_block(look, key, tables[key], known, language) for key in _fitting(look, tables, known))
    words = search.casefold().split()
    return tuple(block for block in found if _has(block, words))


def _fitting(
    look: UnitOfWork, tables: Mapping[str, Mapping[str, str]], known: Mapping[str, Any]
) -> Iterator[str]:
    for key, entries in tables.items():
        when = entries.get("when", "").removeprefix("=")
        if not when or _holds(key, when, look, known):
            yield key


def _holds(key: str, when: str, look: UnitOfWork, known: Mapping[str, Any]) -> bool:
    """A condition that fails offers nothing and stops nobody."""
    try:
        return compile_expression(when)(known, now=look.local_now) is True
    except (FeelError, ValueError, TypeError, ArithmeticError):
        log.warning("block.condition_failed", extra={"block": key})
        return False


def _block(
    look: UnitOfWork, key: str, entries: Mapping[str, str], known: Mapping[str, Any], language: str
) -> Block:
    zone = look.settings.zone
    title = wording.filled(entries.get("title") or key, known, language, zone)
    return Block(key, title, *wording.with_gaps(entries["text"], known, language, zone))


def _has(block: Block, words: list[str]) -> bool:
    all_of_it = f"{block.title}\n{block.text}".casefold()
    return all(word in all_of_it for word in words)
