"""What the agent's pages weigh on the wire, gzipped: so much, and no more, has to come before anybody can work."""

import gzip
import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from cpm.commands import notes, tasks
from cpm.commands.notes import Said
from cpm.model import Case
from tests import databases as kinds
from tests.bench.many import multiply
from tests.clock import FakeClock
from tests.databases import Kind, Sqlite
from tests.web.conftest import signed_in
from tests.world import World, mail, world
from web import assets
from web.app import create_app
from web.visitor import SIGN_IN

KILOBYTE = 1000
HTML, CSS, JS = 15 * KILOBYTE, 10 * KILOBYTE, 25 * KILOBYTE
#: Messages on the case that is looked at, and cases in the inbox: more than a page of either shows.
MESSAGES, CASES = 12, 40
_PARTS = re.compile(r'<(?:link rel="stylesheet" href|script [^>]*?src)="([^"]+)"')


@pytest.fixture(scope="module")
def firm(sqlite: Sqlite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Far into a busy week."""
    folder = tmp_path_factory.mktemp("sizes")
    with sqlite.fresh(folder, Kind.BUSY) as url, kinds.opened(url) as database:
        clock = FakeClock()
        clock.advance(timedelta(hours=1))
        multiply(database, CASES)
        yield world(database, folder, clock)


@pytest.fixture(scope="module")
def pages(firm: World) -> dict[str, str]:
    """What an agent has before them most, by address."""
    anna = create_app(firm.engine, TESTING=True).test_client()
    with anna.session_transaction() as session:
        session[SIGN_IN] = signed_in(firm, "anna")
    case = _talked_about(firm)
    step = f"/cases/{case.number}/tasks/{firm.step(case, 'check_facts').id}"
    about = f"/customers/{case.customer_id}"
    waiting = ("/inbox?view=team", "/inbox?view=due_today", "/cases", "/cases/new", "/search?q=Riss")
    addresses = (step, f"/cases/{case.number}", f"/cases/{case.number}/reply?kind=new", about, *waiting)
    return {address: _answer(anna, address) for address in addresses}


def _talked_about(firm: World) -> Case:
    case = firm.receive(mail(subject="Riss im Kessel (lang)", message_id="<long@example.org>"))
    assert case is not None
    firm.drain()
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, firm.step(case, "check_facts").id)
    for number in range(MESSAGES):
        with firm.engine.begin("anna") as uow:
            words = f"Anruf {number}: der Riss ist seit der Lieferung da und wird mit jedem Tag länger. " * 3
            notes.note_on(uow, case.id, Said("phone", f"Anruf {number}", words, language="de"))
    firm.drain()
    return firm.now(case)


def _answer(client: FlaskClient, address: str) -> str:
    answer = client.get(address, headers={"Accept-Language": "de"})
    assert answer.status_code == 200, address
    return answer.text


def test_a_page_of_the_desk_is_small(pages: dict[str, str]):
    weights = {address: _weight(text.encode()) for address, text in pages.items()}
    assert {address: weight for address, weight in weights.items() if weight >= HTML} == {}
    assert all("</html>" in text for text in pages.values())


@pytest.mark.parametrize(("ending", "most"), [(".css", CSS), (".js", JS)])
def test_what_its_pages_bring_along_is_small_all_together(pages: dict[str, str], ending: str, most: int):
    files = {urlsplit(found).path for text in pages.values() for found in _PARTS.findall(text)}
    weights = {file: _weight(_sent(file)) for file in sorted(files) if file.endswith(ending)}
    assert weights
    assert sum(weights.values()) < most, weights


def _sent(path: str) -> bytes:
    file = assets.STATIC / path.removeprefix("/static/")
    return file.read_bytes() if assets.VENDOR in file.parents else assets.lean(file)


def _weight(content: bytes) -> int:
    """As proxies compress it, by default."""
    return len(gzip.compress(content, 6))
