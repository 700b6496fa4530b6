"""Calls: told by a telephone system in any order, taken up at a desk, noted on a case, and called back."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from cpm.commands import (
    callers,
    customers,
    follow_ups,
    identifier_facts,
    identifiers,
    joining,
    ringing,
    talks,
    users,
    wrap_ups,
)
from cpm.commands.customers import Facts
from cpm.commands.notes import NewCustomer
from cpm.errors import Conflict, CpmError, NotFound
from cpm.model import Case, Customer, CustomerKind, Direction, Interaction, Talk, TalkRing, TalkState
from cpm.phone_systems import Heard, Told
from cpm.queries import journal, news, wrapping
from cpm.queries import talks as queries
from tests.commands.conversing import at_once
from tests.commands.test_access import deploy_confidential
from tests.commands.test_spine import FACTS
from tests.office import ANSWER, REMEDY
from tests.world import World, mail

KARLA = "+492214710123"
NEW, ANSWERED = (Heard.NEW, "50"), (Heard.ANSWER, "21")
Tell = Callable[..., Talk | None]


@pytest.fixture
def case(firm: World, complaint: Case) -> Case:
    """Of a customer whose number we know; anna's telephone is 21, ben's 22, and at 50 both ring."""
    with firm.engine.begin("otto") as uow:
        users.change_user(uow, "anna", extensions=["21", "50"])
        users.change_user(uow, "ben", extensions=["22", "50"])
    with firm.engine.begin("anna") as uow:
        identifier_facts.add(uow, complaint.customer_id, "phone", KARLA)
    return complaint


@pytest.fixture
def tell(firm: World, case: Case) -> Tell:
    def told(
        event: Heard,
        desks: Sequence[str] = (),
        *,
        call: str = "a",
        caller: str = "0221 4710123",
        **more: object,
    ) -> Talk | None:
        given = {"outward": False, "dialled": "0211 100", "cause": None, **more}
        with firm.engine.begin("cti pbx") as uow:
            return ringing.take(uow, "pbx", Told(event, call, caller=caller, desks=tuple(desks), **given))

    return told


def desk(firm: World, who: str) -> queries.OnDesk | None:
    with firm.engine.read(who) as look:
        return queries.on_desk(look, who)


def test_it_rings_where_the_extension_is_and_the_number_says_who_calls(firm: World, case: Case, tell: Tell):
    rung = tell(Heard.NEW, ["50"])
    for who in ("anna", "ben"):
        shown = desk(firm, who)
        assert (shown.number, shown.customer) == (KARLA, case.customer.name)
    assert desk(firm, "sue") is None
    tell(Heard.ANSWER, ["21"])
    assert desk(firm, "anna").state == TalkState.TALKING
    assert desk(firm, "ben") is None
    tell(Heard.HANGUP)
    assert desk(firm, "anna").id == rung.id
    with firm.engine.begin("anna") as uow:
        assert talks.close(uow, rung.id).state == TalkState.OVER
    assert desk(firm, "anna") is None


def test_what_nobody_answers_rings_no_more_and_stands_among_the_calls(firm: World, tell: Tell):
    tell(Heard.NEW, ["50"])
    tell(Heard.HANGUP, cause="noAnswer")
    assert desk(firm, "anna") is None
    with firm.engine.read("ben") as look:
        assert [line.state for line in queries.lately(look)] == ["missed"]


def test_a_call_that_somebody_took_up_is_not_missed_because_no_answer_was_told(
    firm: World, case: Case, tell: Tell
):
    rung = tell(Heard.NEW, ["21"])
    with firm.engine.begin("anna") as uow:
        talks.go_on(uow, rung.id, case.id)
        talks.close(uow, rung.id, text="Sie bekommt Ersatz.")
    assert told_of(firm) == ["over"], "it does not ring on in the list until the system says more"
    tell(Heard.HANGUP)
    assert told_of(firm) == ["over"]


def told_of(firm: World) -> list[str]:
    with firm.engine.read("anna") as look:
        return [line.state for line in queries.lately(look)]


@pytest.mark.parametrize("outward", [False, True], ids=["looked at only", "our own call"])
def test_whom_nobody_spoke_to_was_not_reached(firm: World, tell: Tell, outward: bool):
    rung = tell(Heard.NEW, ["21"], outward=outward)
    with firm.engine.begin("anna") as uow:
        talks.close(uow, rung.id, text="Niemand da." if outward else "")
    assert told_of(firm) == ["missed"]
    tell(Heard.HANGUP, outward=outward)
    assert told_of(firm) == ["missed"]


@pytest.mark.parametrize(
    "order",
    [
        (Heard.NEW, Heard.ANSWER, Heard.HANGUP),
        (Heard.NEW, Heard.NEW, Heard.ANSWER, Heard.ANSWER, Heard.HANGUP, Heard.HANGUP, Heard.NEW),
        (Heard.ANSWER, Heard.NEW, Heard.HANGUP, Heard.ANSWER),
    ],
)
def test_a_call_goes_only_forward_in_whatever_order_it_is_told(firm: World, tell: Tell, order):
    for event in order:
        tell(event, ["21"])
    with firm.engine.read() as look:
        talk = look.session.scalars(select(Talk)).one()
        assert (talk.state, talk.login, talk.number) == (TalkState.OVER, "anna", KARLA)
        assert talk.customer_id is not None
    assert tell(Heard.HANGUP, call="another") is None


def test_what_is_told_several_times_in_one_moment_is_one_call(firm: World, case: Case, tell: Tell):
    """Systems tell again what was not answered at once, and tell of the next event meanwhile."""
    for call in "abcd":
        new, answer = (partial(tell, event, [who], call=call) for event, who in (NEW, ANSWERED))
        at_once(new, new, answer, new, answer)
    with firm.engine.read() as look:
        known = look.session.scalars(select(Talk).order_by(Talk.call_id)).all()
        assert [(talk.call_id, talk.state, talk.login) for talk in known] == [
            (call, TalkState.TALKING, "anna") for call in "abcd"
        ]
        assert {ring.login for ring in look.session.scalars(select(TalkRing).where(TalkRing.live))} == {
            "anna"
        }


def test_a_call_that_nobody_hung_up_does_not_ring_for_ever(firm: World, tell: Tell, clock):
    tell(Heard.NEW, ["21"])
    clock.advance(timedelta(minutes=11))
    assert desk(firm, "anna") is None


def test_calls_that_nobody_finished_burden_no_look_at_what_rings(firm: World, case: Case, tell: Tell, clock):
    """Every second each process looks at all that are live; some are never hung up, and some notes never done."""
    for call in ("b", "c"):
        tell(Heard.NEW, ["21"], call=call)
    clock.advance(timedelta(hours=13))
    with firm.engine.read() as look:
        assert news.rings(look) == frozenset()
    tell(Heard.NEW, ["22"], call="d")
    with firm.engine.read() as look:
        live = look.session.scalars(select(TalkRing.login).where(TalkRing.live)).all()
        assert (live, {login for login, *_ in news.rings(look)}) == (["ben"], {"ben"})


def test_going_on_in_a_case_is_told_and_the_note_becomes_a_message_of_it(
    firm: World, case: Case, tell: Tell, clock
):
    talk = tell(Heard.NEW, ["21"])
    tell(Heard.ANSWER, ["21"])
    with firm.engine.begin("anna") as uow:
        talks.go_on(uow, talk.id, case.id)
        talks.keep(uow, talk.id, "Der Riss")
    assert desk(firm, "anna").note == "Der Riss"
    clock.advance(timedelta(seconds=90))
    with firm.engine.begin("anna") as uow:
        talks.close(uow, talk.id, text="Der Riss ist größer geworden.\nSie hat Fotos.")
    with firm.engine.read() as look:
        said = look.session.scalars(select(Interaction).where(Interaction.channel == "phone")).one()
        assert (said.subject, said.direction) == ("Der Riss ist größer geworden.", Direction.IN)
        assert said.sender == "+49 221 4710123"
        told = [each.sentence for each in journal.journal(look, case.id, "de").entries[-2:]]
    assert told[0] == "Am Telefon zu diesem Vorgang: Anruf von +49 221 4710123."
    assert told[1].startswith("Gesprächsnotiz (2 Min.): Der Riss ist größer geworden.")
    assert desk(firm, "anna") is None


def test_what_another_window_noted_is_kept_once_the_call_is_done(firm: World, case: Case, tell: Tell, clock):
    about, other = tell(Heard.NEW, ["21"]), tell(Heard.NEW, ["21"], call="b")
    tell(Heard.ANSWER, ["21"])
    with firm.engine.begin("anna") as uow:
        talks.go_on(uow, about.id, case.id)
    tell(Heard.HANGUP)
    for noted in ("Der Riss", "Auch außen", "Der Riss", ""):
        clock.advance(timedelta(hours=1))
        with firm.engine.begin("anna") as uow:
            talks.close(uow, about.id, text=noted)
            talks.close(uow, other.id, text=noted)
        with firm.engine.begin("anna") as uow, pytest.raises(Conflict):
            talks.keep(uow, other.id, "Was ein anderes Fenster gerade sichert")
    with firm.engine.read() as look:
        said = select(Interaction.text).where(Interaction.channel == "phone").order_by(Interaction.id)
        assert look.session.scalars(said).all() == ["Der Riss", "Auch außen"]
        assert look.get(Talk, other.id).note == "Der Riss\n\nAuch außen"
        told = journal.journal(look, case.id, "de").entries[-1].sentence
    assert told.startswith("Gesprächsnotiz (0 Min.): Auch außen"), "it was over hours ago"


def test_whose_desk_rang_too_hears_nothing_of_a_confidential_case(firm: World, case: Case, tell: Tell):
    """Who took it keeps it, and so does who may see the case."""
    with firm.engine.begin("otto") as uow:
        users.change_user(uow, "sue", extensions=["50"])
    talk = tell(Heard.NEW, ["50"])
    with firm.engine.read("sue") as look:
        assert queries.must_see(look, talk.id).id == talk.id
    deploy_confidential(firm)
    with firm.engine.begin("anna") as uow:
        talks.go_on(uow, talk.id, case.id)
        talks.keep(uow, talk.id, "Das bleibt unter uns.")
    with firm.engine.read("sue") as look:
        assert queries.lately(look) == ()
        with pytest.raises(NotFound):
            queries.page(look, talk.id, "de")
    for who in ("anna", "ben"):
        with firm.engine.read(who) as look:
            assert queries.page(look, talk.id, "de").talk.note == "Das bleibt unter uns."
            assert [line.id for line in queries.lately(look)] == [talk.id]


def test_who_sees_a_case_no_more_sees_their_calls_about_it_no_more(firm: World, case: Case, tell: Tell):
    """But has what still lies on the desk, to be done with it."""
    with firm.engine.begin("otto") as uow:
        users.change_user(uow, "tom", extensions=["60"])
    about, other = tell(Heard.NEW, ["60"]), tell(Heard.NEW, ["60"], call="b")
    with firm.engine.begin("tom") as uow:
        talks.go_on(uow, about.id, case.id)
        talks.close(uow, other.id)
    deploy_confidential(firm)
    with firm.engine.read("tom") as look:
        assert [line.id for line in queries.lately(look)] == [other.id]
        assert queries.must_see(look, about.id).id == about.id
    with firm.engine.begin("tom") as uow:
        talks.close(uow, about.id)
    with firm.engine.read("tom") as look, pytest.raises(NotFound):
        queries.must_see(look, about.id)


def test_wrapping_a_case_up_closes_the_call_about_it(firm: World, case: Case, tell: Tell):
    talk = tell(Heard.NEW, ["21"])
    with firm.engine.begin("anna") as uow:
        talks.go_on(uow, talk.id, case.id)
        talks.keep(uow, talk.id, "Alles klar")
        assert talks.close_on(uow, uow.case(case.id)).id == talk.id
        assert talks.close_on(uow, uow.case(case.id)) is None
    assert desk(firm, "anna") is None
    assert "talk.noted" in firm.story(case)


def test_without_a_note_the_summary_of_the_wrap_up_is_what_was_said(firm: World, case: Case, tell: Tell):
    talk = tell(Heard.NEW, ["21"])
    with firm.engine.begin("anna") as uow:
        talks.go_on(uow, talk.id, case.id)
    with firm.engine.begin("anna") as uow:
        word = wrapping.outcomes(uow.bundle(uow.get(Case, case.id)), "de")[0][0]
        why = wrapping.reasons(uow.bundle(uow.get(Case, case.id)), "de")[0][0]
        wrap_ups.wrap_up(uow, case.id, key="1", outcome=word, reason=why, summary="Sie ist zufrieden.")
    assert desk(firm, "anna") is None
    with firm.engine.read() as look:
        said = select(Interaction.text).where(Interaction.channel == "phone")
        assert look.session.scalars(said).all() == ["Sie ist zufrieden."]


def test_wrapping_up_a_case_closes_the_call_about_one_that_was_merged_into_it(
    firm: World, case: Case, tell: Tell
):
    other = firm.receive(mail(message_id="<again@example.org>", text="Immer noch kaputt."))
    assert other is not None
    talk = tell(Heard.NEW, ["21"])
    with firm.engine.begin("anna") as uow:
        talks.go_on(uow, talk.id, case.id)
        talks.keep(uow, talk.id, "Alles klar")
    with firm.engine.begin("anna") as uow:
        joining.merge(uow, case.id, other.id, why="Derselbe Kessel.")
    with firm.engine.begin("anna") as uow:
        assert talks.close_on(uow, uow.case(case.id)) is None
        assert talks.close_on(uow, uow.case(other.id)).id == talk.id
    assert desk(firm, "anna") is None
    assert "talk.noted" in firm.story(other)


def test_nothing_is_noted_on_a_case_that_one_may_not_see_any_more(firm: World, case: Case, tell: Tell):
    """It has become another team's while they talked. The call itself can be ended."""
    talk = tell(Heard.NEW, ["21"])
    with firm.engine.begin("anna") as uow:
        talks.go_on(uow, talk.id, case.id)
    deploy_confidential(firm)
    with firm.engine.begin("otto") as uow:
        users.change_user(uow, "anna", teams=["finance"])
    before = firm.story(case)
    for act in (talks.note, talks.close):
        with pytest.raises(NotFound), firm.engine.begin("anna") as uow:
            act(uow, talk.id, text="Das sieht sie nicht mehr.")
    with firm.engine.begin("anna") as uow:
        assert talks.close(uow, talk.id).closed_at is not None
    assert firm.story(case) == before


