"""A designer brings a good model and a bad one: the good one runs, the bad one says where it is wrong."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cpm.settings import SHIPPED
from tests.browser.axe import axe
from tests.browser.conftest import Visit
from tests.browser.hands import shot, sign_in

pytestmark = pytest.mark.slow
GUIDE = Path(__file__).parents[2] / "docs" / "example" / "callback"
APPROVAL = SHIPPED / "processes" / "approval" / "approval.bpmn"


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    file = tmp_path / "approval.bpmn"
    text = APPROVAL.read_text().replace('formId="approve"', 'formId="=x"')
    file.write_text(text.replace("cpm:fourEyes", "cpm:fourEyed"))
    return file


def brought(page: Page, *files: Path, action: str) -> None:
    page.goto("/designer/upload")
    page.set_input_files("input[name=files]", [str(file) for file in files])
    page.click(f"button[value={action}]")


def test_a_good_model_is_put_in_force_and_drawn(visit: Visit):
    page = visit()
    sign_in(page, "dora")
    brought(page, GUIDE / "callback.bpmn", GUIDE / "call_back.form", action="deploy")
    expect(page.get_by_role("heading", level=1)).to_have_text("Rückruf, Version 1")
    expect(page.locator(".canvas [data-element-id=call_back]")).to_be_visible()
    expect(page.locator(".bjs-powered-by")).to_be_visible()
    page.get_by_role("button", name="Larger").click()
    shot(page, "designer/good")
    axe(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_bad_model_is_marked_where_it_is_wrong(visit: Visit, bad: Path, scheme: str):
    page = visit(scheme=scheme, language="de")
    sign_in(page, "dora")
    brought(page, bad, action="check")
    expect(page.get_by_role("heading", level=1)).to_have_text("Es hat sich nichts geändert")
    expect(page.locator(".canvas .mark")).to_have_text("1, 2")
    expect(page.locator(".canvas g.refused")).to_have_attribute("data-element-id", "approve")
    shot(page, f"designer/bad-{scheme}")
    axe(page)
    page.locator(".mark").click()
    expect(page.locator("#finding-1")).to_be_in_viewport()


def test_without_a_script_the_table_says_it_all(visit: Visit, bad: Path):
    page = visit(java_script=False)
    sign_in(page, "dora")
    brought(page, bad, action="deploy")
    expect(page.locator("tr[data-element=approve]")).to_have_count(2)
    expect(page.locator(".canvas")).to_be_hidden()


def test_a_model_without_a_drawing_says_so(visit: Visit, tmp_path: Path):
    text = APPROVAL.read_text().replace('formId="approve"', 'formId="=x"')
    bare = tmp_path / "bare.bpmn"
    bare.write_text(text[: text.index("<bpmndi:")] + "</bpmn:definitions>")
    page = visit()
    sign_in(page, "dora")
    brought(page, bare, action="deploy")
    expect(page.get_by_text("nothing that can be drawn")).to_be_visible()
