"""Mail is fetched from a real IMAP server: each message once, none lost, and one that is broken blocks no other."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from cpm.channels.imap import Account, signed_in
from cpm.commands import fetching, mailboxes
from cpm.commands.fetching import LeaseLost
from cpm.commands.mailboxes import Wanted
from cpm.errors import Conflict, Forbidden, Invalid
from cpm.fetching import Fetcher
from cpm.model import Afterwards, Arrival, ArrivalState, Interaction, Mailbox, RawMessage, Security, Unfetched
from cpm.queries import mailboxes as queries
from tests.clock import FakeClock
from tests.imap import PASSWORD, USER, Cut, ImapServer, breaking_line, imap_server
from tests.world import World, mail

#: What the database has no part in.
one_database = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
ENVIRON = {"CPM_MAILBOX_SERVICE_PASSWORD": PASSWORD}


@pytest.fixture(scope="module")
def running() -> Iterator[ImapServer]:
    with imap_server() as server:
        yield server


@pytest.fixture
def imap(running: ImapServer) -> ImapServer:
    """The server, its folders empty."""
    running.clear()
    return running


def letters(count: int, begin: int = 0) -> list[bytes]:
    return [
        mail(sender=f"p{n}@example.org", message_id=f"<m{n}@example.org>", text=f"Brief {n}, bitte Antwort.")
        for n in range(begin, begin + count)
    ]


def joined(firm: World, port: int, **more: object) -> None:
    wanted = {
        "host": "127.0.0.1",
        "port": port,
        "security": Security.NONE,
        "user": USER,
        "process": "complaint",
    }
    with firm.engine.begin("cpm test") as uow:
        mailboxes.put(uow, "service", Wanted(**{**wanted, **more}))


def fetcher(firm: World, environ: dict[str, str] | None = None, **more: object) -> Fetcher:
    return Fetcher(firm.engine, environ=ENVIRON if environ is None else environ, **more)


def line(firm: World) -> queries.MailboxLine:
    with firm.engine.read() as look:
        return queries.lines(look, "en")[0]


def stored(firm: World) -> list[bytes]:
    with firm.engine.read() as look:
        return list(look.session.scalars(select(RawMessage.content).order_by(RawMessage.arrival_id)))


def missing(firm: World) -> list[Unfetched]:
    with firm.engine.read() as look:
        return list(look.session.scalars(select(Unfetched)))


def test_each_message_is_stored_byte_for_byte_then_marked_and_filed_once(firm: World, imap: ImapServer):
    imap.put(*letters(3))
    joined(firm, imap.port)
    assert fetcher(firm).once() == 3
    assert stored(firm) == letters(3)
    assert all(b"Seen" in flags for flags in imap.flags())
    firm.drain()
    with firm.engine.read() as look:
        assert len(look.session.scalars(select(Interaction).where(Interaction.direction == "in")).all()) == 3
        assert {one.mailbox for one in look.session.scalars(select(Arrival))} == {"service"}
    assert (line(firm).condition, line(firm).waiting) == ("ok", 0)


@one_database
def test_what_people_mark_on_the_server_does_not_matter(firm: World, clock: FakeClock, imap: ImapServer):
    """Progress is counted by uids: a colleague who reads the mailbox takes nothing away from us, and gives nothing twice."""
    imap.put(*letters(2))
    imap.mark(r"\Seen", add=True)
    joined(firm, imap.port)
    assert fetcher(firm).once() == 2
    imap.mark(r"\Seen", add=False)
    imap.put(*letters(1, begin=2))
    clock.advance(timedelta(minutes=2))
    assert fetcher(firm).once() == 1
    assert [b"Seen" in flags for flags in imap.flags()] == [False, False, True]


def test_after_a_new_uidvalidity_all_is_read_again_and_nothing_is_filed_twice(
    firm: World, clock: FakeClock, imap: ImapServer
):
    imap.put(*letters(2))
    joined(firm, imap.port)
    fetcher(firm).once()
    imap.forget_uids()
    imap.put(*letters(1, begin=2))
    clock.advance(timedelta(minutes=2))
    fetcher(firm).once()
    assert stored(firm) == letters(3)


def test_a_server_that_dies_midway_loses_nothing(firm: World, clock: FakeClock, imap: ImapServer):
    imap.put(*letters(4))
    with breaking_line(imap, Cut(b"Brief 2")) as port:
        joined(firm, port)
        assert fetcher(firm).once() == 0
        assert stored(firm) == letters(2)
        assert line(firm).condition == "failing"
        assert "the connection ended" in (line(firm).why or "")
        clock.advance(timedelta(minutes=1))
        fetcher(firm).once()
    assert sorted(stored(firm)) == letters(4)
    assert (line(firm).condition, missing(firm)) == ("ok", [])


@one_database
def test_a_message_that_never_comes_blocks_no_other_and_is_shown_with_its_reason(
    firm: World, clock: FakeClock, imap: ImapServer
):
    imap.put(*letters(3))
    with breaking_line(imap, Cut(b"Brief 1", times=3)) as port:
        joined(firm, port)
        for _ in range(3):
            fetcher(firm).once()
            clock.advance(timedelta(minutes=20))
        fetcher(firm).once()
        assert sorted(stored(firm)) == letters(3)
    assert missing(firm) == []


@one_database
def test_a_message_that_does_not_come_waits_longer_each_time(firm: World, clock: FakeClock, imap: ImapServer):
    imap.put(*letters(2))
    with breaking_line(imap, Cut(b"Brief 0", times=2)) as port:
        joined(firm, port)
        fetcher(firm).once()
        clock.advance(timedelta(minutes=1))
        fetcher(firm).once()
    [one] = missing(firm)
    assert (one.attempts, "the connection ended" in one.reason) == (2, True)
    assert one.due_at - clock() > timedelta(seconds=29)
    with firm.engine.begin("otto") as uow:
        mailboxes.ask_again(uow, one.id)
    joined(firm, imap.port)
    fetcher(firm).once()
    assert sorted(stored(firm)) == letters(2)


@one_database
@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({}, "CPM_MAILBOX_SERVICE_PASSWORD or CPM_MAILBOX_SERVICE_PASSWORD_FILE"),
        ({"CPM_MAILBOX_SERVICE_PASSWORD": "wrong horse"}, "Invalid authentication credentials"),
    ],
    ids=["none", "wrong"],
)
def test_a_password_that_does_not_fit_is_a_clear_sentence_and_waits_longer_each_time(
    firm: World, clock: FakeClock, imap: ImapServer, environ: dict[str, str], said: str
):
    joined(firm, imap.port)
    began, dues = clock(), []
    for _ in range(3):
        assert fetcher(firm, environ).once() == 0
        with firm.engine.read() as look:
            due = mailboxes.named(look, "service").due_at
        dues.append(due - clock())
        clock.advance(timedelta(seconds=(due - clock()).total_seconds() + 1))
    assert said in (line(firm).why or "")
    assert "horse" not in (line(firm).why or "")
    assert (line(firm).condition, line(firm).since) == ("failing", began)
    assert dues[2] > dues[0]
    fetcher(firm).once()
    assert (line(firm).condition, line(firm).why, line(firm).since) == ("ok", None, None)


def test_two_who_fetch_take_turns_and_who_lost_the_lease_stores_nothing(
    firm: World, clock: FakeClock, imap: ImapServer
):
    joined(firm, imap.port)
    with firm.engine.begin("mailbox") as uow:
        box = mailboxes.named(uow, "service").id
        first = fetching.lease(uow, box, "one")
        assert first is not None
    with firm.engine.begin("mailbox") as uow:
        assert fetching.lease(uow, box, "two") is None
    clock.advance(timedelta(minutes=5))
    with firm.engine.begin("mailbox") as uow:
        assert fetching.lease(uow, box, "two") is not None
    with pytest.raises(LeaseLost), firm.engine.begin("mailbox") as uow:
        fetching.took(uow, first, 1, letters(1)[0])
    assert stored(firm) == []


def test_a_message_that_is_too_large_is_quarantined_with_its_beginning_and_stays_on_the_server(
    firm: World, imap: ImapServer
):
    large = letters(1)[0] + b"x" * 200_000
    imap.put(large, *letters(1, begin=1))
    joined(firm, imap.port, afterwards=Afterwards.DELETE)
    assert fetcher(firm, largest=100_000).once() == 1
    with firm.engine.read() as look:
        kept = look.session.scalars(select(Arrival).where(Arrival.state == ArrivalState.QUARANTINED)).one()
    assert (kept.size, kept.cut) == (len(large), True)
    assert "no more than 0 MB are taken" in (kept.reason or "")
    assert stored(firm)[0] == large[:64_000]
    assert imap.count() == 1
    [one] = missing(firm)
    assert (one.due_at, one.arrival_id) == (None, kept.id)


@one_database
@pytest.mark.parametrize(
    ("more", "left", "archived"),
    [
        ({"afterwards": Afterwards.KEEP}, 2, 0),
        ({"afterwards": Afterwards.MOVE, "move_to": "Archiv"}, 0, 2),
        ({"afterwards": Afterwards.DELETE}, 0, 0),
        ({"afterwards": Afterwards.DELETE, "keep_days": 7}, 1, 0),
    ],
    ids=["keep", "move", "delete", "delete after days"],
)
def test_what_becomes_of_fetched_mail(
    firm: World, imap: ImapServer, more: dict[str, object], left: int, archived: int
):
    imap.put(letters(1)[0], date='"02-Jan-2026 08:00:00 +0000"')
    imap.put(letters(2)[1], date='"02-Mar-2026 07:00:00 +0000"')
    joined(firm, imap.port, **more)
    assert fetcher(firm).once() == 2
    assert (imap.count(), imap.count("Archiv")) == (left, archived)


@one_database
def test_mail_is_stored_also_when_it_cannot_be_moved_and_is_moved_later(
    firm: World, clock: FakeClock, imap: ImapServer
):
    """As if we had been killed between the two."""
    imap.put(*letters(2))
    joined(firm, imap.port, afterwards=Afterwards.MOVE, move_to="Nirgends")
    fetcher(firm).once()
    assert (len(stored(firm)), imap.count(), line(firm).condition) == (2, 2, "failing")
    joined(firm, imap.port, afterwards=Afterwards.MOVE, move_to="Archiv")
    fetcher(firm).once()
    assert (len(stored(firm)), imap.count("Archiv"), line(firm).condition) == (2, 2, "ok")


@one_database
def test_what_lay_there_before_is_passed_over_and_left_alone_if_so_wanted(
    firm: World, clock: FakeClock, imap: ImapServer
):
    imap.put(letters(1)[0], date='"02-Jan-2026 08:00:00 +0000"')
    imap.put(letters(2)[1], date='"03-Mar-2026 08:00:00 +0000"')
    joined(firm, imap.port, reads_from=clock(), afterwards=Afterwards.DELETE)
    assert fetcher(firm).once() == 1
    assert stored(firm) == [letters(2)[1]]
    assert imap.count() == 1


@one_database
def test_the_server_tells_of_new_mail_and_a_pause_ends_the_turn(firm: World, imap: ImapServer):
    """IDLE: nobody waits for the next look, which is an hour away."""
    joined(firm, imap.port, every=3600)
    one = fetcher(firm)
    thread = threading.Thread(target=one.run)
    thread.start()
    try:
        _eventually(lambda: line(firm).condition == "ok")
        imap.put(*letters(1))
        _eventually(lambda: len(stored(firm)) == 1)
    finally:
        one.stop()
        thread.join(20)
    assert not thread.is_alive()
    with firm.engine.read() as look:
        assert look.session.scalars(select(Mailbox)).one().token is None


def test_what_comes_between_a_look_and_the_wait_is_told_too(imap: ImapServer):
    """The server says it beside the answer to another command, and need not say so again (RFC 3501 7.3.1)."""
    with signed_in(Account("127.0.0.1", imap.port, Security.NONE, USER, PASSWORD)) as box:
        box.open("INBOX")
        assert box.uids(1) == []
        assert not box.wait(timedelta(seconds=0.1), lambda: False)
        imap.put(*letters(1))
        assert box.uids(2) == []
        assert box.wait(timedelta(seconds=5), lambda: False)


def test_half_a_line_is_waited_for(imap: ImapServer):
    """It comes in as many packets as the network likes."""
    cut = Cut(b" 1 ", times=0, stalls=0.3)
    with (
        breaking_line(imap, cut) as port,
        signed_in(Account("127.0.0.1", port, Security.NONE, USER, PASSWORD)) as box,
    ):
        box.open("INBOX")
        assert box.uids(1) == []
        cut.times = 1
        soon = threading.Timer(0.3, imap.put, letters(1))
        soon.start()
        assert box.wait(timedelta(seconds=10), lambda: False)
        soon.join()
        assert cut.times == 0
        assert len(box.uids(1)) == 1


@one_database
def test_a_paused_mailbox_is_left_alone_until_it_is_resumed(firm: World, imap: ImapServer):
    imap.put(*letters(1))
    joined(firm, imap.port)
    with firm.engine.begin("otto") as uow:
        mailboxes.pause(uow, "service", why="Der Anbieter zieht um.")
    assert fetcher(firm).once() == 0
    assert (line(firm).condition, line(firm).why) == ("paused", "Der Anbieter zieht um.")
    with firm.engine.begin("otto") as uow:
        mailboxes.resume(uow, "service")
    assert fetcher(firm).once() == 1


@one_database
def test_another_account_is_read_from_its_beginning(firm: World, imap: ImapServer):
    imap.put(*letters(1))
    joined(firm, imap.port, folder="Archiv")
    fetcher(firm).once()
    joined(firm, imap.port, folder="INBOX")
    assert fetcher(firm).once() == 1


@one_database
def test_nobody_has_looked_for_long_is_seen(firm: World, clock: FakeClock, imap: ImapServer):
    joined(firm, imap.port)
    assert line(firm).condition == "new"
    clock.advance(timedelta(minutes=10))
    assert line(firm).condition == "forgotten"


@one_database
@pytest.mark.parametrize(
    ("name", "more", "field"),
    [
        ("Service!", {}, "name"),
        ("service", {"host": "mail.example.org"}, "security"),
        ("service", {"every": 1}, "every"),
        ("service", {"process": "nothing"}, "process"),
        ("service", {"afterwards": Afterwards.MOVE}, "move_to"),
        ("service", {"addresses": ["no address"]}, "addresses"),
    ],
)
def test_settings_that_do_not_fit_are_told_at_their_field(
    firm: World, name: str, more: dict[str, object], field: str
):
    wanted = {"host": "127.0.0.1", "security": Security.NONE, "user": USER, "process": "complaint"}
    with pytest.raises(Invalid) as refused, firm.engine.begin("cpm test") as uow:
        mailboxes.put(uow, name, Wanted(**{**wanted, **more}))
    assert [problem[0] for problem in refused.value.problems] == [field]
    assert refused.value.sentence("de") != str(refused.value)


@one_database
def test_agents_set_up_no_mailbox(firm: World):
    with pytest.raises(Forbidden), firm.engine.begin("anna") as uow:
        mailboxes.put(uow, "service", Wanted(host="127.0.0.1", user=USER, process="complaint"))


def test_an_address_belongs_to_one_place_and_goes_with_its_mailbox(firm: World, imap: ImapServer):
    joined(firm, imap.port, addresses=["Service+abc@Firm.example"])
    with firm.engine.read() as look:
        assert queries.process_of(look, ["x@firm.example", "SERVICE+x@firm.example"]) == "complaint"
    other = Wanted(host="127.0.0.1", user=USER, process="complaint", addresses=["service@firm.example"])
    with pytest.raises(Conflict), firm.engine.begin("cpm test") as uow:
        mailboxes.put(uow, "other", other)
    with firm.engine.begin("cpm test") as uow:
        mailboxes.remove(uow, "service")
    with firm.engine.read() as look:
        assert queries.addresses(look) == []


def _eventually(true) -> None:
    until = time.monotonic() + 30
    while not true():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)