def test_the_case_is_locked_before_the_call_also_by_who_opens_it_twice(
    firm: World, case: Case, tell: Tell, monkeypatch: pytest.MonkeyPatch
):
    """Who files a note locks in that order, and two orders end in a deadlock."""
    talk, locked = tell(Heard.NEW, ["21"]), []
    real = talks.theirs
    monkeypatch.setattr(talks, "theirs", lambda uow, key: locked.append([*uow.locked]) or real(uow, key))
    for _ in range(2):
        with firm.engine.begin("anna") as uow:
            made = talks.open_case(uow, talk.id, process="complaint", text="Kalt", customer=case.customer_id)
    assert locked == [[], [made.id]]


def test_the_answer_that_a_case_has_waited_for_is_heard_by_its_process(firm: World, case: Case, tell: Tell):
    for element, data in (("check_facts", FACTS), ("decide_remedy", REMEDY), ("write_answer", ANSWER)):
        firm.do(case, element, "anna", data)
    firm.drain()
    assert firm.waits(case)
    talk = tell(Heard.NEW, ["21"])
    with firm.engine.begin("anna") as uow:
        joined = talks.go_on(uow, talk.id, case.id)
        assert joined.awaited is True
        talks.close(uow, talk.id, text="Ist einverstanden.", answers=True)
    assert "read_reply" in firm.at(case)


