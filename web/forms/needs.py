"""What a page has to know of a form before it draws it."""

from collections.abc import Iterable, Mapping
from typing import Any

_Presented = Iterable[Mapping[str, Any]]


def is_live(fields: _Presented) -> bool:
    """Whether what is typed is reckoned with as it is typed: in lists and computed fields."""
    return any(
        "rows" in field or field["kind"] == "expression" or is_live(field.get("components", ()))
        for field in fields
    )


def takes_files(fields: _Presented) -> bool:
    """Whether the page's <form> is to send files (multipart/form-data)."""
    return any(
        field["kind"] == "filepicker"
        or takes_files(field.get("components", ()))
        or any(takes_files(row.get("components", ())) for row in field.get("rows", ()))
        for field in fields
    )
