"""The page of a case for its customer: how it stands, what was written, an answer with files, and nothing else."""

import io
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from cpm.channels import Attachment, links
from cpm.commands import closing, document_changes, documents, status_answers
from cpm.commands import status_links as commands
from cpm.commands.status_answers import Answer
from cpm.errors import Forbidden, Invalid
from cpm.model import Case, CaseState, Content, Document, Interaction, Risk, Scan, StatusAnswer
from cpm.queries import status_links
from tests.clock import FakeClock
from tests.web.conftest import shared, signed_in
from tests.web.customer.conftest import Visitor
from tests.world import World, mail
from web.customer import brake
from web.visitor import SIGN_IN


class Standing:
    """A complaint of Mara's, and the link in our mail to her."""

    def __init__(self, firm: World, clock: FakeClock, app: Flask):
        self.firm, self.clock, self.app = firm, clock, app
        self.case = firm.receive(mail())
        firm.drain()

    def link(self, case: Case | None = None, recipient: str | None = None) -> str:
        with self.firm.engine.read() as look:
            found = status_links.link(look, look.get(Case, (case or self.case).id), recipient)
        assert found is not None
        return found.removeprefix("http://localhost")

    def visitor(self, address: str = "192.0.2.1") -> Visitor:
        return Visitor(self.app.test_client(use_cookies=False), self.clock, address)

    def opened(self, language: str = "en") -> Visitor:
        found = self.visitor()
        found.get(f"{self.link()}?lang={language}")
        return found

    def count(self, noun) -> int:
        with self.firm.engine.read() as look:
            return look.session.scalar(select(func.count()).select_from(noun))


@pytest.fixture
def standing(firm: World, clock: FakeClock, made: dict[str, Flask]) -> Standing:
    brake.forget()
    return Standing(firm, clock, shared(made, "outside", firm, PROPAGATE_EXCEPTIONS=True))


def test_the_customer_reads_how_it_stands_in_words_of_the_process(standing: Standing):
    page = standing.opened()
    assert page.answer.status_code == 200
    words = page.words()
    assert "Your complaint" in words
    assert "We are looking into what happened." in words
    assert "You hear from us by" in words
    assert "Approval" not in words  # no stage that [status] names
    assert [stage.text_content() for stage in page.page.xpath("//ol[@class='stages']/li")] == [
        "Facts, now",
        "Remedy, still to come",
        "Answer, still to come",
        "Close, still to come",
    ]
    assert "Der gelieferte Kessel hat einen Riss" not in words  # not invented
    assert "der gelieferte Kessel hat einen Riss" in words


def test_it_speaks_the_language_of_the_case_unless_asked_otherwise(standing: Standing):
    visitor = standing.visitor()
    visitor.get(standing.link(), **{"Accept-Language": "en"})
    assert "Wir prüfen, was geschehen ist." in visitor.words()
    assert visitor.page.get("lang") == "de"


def test_nobody_keeps_lists_or_passes_on_the_address(standing: Standing):
    headers = standing.opened().answer.headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "Set-Cookie" not in headers


def test_an_answer_with_a_file_goes_on_like_a_reply(standing: Standing):
    page = standing.opened()
    data = page.fill(text="Noch ein Foto.\n<script>alert(1)</script>")
    data["files"] = (io.BytesIO(b"\x89PNG..."), "../riss.png")
    page.post(page.page.forms[0].action, data)

    assert "Thank you, your message is here." in page.words()
    assert "<script>alert(1)</script>" not in page.answer.text
    assert "<script>alert(1)</script>" in page.words()
    with standing.firm.engine.read() as look:
        said = look.session.scalars(select(Interaction).order_by(Interaction.id.desc()).limit(1)).one()
        assert (said.case_id, said.channel, said.sender) == (standing.case.id, "web", "mara@example.org")
        file = look.session.scalars(select(Document)).one()
        assert (file.name, file.interaction_id) == ("riss.png", said.id)
    link = page.page.xpath("//a[contains(@href, '/files/')]/@href")[0]
    kept = page.client.get(link)
    assert kept.data == b"\x89PNG..."
    assert kept.headers["Content-Disposition"].startswith("attachment")
    assert kept.mimetype == "application/octet-stream"


