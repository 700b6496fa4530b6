"""Customers: Tryton's parties, under our key as their code, which is unique there.

A write changes what we have and leaves the rest: further addresses, contacts and identifiers of theirs stay.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from cpm.connectors.erp.faults import ErpFault
from cpm.connectors.erp.nouns import Party, PostalAddress
from cpm.connectors.erp.tryton.catalogue import escaped
from cpm.connectors.erp.tryton.places import Places
from cpm.connectors.erp.tryton.rest import Refused
from cpm.connectors.erp.tryton.row import Row
from cpm.connectors.erp.tryton.rpc import Changed, Rpc

PARTY = "party.party"
#: The relations and identifiers that carry what we keep, with the fields that are read of each.
_PARTS = {
    "addresses": ("street", "postal_code", "city", "country.code", "_timestamp"),
    "contact_mechanisms": ("type", "value", "_timestamp"),
    "identifiers": ("type", "code", "_timestamp"),
}
_MODELS = {
    "addresses": "party.address",
    "contact_mechanisms": "party.contact_mechanism",
    "identifiers": "party.identifier",
}
PARTY_FIELDS = (
    "code",
    "name",
    "lang.code",
    "_timestamp",
    *(f"{part}.{name}" for part, names in _PARTS.items() for name in names),
)
POSTAL_FIELDS = ("street", "postal_code", "city", "country.code")
_MOST = 10
_PHONES = ("phone", "mobile")
_VAT = "eu_vat"


class Parties:
    def __init__(self, places: Places, rpc: Rpc) -> None:
        self._places, self._rest, self._rpc = places, places.rest, rpc

    def row(self, key: str, fields: Sequence[str] = PARTY_FIELDS) -> Row | None:
        return self._by_code(self._places.theirs(key), fields)

    def _by_code(self, code: str, fields: Sequence[str] = PARTY_FIELDS) -> Row | None:
        _ = self._places.home
        rows = self._rest.search(PARTY, [["code", "=", code]], fields, most=1)
        return rows[0] if rows else None

    def party(self, key: str) -> Party | None:
        row = self.row(key)
        return None if row is None else self.as_ours(row)

    def like(self, *, email: str, phone: str, name: str, vat_id: str) -> list[Party]:
        _ = self._places.home
        ways: list[object] = []
        if email:
            ways.append(["contact_mechanisms.value", "ilike", escaped(email)])
        if phone:
            ways.append(["contact_mechanisms.value_compact", "=", phone])
        if vat_id:
            ways.append(["identifiers.code_compact", "=", "".join(vat_id.split()).upper()])
        if name:
            ways.append(["name", "ilike", f"%{escaped(name)}%"])
        if not ways:
            return []
        rows = self._rest.search(PARTY, ["OR", *([way] for way in ways)], PARTY_FIELDS, most=_MOST)
        return [self.as_ours(row) for row in rows if row.text("code")]

    def save(self, party: Party) -> Party:
        """Search, create, adopt: the unique code makes the second of two that came at once find the first."""
        there = self.row(party.key)
        if there is None:
            there = self._made(party)
            if there is None:
                return self._required(party.key)
        return self._written(party, there)

    def _made(self, party: Party) -> Row | None:
        """None: made. Else what somebody else made meanwhile."""
        code = self._places.theirs(party.key)
        try:
            self._rest.create(PARTY, {"code": code, **self._values(party, None)})
        except Refused as refusal:
            if (there := self.row(party.key)) is not None:
                return there
            raise _not_taken(refusal) from refusal
        return None

    def _written(self, party: Party, there: Row) -> Party:
        if party.version is not None and party.version != _version(there):
            raise _conflict(party.key)
        if values := self._values(party, there):
            stamps = _stamps(there) if party.version is not None else {}
            try:
                self._write(there.id, values, stamps)
            except Changed as changed:
                raise _conflict(party.key) from changed
            except Refused as refusal:
                raise _not_taken(refusal) from refusal
        else:
            return self.as_ours(there)
        return self._required(party.key)

    def _write(self, number: int, values: Mapping[str, Any], stamps: Mapping[str, str]) -> None:
        """With the state it is based on only over RPC: REST ignores it."""
        if stamps:
            self._rpc.write(PARTY, number, values, {**self._rest.context, "_timestamp": stamps})
        else:
            self._rest.write(PARTY, number, values)

    def _required(self, key: str) -> Party:
        party = self.party(key)
        if party is None:
            raise ErpFault("not_found", f"Expected to find customer {key} in the ERP, but it is not there.")
        return party

    def _values(self, party: Party, there: Row | None) -> dict[str, Any]:
        """Only what differs; of a new one all."""
        values: dict[str, Any] = {}
        if there is None or there.text("name") != party.name:
            values["name"] = party.name
        language = self._places.language(party.language)
        if language is not None and (there is None or _code(there, "lang") != party.language.upper()):
            values["lang"] = language
        whole = party.version is not None
        parts = {
            "addresses": self._addresses(party, there),
            "contact_mechanisms": _contacts(party, there, whole=whole),
            "identifiers": _one(there, "identifiers", "code", (_VAT,), party.vat_id, whole=whole),
        }
        return values | {name: steps for name, steps in parts.items() if steps}

    def _addresses(self, party: Party, there: Row | None) -> list[Any]:
        """The first of ours is the first of theirs, and so on; theirs beyond ours stay."""
        old = there.rows("addresses") if there else []
        steps: list[Any] = []
        for at, address in enumerate(party.addresses):
            if at >= len(old):
                steps.append(["create", [self.address(address)]])
            elif postal(old[at]) != address:
                steps.append(["write", [old[at].id], self.address(address)])
        return steps

    def address(self, address: PostalAddress) -> dict[str, Any]:
        """As a record of theirs; their structured street parts stay empty, the street is one text."""
        return {
            "street_unstructured": address.street,
            "postal_code": address.postcode,
            "city": address.city,
            "country": self._places.country(address.country),
        }

    def as_ours(self, row: Row) -> Party:
        return Party(
            key=self._places.customer(row.text("code")),
            name=row.text("name"),
            # Tryton does not tell people from companies; a VAT id is what only the latter have.
            company=bool(_first(row, "identifiers", "code", (_VAT,))),
            addresses=tuple(postal(one) for one in row.rows("addresses")),
            email=_first(row, "contact_mechanisms", "value", ("email",)),
            phone=_first(row, "contact_mechanisms", "value", _PHONES),
            vat_id=_first(row, "identifiers", "code", (_VAT,)),
            language=(_code(row, "lang") or "DE").lower(),
            number=str(row.id),
            version=_version(row),
        )

    def address_number(self, row: Row, address: PostalAddress) -> int:
        """The party's address that reads so, made if there is none. `row` was read with its addresses."""
        for one in row.rows("addresses"):
            if postal(one) == address:
                return one.id
        values = {"party": row.id, "delivery": True, **self.address(address)}
        try:
            return self._rest.create("party.address", values).id
        except Refused as refusal:
            raise _not_taken(refusal) from refusal


