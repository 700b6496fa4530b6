"""A real browser with our script: rows come and go, look-ups offer what is found, sums follow, all by keyboard."""

from collections.abc import Iterator

import pytest
from flask import render_template, render_template_string, request
from playwright.sync_api import Browser, Page, Route, expect

from cpm import forms
from cpm.errors import Invalid
from tests.browser import bare_form
from tests.browser.axe import violations
from tests.browser.hands import shot, too_wide
from tests.web.forms.conftest import NOW, ORDER, Fruit
from web.forms import asked, judged, moves, posted
from web.forms.found import lines

pytestmark = pytest.mark.slow

FRAGMENT = """{%- from "forms/_fields.html" import form_fields -%}
{{ form_fields(fields, problems, typed, language, refresh_url="/refresh?lang=" ~ language, heading=2, lookup_url="/look") }}"""
PAGE = bare_form.page(FRAGMENT, """<script src="{{ asset('cpm.js').url }}" type="module"></script>""")
FORM = forms.read(ORDER.read_bytes())


def drawn(template, typed=None, problems=()):
    language = request.args.get("lang", "en")
    fields = FORM.present({}, typed, now=NOW, language=language, lookups=Fruit())
    return render_template_string(template, fields=fields, typed=typed, problems=problems, language=language)


def sent():
    typed = posted(FORM.fields, request.form, NOW, "de")
    if moves(request.form):
        return drawn(PAGE, typed)
    language = request.args.get("lang", "en")
    try:
        seen = asked(request.form)
        taken = FORM.validate(typed, {}, now=NOW, language=language, asked=seen, lookups=Fruit())
    except Invalid as error:
        return drawn(PAGE, typed, error.problems), 422
    return f"taken: {taken['sum']} of {[row['sku'] for row in taken['lines']]}"


def refreshed():
    typed = posted(FORM.fields, request.form, NOW, "de")
    return drawn(FRAGMENT, typed, [("sum", "Wrong.")] if judged(request.form) else ())


def looked():
    found = Fruit().find("demo", request.args["q"], {})
    return render_template("forms/found.html", hits=lines(found, "en"), note=found.note)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    get = {"/": lambda: drawn(PAGE), "/look": looked}
    with bare_form.at(get, {"/": sent, "/refresh": refreshed}) as url:
        yield url


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    context = chromium.new_context(base_url=address)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    assert not [each for each in wrong if "status of" not in each]


def test_hits_for_which_there_is_no_room_below_stand_above_their_field(page: Page):
    page.goto("/")
    page.evaluate("document.body.style.margin = '600px 0'")
    field = page.locator("#f-lines-n0-sku")
    field.focus()
    page.keyboard.type("pea")
    expect(page.get_by_role("option")).to_have_count(2)
    page.keyboard.press("Escape")
    below = "innerHeight - document.activeElement.getBoundingClientRect().bottom"
    page.evaluate(f"scrollBy(0, 30 - ({below}))")
    assert page.evaluate(below) < 60
    page.keyboard.press("ArrowDown")
    expect(page.locator("#found")).to_be_visible()
    hits, at = page.locator("#found").bounding_box(), field.bounding_box()
    assert 0 <= hits["y"] < hits["y"] + hits["height"] <= at["y"]


