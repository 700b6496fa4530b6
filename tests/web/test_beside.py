"""What stands beside a step: its map, the way by keys, the timeline's chips, the cases in hand, what need not be said again."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from cpm.commands import notes, talks, tasks
from cpm.commands.notes import Said
from cpm.model import Case, Direction, Task
from cpm.queries import familiar
from tests.clock import FakeClock
from tests.databases import Sqlite
from tests.office import FACTS, REMEDY
from tests.web.conftest import Browser
from tests.world import World, mail
from web import assets

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def databases(sqlite: Sqlite) -> Sqlite:
    return sqlite


@pytest.fixture
def anna(browser: Browser) -> FlaskClient:
    return browser("anna")


def received(firm: World, word: str = "one", *done: dict[str, object]) -> Case:
    """At its first step, or after so many of them."""
    case = firm.receive(mail(sender=f"Kim Beispiel <{word}@example.org>", message_id=f"<{word}@example.org>"))
    assert case is not None
    firm.drain()
    for element, data in zip(("check_facts", "decide_remedy"), done, strict=False):
        firm.do(case, element, "anna", data)
    return case


def claimed(firm: World, case: Case) -> Task:
    task = firm.open_tasks(case)[0]
    with firm.engine.begin("anna") as uow:
        return tasks.claim(uow, task.id)


def page(client: FlaskClient, case: Case, task: Task, more: str = "") -> str:
    found = client.get(f"/cases/{case.number}/tasks/{task.id}{more}", headers=ENGLISH)
    assert found.status_code == 200
    return found.text


def drawn(text: str) -> dict[str, str]:
    """What a map shows, by name: its class."""
    svg = text[text.index('<svg class="map') : text.index("</svg>")]
    spots = re.findall(r'<g class="([^"]*)">(.*?)</g>', svg, re.DOTALL)
    names = (re.search(r"<title>(.*?)</title>|<p>(.*?)</p>", inside) for _, inside in spots)
    return {name[1] or name[2]: kind for name, (kind, _) in zip(names, spots, strict=True) if name}


def test_the_map_shows_what_people_and_machines_have_done(firm: World, anna: FlaskClient):
    case = received(firm, "one", FACTS)
    task = firm.step(case, "decide_remedy")
    near, whole = drawn(page(anna, case, task)), drawn(page(anna, case, task, "/map"))
    assert near["Choose the remedy"] == whole["Choose the remedy"] == "task current"
    by_table = "Find the customer&#39;s rights"
    assert near[by_table] == whole[by_table] == "task done"
    assert whole["Check the facts"] == whole["Confirm receipt"] == "task done"
    assert whole["Write the answer"] == "task"
    assert not [name for name in whole if name.endswith("nötig?")]  # where the way parts, too
    assert "Approval needed?" in whole


def test_the_small_map_cuts_nothing_off_at_its_edge(firm: World, anna: FlaskClient):
    """Of each step that the process has: what is not there as a whole is not there."""
    case = received(firm)
    text = page(anna, case, firm.step(case, "check_facts"))
    box = re.search(r'<svg class="map small" viewBox="(\S+) (\S+) (\S+) (\S+)"', text)
    assert box is not None
    x, y, width, height = map(int, box.groups())
    shapes = re.findall(r'<rect x="(\S+)" y="(\S+)" width="(\S+)" height="(\S+)"', text)
    assert len(shapes) > 2
    for left, top, wide, high in (map(int, shape) for shape in shapes):
        assert x <= left
        assert y <= top
        assert left + wide <= x + width
        assert top + high <= y + height


def test_steps_of_the_way_have_the_keys_of_their_numbers(firm: World, anna: FlaskClient):
    case = received(firm, "one", FACTS, REMEDY)
    text = page(anna, case, firm.step(case, "write_answer"))
    way = re.findall(r'<a href="([^"]*)" aria-keyshortcuts="(Alt\+\d)">([^<]*)</a>', text)
    assert [(key, name) for _, key, name in way] == [
        ("Alt+1", "Check the facts"),
        ("Alt+2", "Choose the remedy"),
    ]
    assert anna.get(way[0][0]).status_code == 200
    sheet = anna.get("/shortcuts", headers=ENGLISH).text
    assert "Open the step of this number" in sheet


def test_chips_narrow_the_timeline_to_one_kind(firm: World, anna: FlaskClient):
    case = received(firm)
    with firm.engine.begin("anna") as uow:
        notes.note_on(uow, case.id, Said("phone", "Anruf", "Er fragt nach", language="de"))
    text = page(anna, case, firm.step(case, "check_facts"))
    told = text[text.index('class="panel told"') :]
    told = told[: told.index("</section>")]
    counted: dict[str, int] = {}
    for kind in re.findall(r'<li class="[^"]*" data-kind="(\w+)"', told):
        counted[kind] = counted.get(kind, 0) + 1
    chips = re.findall(r'name="shown" value="(\w+)" class="unseen"(?: checked)?> ([^<]*)</label>', told)
    assert chips[0] == ("all", "Everything")
    assert {kind: int(label.rsplit(" ", 1)[1]) for kind, label in chips[1:]} == counted
    assert counted.keys() >= {"email", "phone", "step"}
    sheet = (assets.STATIC / "agent.css").read_text()
    assert all(f".told:has([value={kind}]:checked)" in sheet for kind in counted)


def test_cases_in_hand_are_tabs_on_every_page(
    firm: World, browser: Browser, anna: FlaskClient, clock: FakeClock
):
    assert 'class="tabs"' not in anna.get("/inbox").text
    cases = [received(firm, word) for word in ("one", "two", "three")]
    held = [claimed(firm, case) for case in cases]
    with firm.engine.begin("anna") as uow:
        tasks.park(uow, held[1].id, reason="Foto kommt noch", until=uow.now + timedelta(days=30))
    found = tabs(anna.get("/inbox", headers=ENGLISH).text)
    assert [where for where, _, _ in found] == [
        f"/cases/{case.number}/tasks/{task.id}" for case, task in zip(cases, held, strict=True)
    ]
    assert [said for _, _, said in found] == ["", "put aside", ""]
    at_one = tabs(page(anna, cases[0], held[0]))
    assert [here for _, here, _ in at_one] == [True, False, False]
    clock.advance(timedelta(days=20))
    anna = browser("anna")
    assert [said for _, _, said in tabs(anna.get("/inbox", headers=ENGLISH).text)] == [
        "due",
        "put aside",
        "due",
    ]
    answer = mail(sender="Kim Beispiel <three@example.org>", message_id="<again@example.org>")
    firm.receive(answer.replace(b"Subject: ", f"Subject: [{cases[2].number}] ".encode()))
    firm.drain()
    with firm.engine.begin("anna") as uow:
        call = talks.begin(uow, direction=Direction.IN, number="0221 4710123").id
        talks.go_on(uow, call, cases[1].id)
        talks.close(uow, call, text="Ruft wieder an, wenn die Fotos da sind")
    said = [said for _, _, said in tabs(anna.get("/inbox", headers=ENGLISH).text)]
    assert said == ["due", "put aside", "a new message"]  # one's own note of a call is no message


def test_more_cases_than_tabs_are_counted(firm: World, anna: FlaskClient):
    for number in range(8):
        claimed(firm, received(firm, f"n{number}"))
    text = anna.get("/inbox", headers=ENGLISH).text
    assert len(tabs(text)) == 6
    assert '<a href="/inbox?view=mine">2 more</a>' in text


def tabs(text: str) -> list[tuple[str, bool, str]]:
    """Where each leads, whether one is there, what its dot says."""
    nav = text[text.index('class="tabs"') :]
    nav = nav[: nav.index("</nav>")]
    found = re.findall(r'<a href="(/cases/[^"]*)"[^>]*?( aria-current="true")?>(.*?)</a>', nav)
    said = (re.search(r'<span class="unseen">(.*?): </span>', inside) for _, _, inside in found)
    return [
        (where, bool(here), dot[1] if dot else "") for (where, here, _), dot in zip(found, said, strict=True)
    ]


def test_what_to_do_is_folded_for_who_has_done_it_three_times(firm: World, anna: FlaskClient):
    """And for nobody else, nor at any other step."""
    assert familiar.TIMES == 3
    for number in range(familiar.TIMES):
        case = received(firm, f"n{number}")
        assert '<details class="do" open>' in page(anna, case, claimed(firm, case))
        with firm.engine.begin("anna") as uow:
            tasks.complete(uow, firm.step(case, "check_facts").id, FACTS)
    case = received(firm, "known")
    assert '<details class="do">' in page(anna, case, claimed(firm, case))
    remedy = received(firm, "other", FACTS)
    assert '<details class="do" open>' in page(anna, remedy, claimed(firm, remedy))
