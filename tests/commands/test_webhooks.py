"""Other systems hear what happens in cases: signed, at least once, and what they miss can be sent again."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from cpm.commands import suspending, webhooks
from cpm.connectors import Http
from cpm.connectors.http import read_entries, signatures
from cpm.connectors.http.operations import Hook
from cpm.errors import Conflict, Forbidden, Invalid
from cpm.model import Case, Job
from cpm.queries.webhooks import lines
from rules.feel import compile_expression
from tests.clock import FakeClock
from tests.contracts.carrier import Carrier, served
from tests.world import World, mail

NULL = compile_expression("null")
HOOK = Hook("x", {}, "m", NULL, NULL, None, "S", "standard", "x-signature")


@pytest.fixture
def carrier():  # type: ignore[no-untyped-def]
    with served(Carrier()) as told:
        yield told


@pytest.fixture
def secret(firm: World, carrier: Carrier) -> str:
    """A system that hears of what is opened and closed."""
    http = Http(read_entries(f"http://127.0.0.1:{carrier.port}+private"))
    firm.engine.connectors = {**firm.engine.connectors, "http": http}
    with firm.engine.begin("cpm test") as uow:
        made = webhooks.add(uow, f"http://127.0.0.1:{carrier.port}/heard", ["case.*"], process="complaint")
        found = webhooks.secret(uow, made.id)
    firm.engine.library.refresh(now=True)
    return found


def opened(firm: World, number: int = 1) -> Case:
    case = firm.receive(mail(message_id=f"<{number}@example.org>", sender=f"k{number}@example.org"))
    assert case is not None
    return case


def heard(carrier: Carrier) -> list[str]:
    return [body.decode() for _, _, _, body in carrier.asked]


def test_what_happens_is_told_and_signed(
    firm: World, carrier: Carrier, secret: str, clock: FakeClock
) -> None:
    case = opened(firm)
    firm.drain()
    first = heard(carrier)[0]
    assert f'"case":"{case.number}"' in first
    assert '"type":"case.opened"' in first
    _, path, headers, body = carrier.asked[0]
    assert path == "/heard"
    lower = {name.lower(): value for name, value in headers.items()}
    assert lower["webhook-id"] == f"{case.number}/1"
    assert signatures.proves(HOOK, secret, lower, body, clock())
    assert not signatures.proves(HOOK, secret, lower, body + b" ", clock())
    assert all("mara" not in each for each in heard(carrier))  # nothing about the customer


def test_what_is_not_asked_for_is_not_told(firm: World, carrier: Carrier, secret: str) -> None:
    opened(firm)
    firm.drain()
    assert {each.partition('"type":"')[2].partition(".")[0] for each in heard(carrier)} == {"case"}


def test_what_is_missed_is_tried_again_kept_and_sent_by_hand(
    firm: World, carrier: Carrier, secret: str, clock: FakeClock
) -> None:
    carrier.status = 500
    case = opened(firm)
    for _ in range(webhooks.RETRIES + 1):
        firm.drain()
        clock.advance(timedelta(hours=1))
    firm.drain()
    with firm.engine.read() as look:
        (line,) = lines(look)
    assert line.missed > 0
    assert (line.failure, line.failing_since is None) == ("The answer was 500.", False)
    carrier.status, carrier.asked = 200, []
    with firm.engine.begin("cpm test") as uow:
        assert webhooks.again(uow, line.id) == line.missed
    firm.drain()
    assert len(carrier.asked) == line.missed
    assert f"{case.number}/1" in {headers["webhook-id"] for _, _, headers, _ in carrier.asked}
    with firm.engine.read() as look:
        (line,) = lines(look)
    assert (line.missed, line.failure, line.failing_since) == (0, None, None)


def test_who_does_not_answer_keeps_nobody_waiting(
    firm: World, carrier: Carrier, secret: str, clock: FakeClock
) -> None:
    """One call tells that they are away; what else there is for them waits, and comes at once when they are back."""
    carrier.status = 500
    for number in (1, 2, 3):
        opened(firm, number)
    firm.drain()
    assert len(carrier.asked) == 1
    carrier.status, carrier.asked = 200, []
    clock.advance(timedelta(hours=1))
    opened(firm, 4)
    firm.drain()
    told = [json.loads(each) for each in heard(carrier)]
    assert len([each["case"] for each in told if each["type"] == "case.opened"]) == 4


def test_who_was_ended_hears_nothing_more(firm: World, carrier: Carrier, secret: str) -> None:
    with firm.engine.begin("cpm test") as uow:
        webhooks.end(uow, 1)
    firm.engine.library.refresh(now=True)
    opened(firm)
    firm.drain()
    assert carrier.asked == []


def test_nothing_is_told_while_calls_over_http_stand_still(
    firm: World, carrier: Carrier, secret: str
) -> None:
    """So a restored copy, its calls held, tells nobody anything either."""
    with firm.engine.begin("cpm test") as uow:
        suspending.suspend_jobs(uow, "http", why="a copy")
    opened(firm)
    firm.drain()
    assert carrier.asked == []
    with firm.engine.begin("cpm test") as uow:
        suspending.resume_jobs(uow, "http")
    firm.drain()
    assert carrier.asked


def test_a_confidential_process_is_told_of_only_where_it_is_named(
    firm: World, carrier: Carrier, secret: str
) -> None:
    with firm.engine.begin("cpm test") as uow:
        webhooks.add(uow, f"http://127.0.0.1:{carrier.port}/all", ["*"])
    firm.engine.library.refresh(now=True)
    firm.engine.library.confidential = frozenset({"complaint"})
    opened(firm)
    firm.drain()
    assert {path for _, path, _, _ in carrier.asked} == {"/heard"}


def test_what_was_on_its_way_to_who_was_ended_is_kept_as_missed(
    firm: World, carrier: Carrier, secret: str
) -> None:
    opened(firm)
    with firm.engine.begin("cpm test") as uow:
        webhooks.end(uow, 1)
    firm.engine.library.refresh(now=True)
    firm.drain()
    with firm.engine.read() as look:
        (line,) = lines(look)
        assert not look.session.scalars(select(Job).where(Job.queue == webhooks.QUEUE)).all()
    assert carrier.asked == []
    assert line.missed > 0
    with pytest.raises(Conflict), firm.engine.begin("cpm test") as uow:
        webhooks.again(uow, 1)


@pytest.mark.parametrize(
    ("url", "events"),
    [
        ("https://x:99999/", ["*"]),
        ("https://[", ["*"]),
        ("ftp://x/", ["*"]),
        ("https://me:word@x/", ["*"]),
        ("https://x/", ["case.lost"]),
        ("nowhere", ["*"]),
    ],
)
def test_what_cannot_be_is_refused(firm: World, url: str, events: list[str]) -> None:
    with pytest.raises(Invalid), firm.engine.begin("cpm test") as uow:
        webhooks.add(uow, url, events)


def test_only_operators_may(firm: World) -> None:
    with pytest.raises(Forbidden), firm.engine.begin("anna") as uow:
        webhooks.add(uow, "https://x.example/", ["*"])


def test_a_host_that_is_not_allowed_is_not_called(firm: World, carrier: Carrier, secret: str) -> None:
    firm.engine.connectors = {**firm.engine.connectors, "http": replace(Http())}
    opened(firm)
    firm.drain()
    with firm.engine.read() as look:
        (line,) = lines(look)
    assert line.failure is not None
    assert "CPM_OUTGOING_HOSTS" in line.failure
    assert carrier.asked == []
