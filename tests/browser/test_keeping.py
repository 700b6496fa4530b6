"""Nothing that is typed is lost: not when the server dies before anybody reloads, nor when it is away as they hand in."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from cpm.commands import task_drafts, tasks
from cpm.model import Case, Task
from tests.browser.axe import axe
from tests.browser.desk import fill
from tests.browser.hands import fill_in, shot
from tests.browser.site import Site
from tests.commands.conversing import open_case
from tests.crash.serving import free_port, kill, serving
from tests.office import FACTS
from tests.web.test_form_files import PNG, deployed, filed
from tests.world import mail

pytestmark = pytest.mark.slow
TEXT = "#step-form [name=damage_text]"
#: What waits a second waits a tenth of it.
HURRIED = "const wait = setTimeout; window.setTimeout = (what, after) => wait(what, after / 10)"
STEP = re.compile(r"/tasks/\d+$")
BAR = re.compile(r"/tasks/\d+(/draft.*)?$")


def opened(site: Site, chromium: Browser, locale: str) -> Page:
    """`visit` would take a lost connection, which is what this is about, for a fault of the page."""
    return chromium.new_context(base_url=site.url, locale=locale).new_page()


def begun(site: Site, page: Page, url: str = "") -> Case:
    """A step that anna has started."""
    case = site.world.receive(mail(message_id="<kept@example.org>"))
    assert case is not None
    site.world.drain()
    task = site.world.step(case, "check_facts")
    with site.world.engine.begin("anna") as uow:
        tasks.claim(uow, task.id)
    page.goto(f"{url}/sign-in")
    fill_in(page, "anna")
    expect(page).not_to_have_url(f"{url}/sign-in")
    page.goto(f"{url}/cases/{case.number}/tasks/{task.id}")
    return case


def test_what_was_typed_survives_the_death_of_the_server(site: Site, chromium: Browser, tmp_path: Path):
    """The real one, killed twice: after a draft was saved, and when a step is handed in and done, before it can say so."""
    database = site.world.engine.database.engine.url.render_as_string(hide_password=False)
    port, page = free_port(), opened(site, chromium, "de-DE")
    with serving(database, tmp_path, port) as server:
        case = begun(site, page, f"http://127.0.0.1:{port}")
        page.fill(TEXT, "Nur halb fer")
        expect(page.locator("#kept")).to_contain_text("Entwurf gespeichert")
        shot(page, "keep/draft")
        axe(page)
        kill(server)
    with serving(database, tmp_path, port) as server:
        page.reload()
        expect(page.locator(TEXT)).to_have_value("Nur halb fer")
        fill(page, FACTS)
        answers: list[int] = []

        def die(route: Route) -> None:
            answers.append(route.fetch(max_redirects=0).status)
            kill(server)
            route.abort()

        step = page.url
        page.route(STEP, die, times=1)
        page.locator(TEXT).press("Control+Enter")
        expect(page.get_by_text("Was Sie abgegeben haben, wird von selbst gesendet")).to_be_visible()
        page.keyboard.type("!")  # what were typed now would be lost
        expect(page.locator(TEXT)).to_have_value(str(FACTS["damage_text"]))
        expect(page.locator(TEXT)).to_be_focused()
        page.evaluate("heard = 0; addEventListener('keydown', () => { heard += 1; })")
        page.keyboard.press("Alt+0")  # as those that lead elsewhere
        assert page.evaluate("heard") == 2
        shot(page, "keep/away-de")
    with serving(database, tmp_path, port):
        expect(page).not_to_have_url(step, timeout=30_000)
        said = page.get_by_role("status").filter(has_text="Erledigt: Sachverhalt prüfen")
        expect(said.first).to_be_visible(timeout=30_000)
        page.context.close()
    assert answers == [204]
    assert site.world.story(case).count("task.completed") == 1


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<h1>413 Request Entity Too Large</h1>", "Das ist nicht angekommen"),
        ("<main><h1>Das ist größer, als es hier angenommen wird.</h1></main>", "Das ist größer, als"),
    ],
    ids=["proxy", "ours"],
)
def test_an_answer_from_elsewhere_takes_nothing_away(site: Site, chromium: Browser, body: str, words: str):
    """What stands before the server may answer in its place, as to what is too large for it."""
    page = opened(site, chromium, "de-DE")
    begun(site, page)
    fill(page, FACTS)
    other = f"<html><head><meta charset='utf-8'><title>413</title></head><body>{body}</body></html>"
    page.route(
        STEP,
        lambda route: route.fulfill(status=413, body=other, content_type="text/html; charset=utf-8"),
        times=1,
    )
    page.locator(TEXT).press("Control+Enter")
    told = page.locator("#away").get_by_text(words)
    expect(told).to_be_visible()
    axe(page)
    page.locator(TEXT).fill("Noch da")
    expect(told).to_be_hidden()  # as soon as it is kept
    step = page.url
    page.locator(TEXT).press("Control+Enter")
    expect(page).not_to_have_url(step)
    page.context.close()


def test_two_windows_lose_nothing_and_a_message_waits_for_a_connection_too(site: Site, chromium: Browser):
    page = opened(site, chromium, "de-DE")
    page.add_init_script(HURRIED)
    case = begun(site, page)
    _two_windows(site, page, site.world.step(case, "check_facts"))
    _chosen_files(site, page)
    page.goto(f"/cases/{case.number}/reply?kind=new")
    page.set_input_files("#files", {"name": "kessel.txt", "mimeType": "text/plain", "buffer": b"Er tropft."})
    expect(page.locator("#kept")).to_contain_text("Gewählte Dateien sind noch nicht gespeichert.")
    page.locator("[data-keep]").click()  # keeps the file too
    expect(page.locator("[name=documents]")).to_be_checked()
    page.context.set_offline(True)
    for name, text in (
        ("to", "mara@example.org"),
        ("subject", "Ihr Kessel"),
        ("text", "Guten Tag, er kommt."),
    ):
        page.fill(f"#{name}", text)
    expect(page.locator("#away")).to_be_visible()
    axe(page)
    page.fill("#text", "Guten Tag, er kommt morgen.")
    page.context.set_offline(False)
    expect(page.locator("#kept")).to_contain_text("Entwurf gespeichert")
    expect(page.locator("#away")).to_be_hidden()
    page.wait_for_function("() => !Object.keys(sessionStorage).length")  # all of it is on the server

    def lose(route: Route) -> None:
        """It arrives and is done, and the answer is lost, and with it the connection."""
        route.fetch(max_redirects=0)
        page.context.set_offline(True)
        route.abort()

    page.route(re.compile(r"/reply$"), lose, times=1)
    slow: list[Route] = []
    page.route(re.compile(r"/reply/draft$"), lambda route: slow.append(route), times=1)  # noqa: PLW0108
    with page.expect_request(re.compile(r"/reply/draft$")):
        page.fill("#text", "Guten Tag, er kommt am Montag.")
    page.fill("#text", "Guten Tag, er kommt am Dienstag.")
    page.keyboard.press("Control+Enter")  # while what was typed before is being saved
    beside: list[str] = []
    page.on("request", lambda sent: beside.append(sent.url) if sent.url.endswith("/draft") else None)
    slow[0].continue_()
    expect(page.locator("#away")).to_be_visible()
    page.wait_for_timeout(300)  # longer than a save waits
    page.context.set_offline(False)
    expect(page.locator("#leaving")).to_contain_text("Ihr Kessel")
    assert beside == []
    assert site.world.story(case).count("reply.sent_off") == 1
    page.context.close()


def _two_windows(site: Site, page: Page, task: Task) -> None:
    """What they say is asked about once, and what was not kept survives parking."""

    def elsewhere(words: str) -> None:
        with site.world.engine.begin("anna") as uow:
            task_drafts.save(uow, task.id, {"damage_text": words})

    elsewhere("Im anderen Fenster")
    page.fill(TEXT, "Hier")
    page.get_by_role("button", name="Beides vergleichen").click()
    page.locator("[name='_take.damage_text'][value=theirs]").check()
    page.keyboard.press("Control+Enter")
    expect(page.locator(TEXT)).to_have_value("Im anderen Fenster")
    assert page.evaluate("Object.keys(sessionStorage).length") == 0

    elsewhere("Noch einmal anders")
    page.fill(TEXT, "Nur hier")
    expect(page.get_by_role("button", name="Beides vergleichen")).to_be_visible()
    page.keyboard.press("Alt+p")
    page.fill("#park-reason", "Fahrer fragen")
    page.fill("#park-until", "morgen 9:00")
    step, slow = page.url, list[Route]()
    page.route(re.compile(r"/park$"), lambda route: slow.append(route), times=1)  # noqa: PLW0108
    with page.expect_request(re.compile(r"/park$")):
        page.keyboard.press("Control+Enter")
    beside: list[str] = []
    page.on("request", lambda sent: beside.append(sent.url) if BAR.search(sent.url) else None)
    page.evaluate("document.querySelectorAll('.bar-below > button').forEach(each => each.click())")
    page.evaluate("clicks = 0; addEventListener('click', () => { clicks += 1; })")
    reason = page.locator("#park-reason")
    reason.locator("xpath=ancestor::form").get_by_role("button").last.click(modifiers=["Control"])
    assert page.evaluate("clicks") == 0, "Ctrl and a click press nothing either"
    reason.dblclick(position={"x": 16, "y": 14})
    selected = "each => each.value.slice(each.selectionStart, each.selectionEnd).trim()"
    assert reason.evaluate(selected) == "Fahrer", "text is selected by the mouse"
    slow[0].continue_()
    expect(page).not_to_have_url(step)
    assert beside == [], "the bar's own buttons are held as well as those of the forms"
    with site.world.engine.begin("anna") as uow:
        tasks.unpark(uow, task.id)
    page.goto(step)
    expect(page.get_by_role("row").filter(has_text="Nur hier")).to_contain_text("Noch einmal anders")
    page.keyboard.press("Control+Enter")
    expect(page.locator(TEXT)).to_have_value("Nur hier")


def _chosen_files(site: Site, page: Page) -> None:
    """They are kept by themselves, once, and shown; of what is not taken it is said so, and leaving warns."""
    deployed(site.world)
    case = open_case(site.world, "looking")
    task = site.world.step(case, "enter")
    with site.world.engine.begin("anna") as uow:
        tasks.claim(uow, task.id)
    page.goto(f"/cases/{case.number}/tasks/{task.id}")
    files = page.locator("#f-photos")
    files.set_input_files({"name": "door.png", "mimeType": "image/png", "buffer": PNG})
    page.locator("#f-note").press_sequentially("Die Tür")
    expect(page.get_by_role("checkbox", name="door.png")).to_be_checked()
    expect(page.locator("#kept")).to_have_text(re.compile(r"^\s*Entwurf gespeichert: [\d., :]+Uhr\s*$"))
    expect(page.locator("#f-note")).to_have_value("Die Tür")
    expect(page.locator("#f-note")).to_be_focused()
    assert files.evaluate("each => each.files.length") == 0, "it is not brought again"
    page.wait_for_function("() => !Object.keys(sessionStorage).length")
    page.reload()
    expect(page.get_by_role("checkbox", name="door.png")).to_be_checked()
    files.set_input_files({"name": "bill.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"})
    page.locator("#f-note").fill("Die Tür klemmt")
    expect(page.locator("#kept")).to_contain_text("Gewählte Dateien sind noch nicht gespeichert.")
    shot(page, "keep/file-refused-de")
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.reload()
    assert asked == ["beforeunload"]
    expect(page.locator("#f-note")).to_have_value("Die Tür klemmt")
    page.keyboard.press("Control+Enter")
    expect(page).not_to_have_url(re.compile(rf"/tasks/{task.id}$"))
    assert [each.name for each in filed(site.world) if each.case_id == case.id] == ["door.png"]
