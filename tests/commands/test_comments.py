"""People of us talk about a case, and who is named hears of it: on the page, and by mail if they want that."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from cpm.commands import cancelling, comments, tasks, users
from cpm.commands.sign_ins import find
from cpm.connectors import Failed, Retry
from cpm.errors import Conflict, Forbidden, Invalid, NotFound
from cpm.model import Case, Comment, Job, JobKind, Mention
from cpm.queries import commented, people
from cpm.queries.commented import Comments
from tests.clock import FakeClock
from tests.commands.test_access import deploy_confidential
from tests.web.conftest import signed_in
from tests.world import World, mail


def say(firm: World, case: Case, who: str, text: str, *tell: str) -> int:
    with firm.engine.begin(who) as uow:
        return comments.add(uow, case.id, text, tell=tell).id


def read(firm: World, case: Case, who: str) -> Comments:
    with firm.engine.read(who) as look:
        return commented.of_case(look, look.get(Case, case.id), people.user_names(look))


def unseen(firm: World, who: str) -> int:
    token = signed_in(firm, who)
    with firm.engine.read() as look:
        found = find(look, token)
        assert found is not None
        return found[0].unseen_mentions


def test_who_is_named_in_a_comment_is_told_until_they_have_seen_it(firm: World, case: Case):
    """By @ in the text or by a tick beside it; not by an e-mail address, and nobody by their own words."""
    number = say(firm, case, "anna", "@Ben, siehst du dir das an? kunde@sue.example schreibt, @anna.", "sue")
    assert (unseen(firm, "ben"), unseen(firm, "sue"), unseen(firm, "anna")) == (1, 1, 0)
    line = read(firm, case, "ben").lines[0]
    assert (line.author, line.told, [piece.person for piece in line.pieces if piece.person]) == (
        "Anna",
        ("Ben", "Sue"),
        ["Ben", "Anna"],
    )
    assert line.unseen is not None
    with firm.engine.begin("ben") as uow:
        comments.seen(uow, line.unseen)
    with firm.engine.begin("sue") as uow:
        comments.all_seen(uow, case_id=case.id)
    assert (unseen(firm, "ben"), unseen(firm, "sue")) == (0, 0)
    entry = firm.journal(case)[-1]
    assert (entry.what, entry.particulars) == ("comment.added", {"comment": number, "told": ["ben", "sue"]})


def test_a_comment_sent_twice_is_one(firm: World, case: Case, clock: FakeClock):
    assert say(firm, case, "anna", "Ruft an. @ben") == say(firm, case, "anna", "Ruft an. @ben")
    assert unseen(firm, "ben") == 1
    clock.advance(timedelta(minutes=2))
    say(firm, case, "anna", "Ruft an. @ben")
    assert unseen(firm, "ben") == 2


def test_whom_nobody_knows_is_not_silently_left_out(firm: World, case: Case):
    for text in ("Fragt @bne!", "@otto weiß es."):  # an operator sees no cases
        with pytest.raises(Invalid), firm.engine.begin("anna") as uow:
            comments.add(uow, case.id, text)
    with pytest.raises(Invalid), firm.engine.begin("anna") as uow:
        comments.add(uow, case.id, "   ")
    assert read(firm, case, "anna").lines == ()


def test_a_confidential_case_names_and_shows_comments_only_to_its_teams(firm: World):
    deploy_confidential(firm)
    case = firm.receive(mail())
    assert case is not None
    wants_mail(firm, "ben")
    say(firm, case, "anna", "Bitte vertraulich, @ben.")
    with pytest.raises(Invalid, match="@fay"), firm.engine.begin("anna") as uow:
        comments.add(uow, case.id, "@fay bitte zahlen")
    with pytest.raises(NotFound), firm.engine.begin("fay") as uow:
        comments.add(uow, case.id, "Was ist das?")
    with firm.engine.begin("otto") as uow:
        users.change_user(uow, "ben", teams=["finance"])
    with firm.engine.read("ben") as look:
        line = commented.mentions(look)[0]
    assert (line.case, line.text, line.seen) == (None, "", False)
    firm.drain()
    assert [call for call in firm.post.calls if "ben@firm-people.example" in str(call.inputs["to"])] == []


def test_a_page_counts_comments_and_not_whom_they_name(
    firm: World, case: Case, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("cpm.queries.commented._LONGEST", 2)
    for text in ("Eins", "Zwei, @ben @sue", "Drei, @ben @sue @fay"):
        say(firm, case, "anna", text)
    assert [(line.text[:4], len(line.told)) for line in read(firm, case, "anna").lines] == [
        ("Drei", 3),
        ("Zwei", 2),
    ]


def test_comments_that_a_page_has_no_room_for_are_on_the_next(
    firm: World, case: Case, monkeypatch: pytest.MonkeyPatch
):
    """Also of one moment; and it is known on which page each of them is."""
    monkeypatch.setattr("cpm.queries.commented._LONGEST", 2)
    made = [say(firm, case, "anna", text) for text in ("Eins", "Zwei", "Drei", "Vier", "Fünf")]
    pages, before = [], None
    with firm.engine.read("ben") as look:
        while True:
            page = commented.of_case(look, look.get(Case, case.id), people.user_names(look), before=before)
            pages.append([line.id for line in page.lines])
            if (before := page.older) is None:
                break
        assert pages == [made[:2:-1], made[2:0:-1], made[:1]]
        starts = [commented.page_of(look, look.get(Comment, one)) for one in reversed(made)]
        assert starts == [None, None, made[3], made[2], made[1]]


def test_what_is_only_said_about_a_case_does_not_stop_who_has_looked_at_it(firm: World, case: Case):
    """What happens in it does, as ever."""
    seen = firm.now(case).rev
    number = say(firm, case, "ben", "Ich schaue mit.")
    with firm.engine.begin("ben") as uow:
        comments.take_back(uow, number)
    with firm.engine.rehearse("sue") as uow:
        cancelling.cancel(uow, case.id, outcome="settled", why="erledigt", seen=seen)
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, firm.step(case, "check_facts").id)
    for old in (seen, firm.now(case).rev + 1):
        with pytest.raises(Conflict), firm.engine.rehearse("sue") as uow:
            cancelling.cancel(uow, case.id, outcome="settled", why="erledigt", seen=old)


def test_its_author_or_a_supervisor_takes_a_comment_back_for_good(firm: World, case: Case):
    number = say(firm, case, "anna", "Der Kunde ist unmöglich. @ben")
    with pytest.raises(Forbidden), firm.engine.begin("ben") as uow:
        comments.take_back(uow, number)
    with firm.engine.begin("sue") as uow:
        comments.take_back(uow, number)
    with firm.engine.read("ben") as look:
        assert look.get(Comment, number).text == ""
        assert commented.mentions(look)[0].text == ""
    assert read(firm, case, "anna").lines[0].gone
    assert firm.story(case)[-1] == "comment.taken_back"


def test_a_comment_that_two_take_back_at_once_is_taken_back_once(firm: World, case: Case):
    """It is looked at before the case is locked; what counts is how it stands then."""
    number = say(firm, case, "anna", "Das war falsch.")
    with firm.engine.begin("sue") as uow:
        assert uow.get(Comment, number).taken_back_at is None
        gone = {"text": "", "taken_back_at": uow.now, "taken_back_by": "anna"}
        uow.rows.execute(update(Comment).where(Comment.id == number).values(**gone))
        assert comments.take_back(uow, number).taken_back_by == "anna"
    assert "comment.taken_back" not in firm.story(case)


def test_who_only_runs_the_installation_neither_writes_nor_reads(firm: World, case: Case):
    with pytest.raises(Forbidden), firm.engine.begin("otto") as uow:
        comments.add(uow, case.id, "Hallo")


def wants_mail(firm: World, who: str) -> None:
    with firm.engine.begin(who) as uow:
        users.prefer(uow, who, email=f"{who}@firm-people.example")


def test_who_wants_it_hears_of_a_mention_by_mail_which_says_nothing_of_the_case(firm: World, case: Case):
    wants_mail(firm, "ben")
    say(firm, case, "anna", "Der Kessel von Mara, @ben @sue.")
    firm.drain()
    call = firm.post.calls[-1]
    assert (call.inputs["to"], call.inputs["automatic"]) == ("ben@firm-people.example", True)
    assert case.number in str(call.inputs["subject"])
    assert "Mara" not in f"{call.inputs['subject']} {call.inputs['text']}"
    with firm.engine.read() as look:
        assert look.session.scalars(select(Job).where(Job.kind == JobKind.MENTION)).all() == []
    with firm.engine.begin("ben") as uow:
        users.prefer(uow, "ben", email="")
    before = len(firm.post.calls)
    say(firm, case, "anna", "Noch etwas, @ben.")
    firm.drain()
    assert len(firm.post.calls) == before


def test_a_mail_is_tried_again_and_what_never_arrives_is_told_at_the_mention(
    firm: World, case: Case, clock: FakeClock
):
    wants_mail(firm, "ben")
    firm.post.outcomes += [Retry("away"), Failed("address_refused", "550 no such user")]
    say(firm, case, "anna", "Hallo @ben")
    firm.drain()
    clock.advance(timedelta(hours=2))
    firm.drain()
    with firm.engine.read("ben") as look:
        assert commented.mentions(look)[0].unmailed == "550 no such user"
    assert "incident.raised" not in firm.story(case)


def test_who_has_seen_it_already_gets_no_mail(firm: World, case: Case):
    wants_mail(firm, "ben")
    say(firm, case, "anna", "Hallo @ben")
    with firm.engine.begin("ben") as uow:
        comments.all_seen(uow)
    before = len(firm.post.calls)
    firm.drain()
    assert len(firm.post.calls) == before
    with firm.engine.read() as look:
        assert look.session.scalars(select(Mention).where(Mention.unmailed.is_not(None))).all() == []


def test_an_address_that_is_none_is_refused(firm: World):
    with pytest.raises(Invalid), firm.engine.begin("ben") as uow:
        users.prefer(uow, "ben", email="ben at home")
