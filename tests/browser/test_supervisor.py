"""A supervisor settles what went wrong: choose a remedy, fill it in, see what would happen, confirm."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from cpm.commands import resolutions, tasks
from cpm.connectors import Failed, Retry
from cpm.model import Case, Incident, IncidentState, Remedy
from tests.browser.axe import axe
from tests.browser.conftest import Visit
from tests.browser.hands import shot, sign_in, tab_to, too_wide
from tests.browser.site import Site
from tests.office import ANSWER, FACTS, REFUSED, REMEDY
from tests.world import mail

pytestmark = pytest.mark.slow

#: What pages say, in the order German, English.
WORDS = {
    "skip": ("Schritt überspringen", "Skip the step"),
    "preview": ("Zeigen, was geschehen würde", "Show what would happen"),
    "would": ("Was geschehen würde", "What would happen"),
    "confirm": ("Bestätigen", "Confirm"),
    "done": ("Erledigt: Schritt überspringen.", "Done: Skip the step."),
    "reason": ("Begründung", "Reason"),
}


def said(word: str, language: str) -> str:
    return WORDS[word][language == "en"]


def refused(site: Site, word: str, why: Failed = REFUSED) -> Case:
    """A case whose answer no mail server takes."""
    case = site.world.receive(mail(subject=f"Riss im Kessel ({word})", message_id=f"<{word}@example.org>"))
    assert case is not None
    site.world.drain()
    for element, values in (("check_facts", FACTS), ("decide_remedy", REMEDY), ("write_answer", ANSWER)):
        site.world.do(case, element, "anna", values)
    site.world.post.outcomes = [why]
    site.world.drain()
    return case


def unreachable(site: Site) -> Case:
    """A case whose mail server does not answer, however often it is asked."""
    site.world.post.outcomes = [Retry("connection refused", "unreachable")] * 7  # the last one by itself
    case = site.world.receive(mail(subject="Riss (unreachable)", message_id="<unreachable@example.org>"))
    assert case is not None
    for _ in range(8):
        site.world.drain()
        site.clock.advance(timedelta(minutes=60))
    site.world.post.outcomes = []
    return case


def state(site: Site, incident: int) -> IncidentState:
    with site.world.engine.read() as look:
        return look.get(Incident, incident).state


def preview(
    page: Page, language: str = "en", *, note: str = "The customer has it from the telephone."
) -> None:
    """From the remedy's form to what it would do."""
    page.locator("#remedies").get_by_role("link", name=said("skip", language)).click()
    page.locator("#note").fill(note)
    page.get_by_role("button", name=said("preview", language)).click()
    expect(page.get_by_role("heading", name=said("would", language), exact=True)).to_be_visible()