def test_an_order_is_typed_by_keyboard_alone(page: Page):
    """The list is found by arrow and Enter, the sums follow, a row comes by Alt+N and goes and comes back."""
    page.goto("/")
    page.focus("#f-lines-n0-sku")
    page.keyboard.type("pea")
    box = page.get_by_role("combobox", name="Article")
    expect(page.get_by_role("option")).to_have_count(2)
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_text("2 found")).to_have_count(1)
    assert violations(page) == []
    shot(page, "forms/lookup-1440")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", "found-2")
    page.keyboard.press("Enter")
    expect(box).to_have_value("Pear (F-06)")
    expect(page.locator("#f-lines-n0-price")).to_have_value("24.00")
    expect(page.locator("#f-lines-n0-unit")).to_have_text("crate")
    page.focus("#f-lines-n0-qty")
    page.keyboard.type("3")
    expect(page.locator("#f-sum")).to_have_text("€72.00")
    expect(page.locator("#f-lines-n0-qty")).to_be_focused()
    page.keyboard.press("Alt+n")
    expect(page.locator("#f-lines-n1-sku")).to_be_focused()
    page.keyboard.type("F-01")
    page.keyboard.press("Tab")
    page.keyboard.type("2")
    expect(page.locator("#f-sum")).to_have_text("€77.80")
    expect(page.locator("#f-lines-n1-sku")).to_have_value("Apple (F-01)")
    page.focus("#f-lines-n0-remove")
    page.keyboard.press("Enter")
    expect(page.locator("#f-lines-n0-restore")).to_be_focused()
    expect(page.locator("#f-sum")).to_have_text("€5.80")
    assert violations(page) == []
    page.keyboard.press("Enter")
    expect(page.locator("#f-lines-n0-qty")).to_have_value("3")
    expect(page.locator("#f-sum")).to_have_text("€77.80")
    page.focus("#f-lines-n1-qty")
    page.keyboard.press("Enter")
    expect(page.get_by_text("taken: 77.80 of ['F-06', 'F-01']")).to_be_visible()


def test_cells_are_pasted_and_one_pause_asks_once(page: Page):
    asked_for: list[str] = []
    page.on("request", lambda each: asked_for.append(each.url) if each.method == "POST" else None)
    page.goto("/")
    page.focus("#f-lines-n0-sku")
    page.evaluate(
        """() => { const data = new DataTransfer(); data.setData("text/plain", "F-01\\t2\\t1.50\\r\\nF-03\\t3\\t\\t\\t\\t\\ttoo much\\r\\n");
        document.activeElement.dispatchEvent(new ClipboardEvent("paste",
            { clipboardData: data, bubbles: true, cancelable: true })); }"""
    )
    expect(page.locator("#f-lines-n1-sku")).to_have_value("Banana (F-03)")
    expect(page.locator("#f-sum")).to_have_text("€8.40")
    assert len(asked_for) == 1
    expect(page.get_by_role("status").filter(has_text="too much")).to_be_visible()
    assert violations(page) == []
    page.focus("#f-lines-n1-qty")
    page.keyboard.press("End")
    page.locator("#f-lines-n1-qty").press_sequentially("000", delay=50)
    expect(page.locator("#f-sum")).to_have_text("€5,403.00")
    page.keyboard.press("Tab")
    page.wait_for_timeout(600)
    assert len(asked_for) == 2


def test_a_row_comes_though_the_server_is_slow_and_something_is_typed_just_then(page: Page):
    """What was typed is told 0.4 s later; that must not take the place of the button's request. What is typed while that
    is on its way stays, and is told once the row is there."""
    held: list[Route] = []
    page.clock.install()
    page.goto("/")
    page.route("**/refresh*", lambda route: held.append(route), times=1)  # noqa: PLW0108
    page.fill("#f-lines-n0-sku", "F-01")
    page.fill("#f-lines-n0-qty", "3")
    page.keyboard.press("Alt+n")
    page.fill("#f-lines-n0-qty", "4")
    page.focus("button.add")
    page.clock.run_for(900)
    assert len(held) == 1
    held.pop().continue_()
    expect(page.locator("#f-lines-n1-sku")).to_be_focused()
    expect(page.locator("#f-lines-n0-price")).to_have_value("2.90")
    expect(page.locator("#f-lines-n0-qty")).to_have_value("4")
    page.clock.run_for(900)
    expect(page.locator("#f-lines-n0-total")).to_have_text("€11.60")
    expect(page.locator("#f-lines-n1-sku")).to_be_focused()
    page.fill("#f-lines-n1-sku", "F-01")
    page.fill("#f-lines-n1-qty", "1")
    page.clock.run_for(900)
    expect(page.locator("#f-sum")).to_have_text("€14.50")


