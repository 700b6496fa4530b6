"""Lists come in pages: `page` and `page_size` in, the total and links to the neighbours out (RFC 8288)."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import request
from marshmallow import fields

from cpm.queries.pages import Count
from web.api.fields import Strict, Whole

LARGEST = 200
#: How links are described.
HEADERS = {
    "Link": {
        "description": "first, prev, next and last page, as far as there are any (RFC 8288).",
        "schema": {"type": "string"},
    }
}


class PagedQuery(Strict):
    """For the query of a list."""

    page = Whole(strict=False, most=10_000, load_default=1, metadata={"description": "From 1."})
    page_size = Whole(
        strict=False, most=LARGEST, load_default=50, metadata={"description": f"At most {LARGEST}."}
    )


class PageSchema(Strict):
    total = fields.Integer(
        required=True,
        metadata={
            "description": "Of all pages together, as far as they are counted; `more` says if there are more."
        },
    )
    more = fields.Boolean(required=True)
    page = fields.Integer(required=True)
    page_size = fields.Integer(required=True)


class OlderQuery(Strict):
    """For a list that grows at its beginning: pages by the last row of the page before."""

    before = Whole(
        strict=False,
        allow_none=True,
        load_default=None,
        metadata={"description": "`older` of the page before."},
    )


class OlderSchema(Strict):
    older = fields.Integer(
        required=True, allow_none=True, metadata={"description": "For `before`; null: that is all."}
    )


def window(query: dict[str, Any]) -> tuple[int, int]:
    """Offset and limit of what was asked for; the query keeps the rest."""
    page, size = query.pop("page"), query.pop("page_size")
    return (page - 1) * size, size


def paged(
    items: Sequence[Any], total: Count, offset: int, limit: int, **others: Any
) -> tuple[Any, Mapping[str, str]]:
    """The answer's body and headers. Where more is there than was counted, nobody knows the last page."""
    page = offset // limit + 1
    body = {"items": items, "total": total.number, "more": total.more, "page": page, "page_size": limit}
    last = None if total.more and len(items) == limit else -(-total.number // limit) or 1
    return {**body, **others}, {"Link": ", ".join(_links(page, last))}


def _links(page: int, last: int | None) -> list[str]:
    found = {"first": 1, "prev": page - 1, "next": page + 1, "last": last or 0}
    return [
        f'<{_address(number)}>; rel="{name}"'
        for name, number in found.items()
        if 1 <= number <= (last or number)
    ]


def _address(page: int) -> str:
    pairs = [(name, value) for name, value in request.args.items(multi=True) if name != "page"]
    return f"{request.path}?{urlencode([*pairs, ('page', page)])}"
