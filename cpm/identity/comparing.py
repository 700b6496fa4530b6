"""How likely two records are one customer.

Each agreement counts in bits: how many times more often it is seen in one customer's two records than in two
customers' (Fellegi and Sunter 1969). The name is where one begins; so what agrees in it counts nothing, and how many
customers have that name counts against it. The figures are rounded from what is usual in German customer files.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log2

from cpm.identity import addresses, births, companies, mails, names
from cpm.identity.addresses import Near
from cpm.identity.names import Alike, Name
from cpm.identity.reasons import Reason
from cpm.identity.record import Record

#: From here on (percent) it is worth a person's look.
SUGGESTED = 50
_Evidence = tuple[float, str]
_NEVER = -100.0
_PERSON: dict[Alike, float] = {
    Alike.SAME: 0.0, Alike.SOUNDS: -1.5, Alike.TYPO: -2.5, Alike.PART: -1.5, Alike.LIKE: -6.0,
    Alike.INITIAL: -4.0, Alike.MISSING: -5.0, Alike.DIFFERENT: _NEVER,
}  # fmt: skip
_SAYS = {
    Alike.SAME: "name.same", Alike.SOUNDS: "name.sounds", Alike.TYPO: "name.typo", Alike.PART: "name.part",
    Alike.INITIAL: "name.initial", Alike.LIKE: "name.alike", Alike.MISSING: "name.last",
}  # fmt: skip
_COMPANY: dict[Alike, _Evidence] = {
    Alike.SAME: (3.0, "company.same"), Alike.TYPO: (0.5, "company.alike"), Alike.PART: (-2.0, "company.part"),
}  # fmt: skip
_NEAR: dict[Near, _Evidence] = {
    Near.SAME: (9.0, "address.same"), Near.STREET: (6.0, "address.street"), Near.POSTCODE: (4.0, "address.postcode"),
    Near.CITY: (2.0, "address.city"), Near.ELSEWHERE: (-2.0, "not.address"),
}  # fmt: skip
_ALONE = 1.0  #: a name that only these two have, and nothing else is known of them


@dataclass(frozen=True, slots=True)
class Likeness:
    score: int  #: percent, 1 to 99
    reasons: tuple[Reason, ...]  #: the strongest first, what speaks against it last

    @property
    def suggested(self) -> bool:
        return self.score >= SUGGESTED


NO = Likeness(1, ())


def compare(one: Record, other: Record, *, namesakes: int = 1) -> Likeness:
    """`namesakes`: how many other customers have this name; the more, the less it says."""
    found = [*_name(one, other)]
    if not found or sum(bits for bits, _ in found) <= _NEVER:
        return NO
    found += _facts(one, other)
    if namesakes > 1:
        found.append((-log2(namesakes), "common" if namesakes > 8 else ""))
    if not any(key.startswith(("born", "not.born")) for _, key in found):
        found.append((_ALONE, ""))
    return _told(found)


def same_name(one: Record, other: Record) -> bool:
    return any(key in ("name.same", "name.sounds", "company.same") for _, key in _name(one, other))


def _told(found: Sequence[_Evidence]) -> Likeness:
    bits = max(-30.0, min(30.0, sum(each for each, _ in found)))
    score = min(99, max(1, round(100 / (1 + 2**-bits))))
    reasons = [Reason(key) for _, key in sorted(found, key=lambda each: -each[0]) if key]
    return Likeness(score, tuple(sorted(reasons, key=lambda each: each.against)))


def _name(one: Record, other: Record) -> Iterator[_Evidence]:
    if one.company or other.company:
        yield from _company(one, other)
        return
    mine, theirs = (
        names.name_of(one.first_name, one.last_name),
        names.name_of(other.first_name, other.last_name),
    )
    first, last = names.alike(mine.first, theirs.first), _last(mine, theirs)
    if Alike.DIFFERENT in (first, last) or last == Alike.MISSING:
        if _swapped(mine, theirs):
            yield -2.5, "name.swapped"
        return
    yield _PERSON[first] + _PERSON[last], _SAYS[min(first, last)]
    if mine.generation and theirs.generation and mine.generation != theirs.generation:
        yield -10.0, "not.generation"


def _last(mine: Name, theirs: Name) -> Alike:
    """Who says an earlier name is also found by it."""
    found = names.alike(mine.last, theirs.last)
    if found <= Alike.MISSING and (mine.earlier or theirs.earlier):
        tries = ((mine.earlier, theirs.last), (mine.last, theirs.earlier), (mine.earlier, theirs.earlier))
        if any(a and b and names.alike(a, b) >= Alike.TYPO for a, b in tries):
            return Alike.PART
    return found


def _swapped(mine: Name, theirs: Name) -> bool:
    return min(names.alike(mine.first, theirs.last), names.alike(mine.last, theirs.first)) >= Alike.TYPO


def _company(one: Record, other: Record) -> Iterator[_Evidence]:
    mine, theirs = called(one), called(other)
    found = _COMPANY.get(companies.alike(mine, theirs))
    if found is not None:
        yield found
        forms = {companies.split(mine)[1], companies.split(theirs)[1]} - {""}
        if len(forms) > 1:
            yield -3.0, "not.form"
    elif set(one.vat_ids) & set(other.vat_ids):
        yield -4.0, ""


def called(record: Record) -> str:
    """A company that wrote first is filed as a person whose last name is AG."""
    return record.company_name or f"{record.first_name} {record.last_name}".strip()


def _facts(one: Record, other: Record) -> Iterator[_Evidence]:
    if one.born and other.born:
        yield births.likeness(one.born, other.born)
    near = addresses.near(one.places, other.places)
    if near in _NEAR:
        yield _NEAR[near]
    if set(one.phones) & set(other.phones):
        yield 8.0, "phone.same"
    yield from _mail(one, other)
    if one.vat_ids and other.vat_ids:
        yield (15.0, "vat.same") if set(one.vat_ids) & set(other.vat_ids) else (-12.0, "not.vat")
    if {one.gender, other.gender} == {"Herr", "Frau"}:
        yield -5.0, "not.gender"


def _mail(one: Record, other: Record) -> Iterator[_Evidence]:
    if set(one.emails) & set(other.emails):
        yield 10.0, "mail.same"
    elif {mails.own_name(each) for each in one.emails} & {mails.own_name(each) for each in other.emails} - {
        ""
    }:
        yield 5.0, "mail.local"
    elif (one.company or other.company) and _domains(one) & _domains(other):
        yield 8.0, "mail.domain"


def _domains(record: Record) -> set[str]:
    return {domain for _, domain in map(mails.parts, record.emails) if mails.says_company(domain)}
