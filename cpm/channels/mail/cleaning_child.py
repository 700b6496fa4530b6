"""Runs in a process of its own (`shown.py`): makes a stranger's HTML harmless, within bounds of time and memory.

Started by its path and isolated, so it imports nothing of ours. What it reads and writes is JSON.
"""

import json
import resource
import sys

import nh3

_SECONDS, _MEMORY = 1, 1024**3
_MOST_IMAGES = 10_000_000  #: characters of all, however often the page shows one
_SCHEMES = {"http", "https", "mailto", "cid"}
_MORE_ATTRIBUTES = {"img": {"src", "alt", "width", "height"}, "a": {"href"}, "td": {"colspan", "rowspan"}}


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    asked = json.load(sys.stdin)
    inside, blocked, left = asked["inside"], 0, _MOST_IMAGES

    def keep(element: str, attribute: str, value: str) -> str | None:
        nonlocal blocked, left
        if element != "img" or attribute != "src":
            return value
        found: str | None = (
            inside.get(value.removeprefix("cid:").strip()) if value.startswith("cid:") else None
        )
        found = found if found is not None and len(found) <= left else None
        left -= len(found or "")
        blocked += found is None
        return found

    cleaned = nh3.clean(
        asked["page"],
        tags=set(nh3.ALLOWED_TAGS) - {"area", "map"},
        attributes=_MORE_ATTRIBUTES,
        url_schemes=_SCHEMES,
        attribute_filter=keep,
        link_rel="noopener noreferrer nofollow",
    )
    json.dump({"html": cleaned, "blocked": blocked}, sys.stdout)


if __name__ == "__main__":
    main()
