"""Forms that come with a deployment and are not taken: what binds them does not lack them as well."""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from cpm.commands.sources import Source

_ID = re.compile(rb'"id"\s*:\s*"([\w.-]{1,200})"')


def ids(files: Mapping[str, bytes], read: Iterable[Source]) -> frozenset[str]:
    """Of the .form files that are no sources. One that is not JSON may be any of those that it names, or that its file does."""
    taken = {source.file for source in read}
    left = {PurePosixPath(file): content for file, content in files.items() if file not in taken}
    return frozenset(
        id_ for path, content in left.items() if path.suffix == ".form" for id_ in _ids(path, content)
    )


def _ids(path: PurePosixPath, content: bytes) -> list[str]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return [path.stem, *(named.decode() for named in _ID.findall(content))]
    id_ = found.get("id") if isinstance(found, dict) else None
    return [id_] if isinstance(id_, str) else [path.stem]