def test_somebody_unknown_becomes_a_customer_with_a_case(firm: World, tell: Tell):
    talk = tell(Heard.NEW, ["21"], caller="0221 4710200")
    assert talk.customer_id is None
    who = NewCustomer(Facts(CustomerKind.PERSON, "Paula", "Probe", ""), phone=talk.number)
    with firm.engine.begin("anna") as uow:
        opened = talks.open_case(uow, talk.id, process="complaint", text="Kessel kalt", customer=who)
        assert (opened.channel, opened.subject) == ("phone", "Kessel kalt")
        assert uow.get(Talk, talk.id).customer_id == opened.customer_id
    assert desk(firm, "anna").case == opened.number
    with firm.engine.begin("anna") as uow:  # sent twice
        again = talks.open_case(
            uow, talk.id, process="complaint", text="Kessel kalt", customer=opened.customer_id
        )
        assert again.id == opened.id


def test_several_who_have_a_number_are_offered_and_one_is_chosen(firm: World, case: Case, tell: Tell):
    with firm.engine.begin("anna") as uow:
        other = customers.create(uow, Facts(CustomerKind.PERSON, "Paul", "Probe", ""))
        identifier_facts.add(uow, other.id, "phone", KARLA, shared=True)
    talk = tell(Heard.NEW, ["21"])
    with firm.engine.read("anna") as look:
        page = queries.page(look, talk.id, "de")
        assert {one.id for one in page.callers} == {case.customer_id, other.id}
    with firm.engine.begin("anna") as uow:
        callers.identify(uow, talk.id, case.customer_id, remember=True)
    with firm.engine.read("anna") as look:
        page = queries.page(look, talk.id, "de")
        assert [one.case for one in page.cases] == [case.number]