@pytest.mark.parametrize("java_script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("language", ["de", "en"])
def test_an_exception_from_the_queue_to_its_end(site: Site, visit: Visit, language: str, java_script: bool):
    case = refused(site, "story")
    number = site.world.incident(case).id
    page = visit(language=language, java_script=java_script)
    sign_in(page, "max")
    page.goto("/exceptions")
    page.locator("tr").filter(has_text=case.number).locator("th a").click()
    expect(page).to_have_url(f"{site.url}/exceptions/{number}")
    preview(page, language)
    assert state(site, number) == IncidentState.OPEN
    assert not too_wide(page)
    if java_script:
        axe(page)
        shot(page, f"supervisor/preview-{language}")
    page.get_by_role("button", name=said("confirm", language)).click()
    expect(page.get_by_text(said("done", language))).to_be_visible()
    assert state(site, number) == IncidentState.RESOLVED
    shot(page, f"supervisor/settled-{language}")


def test_a_remedy_by_keyboard_alone(site: Site, visit: Visit):
    number = site.world.incident(refused(site, "keys")).id
    page = visit()
    sign_in(page, "max")
    page.goto(f"/exceptions/{number}")
    tab_to(page, page.locator("#remedies").get_by_role("link", name=said("skip", "en")))
    page.keyboard.press("Enter")
    page.locator("#note").wait_for()
    tab_to(page, page.locator("#note"))
    page.keyboard.type("The customer has it from the telephone.")
    tab_to(page, page.get_by_role("button", name=said("preview", "en")))
    page.keyboard.press("Enter")
    confirm = page.get_by_role("button", name=said("confirm", "en"))
    confirm.wait_for()
    tab_to(page, confirm)
    page.keyboard.press("Enter")
    expect(page.get_by_text(said("done", "en"))).to_be_visible()


@pytest.mark.parametrize("java_script", [True, False], ids=["script", "no script"])
def test_somebody_else_was_faster(site: Site, visit: Visit, java_script: bool):
    """It says who did what, and keeps what was typed."""
    number = site.world.incident(refused(site, "race")).id
    page = visit(java_script=java_script)
    sign_in(page, "max")
    page.goto(f"/exceptions/{number}")
    preview(page, note="What Max knows about it")
    with site.world.engine.begin("sue") as uow:
        resolutions.resolve(uow, number, Remedy.SKIP, note="Sue has spoken to her")
    page.get_by_role("button", name=said("confirm", "en")).click()
    expect(page.locator("#summary")).to_contain_text("resolved by sue")
    expect(page.get_by_text("Sue has spoken to her").first).to_be_visible()
    expect(page.get_by_text("What Max knows about it")).to_be_visible()
    shot(page, f"supervisor/overtaken-{'script' if java_script else 'plain'}")


def test_a_reason_that_is_missing_is_asked_for(site: Site, visit: Visit):
    number = site.world.incident(refused(site, "reason")).id
    page = visit(language="de", width=320)
    sign_in(page, "max")
    page.goto(f"/exceptions/{number}?remedy=skip")
    page.locator("#note").fill("   ")
    page.get_by_role("button", name=said("preview", "de")).click()
    expect(page.locator("#summary")).to_be_focused()
    expect(page.locator("#summary")).to_be_in_viewport()
    expect(page.locator("#note-error")).to_be_visible()
    assert not too_wide(page)
    axe(page)
    shot(page, "supervisor/no-reason")


def test_another_team_may_look_but_not_settle(site: Site, visit: Visit):
    number = site.world.incident(refused(site, "other")).id
    page = visit()
    sign_in(page, "fay")
    page.goto(f"/exceptions/{number}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Address does not accept mail")
    expect(page.locator("#remedies")).to_have_count(0)
    shot(page, "supervisor/other-team")


@pytest.mark.parametrize("java_script", [True, False], ids=["script", "no script"])
def test_several_are_tried_again_at_once(site: Site, visit: Visit, java_script: bool):
    """Those that cannot be are named, and keep the others from nothing."""
    unreachable(site)
    page = visit(java_script=java_script)
    sign_in(page, "max")
    page.goto("/exceptions")
    mine, button = (page.locator(f"form.inline {each}").bounding_box() for each in (".check", "button"))
    assert mine is not None
    assert button is not None
    assert mine["y"] == button["y"], "they stand on one line"
    boxes = page.locator("tbody input[type=checkbox]")
    for box in boxes.all():
        box.check()
    chosen = boxes.count()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text(f"{chosen} chosen:")).to_be_visible()
    if java_script:
        axe(page)
    shot(page, "supervisor/several")
    page.get_by_role("button", name="Do it for").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("done")
    shot(page, "supervisor/several-done")


@pytest.mark.parametrize("java_script", [True, False], ids=["script", "no script"])
def test_a_special_case_is_reported_with_a_file(site: Site, visit: Visit, java_script: bool):
    case = site.world.receive(mail(subject="Brief vom Anwalt", message_id="<special@example.org>"))
    assert case is not None
    site.world.drain()
    step = site.world.step(case, "check_facts")
    with site.world.engine.begin("anna") as uow:
        tasks.claim(uow, step.id)
    page = visit(java_script=java_script)
    sign_in(page, "anna")
    page.goto(f"/cases/{case.number}/tasks/{step.id}")
    page.get_by_role("link", name="Special case").click()
    page.locator("#kind").select_option("third_party")
    page.locator("#note").fill("Their insurer wrote")
    letter = {"name": "letter.txt", "mimeType": "text/plain", "buffer": b"Dear Sir or Madam"}
    page.set_input_files("#files", [letter])
    page.get_by_role("button", name="Report it").click()
    expect(page.get_by_text("The special case is reported")).to_be_visible()
    expect(page.get_by_text("letter.txt", exact=True)).to_be_visible()
    page.goto(f"/cases/{case.number}/tasks/{step.id}")
    expect(page.get_by_text("This task waits until its special case is settled.")).to_be_visible()
