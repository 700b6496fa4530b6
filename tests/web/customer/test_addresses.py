"""Who looks after public forms opens and closes their addresses on a page."""

import pytest
from lxml import html
from sqlalchemy import select

from cpm.commands import users
from cpm.model import PublicForm, Role


@pytest.fixture
def designer(firm, browser):
    with firm.engine.begin("cpm test") as uow:
        users.add_user(uow, "dana", name="Dana", roles=[Role.DESIGNER], teams=[])
    return browser("dana")


def key_of(firm):
    with firm.engine.read() as look:
        return look.session.scalars(select(PublicForm.key).where(PublicForm.active)).one()


def test_an_address_is_opened_shown_and_closed(firm, designer):
    without = designer.get("/admin/webforms/?lang=de").text.count("hat noch keine Adresse")
    assert without
    assert designer.post("/admin/webforms/", data={"process": "complaint"}).status_code == 303
    key = key_of(firm)
    page = html.document_fromstring(designer.get("/admin/webforms/?lang=de").text)
    assert page.xpath(f"//a[@href='/f/{key}']")
    assert page.text_content().count("hat noch keine Adresse") == without - 1
    assert designer.post(f"/admin/webforms/{key}/closing").status_code == 303
    assert designer.get(f"/f/{key}").status_code == 404
    assert "geschlossen" in designer.get("/admin/webforms/?lang=de").text


@pytest.mark.parametrize("process", ["", "approval", "nobody", "x" * 5000])
def test_a_process_without_a_web_form_gets_none(designer, process):
    assert designer.post("/admin/webforms/", data={"process": process}).status_code == 422


def test_agents_have_no_business_there(browser):
    assert browser("anna").get("/admin/webforms/").status_code == 403
