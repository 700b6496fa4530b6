"""What open pages hear: whom it may concern, from any moment on; and what a page then finds."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from selectors import DefaultSelector
from socket import socketpair
from threading import Thread
from typing import NoReturn

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cpm.attributes import Search
from cpm.commands import absences, comments, sign_ins, tasks, users
from cpm.errors import Unavailable
from cpm.model import Case, Event, Role
from cpm.queries import news
from cpm.queries.news import Entry
from cpm.uow import UnitOfWork
from tests.clock import FakeClock
from tests.commands.test_access import deploy_confidential
from tests.commands.test_cost import statements
from tests.commands.test_spine import FACTS
from tests.web.conftest import Browser, signed_in
from tests.web.test_inbox import received
from tests.world import World
from web.agent.list_address import text_of
from web.live.hints import Listener, moment_of, number_of
from web.live.hub import Hub
from web.live.view import LOOKS_BACK

DAY = timedelta(days=1)
ENGLISH = {"Accept-Language": "en"}


def heard(
    client: FlaskClient, address: str = "/live?lists=tasks", **headers: str
) -> list[tuple[str, object]]:
    answer = client.get(address, headers=headers)
    assert (answer.status_code, answer.mimetype) == (200, "text/event-stream")
    events = re.findall(r"^event: (\w+)\ndata: (.*)$", answer.text, re.MULTILINE)
    return [(name, json.loads(data)) for name, data in events if name != "beat"]


def test_a_new_step_is_told_to_its_team_and_to_supervisors_alone(firm: World, browser: Browser):
    case = received(firm)
    step = firm.step(case, "check_facts")
    told = [("tasks", step.id)]
    assert [heard(browser(who)) for who in ("anna", "sue", "fay")] == [told, told, []]
    assert heard(browser("anna"), "/live") == []


@pytest.mark.parametrize(
    ("address", "counts"),
    [("/inbox", True), ("/inbox/counts", False), ("/mentions/new", False), ("/live?lists=tasks", False)],
)
def test_what_a_page_asks_by_itself_prolongs_no_sign_in(
    firm: World, browser: Browser, clock: FakeClock, address: str, counts: bool
):
    anna = browser("anna")
    anna.get("/inbox")
    clock.advance(firm.engine.settings.session_idle - timedelta(minutes=2))
    assert anna.get(address).status_code == 200
    clock.advance(timedelta(minutes=4))
    assert anna.get("/inbox").status_code == (200 if counts else 401)


def test_an_exception_is_told_to_those_who_show_a_queue(firm: World, browser: Browser, clock: FakeClock):
    case = received(firm)
    clock.advance(firm.step(case, "check_facts").due_at - clock())
    firm.drain()
    about = firm.incident(case).id
    assert heard(browser("sue"), "/live?lists=incidents") == [("incidents", about)]
    page = browser("sue").get(f"/exceptions/new?ids={about}", headers=ENGLISH).text
    assert "1 new" in page
    assert browser("sue").get(f"/exceptions/new?ids={about}&severity=critical").text.strip() == ""


def test_a_page_of_a_case_hears_what_others_do_there(firm: World, browser: Browser):
    case = received(firm)
    firm.do(case, "check_facts", "anna", FACTS)
    entries = [data for name, data in heard(browser("ben"), f"/live?case={case.number}") if name == "case"]
    assert {entry["what"] for entry in entries} >= {"task.claimed", "task.completed"}
    assert not any(entry["own"] for entry in entries)
    numbers = "+".join(str(entry["entry"]) for entry in entries)
    page = browser("ben").get(f"/cases/{case.number}").text  # it says what it shows, which is no news then
    assert f'data-known="{max(entry["entry"] for entry in entries)}"' in page
    there = browser("ben").get(f"/cases/{case.number}/new?ids={numbers}", headers=ENGLISH).text
    assert "New in this case, by Anna:" in there
    assert "Check the facts" in there
    assert browser("anna").get(f"/cases/{case.number}/new?ids={numbers}").text.strip() != there


def news_of(firm: World, case: Case, reader: FlaskClient, what: str) -> str:
    """The pill of whoever has the case open, after the last such entry."""
    with firm.engine.read() as look:
        wanted = select(Event.seq).where(Event.case_id == case.id, Event.what == what)
        entry = look.session.scalars(wanted.order_by(Event.seq.desc())).first()
    return reader.get(f"/cases/{case.number}/new?ids={entry}", headers=ENGLISH).text


def test_who_is_asked_for_a_step_hands_it_to_who_asked(firm: World, browser: Browser):
    """Both are led to what it is about: the holder to handing it over, the asker to the step that is theirs now."""
    case = received(firm)
    task, anna, ben = firm.step(case, "check_facts"), browser("anna"), browser("ben")
    at = f"/cases/{case.number}/tasks/{task.id}"
    anna.post(f"{at}/claim")
    asking = {"text": "Kann ich „Sachverhalt prüfen“ haben? Dann bitte an mich übergeben.", "tell": "anna"}
    ben.post(f"/cases/{case.number}/comments", data=asking)
    pill = news_of(firm, case, anna, "comment.added")
    assert f'href="{at}/hand_over">Ben has commented: Kann ich' in pill
    page = anna.get(f"{at}/hand_over", headers=ENGLISH).text
    assert '<option value="to:ben" selected>' in page
    assert "Ben has asked for it:" in page
    anna.post(f"{at}/hand_over", data={"to": "to:ben"})
    assert f'href="{at}">New in this case, by Anna: Handed over' in news_of(
        firm, case, ben, "task.handed_over"
    )
    ben.post(f"/cases/{case.number}/comments", data={"text": "Danke!", "tell": "anna"})
    assert f'href="/cases/{case.number}#comment-2">Ben has commented: Danke!' in news_of(
        firm, case, anna, "comment.added"
    )


def test_who_loses_a_step_is_told_by_whom(firm: World, browser: Browser):
    case = received(firm)
    task, anna = firm.step(case, "check_facts"), browser("anna")
    at = f"/cases/{case.number}/tasks/{task.id}"
    anna.post(f"{at}/claim")
    browser("sue").post(f"{at}/take_over")
    assert f'href="{at}">New in this case, by Sue: Took over the task' in news_of(
        firm, case, anna, "task.taken_over"
    )
    mates = anna.post(f"/cases/{case.number}/here", data={"task": task.id, "mine": "1"}, headers=ENGLISH).text
    assert "This task is not yours any more. Sue: Took over the task “Check the facts” from Anna." in mates
    typed = {"Accept-Language": "en", "CPM-Kept": "part"}
    kept = anna.post(f"{at}/draft", data={"cause": "late"}, headers=typed).text
    assert "this task is not yours any more. Sue: Took over" in kept
    assert "Draft saved" not in kept
    late = anna.post(at, data={"cause": "late"}, headers=ENGLISH)
    assert late.status_code == 409
    assert "Typed by you" in late.text
    assert "Entered by" not in late.text, "nobody else entered anything"
    browser("sue").post(f"{at}/release")
    anna.post(f"{at}/claim")
    browser("sue").post(f"{at}/release")
    assert f'href="{at}">New in this case, by Sue: Gave back the task “Check the facts” of Anna.' in news_of(
        firm, case, anna, "task.released"
    )


def test_who_is_named_in_a_comment_hears_of_it_wherever_they_are(firm: World, browser: Browser):
    """Nobody else does; the page then asks what its bar says now."""
    case = received(firm)
    assert browser("ben").get("/mentions/new", headers=ENGLISH).text.strip() == "Mentions"
    with firm.engine.begin("anna") as uow:
        number = comments.add(uow, case.id, "@ben, rufst du an?").id
    told = [
        [each for each in heard(browser(who), "/live") if each[0] == "mention"]
        for who in ("ben", "anna", "sue")
    ]
    assert told == [[("mention", number)], [], []]
    assert '<span class="tag warn">1</span>' in browser("ben").get("/mentions/new", headers=ENGLISH).text


def test_the_counts_of_all_views_are_asked_for_in_one_statement_whatever_is_kept(
    firm: World, browser: Browser
):
    received(firm)
    anna = browser("anna")
    for name in ("Telefon", "E-Mail"):
        channel = {"Telefon": "phone", "E-Mail": "email"}[name]
        anna.post(
            "/inbox/views",
            data={"name": name, "view": "team", "search": text_of(Search.of_pairs([("channel", channel)]))},
        )
    with statements(firm.engine.database) as seen:
        found = anna.get("/inbox/counts").json
    assert (found["team"], found["mine"], found["1"], found["2"]) == ("1", "0", "0", "1")
    of_views = [one for one in seen if "count(" in one and "tasks" in one and "JOIN sign_ins" not in one]
    assert len(of_views) == 1
    page = anna.get("/inbox?view=waiting", headers=ENGLISH).text
    assert {f'data-of="{each}"' in page for each in found} == {True}


def test_nothing_is_told_of_a_case_that_one_may_not_see(firm: World, browser: Browser):
    deploy_confidential(firm)
    case = received(firm)
    assert heard(browser("sue"), f"/live?case={case.number}") == []
    assert heard(browser("anna"), f"/live?case={case.number}") != []
    assert browser("sue").get(f"/cases/{case.number}/new?ids=1").status_code == 404
    step = firm.step(case, "check_facts").id
    assert browser("sue").get(f"/inbox/new?view=everybody&ids={step}").text.strip() == ""


@pytest.mark.parametrize("after", ["header", "address"])
def test_a_stream_goes_on_where_it_was(firm: World, browser: Browser, clock: FakeClock, after: str):
    """Whichever process answers: all there is to know is a moment."""
    first = received(firm)
    clock.advance(timedelta(minutes=1))
    moment = str(number_of(clock()))
    clock.advance(timedelta(minutes=2))
    second = received(firm, message_id="<2@example.org>", sender="<lou@example.org>")
    clock.advance(timedelta(minutes=2))
    if after == "header":
        told = heard(browser("anna"), **{"Last-Event-ID": moment})
    else:
        told = heard(browser("anna"), f"/live?lists=tasks&after={moment}")
    assert told == [("tasks", firm.step(second, "check_facts").id)]
    assert firm.step(first, "check_facts")


@pytest.mark.parametrize("after", ["-1", "x", "9" * 14, "9" * 40, "\u0661"])
def test_what_is_no_moment_is_now(browser: Browser, after: str):
    assert browser("anna").get(f"/live?after={after}").status_code == 200


def test_who_was_away_for_long_is_told_so(firm: World, browser: Browser, clock: FakeClock):
    moment = number_of(clock())
    clock.advance(LOOKS_BACK + timedelta(seconds=1))
    assert heard(browser("anna"), f"/live?lists=tasks&after={moment}") == [("reset", 0)]
    assert "show the list anew" in browser("anna").get("/inbox/new?view=mine&ids=all", headers=ENGLISH).text
    assert moment_of(moment) == clock() - LOOKS_BACK - timedelta(seconds=1)


def test_a_list_says_what_came_and_what_went(firm: World, browser: Browser):
    one, two = received(firm), received(firm, message_id="<2@example.org>", sender="<lou@example.org>")
    steps = [firm.step(case, "check_facts").id for case in (one, two)]
    anna = browser("anna")
    page = anna.get("/inbox?view=team", headers=ENGLISH).text
    assert [f'data-id="{step}"' in page for step in steps] == [True, True]
    assert 'data-ask="/inbox/new?view=team"' in page
    with firm.engine.begin("ben") as uow:
        tasks.claim(uow, steps[0])
    told = anna.get(f"/inbox/new?view=team&ids={steps[1]}&shown={steps[0]}", headers=ENGLISH).text
    assert "1 new · 1 no longer here" in told
    assert f'data-gone="{steps[0]}"' in told
    other = anna.get(f"/inbox/new?view=team&q=Nobody&ids={steps[1]}", headers=ENGLISH).text
    assert other.strip() == ""
    assert anna.get("/inbox/new?view=everybody&ids=1").status_code == 403


def test_much_at_once_is_read_in_portions(firm: World, browser: Browser, monkeypatch: pytest.MonkeyPatch):
    """All entries of one command carry one moment."""
    monkeypatch.setattr("cpm.queries.news._MOST", 2)
    case = received(firm)
    with firm.engine.begin("anna") as uow:
        uow.case(case.id)
        for number in range(5):
            uow.record(uow.locked[case.id], "task.claimed", task=number + 900)
    entries = [data["entry"] for _, data in heard(browser("ben"), f"/live?case={case.number}")]
    assert entries == sorted(set(entries))
    assert len(entries) >= 5


def test_a_batch_touches_more_tasks_than_a_statement_takes(firm: World):
    step = firm.step(received(firm), "check_facts").id
    with firm.engine.read() as look:
        found = [
            Entry(1, task, look.now, "worker", "task.moved", {"task": task}) for task in range(1, 70_001)
        ]
        assert step in [one.id for one in news.news(look, found).tasks]


def test_what_a_failed_look_found_is_told_by_the_next(firm: World, monkeypatch: pytest.MonkeyPatch):
    hub = Hub(firm.engine)
    hub._thread = Thread()  # it looks when the test does
    ours, theirs = socketpair()
    theirs.settimeout(1)
    teams = frozenset({firm.step(received(firm), "check_facts").team})
    with ours, theirs, DefaultSelector() as selector:
        hub.take(ours, b"", Listener("anna", teams, supervises=False, sign_in=1, lists="tasks"), moment_of(0))
        hub._look(selector)
        theirs.recv(10_000)
        step = firm.step(
            received(firm, message_id="<2@example.org>", sender="<lou@example.org>"), "check_facts"
        )
        with monkeypatch.context() as patched:
            patched.setattr(news, "news", away)
            with pytest.raises(Unavailable):
                hub._look(selector)
        hub._look(selector)
        assert f"event: tasks\ndata: {step.id}\n".encode() in theirs.recv(10_000)


def test_who_has_other_rights_hears_with_them_at_the_next_beat(firm: World):
    """The stream ends, and the browser comes again as who they are now."""
    hub = Hub(firm.engine)
    hub._thread = Thread()
    changes: list[tuple[Callable[[UnitOfWork], object], bool]] = [
        (lambda uow: users.change_user(uow, "ben", teams=["finance"]), True),
        (lambda uow: users.change_user(uow, "anna", teams=["finance"]), False),
        (lambda uow: users.change_user(uow, "anna", roles=[Role.AGENT, Role.SUPERVISOR]), False),
        (
            lambda uow: absences.add(uow, "tom", from_at=uow.now, until_at=uow.now + DAY, substitute="anna"),
            False,
        ),
        (lambda uow: sign_ins.end_all(uow, "anna"), False),
    ]
    for number, (change, stays) in enumerate(changes):
        token = signed_in(firm, "anna")
        with firm.engine.read() as look:
            user, sign_in = sign_ins.find(look, token)
            supervises = Role.SUPERVISOR in user.roles
            listener = Listener("anna", user.teams, supervises=supervises, sign_in=sign_in.id)
        ours, theirs = socketpair()
        with ours, theirs, DefaultSelector() as selector:
            hub.take(ours, b"", listener, moment_of(0))
            hub._look(selector)
            with statements(firm.engine.database) as said:
                hub._beat(selector, 0)
            assert len([each for each in said if each.startswith("SELECT")]) == 1
            assert len(hub._streams) == 1, number
            with firm.engine.begin("otto") as uow:
                change(uow)
            hub._beat(selector, 0)
            assert len(hub._streams) == stays, number
            hub._streams.clear()


def away(*_given: object) -> NoReturn:
    raise Unavailable("The database is away")


def test_only_who_works_on_cases_listens(browser: Browser):
    assert browser("otto").get("/live").status_code == 403
    assert browser(None).get("/live").status_code == 401
    assert "data-live" not in browser("otto").get("/admin/teams").text