def test_the_same_page_sent_twice_is_one_answer(standing: Standing):
    page = standing.opened()
    data, address = page.fill(text="Einmal"), page.page.forms[0].action
    for _ in range(2):
        page.post(address, data)
    assert standing.count(StatusAnswer) == 1
    assert standing.count(Interaction) == 3  # the mail, our receipt, and this


def test_a_process_that_waits_hears_it_and_a_closed_case_opens_again(standing: Standing):
    with standing.firm.engine.begin("cpm test") as uow:
        case = uow.case(standing.case.id)
        closing.end(uow, case, outcome="settled", reason="proof")
    page = standing.opened()
    assert "Your complaint is settled." in page.words()

    page.send(text="Es ist doch noch etwas offen")

    assert standing.firm.now(standing.case).state == CaseState.OPEN
    assert standing.firm.at(standing.case) == ["read_reply"]


def test_what_does_not_fit_is_told_and_kept(standing: Standing):
    page = standing.opened()
    for text in ("", "   ", "x" * 5_001, "zero\x00"):
        page.send(text=text)
        assert page.answer.status_code == 422
    assert standing.count(StatusAnswer) == 0


def test_too_many_or_too_large_files_are_told(standing: Standing):
    page = standing.opened()
    data = page.fill(text="Fotos")
    data.setlist("files", [(io.BytesIO(b"x"), f"{number}.png") for number in range(6)])
    page.post(page.page.forms[0].action, data)
    assert (page.answer.status_code, "at most 5 files" in page.words()) == (422, True)


@pytest.mark.parametrize("sizes", [(10_000_001,), (8_000_000, 8_000_000)])
def test_files_that_are_too_large_are_refused(standing: Standing, sizes: tuple[int, ...]):
    files = tuple(Attachment("film.mp4", "video/mp4", bytes(size)) for size in sizes)
    token = standing.link().removeprefix("/s/")
    answer = Answer(token, "page 1", "192.0.2.1", "en", "A film", files)
    with pytest.raises(Invalid, match="MB"), standing.firm.engine.begin("webform") as uow:
        status_answers.accept(uow, answer)
    assert standing.count(StatusAnswer) == 0


def test_a_file_that_somebody_removed_is_gone_here_too(standing: Standing):
    with standing.firm.engine.begin("sue") as uow:
        said = uow.session.scalars(select(Interaction).where(Interaction.direction == "in")).one()
        paper = Attachment("fremd.pdf", "application/pdf", b"%PDF")
        made = documents.attach(uow, uow.case(said.case_id), paper, interaction=said)
        uow.session.flush()
        number = made.id
    visitor = standing.visitor()
    assert "fremd.pdf" in visitor.get(standing.link()).text
    with standing.firm.engine.begin("sue") as uow:
        uow.get(Content, uow.get(Document, number).digest).scan = Scan.INFECTED
    assert visitor.get(f"{standing.link()}/files/{number}").status_code == 403
    with standing.firm.engine.begin("sue") as uow:
        uow.get(Content, uow.get(Document, number).digest).scan = Scan.CLEAN
        document_changes.remove(uow, uow.get(Document, number), "Gehört einem anderen.")
    assert "fremd.pdf" not in visitor.get(standing.link()).text
    assert visitor.get(f"{standing.link()}/files/{number}").status_code == 404


