"""The queue of exceptions: who sees which, how it is narrowed down, and what it costs."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from cpm.commands import tasks
from cpm.connectors import Failed
from cpm.model import Incident, Task
from cpm.queries import incident_queue
from tests.clock import FakeClock
from tests.commands.test_access import deploy_confidential
from tests.commands.test_cost import statements
from tests.commands.test_incidents import REFUSED
from tests.web.conftest import Browser
from tests.world import World, mail

ENGLISH = {"Accept-Language": "en"}
MOST = 12


@pytest.fixture
def refuse(firm: World) -> Callable[[int], list[int]]:
    """So many customers whose receipts come back; the ids of the exceptions."""

    def these(count: int) -> list[int]:
        for number in range(count):
            firm.receive(mail(sender=f"Kim <kim{number}@example.org>", message_id=f"<{number}@example.org>"))
        firm.post.outcomes = [REFUSED] * count
        firm.drain()
        with firm.engine.read() as look:
            return list(look.session.scalars(select(Incident.id).order_by(Incident.id)))

    return these


def test_it_says_what_happened_to_whom_and_until_when(browser: Browser, refuse, clock: FakeClock):
    refuse(1)
    text = browser("sue").get("/exceptions", headers=ENGLISH).text
    assert "The mail server does not take this address" in text
    assert "Kim" in text
    assert "Confirm receipt" in text
    assert "in 3 h" in text or "in 4 h" in text
    assert "overdue" not in text
    clock.advance(timedelta(hours=30))
    assert "überfällig" in browser("sue").get("/exceptions").text


def test_it_says_what_is_tried_by_itself(firm: World, browser: Browser):
    firm.receive(mail())
    firm.post.outcomes = [Failed("unreachable", "connection refused")]
    firm.drain()
    assert "Ein Versuch von selbst: 02.03.2026, 09:30" in browser("sue").get("/exceptions").text
    assert "One more try by itself" in browser("sue").get("/exceptions/1", headers=ENGLISH).text


def test_agents_see_those_of_their_teams(browser: Browser, refuse):
    refuse(1)
    assert 'href="/exceptions/1"' in browser("anna").get("/exceptions").text
    assert 'href="/exceptions/1"' not in browser("fay").get("/exceptions").text
    assert browser("otto").get("/exceptions").status_code == 403


def test_those_of_confidential_cases_are_for_their_teams(firm: World, browser: Browser, refuse):
    deploy_confidential(firm)
    [number] = refuse(1)
    assert f'href="/exceptions/{number}"' in browser("anna").get("/exceptions").text
    assert f'href="/exceptions/{number}"' not in browser("sue").get("/exceptions").text
    assert browser("sue").get(f"/exceptions/{number}").status_code == 404


def test_chips_count_kinds_and_filters_narrow_down(firm: World, browser: Browser, refuse):
    refuse(2)
    case = firm.receive(mail(message_id="<late@example.org>"))
    firm.drain()
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, uow.get(Incident, 1).task_id)
    client = browser("anna")
    assert case is not None
    for query, count in (
        ("", 2),
        ("?kind=job/address_refused", 2),
        ("?kind=rule/no_result", 0),
        ("?kind=nonsense/address_refused", 0),
        ("?kind=job", 2),
        ("?mine=yes", 1),
        ("?team=service", 2),
        ("?team=finance", 0),
        ("?severity=critical", 0),
        ("?severity=nonsense", 2),
    ):
        text = client.get(f"/exceptions{query}", headers=ENGLISH).text
        assert text.count('name="id"') == count, query
    assert "<strong>2</strong>" in client.get("/exceptions?kind=rule/no_result").text


def test_pages_have_25_rows_and_the_last_one_the_rest(browser: Browser, refuse):
    refuse(28)
    client = browser("sue")
    assert client.get("/exceptions").text.count('name="id"') == 25
    assert client.get("/exceptions?page=2").text.count('name="id"') == 3
    assert client.get("/exceptions?page=99999999999999999999999").text.count('name="id"') == 3
    assert client.get("/exceptions?page=-1").text.count('name="id"') == 25


def test_it_costs_the_same_few_statements_however_many_there_are(firm: World, browser: Browser, refuse):
    refuse(2)
    client = browser("sue")
    client.get("/exceptions")
    firm.engine.library.refresh(now=True)
    with statements(firm.engine.database) as few:
        client.get("/exceptions")
    refuse(28)
    firm.engine.library.refresh(now=True)
    with statements(firm.engine.database) as many:
        assert client.get("/exceptions").status_code == 200
    assert len(many) == len(few) <= MOST, "\n".join(many)


@pytest.mark.parametrize(
    "query",
    ["kind=/", "kind=job/x", "page=x", "kind=%ff", "team='%20OR%201=1"],
)
def test_what_it_does_not_understand_it_leaves_out(browser: Browser, refuse, query: str):
    refuse(1)
    assert browser("sue").get(f"/exceptions?{query}").status_code == 200


def test_what_strangers_wrote_is_no_markup(firm: World, browser: Browser):
    firm.receive(mail(sender='"<script>alert(1)</script>" <x@example.org>', subject="<b>bold</b>"))
    firm.post.outcomes = [REFUSED]
    firm.drain()
    for page in ("/exceptions", "/exceptions/1", "/exceptions/1?remedy=correct"):
        text = browser("sue").get(page).text
        assert "<script>alert" not in text
        assert "<b>bold" not in text


def test_the_query_counts_as_many_as_it_lists(firm: World, refuse):
    refuse(3)
    with firm.engine.read("sue") as look:
        found = incident_queue.queue(look, incident_queue.Wanted())
        assert found.total.number == len(found.lines) == sum(kind.count.number for kind in found.kinds) == 3
        assert look.session.get(Task, 1) is not None
