"""What forms look up (`cpm:lookup`). A source is one file here and its line in `registry`.

A source finds by words and names by value. It sees what the acting user may see, and nothing else.
"""

from cpm.forms.lookups import Found, Hit
from cpm.queries.lookups.asking import Asking, of_public, of_task
from cpm.queries.lookups.registry import SOURCES
from cpm.queries.lookups.source import Asked, Source

__all__ = ["SOURCES", "Asked", "Asking", "Found", "Hit", "Source", "of_public", "of_task"]