def test_nothing_opens_a_page_but_its_own_link(standing: Standing):
    """All alike, word for word: nobody learns what there is."""
    secret = standing.firm.engine.settings.secret
    link = standing.link()
    case, tag = standing.case.id, links.tag(secret, "mara@example.org")
    forged = [
        link[:-1] + ("A" if link[-1] != "A" else "B"),
        link + "A",
        "/s/x",
        "/s/" + links.make(secret, "status", case + 1, 0, tag),
        "/s/" + links.make(secret, "status", case, 1, tag),
        "/s/" + links.make(secret, "status", case, 0, links.tag(secret, "eve@example.net")),
        "/s/" + links.make(secret, "opt-out", case, 0, tag),
        "/s/" + links.make(b"not our secret", "status", case, 0, tag),
        "/s/" + links.make(secret, "status", case),
    ]
    visitor, said = standing.visitor(), set()
    for address in forged:
        answer = visitor.client.get(f"{address}?lang=en")
        assert answer.status_code == 404
        said.add(answer.text.partition("<main")[2].partition("request")[0])
    assert len(said) == 1


def test_who_tries_many_is_kept_from_trying_on(standing: Standing):
    visitor = standing.visitor()
    codes = [visitor.client.get(f"/s/{number}").status_code for number in range(40)]
    assert codes == [404] * 30 + [429] * 10
    other = standing.visitor()
    other.client.environ_base["REMOTE_ADDR"] = "198.51.100.7"
    assert other.client.get(standing.link()).status_code == 200


def test_an_agent_takes_the_links_back_and_makes_new_ones(standing: Standing):
    before = standing.link()
    visitor = standing.visitor()
    with standing.firm.engine.begin("anna") as uow:
        commands.revoke(uow, standing.case.id)
    assert visitor.client.get(before).status_code == 404
    with standing.firm.engine.read() as look:
        assert status_links.link(look, look.get(Case, standing.case.id)) is None
    with standing.firm.engine.begin("anna") as uow:
        commands.renew(uow, standing.case.id)
    assert visitor.client.get(before).status_code == 404
    assert visitor.client.get(standing.link()).status_code == 200
    assert standing.firm.story(standing.case)[-2:] == ["status_link.revoked", "status_link.renewed"]


def test_a_link_ends_ninety_days_after_the_case(standing: Standing, clock: FakeClock):
    with standing.firm.engine.begin("cpm test") as uow:
        closing.end(uow, uow.case(standing.case.id), outcome="settled", reason="proof")
    link, visitor = standing.link(), standing.visitor()
    clock.advance(timedelta(days=89))
    assert visitor.client.get(link).status_code == 200
    clock.advance(timedelta(days=2))
    assert visitor.client.get(link).status_code == 404


def test_others_who_wrote_in_the_case_see_only_their_own(standing: Standing):
    """A haulier writes in the case too: neither reads the other."""
    firm = standing.firm
    with firm.engine.begin("cpm test") as uow:
        usual = {"case_id": standing.case.id, "direction": "in", "channel": "email", "at": uow.now}
        rows = [
            Interaction(
                **usual,
                message_key="<h@x>",
                sender="haulier@example.net",
                recipients=[],
                subject="Fracht",
                text="Unter uns: der Kunde log",
            ),
            Interaction(
                **{**usual, "channel": "phone"},
                message_key="n1",
                sender="mara@example.org",
                recipients=[],
                subject="Notiz",
                text="Kundin wirkt verwirrt",
            ),
            Interaction(
                **usual,
                message_key="<o@x>",
                sender="mara@example.org",
                recipients=[],
                subject="Abwesend",
                text="Bin weg",
                automatic="Auto-Submitted",
            ),
        ]
        uow.session.add_all(rows)
    words = standing.opened().words()
    assert "Unter uns" not in words
    assert "verwirrt" not in words
    assert "Bin weg" not in words
    visitor = standing.visitor()
    visitor.get(standing.link(recipient="haulier@example.net"))
    assert "Unter uns" in visitor.words()
    assert "Riss" not in visitor.words("//ol[contains(@class, 'conversation')]")


