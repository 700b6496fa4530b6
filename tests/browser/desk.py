"""What an agent does at the guided case, in either language."""

from playwright.sync_api import Page, expect

#: What pages say, in the order German, English.
WORDS = {
    "start": ("Beginnen", "Start"),
    "go_on": ("Weiter", "Continue"),
    "next": ("Nächster Vorgang", "Next case"),
    "facts": ("Sachverhalt prüfen", "Check the facts"),
    "typed": ("Von Ihnen eingetragen", "Typed by you"),
}


def said(word: str, language: str) -> str:
    return WORDS[word][language == "en"]


def open_step(page: Page, number: str, language: str) -> None:
    page.goto(f"/inbox?view=team&q={number}")
    page.locator("table.inbox tbody th a").first.click()
    page.get_by_role("button", name=said("start", language)).click()
    page.locator("form[data-main]").wait_for()
    page.wait_for_load_state()  # until the scripts have run that listen for keys


def fill(page: Page, values: dict[str, object]) -> None:
    """By kind of field: a box, a choice, a tick."""
    for name, value in values.items():
        field = page.locator(f"form[data-main] [name={name}]")
        kind = field.first.evaluate("element => element.type")
        if kind == "radio":
            page.locator(f"form[data-main] [name={name}][value={value}]").check()
        elif kind == "select-one":
            field.select_option(str(value))
        elif kind == "checkbox":
            field.set_checked(bool(value))
        else:
            field.fill(str(value))
        page.wait_for_load_state()


def go_on(page: Page, language: str) -> None:
    page.get_by_role("button", name=said("go_on", language)).click()
    answered(page)


def answered(page: Page) -> None:
    """Once the answer to what was handed in is there: with a script no navigation says so at once."""
    expect(page.locator("form[data-sent]")).to_have_count(0)
    page.wait_for_load_state()
