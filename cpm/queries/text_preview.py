"""A file of texts as its readers would see it: blocks and notices filled with sample data, before anybody is written to."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from cpm import salutation
from cpm.queries import wording

#: What is looked at, and what else but the text is written to somebody.
_SHOWN = {"blocks": "title", "notices": "subject"}


@dataclass(frozen=True, slots=True)
class Looked:
    table: str  #: blocks | notices
    key: str
    head: str  #: a block's title, a notice's subject
    text: str
    missing: tuple[str, ...]  #: names of values that the sample data lack; an ellipsis stands there
    when: str  #: FEEL: on what condition a block is offered; empty: always


def looked_at(content: bytes, values: Mapping[str, Any], language: str, zone: tzinfo) -> tuple[Looked, ...]:
    """All blocks and notices of a text file that has been found in order, in its own order."""
    known = {"salutation": salutation.general(language), **values}
    return tuple(_all(tomllib.loads(content.decode()), known, language, zone))


def _all(texts: Mapping[str, Any], known: Mapping[str, Any], language: str, zone: tzinfo) -> Iterator[Looked]:
    for table, head in _SHOWN.items():
        for key, entries in texts.get(table, {}).items():
            title, gaps = wording.with_gaps(entries.get(head, ""), known, language, zone)
            text, more = wording.with_gaps(entries["text"], known, language, zone)
            missing = tuple(sorted({*gaps, *more}))
            yield Looked(table, key, title, text, missing, entries.get("when", "").removeprefix("="))