def test_a_thousand_answers_are_braked_wherever_they_come_from(standing: Standing):
    token = standing.link().removeprefix("/s/")
    for number in range(20):
        answer = Answer(token, f"page {number}", f"198.51.100.{number}", "en", f"Number {number}")
        with standing.firm.engine.begin("webform") as uow:
            status_answers.accept(uow, answer)
    page = standing.opened()
    page.send(text="One more")
    assert page.answer.status_code == 429
    assert "Retry-After" in page.answer.headers
    assert "One more" in page.words("//textarea")
    assert standing.count(StatusAnswer) == 20


def test_a_machine_that_fills_in_everything_is_not_heard(standing: Standing):
    page = standing.opened()
    page.send(text="Kaufen Sie", _website="https://spam.example")
    assert page.answer.status_code == 200
    assert standing.count(Interaction) == 2  # the mail and our receipt


def test_the_page_shows_no_link_that_opens_more_than_itself(standing: Standing):
    """Whoever finds it cannot opt the customer out, nor confirm for them, nor look at another case."""
    with standing.firm.engine.begin("cpm test") as uow:
        told = (
            "Guten Tag,\n\nsiehe http://localhost/s/abc, oder hier.\n\nAbbestellen: http://localhost/o/def\n"
        )
        usual = {"case_id": standing.case.id, "direction": "out", "channel": "email", "at": uow.now}
        named = {
            "recipients": ["mara@example.org"],
            "sender": "us",
            "subject": "x",
            "notice": "still_working",
        }
        uow.session.add(Interaction(**usual, **named, message_key="<l@x>", text=told))
        quoted = {"recipients": [], "sender": "mara@example.org", "subject": "y", "direction": "in"}
        more = {**usual, **quoted, "message_key": "<q@x>", "text": "Was ist http://localhost/o/confirm/ghi?"}
        uow.session.add(Interaction(**more))
    shown = standing.opened().words("//ol[contains(@class, 'conversation')]")
    assert "siehe … oder hier." in shown
    assert "Was ist …" in shown
    assert not [secret for secret in ("abc", "def", "ghi", "/o/", "/s/") if secret in shown]


def test_one_of_us_who_is_signed_in_is_told_whose_page_it_is(standing: Standing):
    client = standing.app.test_client()
    token = signed_in(standing.firm, "anna")
    with client.session_transaction() as session:
        session[SIGN_IN] = token
    ours = Visitor(client, standing.clock, "192.0.2.1")
    ours.get(f"{standing.link()}?lang=en")
    warned = "You are signed in as Anna. What you write here is filed as the customer's"
    assert warned in ours.words()
    assert "You are signed in" not in standing.opened().words()


def test_files_that_were_put_here_are_here_until_they_are_taken_back(standing: Standing):
    firm, case = standing.firm, standing.case
    with firm.engine.begin("anna") as uow:
        mine = documents.attach(uow, uow.case(case.id), Attachment("Angebot.txt", "text/plain", b"12 Euro"))
        uow.session.flush()
        number = mine.id
    address = f"{standing.link()}/files/{number}"
    asks = standing.app.test_client(use_cookies=False)
    assert asks.get(address).status_code == 404

    def release(*, shown: bool) -> None:
        with firm.engine.begin("anna") as uow:
            document_changes.release(uow, uow.get(Document, number), shown=shown)

    release(shown=True)
    assert "Angebot.txt" in standing.opened().words()
    assert asks.get(address).data == b"12 Euro"
    with firm.engine.begin("test") as uow:
        uow.get(Document, number).risk = Risk.PROGRAM
    assert "Angebot.txt" not in standing.opened().words()
    with firm.engine.begin("test") as uow:
        uow.get(Document, number).risk = None
        uow.get(Document, number).content.scan = Scan.INFECTED
    assert asks.get(address).status_code == 404
    release(shown=False)
    assert firm.story(case)[-2:] == ["document.shown", "document.hidden"]
    with pytest.raises(Forbidden):
        release(shown=True)
