"""The editor keeps what is typed whatever happens, shows what leaves, and costs the same however long the case is."""

import io

from sqlalchemy import select

from cpm.commands import drafts, replies
from cpm.connectors import Failed
from cpm.model import Case, Document, Reply
from cpm.queries.written import Written
from tests.commands.test_cost import statements
from tests.world import World, mail
from web.agent.reply.typed import with_block

MOST_TO_OPEN = 23
MOST_TO_SEND = 27


def form(case: Case, **more: object) -> dict[str, object]:
    usual = {
        "to": "mara@example.org",
        "subject": "Re: Kessel",
        "text": "Guten Tag",
        "seen": "99",
        "language": "de",
    }
    return {**usual, "do": "save", **more}


def draft(firm: World, case: Case, who: str = "anna") -> Reply | None:
    with firm.engine.read(who) as look:
        return drafts.of(look, case.id)


def test_the_editor_begins_with_an_answer(browser, case):
    page = browser("anna").get(f"/cases/{case.number}/reply").text
    assert 'value="mara@example.org"' in page
    assert f"Re: Der Kessel ist kaputt [{case.number}]" in page
    assert "Guten Tag Mara Beispiel,\n\n\n\nMit freundlichen Grüßen\nAnna" in page
    assert "&gt; Guten Tag, der gelieferte Kessel" in page


def test_what_is_typed_is_a_draft_before_anything_else(browser, firm, case):
    anna = browser("anna")
    answer = anna.post(
        f"/cases/{case.number}/reply", data=form(case, do="send", to="mara@", text="Viel Arbeit")
    )
    assert answer.status_code == 422
    assert "Viel Arbeit" in answer.text
    assert draft(firm, case).text == "Viel Arbeit"
    again = browser("anna").get(f"/cases/{case.number}/reply").text
    assert "Viel Arbeit" in again
    assert "Anna schreibt hier auch" in browser("ben").get(f"/cases/{case.number}/reply").text


def test_it_is_kept_by_itself_while_somebody_types(browser, firm, case):
    anna, at = browser("anna"), f"/cases/{case.number}/reply/draft"
    answer = anna.post(at, data=form(case, text="Halb"), headers={"CPM-Kept": "part"})
    assert "Entwurf gespeichert" in answer.text
    assert draft(firm, case).text == "Halb"
    assert f'formaction="{at}"' in anna.get(f"/cases/{case.number}/reply").text
    assert anna.post(at, data=form(case, text="Ohne Skript")).location == f"/cases/{case.number}/reply"
    assert draft(firm, case).text == "Ohne Skript"


def test_a_file_comes_along_and_to_the_case(browser, firm, case):
    data = form(case, files=(io.BytesIO(b"%PDF-1.7"), "Ordner/Plan für Mara.pdf"))
    browser("anna").post(f"/cases/{case.number}/reply", data=data, content_type="multipart/form-data")
    with firm.engine.read() as look:
        [file] = look.session.scalars(select(Document).where(Document.case_id == case.id))
    assert (file.name, draft(firm, case).documents) == ("Plan für Mara.pdf", [file.id])


def test_a_file_that_is_sent_again_because_the_answer_was_lost_comes_once(browser, firm, case):
    anna = browser("anna")
    for _ in range(2):
        data = form(case, files=(io.BytesIO(b"%PDF-1.7"), "Plan.pdf"), _key="0" * 32)
        answer = anna.post(f"/cases/{case.number}/reply", data=data, content_type="multipart/form-data")
        assert answer.location == f"/cases/{case.number}/reply"
    with firm.engine.read() as look:
        assert len(look.session.scalars(select(Document).where(Document.case_id == case.id)).all()) == 1


def test_another_cases_file_is_none_of_this_one(browser, firm, case):
    other = firm.receive(mail(sender="bo@example.org", message_id="<b@example.org>"))
    data = form(case, files=(io.BytesIO(b"geheim"), "geheim.txt"))
    browser("anna").post(f"/cases/{other.number}/reply", data=data, content_type="multipart/form-data")
    stolen = str(draft(firm, other).documents[0])
    assert (
        browser("ben").post(f"/cases/{case.number}/reply", data=form(case, documents=stolen)).status_code
        == 422
    )


def test_the_preview_is_the_mail(browser, firm, case):
    anna = browser("anna")
    saved = anna.post(
        f"/cases/{case.number}/reply",
        data=form(case, do="preview", cc="bo@example.org", text="Siehe\n<b>da</b>"),
    )
    page = anna.get(saved.location).text
    assert "&lt;service@firm.example&gt;" in page
    assert "bo@example.org" in page
    assert "&lt;b&gt;da&lt;/b&gt;" in page


