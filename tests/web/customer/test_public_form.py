"""A customer writes to us from a public page: a case is opened once, and nothing of any case is told."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from cpm.commands import public_forms
from cpm.errors import Forbidden, Invalid
from cpm.model import ArrivalState, CaseState, Interaction
from cpm.queries import public_forms as queries
from cpm.queries import variables
from tests.web.customer.conftest import MESSAGE
from tests.web.forms.conftest import check_page
from tests.world import mail


def test_a_message_opens_a_case(outside, visitor):
    check_page(visitor.page)
    assert visitor.page.xpath("//h1")[0].text == "Reklamation"
    assert visitor.send(**MESSAGE).status_code == 200
    (case,) = outside.cases
    assert (case.channel, case.subject, case.language, case.process) == (
        "webform", "Kessel undicht", "de", "complaint",
    )  # fmt: skip
    assert case.number in visitor.words()
    with outside.firm.engine.read() as look:
        seen = variables.seen_at(look, case, None)
        said = look.session.scalars(select(Interaction)).one()
    assert (seen["email"], seen["order_no"], seen["phone"]) == (
        MESSAGE["email"], MESSAGE["order_no"], MESSAGE["phone"],
    )  # fmt: skip
    assert seen["text"] == MESSAGE["text"]
    assert said.text.startswith(MESSAGE["text"])
    assert "Bestellnummer: B-4711" in said.text
    assert outside.firm.at(case) == ["check_facts"]
    assert [arrival.state for arrival in outside.arrivals] == [ArrivalState.FILED]


def test_the_confirmation_repeats_nothing_that_was_entered(outside, visitor):
    visitor.send(**MESSAGE)
    for entered in MESSAGE.values():
        assert entered not in visitor.answer.text


def test_the_page_speaks_both_languages_and_so_does_the_case(outside):
    visitor = outside.visitor()
    visitor.get(outside.address, **{"Accept-Language": "en-GB,en;q=0.8"})
    assert visitor.page.get("lang") == "en"
    assert visitor.page.xpath("//h1")[0].text == "Complaint"
    visitor.send(**MESSAGE)
    assert visitor.page.get("lang") == "en"
    assert outside.cases[0].language == "en"
    check_page(visitor.page)


def test_no_cookie_is_set_and_nothing_is_kept(outside, visitor):
    visitor.send(**MESSAGE)
    answer = visitor.answer
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


def test_what_does_not_fit_comes_back_with_what_was_typed(outside, visitor):
    answer = visitor.send(**{**MESSAGE, "email": "mara@", "text": "<b>zu kurz"})
    assert answer.status_code == 422
    assert visitor.page.get_element_by_id("f-email").get("value") == "mara@"
    assert visitor.page.get_element_by_id("f-text").text.strip() == "<b>zu kurz"
    assert visitor.page.get_element_by_id("f-name").get("value") == MESSAGE["name"]
    check_page(visitor.page)
    assert (outside.cases, outside.entries) == ([], [])
    assert visitor.send(email=MESSAGE["email"], text=MESSAGE["text"]).status_code == 200
    assert len(outside.cases) == 1


def test_a_double_click_and_a_reload_open_one_case(outside, visitor):
    address, data = visitor.page.forms[0].action, visitor.fill(**MESSAGE)
    first = visitor.post(address, data).text
    assert visitor.post(address, data).text == first
    assert len(outside.cases) == len(outside.entries) == 1


def test_going_back_and_writing_something_else_loses_nothing(outside, visitor):
    """The browser shows the old page with its old ticket."""
    address, data = visitor.page.forms[0].action, visitor.fill(**MESSAGE)
    visitor.post(address, data)
    again = data.copy()
    again["text"] = "Und die Pumpe brummt auch noch."
    assert visitor.post(address, again).status_code == 409
    assert "Und die Pumpe brummt" in visitor.page.get_element_by_id("f-text").text
    assert visitor.send().status_code == 200
    assert len(outside.cases) == 2


@pytest.mark.parametrize("wait", [timedelta(seconds=1), timedelta(hours=25)])
def test_a_page_sent_at_once_or_after_a_day_is_asked_again(outside, visitor, wait):
    data = visitor.fill(wait, **MESSAGE)
    assert visitor.post(visitor.page.forms[0].action, data).status_code == 422
    assert visitor.page.get_element_by_id("f-subject").get("value") == MESSAGE["subject"]
    assert outside.entries == []
    assert visitor.send().status_code == 200


@pytest.mark.parametrize("ticket", ["", "x", "WyJ4IiwxLCJ5Il0.x", None])
def test_a_page_that_is_not_ours_is_not_taken(outside, visitor, ticket):
    data = visitor.fill(**MESSAGE)
    data.pop("_ticket")
    if ticket is not None:
        data["_ticket"] = ticket
    assert visitor.post(visitor.page.forms[0].action, data).status_code == 422
    assert outside.entries == []


def test_machines_are_thanked_and_not_heard(outside, visitor):
    """They get the same page, or else they would learn what gave them away."""
    assert visitor.send(**MESSAGE, _website="https://spam.example").status_code == 200
    assert "Vielen Dank" in visitor.words()
    assert (outside.cases, outside.arrivals) == ([], [])
    assert [entry.trapped for entry in outside.entries] == [True]
    with outside.firm.engine.read() as look:
        (line,) = queries.lines(look)
    assert (line.messages, line.trapped) == (0, 1)


def test_too_many_messages_from_one_place_wait(outside):
    for number in range(6):
        visitor = outside.visitor("2001:db8::1")
        visitor.get(outside.address)
        assert visitor.send(**{**MESSAGE, "email": f"m{number}@example.org"}).status_code == 200
    neighbour = outside.visitor("2001:db8::2")
    neighbour.get(f"{outside.address}?lang=de")
    answer = neighbour.send(**MESSAGE)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 60
    assert neighbour.page.get_element_by_id("f-text").text.strip() == MESSAGE["text"]
    assert len(outside.cases) == 6
    elsewhere = outside.visitor("192.0.2.7")
    elsewhere.get(outside.address)
    assert elsewhere.send(**MESSAGE).status_code == 200
    outside.clock.advance(timedelta(minutes=16))
    assert neighbour.send().status_code == 200


def test_no_address_of_the_network_is_kept(outside, visitor):
    visitor.send(**MESSAGE)
    (entry,) = outside.entries
    assert "192.0.2.1" not in entry.source


def test_the_secret_link_adds_to_the_case(outside, visitor):
    visitor.send(**MESSAGE)
    visitor.get(visitor.page.xpath("//a[@class='link']/@href")[0])
    check_page(visitor.page)
    number = outside.cases[0].number
    assert number in visitor.words("//h1")
    assert MESSAGE["subject"] not in visitor.answer.text
    assert visitor.send(text=" ").status_code == 422
    assert visitor.send(text="Jetzt tropft es auch noch.").status_code == 200
    assert number in visitor.words()
    with outside.firm.engine.read() as look:
        said = look.session.scalars(select(Interaction).order_by(Interaction.id)).all()
    assert [(each.case_id, each.sender) for each in said] == [(outside.cases[0].id, MESSAGE["email"])] * 2
    assert said[1].text == "Jetzt tropft es auch noch."
    assert len(outside.cases) == 1


def test_a_link_that_somebody_made_up_leads_nowhere(outside, visitor):
    visitor.send(**MESSAGE)
    link = visitor.page.xpath("//a[@class='link']/@href")[0]
    forged = link[:-2] + ("aa" if link[-2:] != "aa" else "bb")
    for address in (forged, f"{outside.address}/x", f"{outside.address}/received/x", "/f/x", "/f/x/y"):
        assert visitor.client.get(address).status_code == 404


@pytest.mark.parametrize("field", ["case_no", "subject"])
def test_the_number_of_a_case_counts_with_its_customer_s_address_and_nobody_hears_whether_it_did(
    outside, field
):
    """Who is not the customer opens a case of their own; the page is the same for both."""
    case = outside.firm.receive(mail())
    shown = []
    for email in ("mara@example.org", "somebody.else@example.org"):
        visitor = outside.visitor()
        visitor.get(outside.address)
        visitor.send(**{**MESSAGE, "email": email, field: case.number.lower()})
        shown.append(visitor.words())
    assert shown[0] == shown[1]
    assert case.number not in shown[0]
    with outside.firm.engine.read() as look:
        said = look.session.scalars(select(Interaction).order_by(Interaction.id)).all()
    assert [each.case_id == case.id for each in said] == [True, True, False]
    assert len(outside.cases) == 2


def test_a_mistyped_case_number_is_told_at_its_field(outside, visitor):
    assert visitor.send(**MESSAGE, case_no="C-000042-1").status_code == 422
    assert "C-000042-7" in visitor.page.get_element_by_id("f-case_no-error").text_content()


def test_a_stranger_s_answer_to_a_closed_case_opens_it_again(outside, visitor):
    visitor.send(**MESSAGE)
    link = visitor.page.xpath("//a[@class='link']/@href")[0]
    case = outside.cases[0]
    with outside.firm.engine.begin("sue") as uow:
        from cpm.commands import closing  # noqa: PLC0415

        closing.end(uow, uow.case(case.id), outcome="settled", reason="Erledigt.")
    visitor.get(link)
    visitor.send(text="Es ist wieder da.")
    assert outside.firm.now(case).state == CaseState.OPEN


def test_a_machine_that_answers_our_receipts_is_stopped(outside):
    """Ten cases of one customer within an hour; the eleventh message is kept for a person to look at."""
    for number in range(11):
        visitor = outside.visitor(f"192.0.2.{number}")
        visitor.get(outside.address)
        assert visitor.send(**{**MESSAGE, "text": f"Nachricht Nummer {number}"}).status_code == 200
    assert len(outside.cases) == 10
    assert outside.arrivals[-1].state == ArrivalState.QUARANTINED
    assert "Vorgangsnummer" not in visitor.words()


@pytest.mark.parametrize(("address", "words"), [("/f/x", "kein Formular"), ("{0}/x", "zu keinem Vorgang")])
def test_customers_are_told_what_is_not_there_in_their_words(outside, visitor, address, words):
    page = visitor.client.get(address.format(outside.address) + "?lang=de").text
    assert words in page
    assert "Startseite" not in page


def test_a_closed_form_is_gone(outside, visitor):
    visitor.send(**MESSAGE)
    link = visitor.page.xpath("//a[@class='link']/@href")[0]
    with outside.firm.engine.begin("cpm webform") as uow:
        public_forms.close(uow, outside.key)
    for address in (outside.address, link):
        assert visitor.client.get(address).status_code == 404
        assert visitor.client.post(address, data=MESSAGE).status_code == 404


def test_designers_and_operators_open_forms_and_nobody_else(outside):
    with outside.firm.engine.begin("otto") as uow:
        assert public_forms.add(uow, "complaint").key == outside.key
    with pytest.raises(Forbidden), outside.firm.engine.begin("anna") as uow:
        public_forms.add(uow, "complaint")
    with pytest.raises(Invalid, match="cpm:webform"), outside.firm.engine.begin("otto") as uow:
        public_forms.add(uow, "approval")


def test_a_huge_body_is_refused(visitor):
    data = visitor.fill(**{**MESSAGE, "text": "x" * 500_000})
    assert visitor.post(visitor.page.forms[0].action, data).status_code == 413


KEYS = st.sampled_from([*MESSAGE, "case_no", "_asked", "_ticket", "_website", "_judged", "csrf_token", "x"])
TEXTS = st.one_of(st.text(max_size=40), st.sampled_from(["\x00", "C-000042-7", "a@b.example", "x" * 6000]))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.lists(st.tuples(KEYS, TEXTS), max_size=15), kept=st.booleans())
def test_whatever_is_posted_is_answered(outside, data, kept):
    visitor = outside.visitor()
    visitor.get(outside.address)
    posted = visitor.fill(**MESSAGE) if kept else MultiDict()
    ticket = posted.get("_ticket")
    posted.update(MultiDict(data))
    if kept:
        posted.setlist("_ticket", [ticket])
    address = visitor.page.forms[0].action
    assert visitor.post(address, posted).status_code in (200, 409, 422, 429)
    assert visitor.client.post(f"{outside.address}/fields", data=posted).status_code == 200
    check_page(visitor.page)
