"""A customer's master data here and there, field by field: what each side gets from the other, and what a person decides.

No database, no network: what both had when they last met tells who has changed what since.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from cpm.connectors.erp.nouns import Party, PostalAddress

#: In the order in which people read them. An address is a list of street, postcode, city and country, and one field.
FIELDS = ("name", "vat_id", "email", "phone", "language", "address")

Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Met:
    """Each by field."""

    write: Mapping[str, Any]  #: changed only here: they get it
    take: Mapping[str, Any]  #: changed only there: we get it
    decide: Mapping[str, Any]  #: changed on both sides: what they have
    common: Mapping[str, Any]  #: what both have once that is done; of what is to be decided as before


def fields_of(party: Party) -> dict[str, Any]:
    """As they are compared and kept: FEEL values, None for what nobody knows."""
    plain = {name: getattr(party, name) or None for name in FIELDS if name != "address"}
    plain["email"] = party.email.lower() if party.email else None
    plain["vat_id"] = "".join((party.vat_id or "").split()).upper() or None
    main = party.addresses[0] if party.addresses else None
    at = [main.street, main.postcode, main.city, main.country] if main is not None else None
    return {**plain, "address": at}


def with_fields(party: Party, given: Fields) -> Party:
    """The party with these fields as given; further addresses stay."""
    plain = {name: value for name, value in given.items() if name != "address"}
    if "name" in plain:
        plain["name"] = plain["name"] or party.name  # nobody is without one
    if "language" in plain:
        plain["language"] = plain["language"] or party.language
    if "address" in given:
        main = (PostalAddress(*given["address"]),) if given["address"] else ()
        plain["addresses"] = (*main, *party.addresses[1:])
    return replace(party, **plain)


def meet(common: Fields | None, ours: Fields, theirs: Fields) -> Met:
    """`common` None: they have never met. Then whoever knows a field tells the other, and what differs is decided."""
    write, take, decide, both = {}, {}, {}, {}
    for name in FIELDS:
        here, there = ours.get(name), theirs.get(name)
        before = common.get(name) if common is not None else None
        if same(here, there):
            both[name] = here
        elif (common is not None and same(before, there)) or (common is None and not there):
            write[name] = both[name] = here
        elif (common is not None and same(before, here)) or (common is None and not here):
            take[name] = both[name] = there
        else:
            decide[name], both[name] = there, before
    return Met(write, take, decide, both)


def same(one: Any, other: Any) -> bool:
    """Whether people would call them the same: further blanks say nothing, and an empty text is nothing."""
    return bool(_plain(one) == _plain(other))


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value] if any(value) else None
    return " ".join(value.split()) or None if isinstance(value, str) else value