def test_sending_shows_at_once_that_it_is_leaving_and_can_be_taken_back(browser, firm, case, clock):
    anna = browser("anna")
    sent = anna.post(f"/cases/{case.number}/reply", data=form(case, do="send"))
    assert sent.status_code == 303
    page = anna.get(sent.location).text
    assert "geht hinaus" in page
    with firm.engine.read() as look:
        [reply] = look.session.scalars(select(Reply))
    back = f"/cases/{case.number}/replies/{reply.id}/take_back"
    assert browser("ben").post(back).status_code == 303
    assert anna.post(back).location.endswith("/reply")
    assert draft(firm, case).id == reply.id
    anna.post(f"/cases/{case.number}/reply", data=form(case, do="send"))
    clock.advance(replies.PAUSE * 2)
    firm.drain()
    anna.get("/inbox")  # which takes what was told once
    assert "geht hinaus" not in anna.get(f"/cases/{case.number}").text
    assert firm.post.calls[0].inputs["to"] == ["mara@example.org"]


def test_who_missed_what_came_meanwhile_sees_it_keeps_the_text_and_may_send_anyway(browser, firm, case):
    firm.receive(
        mail(
            message_id="<n@example.org>",
            text="Hat sich erledigt!",
            headers={"In-Reply-To": "<1@example.org>"},
        )
    )
    anna = browser("anna")
    refused = anna.post(f"/cases/{case.number}/reply", data=form(case, do="send", seen="1", text="Mein Text"))
    assert refused.status_code == 409
    assert "Hat sich erledigt!" in refused.text
    assert "Mein Text" in refused.text
    assert "Trotzdem senden" in refused.text
    seen = refused.text.partition('name="seen" value="')[2].partition('"')[0]
    assert anna.post(f"/cases/{case.number}/reply", data=form(case, do="send", seen=seen)).status_code == 303


def test_a_block_goes_where_the_cursor_stood_or_above_the_closing(browser, firm, case):
    typed = Written("a@b.de", "x", "Guten Tag,\n\nalt\n\nMit Gruß\nAnna")
    assert with_block(typed, "NEU", "").text == "Guten Tag,\n\nalt\n\nNEU\n\nMit Gruß\nAnna"
    assert with_block(typed, "NEU", "12").text == "Guten Tag,\n\nNEUalt\n\nMit Gruß\nAnna"
    smile = Written("a@b.de", "x", "Hallo 🙂 du")
    assert with_block(smile, "NEU", "9").text == "Hallo 🙂 NEUdu"
    assert with_block(typed, "NEU", "9999").text.endswith("NEU\n\nMit Gruß\nAnna")


def test_a_failed_message_leads_to_its_exception(browser, firm, case, clock):
    firm.post.outcomes = [Failed("address_refused", "550 no such user")]
    browser("anna").post(f"/cases/{case.number}/reply", data=form(case, do="send"))
    clock.advance(replies.PAUSE * 2)
    firm.drain()
    incident = firm.incident(case)
    page = browser("sue").get(f"/cases/{case.number}").text
    assert "550 no such user" in page
    assert f"/exceptions/{incident.id}" in page
    assert "mara@example.org" in browser("sue").get(f"/exceptions/{incident.id}?remedy=correct").text


def test_opening_and_sending_cost_the_same_however_much_was_said(browser, firm, case):
    anna = browser("anna")
    for number in range(30):
        firm.receive(
            mail(
                message_id=f"<{number}x@example.org>",
                text="Noch was",
                headers={"In-Reply-To": "<1@example.org>"},
            )
        )
    anna.get("/inbox")
    with statements(firm.engine.database) as opened:
        anna.get(f"/cases/{case.number}/reply")
    with statements(firm.engine.database) as sent:
        assert anna.post(f"/cases/{case.number}/reply", data=form(case, do="send")).status_code == 303
    assert len(opened) <= MOST_TO_OPEN, opened
    assert len(sent) <= MOST_TO_SEND, sent


def test_only_who_sees_the_case_writes_on_it(browser, case):
    for who in ("otto",):
        assert browser(who).get(f"/cases/{case.number}/reply").status_code == 403
    assert browser("anna").get("/cases/C-999999-9/reply").status_code == 404


def test_a_strangers_layout_lives_in_a_frame_that_may_do_nothing(browser, firm):
    raw = mail(
        message_id="<h@example.org>",
        text="<p>Hallo<img src='https://evil.example/p.gif'><script>x</script></p>",
    )
    case = firm.receive(raw.replace(b"text/plain", b"text/html"))
    anna = browser("anna")
    page = anna.get(f"/cases/{case.number}/messages/1")
    assert "Bilder, die nicht von anderswo geladen wurden: 1" in page.text
    assert 'sandbox="allow-popups ' in page.text
    assert "allow-same-origin" not in page.text + str(page.headers)
    frame = anna.get(f"/cases/{case.number}/messages/1/frame")
    assert "<p>Hallo<img></p>" in frame.text
    policy = frame.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert browser("otto").get(f"/cases/{case.number}/messages/1/frame").status_code == 403


def test_a_message_of_another_case_is_not_shown_here(browser, firm, case):
    other = firm.receive(
        mail(sender="bo@example.org", message_id="<o@example.org>").replace(b"text/plain", b"text/html")
    )
    assert "nur aus Text" in browser("anna").get(f"/cases/{other.number}/messages/1").text
    assert browser("anna").get(f"/cases/{other.number}/messages/1/frame").status_code == 404
