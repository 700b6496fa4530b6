"""The sources by the names that forms use."""

from collections.abc import Mapping

from cpm.queries.lookups import contacts, customers, demo, products
from cpm.queries.lookups.source import Source

SOURCES: Mapping[str, Source] = {
    "contacts": contacts,
    "customers": customers,
    "demo": demo,
    "products": products,
}

#: Those that strangers may ask on a public form.
PUBLIC = frozenset({"demo", "products"})
PUBLIC_FACTS = frozenset({"unit", "group"})
