"""A customer's master data here and in the ERP: who gets what, and what a person has to decide."""

from dataclasses import replace

from cpm.connectors.erp import Party, PostalAddress
from cpm.connectors.erp.meeting import FIELDS, fields_of, meet, with_fields

HOME = PostalAddress("Ring 1", "50667", "Köln", "DE")
WORK = PostalAddress("Hafen 2", "40221", "Düsseldorf", "DE")
MARA = Party("K-000001-5", "Mara Beispiel", company=False, addresses=(HOME, WORK), email="mara@example.org")
BOTH = fields_of(MARA)


def met(common=BOTH, ours=MARA, theirs=MARA):
    return meet(common, fields_of(ours), fields_of(theirs))


def test_what_is_the_same_asks_nobody_anything():
    found = met(theirs=replace(MARA, email="Mara@Example.org", name="Mara  Beispiel", phone=""))
    assert (found.write, found.take, found.decide) == ({}, {}, {})
    assert set(found.common) == set(FIELDS)


def test_what_only_we_have_changed_goes_there_and_what_only_they_have_comes_here():
    found = met(ours=replace(MARA, name="Mara Muster"), theirs=replace(MARA, phone="+492211234567"))
    assert found.write == {"name": "Mara Muster"}
    assert found.take == {"phone": "+492211234567"}
    assert found.decide == {}
    assert (found.common["name"], found.common["phone"]) == ("Mara Muster", "+492211234567")


def test_what_both_have_changed_is_decided_by_a_person_and_stays_apart_until_then():
    ours, theirs = replace(MARA, email="m@example.org"), replace(MARA, email="mb@example.org")
    found = met(ours=ours, theirs=theirs)
    assert (found.write, found.take, found.decide) == ({}, {}, {"email": "mb@example.org"})
    assert found.common["email"] == "mara@example.org"
    again = met(common=found.common, ours=ours, theirs=theirs)
    assert again.decide == found.decide


def test_what_one_side_has_taken_away_is_taken_away_on_the_other():
    assert met(ours=replace(MARA, email=None)).write == {"email": None}
    assert met(theirs=replace(MARA, addresses=())).take == {"address": None}


def test_those_who_have_never_met_tell_each_other_what_the_other_lacks():
    found = met(
        common=None,
        ours=replace(MARA, phone="+4930"),
        theirs=replace(MARA, vat_id="de 811907980", name="M. B."),
    )
    assert found.write == {"phone": "+4930"}
    assert found.take == {"vat_id": "DE811907980"}
    assert found.decide == {"name": "M. B."}


def test_a_party_gets_fields_and_keeps_its_further_addresses_and_a_name():
    changed = with_fields(MARA, {"address": ["Neu 3", "10115", "Berlin", "DE"], "email": None, "name": None})
    assert changed.addresses == (PostalAddress("Neu 3", "10115", "Berlin", "DE"), WORK)
    assert (changed.email, changed.name) == (None, "Mara Beispiel")
    assert with_fields(MARA, {"address": None}).addresses == (WORK,)
