"""Whose an address or number is: one owner, or several who share it; where nothing arrives any more."""

from cpm.commands import consents, customers, identifiers
from cpm.model import Contact, Customer
from cpm.queries import participants
from cpm.uow import UnitOfWork
from tests.world import World


def person(uow: UnitOfWork, name: str, email: str) -> Customer:
    return customers.of_address(uow, email, name=name, language="de")


def test_an_identifying_address_belongs_to_one(firm: World):
    with firm.engine.begin("anna") as uow:
        mara, jonas = (
            person(uow, "Mara Beispiel", "mara@example.org"),
            person(uow, "Jonas", "jonas@example.org"),
        )
        assert not identifiers.claim(uow, jonas, "email", "mara@example.org")
        assert identifiers.owner(uow, "email", "mara@example.org") == mara
        assert identifiers.holders(uow, "email", "mara@example.org") == (mara,)


def test_a_shared_address_is_nobodys_own_and_does_not_become_it(firm: World):
    """A switchboard must not link a stranger to whoever called from it first."""
    with firm.engine.begin("anna") as uow:
        mara, jonas = (
            person(uow, "Mara Beispiel", "mara@example.org"),
            person(uow, "Jonas", "jonas@example.org"),
        )
        third = person(uow, "Kim", "kim@example.org")
        for one in (mara, jonas):
            assert identifiers.claim(uow, one, "phone", "+49211555010", identifying=False)
        assert identifiers.owner(uow, "phone", "+49211555010") is None
        assert identifiers.claim(uow, third, "phone", "+49211555010")
        assert identifiers.owner(uow, "phone", "+49211555010") is None
        assert identifiers.holders(uow, "phone", "+49211555010") == (mara, jonas, third)
        assert not identifiers.claim(uow, third, "phone", "+49211555010")


def test_who_was_merged_is_found_as_who_stands_for_them(firm: World):
    with firm.engine.begin("anna") as uow:
        mara, twin = person(uow, "Mara Beispiel", "mara@example.org"), person(uow, "Mara", "m@example.org")
        twin.merged_into_id = mara.id
        uow.session.flush()
        assert identifiers.owner(uow, "email", "m@example.org") == mara


def test_what_is_unreachable_says_why_until_it_is_reachable_again(firm: World, clock):
    with firm.engine.begin("anna") as uow:
        person(uow, "Mara Beispiel", "mara@example.org")
        (marked,) = identifiers.mark_unreachable(uow, "email", "mara@example.org", "550 no such user")
        assert (marked.unreachable_at, marked.unreachable_why) == (uow.now, "550 no such user")
        assert identifiers.mark_unreachable(uow, "email", "mara@example.org", "again") == []
        assert identifiers.reachable_again(uow, "email", "mara@example.org") == [marked]
        assert marked.unreachable_at is None
        assert identifiers.reachable_again(uow, "email", "mara@example.org") == []


def test_a_company_and_its_contact_persons_take_part_in_each_others_cases(firm: World):
    with firm.engine.begin("anna") as uow:
        company, mara = (
            person(uow, "Sonnenschein", "info@sun.example"),
            person(uow, "Mara", "mara@sun.example"),
        )
        kim = person(uow, "Kim", "kim@sun.example")
        for one in (mara, kim):
            uow.session.add(Contact(company_id=company.id, person_id=one.id, created_at=uow.now))
        uow.session.flush()
        everybody = {"info@sun.example", "mara@sun.example", "kim@sun.example"}
        assert participants.addresses(uow, company) == everybody
        assert participants.addresses(uow, mara) == everybody - {"kim@sun.example"}


def test_the_latest_word_on_a_channel_and_purpose_counts(firm: World, clock):
    with firm.engine.begin("anna") as uow:
        mara = person(uow, "Mara", "mara@example.org")
        assert not consents.given(uow, mara, "email", "advertising")
        assert not consents.refused(uow, mara, "email", "advertising")
        consents.give(uow, mara, "email", "advertising", source="trade fair", text_version="2026-01")
        assert consents.given(uow, mara, "email", "advertising")
        assert not consents.given(uow, mara, "phone", "advertising")
        assert not consents.given(uow, mara, "email", "notices")
        consents.withdraw(uow, mara, "email", "advertising", source="opt-out link")
        assert consents.refused(uow, mara, "email", "advertising")
        assert [word.given for word in consents.history(uow, mara)] == [False, True]