def test_what_is_typed_while_an_answer_is_late_stays_and_counts(page: Page):
    """Typed and left just before the answer to what stood there earlier comes."""
    held: list[Route] = []
    page.clock.install()
    page.goto("/")
    page.fill("#f-lines-n0-sku", "F-01")
    page.focus("#f-lines-n0-qty")
    page.clock.run_for(900)
    expect(page.locator("#f-lines-n0-price")).to_have_value("2.90")
    page.route("**/refresh*", lambda route: held.append(route), times=1)  # noqa: PLW0108
    page.keyboard.type("3")
    page.clock.run_for(500)
    page.keyboard.type("0")
    page.keyboard.press("Tab")
    assert len(held) == 1
    held.pop().continue_()
    expect(page.locator("#f-sum")).to_have_text("€8.70")
    expect(page.locator("#f-lines-n0-qty")).to_have_value("30")
    expect(page.locator("#f-lines-n0-price")).to_be_focused()
    page.clock.run_for(900)
    expect(page.locator("#f-sum")).to_have_text("€87.00")
    expect(page.locator("#f-lines-n0-qty")).to_have_value("30")


def test_escape_and_leaving_close_the_list(page: Page):
    page.goto("/")
    page.locator("#f-ordered_by").press_sequentially("stale")
    expect(page.get_by_text("As of yesterday.")).to_be_visible()
    before = page.locator("#f-lines").bounding_box()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    assert page.locator("#f-lines").bounding_box() == before, "the page does not jump"
    page.keyboard.press("ArrowDown")
    page.get_by_role("option", name="Cherry").click()
    expect(page.locator("#f-ordered_by")).to_have_value("Cherry (F-04)")
    page.locator("#f-ordered_by").press_sequentially("x")
    expect(page.locator("#found").get_by_text("Nothing found")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Tab")
    expect(page.locator("#found")).to_be_hidden()


def test_enter_in_a_look_up_hands_nothing_in(page: Page):
    """It takes the only one found, leads to the first of several, and where there is none, nothing happens."""
    page.goto("/")
    sku = page.locator("#f-lines-n0-sku")
    for typed, listed in (("nosuch", 0), ("pea", 2)):
        sku.fill("")
        sku.press_sequentially(typed)
        expect(page.get_by_text("Nothing found" if not listed else "2 found").first).to_be_attached()
        sku.press("Enter")
        expect(page.get_by_role("option", selected=True)).to_have_count(min(listed, 1))
    sku.fill("")
    entered, held = False, list[Route]()
    page.route("**/look?*", lambda route: route.continue_() if entered else held.append(route))
    sku.press_sequentially("cherr")
    sku.press("Enter")  # sooner than the list comes
    entered = True
    for route in held:
        route.continue_()
    expect(page.get_by_role("option")).to_have_count(1)
    sku.press("Enter")
    expect(sku).to_have_value("Cherry (F-04)")
    sku.press("Enter")
    expect(page.locator("#f-lines-n0-price")).to_have_value("7.20")
    expect(page.locator(".summary")).to_have_count(0)


@pytest.mark.parametrize(("language", "width"), [("de", 320), ("en", 1440)])
def test_a_list_can_be_used_by_everybody(page: Page, language: str, width: int):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"/?lang={language}")
    page.locator("button.add").click()
    expect(page.locator("#f-lines-n1-sku")).to_be_focused()
    page.fill("#f-lines-n0-sku", "Pear")
    page.fill("#f-lines-n1-qty", "12")
    page.locator("#f-lines-n1-remove").focus()
    expect(page.locator("#f-lines-n1-urgent")).to_be_visible()
    page.get_by_role("button", name="OK").click()
    expect(page.locator("#summary")).to_be_focused()
    assert violations(page) == []
    assert not too_wide(page)
    page.fill("#f-lines-n1-sku", "ap")
    page.locator("#f-lines-n1-sku").press_sequentially("p")
    expect(page.get_by_role("option")).to_have_count(1)
    assert not too_wide(page)
    shot(page, f"forms/rows-{language}-{width}")