def test_a_call_is_its_takers_and_theirs_alone(firm: World, case: Case, tell: Tell):
    talk = tell(Heard.NEW, ["50"])
    for who, heard in (("anna", [talk.id]), ("ben", [talk.id]), ("tom", []), ("sue", [])):
        with firm.engine.read(who) as look:
            assert [line.id for line in queries.lately(look)] == heard
    with firm.engine.begin("anna") as uow:
        talks.go_on(uow, talk.id, case.id)
    refused(firm, "ben", talk, Conflict, "Dieses Gespräch führt Anna.")
    refused(firm, "tom", talk, NotFound, "Dieses Gespräch gibt es nicht, oder es ist nicht Ihres.")


def refused(firm: World, who: str, talk: Talk, error: type[CpmError], words: str) -> None:
    with pytest.raises(error) as told, firm.engine.begin(who) as uow:
        talks.keep(uow, talk.id, "x")
    assert told.value.de == words


def test_without_a_telephone_system_people_say_that_they_telephone(firm: World, case: Case):
    with firm.engine.begin("anna") as uow:
        begun = talks.begin(uow, direction=Direction.OUT, number="0221 4710123", case_id=case.id)
        assert begun.customer_id == case.customer_id
    with firm.engine.begin("anna") as uow:
        assert talks.close(uow, begun.id, text="Nicht erreicht").state == TalkState.OVER
    with firm.engine.read() as look:
        out = look.session.scalars(select(Interaction).where(Interaction.direction == Direction.OUT)).all()
        assert [(each.sender, each.text) for each in out if each.channel == "phone"] == [
            ("Anna", "Nicht erreicht")
        ]
    assert firm.story(case)[-2:] == ["talk.called", "talk.noted"]


