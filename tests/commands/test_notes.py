"""Cases opened by hand or by another system: the same way as by mail, for customers known by address or number."""

import threading
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from cpm.commands import customers, identifier_facts, notes
from cpm.commands.customers import Facts
from cpm.commands.identifiers import Known
from cpm.commands.notes import NewCustomer, Said
from cpm.errors import Conflict, CpmError, Forbidden, Invalid, NotFound
from cpm.model import Case, CustomerKind, Identifier, Interaction
from cpm.queries import startable
from tests.world import World, mail

CALL = Said(
    "phone", "Kessel tropft", "Die Kundin ruft an: Der Kessel tropft seit gestern.", unique_id="call-1"
)
MARA = NewCustomer(
    Facts(first_name="Mara", last_name="Beispiel", gender_address="Frau"), phone="0211 5550100"
)


def opened(
    firm: World, said: Said = CALL, customer: int | NewCustomer = MARA, who: str = "anna", **more
) -> Case:
    with firm.engine.begin(who) as uow:
        return notes.open_by_hand(uow, said, process="complaint", customer=customer, **more)


def refused(firm: World, *arguments, **more) -> CpmError:
    with pytest.raises(CpmError) as told:
        opened(firm, *arguments, **more)
    return told.value


def received(firm: World, said: Said = CALL, who: str = "shop", **more) -> Interaction:
    with firm.engine.begin(who) as uow:
        filed = notes.receive(uow, said, **{"phone": "0211 5550100", "process": "complaint", **more})
        assert filed.case is not None
        return filed


def test_a_call_opens_a_case_that_is_worked_as_any_other(firm: World):
    case = opened(firm)
    firm.drain()
    assert (case.channel, case.language, case.team) == ("phone", "de", "service")
    assert firm.at(case) == ["check_facts"]
    assert {"case.opened", "interaction.received"} <= set(firm.story(case))
    assert (
        firm.post.calls == [] or firm.post.calls[0].inputs.get("to") is None
    )  # there is no address to write to


@pytest.mark.parametrize(
    ("subject", "text", "called"),
    [
        ("", "Der Kessel tropft.\nSeit gestern.", "Der Kessel tropft."),
        ("", "Kessel " * 40, "Kessel Kessel Kessel"),
        ("", " ", "Reklamation"),
        ("Kessel tropft", "", "Kessel tropft"),
    ],
)
def test_who_has_somebody_on_the_line_need_not_type_what_we_know(
    firm: World, subject: str, text: str, called: str
):
    case = opened(firm, replace(CALL, subject=subject, text=text, language="de"))
    with firm.engine.read() as look:
        case = look.get(Case, case.id)
        said = look.session.scalar(select(Interaction.text).where(Interaction.case_id == case.id))
    assert case.subject.startswith(called)
    assert len(case.subject) <= 80
    assert said == (text.strip() or called)


def test_a_double_click_opens_one_case(firm: World):
    assert opened(firm).id == opened(firm).id
    with firm.engine.read() as look:
        assert look.session.scalar(select(func.count()).select_from(Case)) == 1


def test_two_submits_at_once_open_one_case(firm: World):
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(opened(firm).id)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1


def test_a_known_number_offers_the_customer_it_belongs_to(firm: World):
    first = opened(firm)
    told = refused(firm, replace(CALL, unique_id="call-2"), replace(MARA, phone="+49 (0)211/5550100"))
    assert isinstance(told, Known)
    assert told.customers == (first.customer_id,)
    assert told.sentence("de") == "+492115550100 gehört schon zu Mara Beispiel."
    again = opened(firm, replace(CALL, unique_id="call-2"), told.customers[0])
    assert again.customer_id == first.customer_id


