"""On a case's page: what the customer was told, what waits, what was left out, and the link to their page."""

from lxml import html

from cpm.model import Interaction
from tests.web.conftest import Browser
from tests.world import World, mail


def postponed(firm: World) -> str:
    case = firm.receive(mail())
    assert case is not None
    with firm.engine.begin("cpm test") as uow:
        usual = {"direction": "out", "channel": "email", "sender": "x", "recipients": ["mara@example.org"]}
        for number in range(3):
            row = {**usual, "message_key": f"<{number}@x>", "subject": "", "text": "", "at": uow.now}
            uow.session.add(Interaction(case_id=case.id, notice="answer_reminder", **row))
    firm.drain()
    return case.number


def test_an_agent_sees_what_waits_and_says_it_now(firm: World, browser: Browser):
    number, anna = postponed(firm), browser("anna")
    page = html.document_fromstring(anna.get(f"/cases/{number}?lang=en").text)
    words = page.text_content()
    assert "The customer has had 3 notices on this case today." in words
    assert words.count("Does our solution suit you?") >= 3
    [now] = page.xpath("//form[contains(@action, '/now')]/@action")
    told = anna.post(now, follow_redirects=True)
    assert "Der Kunde erfährt es jetzt." in told.text
    firm.drain()
    assert [call.inputs["event"] for call in firm.post.calls] == ["complaint_received"]
    assert anna.post(now).status_code == 404


def test_an_agent_leaves_it_out_and_the_page_says_why(firm: World, browser: Browser):
    number, anna = postponed(firm), browser("anna")
    page = html.document_fromstring(anna.get(f"/cases/{number}").text)
    [away] = [each for each in page.xpath("//form/@action") if each.endswith("/not")]
    told = anna.post(away, follow_redirects=True)
    assert "Anna hat entschieden, es nicht zu sagen." in told.text
    firm.drain()
    assert firm.post.calls == []


def test_a_notice_of_another_case_is_not_found_here(firm: World, browser: Browser):
    number, anna = postponed(firm), browser("anna")
    other = firm.receive(mail(sender="kim@example.org", message_id="<2@example.org>"))
    assert other is not None
    page = html.document_fromstring(anna.get(f"/cases/{number}").text)
    [now] = page.xpath("//form[contains(@action, '/now')]/@action")
    assert anna.post(now.replace(number, other.number)).status_code == 404


def test_the_link_to_the_customers_page_is_closed_and_made_anew(firm: World, browser: Browser):
    number, anna, outside = postponed(firm), browser("anna"), browser(None)
    page = f"/cases/{number}"

    def link() -> list[str]:
        return list(html.document_fromstring(anna.get(page).text).xpath("//a[contains(@href, '/s/')]/@href"))

    [first] = link()
    assert outside.get(first).status_code == 200
    anna.post(f"{page}/status-link/revocation")
    assert (link(), outside.get(first).status_code) == ([], 404)
    anna.post(f"{page}/status-link")
    [second] = link()
    assert (outside.get(first).status_code, outside.get(second).status_code) == (404, 200)