def test_a_customer_who_was_merged_is_found_as_who_stands_for_them(firm: World, case: Case, tell: Tell):
    talk = tell(Heard.NEW, ["21"])
    with firm.engine.begin("anna") as uow:
        to = customers.create(uow, Facts(CustomerKind.PERSON, "Paul", "Probe", ""))
        uow.get(Customer, case.customer_id).merged_into_id = to.id
    with firm.engine.read("anna") as look:
        assert queries.page(look, talk.id, "de").customer_id == to.id


def test_who_calls_is_taken_back_with_the_number_that_was_remembered_and_the_case_that_was_chosen(
    firm: World, case: Case, tell: Tell
):
    """Not with what somebody else knows of the number, and not once a case holds a word of the call."""
    talk = tell(Heard.NEW, ["21"], caller="0221 4710999")
    with firm.engine.begin("anna") as uow:
        callers.identify(uow, talk.id, case.customer_id, remember=True)
        talks.go_on(uow, talk.id, case.id)
        talks.keep(uow, talk.id, "Der Riss")
    with firm.engine.begin("anna") as uow:
        for _ in range(2):
            again = callers.unidentify(uow, talk.id)
        assert (again.customer_id, again.case_id, again.note) == (None, None, "Der Riss")
    assert firm.story(case)[-2:] == ["talk.joined", "talk.left"]
    with firm.engine.read("anna") as look:
        assert queries.page(look, talk.id, "de").callers == ()
    known = tell(Heard.NEW, ["21"], call="b")
    with firm.engine.begin("anna") as uow:
        assert callers.unidentify(uow, known.id).customer_id is None
    with firm.engine.read("anna") as look:
        assert [one.id for one in queries.page(look, known.id, "de").callers] == [case.customer_id]
    with firm.engine.begin("anna") as uow:
        talks.go_on(uow, known.id, case.id)
        talks.note(uow, known.id, "Er tropft.")
    with firm.engine.begin("anna") as uow, pytest.raises(Conflict, match="keeps its customer") as refused:
        callers.unidentify(uow, known.id)
    assert case.number in refused.value.sentence("de")
    with firm.engine.begin("anna") as uow:
        talks.close(uow, talk.id)
    with firm.engine.begin("anna") as uow, pytest.raises(Conflict, match="done"):
        callers.unidentify(uow, talk.id)


