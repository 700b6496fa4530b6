"""By which keys a record is found: two that may be one customer share at least one.

A key stands for one way in which a record may have been written wrongly; the others then still find it. Keys that
very many share find nobody (`queries.namesakes`), for what they say of somebody is too little.
"""

from collections.abc import Iterator

from cpm.identity import addresses, companies, mails, names
from cpm.identity.comparing import called
from cpm.identity.names import Name
from cpm.identity.phonetics import cologne
from cpm.identity.record import Record

Keys = frozenset[str]
_LONGEST = 80  #: characters of a key; an index holds no long ones
_PARTS = 3  #: of a double name
NAME = "n"  #: how keys that are the whole name begin


def keys_of(record: Record) -> Keys:
    found = {*_of_facts(record)}
    name = names.name_of(record.first_name, record.last_name)
    if record.company or companies.split(called(record))[1]:
        found.update(_of_company(record))
    if not record.company:
        found.update(_of_person(name, record))
    return frozenset(key[:_LONGEST] for key in found)


def _of_person(name: Name, record: Record) -> Iterator[str]:
    lasts = [_sound(word) for word in (*name.last, *name.earlier)[:_PARTS]]
    firsts = [_sound(word) for word in name.first[:1]]
    for last in lasts:
        yield f"l|{last}"
        yield from (f"{NAME}|{'|'.join(sorted((first, last)))}" for first in firsts)
        yield from (f"a|{postcode}|{last}" for postcode in _postcodes(record))
    if record.born is None:
        return
    yield f"b|{record.born:%Y-%m-%d}"
    begins, ends = "".join(name.first)[:3], "".join(name.last)[:3]
    yield from (f"f|{first}|{ends}|{record.born.year}" for first in firsts)
    yield from (f"g|{begins}|{last}|{record.born.year}" for last in lasts)


def _of_company(record: Record) -> Iterator[str]:
    found = companies.split(called(record))[0]
    yield f"c|{_sound(''.join(found))}"
    yield from (f"w|{_sound(word)}" for word in found if len(word) > 4)
    for domain in {mails.parts(address)[1] for address in record.emails}:
        if mails.says_company(domain):
            yield domain_key(domain)


def _of_facts(record: Record) -> Iterator[str]:
    yield from (f"p|{phone}" for phone in record.phones)
    yield from (f"v|{vat}" for vat in record.vat_ids)
    for address in record.emails:
        yield f"m|{address}"
        if own := mails.own_name(address):
            yield f"o|{own}"
    for place in record.places:
        street, number = addresses.street_of(place.street)
        if street and number:
            yield f"s|{addresses.postcode_of(place.postcode)}|{street}|{number}"


def domain_key(domain: str) -> str:
    return f"d|{domain}"


def _postcodes(record: Record) -> set[str]:
    return {addresses.postcode_of(place.postcode) for place in record.places} - {""}


def _sound(word: str) -> str:
    """What it sounds like; a word without letters is itself."""
    return cologne(word) or word
