"""Searchable attributes: which variables a process declares, what a list of cases shows, filters and sorts by.

Pure: no database, no clock. `docs/attributes.md` tells designers how to declare them.
"""

from cpm.attributes.column import FIXED, Column, fixed_columns
from cpm.attributes.declaration import Attribute, declared, problems
from cpm.attributes.kind import Kind
from cpm.attributes.search import CaseFilter, Search
from cpm.attributes.typed import Typed, folded, scaled, typed, unscaled
from cpm.attributes.views import View, view_problems, views

__all__ = [
    "FIXED",
    "Attribute",
    "CaseFilter",
    "Column",
    "Kind",
    "Search",
    "Typed",
    "View",
    "declared",
    "fixed_columns",
    "folded",
    "problems",
    "scaled",
    "typed",
    "unscaled",
    "view_problems",
    "views",
]
