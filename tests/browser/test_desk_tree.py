"""Each step of a whole complaint as those meet it who hear the page: its tree, and what it says when something is refused."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.desk_states import Office, hand_in
from tests.browser.hands import sign_in
from tests.browser.site import Site
from tests.browser.tree import nameless, nodes
from tests.office import FACTS, REMEDY

pytestmark = pytest.mark.slow
#: Around every step, in this order; more may stand in between.
FRAME = """
- link "To the content"
- banner:
  - navigation "Areas"
- main:
  - group "Steps":
    - navigation "Steps"
  - region "{step}":
    - heading "{step}" [level=1]
    - region "Say":
      - heading "Say" [level=2]
    - group:
      - heading "Do" [level=2]
    - group "What to do with this step":
      - button "Continue"
  - complementary "Customer and history":
    - heading "Customer" [level=2]
"""
STEPS: dict[str, tuple[tuple[dict[str, object], ...], str]] = {
    "Check the facts": (
        (),
        """
    - textbox "Order"
    - textbox "Order value"
    - combobox "Cause (required)":
      - option "Please choose" [selected]
      - option "Defect"
    - textbox "Delivered on"
    - textbox "What happened? (required)"
    - textbox "Amount claimed"
    - checkbox "Danger"
    - checkbox "Lawyer, press"
""",
    ),
    "Choose the remedy": (
        (FACTS,),
        """
    - combobox "Remedy (required)"
    - radiogroup "Customer prefers":
      - radio "Repair"
      - radio "Replacement"
      - radio "Money"
      - radio "open"
    - textbox "Reason (required)"
""",
    ),
    "Write the answer": (
        (FACTS, REMEDY),
        """
    - combobox "Answer by (required)"
    - textbox "Subject (required)": /Riss/
    - textbox "Answer (required)"
    - textbox "Promised by"
""",
    ),
}


def test_each_step_says_what_it_is(site: Site, visit: Visit):
    office, page = Office(site.world), visit()
    sign_in(page, "anna")
    for number, (step, (done, fields)) in enumerate(STEPS.items()):
        page.goto(office.held(office.case(f"tree-{number}", *done)))
        expect(page.locator("body")).to_match_aria_snapshot(FRAME.format(step=step))
        expect(page.locator(".work")).to_match_aria_snapshot(f'- region "{step}":{fields}')
        _asks(page)
        _refuses(page)


def _asks(page: Page) -> None:
    """Whatever is said to be required is so for programs too. Of a select, the tree that Chromium shows us leaves it out."""
    assert nameless(page) == []
    asked = [node for node in nodes(page) if node.role in {"textbox", "radiogroup"}]
    assert [node.name for node in asked if node.required != ("(required)" in node.name)] == []
    assert [node.name for node in asked if node.invalid] == []
    assert page.locator(".way [aria-current=step]").count() == 1


def _refuses(page: Page) -> None:
    """What is wrong is announced, in focus, and found at its fields."""
    page.locator("#step-form").evaluate("form => form.reset()")
    for box in page.locator("#step-form [aria-required=true]:is(textarea, input)").all():
        box.fill("")
    hand_in(page)
    summary = page.locator("#summary")
    expect(summary).to_be_focused()
    expect(summary).to_have_attribute("role", "alert")
    wrong = [node for node in nodes(page) if node.invalid]
    assert len(wrong) == summary.get_by_role("link").count()
    assert all(node.description for node in wrong), wrong
