"""The page over a list of cases, put together from the search, the lists that are kept, and what was found."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from flask import render_template

from cpm.attributes import FIXED, Column, Search
from cpm.errors import CpmError, Invalid, NotFound
from cpm.model import Role
from cpm.queries import case_lists, saved_views
from cpm.queries.case_lists import CaseList
from cpm.queries.columns import columns
from cpm.queries.saved_views import ViewLine
from cpm.uow import UnitOfWork
from web.agent.list_address import SIZES, Asked, address, pairs_of, text_of
from web.agent.list_filters import boxes, chips
from web.agent.list_typing import understood
from web.language import language
from web.visitor import visitor


@dataclass(frozen=True, slots=True)
class ListPage:
    asked: Asked
    search: Search
    views: Sequence[ViewLine]
    view: ViewLine | None  #: the kept list that it began with
    available: tuple[Column, ...]
    found: CaseList | None = None  #: None: it could not be asked
    words: str = ""  #: why not
    problems: Sequence[tuple[str, str]] = field(default=())


def read(look: UnitOfWork, asked: Asked) -> ListPage:
    """NotFound for a process or a kept list that is not there."""
    views = saved_views.of_user(look, language())
    view = _view(views, asked.view)
    search = asked.search or (view.search if view else Search())
    if asked.typed:
        return _typed(ListPage(asked, search, views, view, columns(look, search.process, language())))
    try:
        found = case_lists.page(
            look, search, language=language(), offset=(asked.page - 1) * asked.size, limit=asked.size
        )
    except Invalid as error:
        available = columns(look, search.process, language())
        return ListPage(
            asked, search, views, view, available, words=error.sentence(language()), problems=error.problems
        )
    return ListPage(asked, search, views, view, found.available, found)


def rendered(page: ListPage, refusal: CpmError | None = None, typed_name: str = "") -> str:
    """`refusal`: why the list was not kept under the name that was typed."""
    search, view = page.search, page.view
    by_name = {column.name: column for column in page.available}
    at: Any = partial(address, view=page.asked.view, size=page.asked.size)
    return render_template(
        "agent/cases.html",
        page=page,
        at=at,
        address=address,
        boxes=boxes(search, page.available, page.problems, typed=page.asked.typed is not None),
        chips=chips(search, by_name) if page.found else (),
        known=by_name,
        shown=_shown(page),
        last=_last(page),
        sizes=SIZES,
        kept=[*pairs_of(replace(search, filters=(), columns=()), view=page.asked.view, size=page.asked.size)],
        common=[*pairs_of(replace(search.kept_to(FIXED), process=None, columns=()), size=page.asked.size)],
        text=text_of(search),
        changed=view is not None and search != view.search,
        may_share=visitor().has(Role.SUPERVISOR),
        refusal=refusal.sentence(language()) if refusal else "",
        faults=[detail for _, detail in refusal.faults(language())] if isinstance(refusal, Invalid) else [],
        typed_name=typed_name,
        resorted=_resorted,
        page_address=lambda number: at(search, page=number),
        sized=lambda size: address(search, view=page.asked.view, size=size),
    )


def _view(views: Sequence[ViewLine], key: str | None) -> ViewLine | None:
    found = next((view for view in views if view.key == key), None)
    if key is not None and found is None:
        raise NotFound(
            f"Expected to find list {key:.40}, but there is none", de="Diese Liste gibt es nicht (mehr)."
        )
    return found


def _typed(page: ListPage) -> ListPage:
    """What was typed, as addresses write it; the columns that every list shows need not be said."""
    by_name = {column.name: column for column in page.available}
    search, problems = understood(page.search, by_name, page.asked.typed or language())
    if problems:
        return replace(page, words=problems[0][1], problems=problems)
    if search.columns == case_lists.usual(search.process, page.available):
        search = replace(search, columns=())
    return replace(page, search=search)


def _shown(page: ListPage) -> tuple[str, ...]:
    return page.search.columns or case_lists.usual(page.search.process, page.available)


def _last(page: ListPage) -> int:
    if page.found is None:
        return 1
    return max(1, -(-page.found.total.number // page.asked.size))


def _resorted(search: Search, column: str) -> Search:
    """By this column; the other way round if it is already."""
    return replace(search, sort=f"-{column}" if search.sort == column else column)