def test_a_caller_taken_back_leaves_a_number_to_who_had_it_alone(firm: World, case: Case, tell: Tell):
    """And of two that were chosen one after the other none keeps it."""
    with firm.engine.begin("anna") as uow:
        paul = customers.create(uow, Facts(CustomerKind.PERSON, "Paul", "Probe", ""), phone="0221 4710999").id
        eva = customers.create(uow, Facts(CustomerKind.PERSON, "Eva", "Probe", "")).id
    talk = tell(Heard.NEW, ["21"], caller="0221 4710999")
    for wrong in (case.customer_id, eva):
        with firm.engine.begin("anna") as uow:
            callers.identify(uow, talk.id, wrong, remember=True)
    with firm.engine.begin("anna") as uow:
        callers.unidentify(uow, talk.id)
    with firm.engine.read("anna") as look:
        owner = identifiers.owner(look, identifiers.PHONE, "+492214710999")
        assert owner is not None
        assert owner.id == paul
        assert [one.id for one in identifiers.holders(look, identifiers.PHONE, "+492214710999")] == [paul]


def test_a_call_back_promised_in_a_case_keeps_its_caller(firm: World, case: Case, tell: Tell):
    """It would ring a stranger, with the data of who was chosen by mistake; a note of somebody else is none of this call."""
    talk = tell(Heard.NEW, ["21"], caller="0221 4710999")
    with firm.engine.begin("anna") as uow:
        callers.identify(uow, talk.id, case.customer_id)
        talks.go_on(uow, talk.id, case.id)
    other = tell(Heard.NEW, ["22"], call="b", caller="0221 4710888")
    with firm.engine.begin("ben") as uow:
        talks.go_on(uow, other.id, case.id)
        talks.note(uow, other.id, "Er ruft auch an.", answers=False)
    with firm.engine.begin("anna") as uow:
        callers.unidentify(uow, talk.id)
        callers.identify(uow, talk.id, case.customer_id)
        talks.go_on(uow, talk.id, case.id)
        due = uow.now + timedelta(days=1)
        follow_ups.ask(uow, uow.case(case.id), what="Zurückrufen", due=due, call=talk.number)
    with firm.engine.begin("anna") as uow, pytest.raises(Conflict, match="call back promised"):
        callers.unidentify(uow, talk.id)
