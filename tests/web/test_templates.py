"""Designers change texts and letters in the browser: looked at first, refused by line, nobody's change lost."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cpm.commands import users
from cpm.model import Role
from cpm.writing.letters import press
from tests.web.conftest import Browser
from tests.world import World, shipped

LETTER = "/designer/templates/template/complaint/answer.de.typ"
TEXTS = "/designer/templates/texts/firm.de"
SOURCE = dict(shipped())["complaint/letters/answer.de.typ"].decode()
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def dora(firm: World, browser: Browser) -> FlaskClient:
    with firm.engine.begin("otto") as uow:
        users.add_user(uow, "dora", name="Dora", roles=[Role.DESIGNER], teams=[])
    return browser("dora")


def add_user(firm: World, login: str) -> str:
    with firm.engine.begin("otto") as uow:
        return users.add_user(uow, login, name=login, roles=[], teams=[]).login


def send(
    client: FlaskClient, text: str, action: str = "preview", address: str = LETTER, base: int = 1
) -> TestResponse:
    name = "de.toml" if address == TEXTS else "answer.de.typ"
    data = {"action": action, f"text.{name}": text, f"base.{name}": str(base), "comment": "kürzer"}
    return client.post(address, data=data, headers=ENGLISH)


def test_texts_and_letters_are_listed_and_shown_in_both_languages(dora: FlaskClient) -> None:
    page = dora.get("/designer/templates", headers=ENGLISH).text
    assert "For all processes" in page
    assert f'href="{LETTER}"' in page

    editor = dora.get(LETTER, headers=ENGLISH).text
    assert 'name="text.answer.de.typ"' in editor
    assert 'name="text.answer.en.typ"' in editor
    assert 'name="text.answer.json"' in editor


def test_a_letter_is_looked_at_changed_and_brought_back(dora: FlaskClient) -> None:
    longer = f'{SOURCE}\n#value("case_no")\n'
    looked = send(dora, longer)
    assert looked.status_code == 200
    assert "data:image/png;base64," in looked.text
    assert "+#value(&#34;case_no&#34;)" in looked.text
    assert "Version 2" not in dora.get(LETTER, headers=ENGLISH).text

    made = send(dora, longer, "file")
    assert made.mimetype == "application/pdf"
    assert made.data.startswith(b"%PDF-1.7")

    assert send(dora, longer, "deploy").status_code == 303
    assert "Version 2" in dora.get(LETTER, headers=ENGLISH).text
    earlier = dora.get(f"{LETTER}?version=1", headers=ENGLISH).text
    assert "-#value(&#34;case_no&#34;)" in earlier
    assert send(dora, SOURCE, "deploy", base=2).status_code == 303


def test_a_refusal_marks_its_line(dora: FlaskClient) -> None:
    page = send(dora, f'{SOURCE}\n#value("due|datum")', "deploy")

    assert page.status_code == 422
    line = SOURCE.count("\n") + 2
    assert f'href="#complaint-letters-answer.de.typ-{line}"' in page.text
    assert f'<li id="complaint-letters-answer.de.typ-{line}" class="wrong">' in page.text


def test_two_designers_at_once_both_see_what_the_other_wrote(dora: FlaskClient) -> None:
    assert send(dora, f"{SOURCE}\nerste", "deploy").status_code == 303

    second = send(dora, f"{SOURCE}\nzweite", "deploy")

    assert second.status_code == 409
    assert "version 2 is in force" in second.text
    assert "-erste" in second.text
    assert "+zweite" in second.text
    assert 'name="base.answer.de.typ" value="2"' in second.text


def test_texts_of_the_firm_are_changed_the_same_way(dora: FlaskClient) -> None:
    text = dict(shipped())["firm/texts/de.toml"].decode()
    assert send(dora, text.replace("ein oder zwei Fotos", "ein Foto"), "deploy", TEXTS).status_code == 303
    assert send(dora, text.replace("{{case_no}}", "{{1+1}}"), "deploy", TEXTS, base=2).status_code == 422


def test_texts_are_looked_at_with_the_sample_data_beside_them(dora: FlaskClient) -> None:
    address = "/designer/templates/texts/complaint.de"
    german = dict(shipped())["complaint/texts/de.toml"].decode()
    page = dora.get(address, headers=ENGLISH).text
    assert 'name="text.texts.json"' in page

    def looked(text: str, sample: str) -> TestResponse:
        data = {"action": "preview", "text.de.toml": text, "text.texts.json": sample}
        return dora.post(address, data=data, headers=ENGLISH)

    seen = looked(german, '{"case_no": "C-777", "goodwill_amount": 1234.5}')
    assert seen.status_code == 200
    assert "Ihre Reklamation C-777" in seen.text
    assert "1.234,50\u00a0€" in seen.text
    assert "€1,234.50" in seen.text  # the same in the other language, beside it
    assert "Not in the sample data: due" in seen.text
    assert looked(german, "{").status_code == 422
    assert looked(german.replace("{{case_no}}", "{{case_no|x}}", 1), "{}").status_code == 422


def test_only_designers_change_and_others_see_nothing(browser: Browser) -> None:
    assert send(browser("otto"), SOURCE, "deploy").status_code == 403
    assert browser("otto").get(LETTER).status_code == 200
    assert browser("anna").get(LETTER).status_code == 403
    assert browser("otto").get("/designer/templates/form/approve").status_code == 404


def test_nobody_waits_while_a_letter_is_made_to_look_at_it(
    dora: FlaskClient, firm: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may take 20 seconds, and SQLite has one transaction that writes."""
    make_all, written = press.make_all, []

    def watched(orders: list[press.Order]) -> list[Any]:
        with ThreadPoolExecutor(1) as other:
            written.append(other.submit(lambda: add_user(firm, f"user{len(written)}")).result())
        return make_all(orders)

    monkeypatch.setattr(press, "make_all", watched)
    assert send(dora, f"{SOURCE}\n// anders\n").status_code == 200
    assert send(dora, f"{SOURCE}\n// anders\n", "deploy").status_code == 303
    assert written