def test_the_answer_goes_to_the_address_that_is_known(firm: World):
    first = firm.receive(mail())
    assert first is not None
    case = opened(firm, customer=first.customer_id)
    firm.drain()
    assert firm.post.calls[-1].inputs["to"] == "mara@example.org"
    assert case.customer_id == first.customer_id


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (replace(CALL, subject="x" * 300), "subject"),
        (replace(CALL, channel="pigeon"), "channel"),
        (replace(CALL, text="\0"), "text"),
    ],
)
def test_what_is_missing_is_named(firm: World, said: Said, field: str):
    told = refused(firm, said)
    assert isinstance(told, Invalid)
    assert [name for name, _ in told.faults("de")] == [name for name, _ in told.faults("en")] == [field]


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (NewCustomer(Facts()), "last_name"),
        (NewCustomer(Facts(CustomerKind.COMPANY, last_name="Beispiel")), "company_name"),
        (replace(MARA, phone="5550100"), "phone"),
        (replace(MARA, email="mara at example.org"), "email"),
        (replace(MARA, facts=replace(MARA.facts, gender_address="Lord")), "gender_address"),
        (replace(MARA, facts=replace(MARA.facts, language="fr")), "language"),
    ],
)
def test_a_new_customer_is_checked(firm: World, new: NewCustomer, field: str):
    told = refused(firm, customer=new)
    assert isinstance(told, Invalid)
    assert [name for name, _ in told.faults("de")] == [field]
    with firm.engine.read() as look:
        assert look.session.scalar(select(func.count()).select_from(Identifier)) == 0


def test_only_what_the_engine_and_approvals_leave_open_can_be_given(firm: World):
    assert isinstance(refused(firm, data={"approved": True}), Invalid)
    assert isinstance(refused(firm, data={"case_no": "C-1"}), Invalid)
    assert opened(firm, data={"order_no": "4711"}).id


def test_who_works_on_no_cases_opens_none(firm: World):
    assert isinstance(refused(firm, who="otto"), Forbidden)


def test_what_only_an_erp_begins_is_not_offered(firm: World):
    with firm.engine.read("anna") as look:
        offered = [one.key for one in startable.processes(look, "en")]
    assert offered == ["complaint", "order"]


@pytest.mark.parametrize("process", ["approval", "dunning", "none"])
def test_a_part_of_a_process_is_no_beginning(firm: World, process: str):
    with pytest.raises(NotFound), firm.engine.begin("anna") as uow:
        notes.open_by_hand(uow, CALL, process=process, customer=MARA)


def test_another_systems_message_opens_a_case_once(firm: World):
    first = received(firm)
    assert first.case is not None
    assert received(firm).id == first.id
    with pytest.raises(Conflict):
        received(firm, replace(CALL, text="Something else"))
    assert received(firm, who="other shop").case_id != first.case_id


def test_another_systems_message_continues_the_case_it_names(firm: World):
    first = received(firm)
    second = received(firm, replace(CALL, unique_id="call-2"), case_id=first.case_id, process=None)
    assert second.case_id == first.case_id
    assert firm.story(first.case).count("interaction.received") == 2


def test_a_number_in_the_subject_counts_for_its_customer_only(firm: World):
    case = received(firm).case
    assert case is not None
    about = replace(CALL, subject=f"Noch etwas zu {case.number}", unique_id="call-2")
    assert received(firm, about).case_id == case.id
    stranger = received(firm, replace(about, unique_id="call-3"), phone="0211 5550199")
    assert stranger.case_id != case.id


def test_a_sender_is_needed(firm: World):
    with pytest.raises(Invalid):
        received(firm, phone="")


def test_addresses_come_and_go(firm: World):
    mara, jonas = opened(firm).customer_id, firm.receive(mail(sender="jonas@example.org")).customer_id
    with firm.engine.begin("anna") as uow:
        added = identifier_facts.add(uow, mara, "email", "Mara@Example.org")
        assert identifier_facts.add(uow, mara, "email", "mara@example.org").id == added.id
    with pytest.raises(Known), firm.engine.begin("anna") as uow:
        identifier_facts.add(uow, jonas, "email", "mara@example.org")
    with firm.engine.begin("anna") as uow:
        identifier_facts.remove(uow, mara, added.id)
    with pytest.raises(Conflict), firm.engine.begin("anna") as uow:
        identifier_facts.remove(uow, mara, added.id)


def test_facts_can_be_put_right(firm: World):
    mara = opened(firm).customer_id
    with firm.engine.begin("anna") as uow:
        changed = customers.change(
            uow, mara, Facts(first_name="Mara", last_name="Muster", gender_address="Frau")
        )
    assert changed.name == "Mara Muster"