def _contacts(party: Party, there: Row | None, *, whole: bool) -> list[Any]:
    part = "contact_mechanisms"
    email = _one(there, part, "value", ("email",), party.email, whole=whole)
    return email + _one(there, part, "value", _PHONES, party.phone, whole=whole)


def _one(
    there: Row | None, part: str, field: str, kinds: Sequence[str], value: str | None, *, whole: bool
) -> list[Any]:
    """The steps that make the first of its kind read so. Nothing of ours takes theirs away only in a change that was based on theirs."""
    old = next((one for one in _parts(there, part) if one.text("type") in kinds), None)
    if value is None:
        return [["delete", [old.id]]] if old is not None and whole else []
    if old is None:
        return [["create", [{"type": kinds[0], field: value}]]]
    return [] if _same(old.text(field), value) else [["write", [old.id], {field: value}]]


def _same(theirs: str, ours: str) -> bool:
    """They write telephone numbers with blanks."""
    return theirs == ours or (ours.startswith("+") and theirs.replace(" ", "") == ours)


def _parts(there: Row | None, part: str) -> list[Row]:
    return there.rows(part) if there is not None else []


def _first(row: Row, part: str, field: str, kinds: Sequence[str]) -> str | None:
    found = next((one.text(field) for one in row.rows(part) if one.text("type") in kinds), None)
    return found.replace(" ", "") if found and kinds == _PHONES else found


def _code(row: Row, name: str) -> str:
    found = row.row(name)
    return found.text("code").upper() if found else ""


def postal(row: Row) -> PostalAddress:
    """`row` was read with POSTAL_FIELDS."""
    street = "\n".join(line.strip() for line in row.text("street").splitlines() if line.strip())
    return PostalAddress(street, row.text("postal_code"), row.text("city"), _code(row, "country"))


def _stamps(row: Row) -> dict[str, str]:
    """When each record was last written: a change of an address does not touch its party's."""
    found = {f"{PARTY},{row.id}": row.text("_timestamp")}
    for part, model in _MODELS.items():
        found |= {f"{model},{one.id}": one.text("_timestamp") for one in row.rows(part)}
    return found


def _version(row: Row) -> str:
    return json.dumps(_stamps(row), sort_keys=True, separators=(",", ":"))


def _conflict(key: str) -> ErpFault:
    return ErpFault(
        "conflict", f"Expected to write customer {key}, but somebody changed it in the ERP in the meantime."
    )


def _not_taken(refusal: Refused) -> ErpFault:
    return ErpFault(
        "validation_refused", f"Expected the ERP to take the customer's data, but it says: {refusal.words}"
    )
