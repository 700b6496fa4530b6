import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, render_template_string
from lxml import html
from werkzeug.datastructures import MultiDict

from cpm import forms
from cpm.errors import Invalid
from cpm.forms.files import Filed
from cpm.queries.lookups import demo
from cpm.queries.lookups.source import Asked
from web.forms import asked, moves, posted, register

TEMPLATES = Path(__file__).parents[3] / "web" / "templates"
DOOR, BILL = Filed("17", "Tür.JPG", "image/jpeg", 9), Filed("18", "bill.pdf", "application/pdf", 5)
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=ZoneInfo("Europe/Berlin"))
PAGE = """<!doctype html><html lang="{{ language }}"><head><title>Form</title></head><body><h1>Form</h1>
{%- from "forms/_fields.html" import figure, form_fields -%}
{%- from "forms/_summary.html" import summary -%}
{{ summary(problems, fields, language) }}
<form method="post" novalidate>
{{ form_fields(fields, problems, typed, language, refresh_url="/refresh" if reacts else none, heading=2) }}
{{ figure(fields, language) }}<button>OK</button></form></body></html>"""
ORDER = Path(__file__).with_name("order.form")
ONE_OF_EACH = Path(__file__).with_name("one_of_each.form")


class Browser:
    """A page with one form, as a browser without JavaScript sees it."""

    def __init__(self, app, form, scope, language="de", lookups=None):
        self.app, self.form, self.scope, self.language, self.lookups = app, form, scope, language, lookups
        self.problems, self.values = (), None
        self.show()

    def show(self, typed=None):
        fields = self.form.present(self.scope, typed, now=NOW, language=self.language, lookups=self.lookups)
        with self.app.app_context():
            self.text = render_template_string(
                PAGE, fields=fields, problems=self.problems, typed=typed, language=self.language,
                reacts=self.form.reacts,
            )  # fmt: skip
        self.page = html.document_fromstring(self.text)

    def filled(self, **entries):
        """What the browser would post: the page's controls, some of them changed first; None unticks."""
        data = MultiDict(self.page.forms[0].form_values())
        for key, entry in entries.items():
            data.poplist(key)
            data.setlist(key, [] if entry is None else entry if isinstance(entry, list) else [entry])
        return MultiDict((key, value) for key, value in data.items(multi=True))

    def typed(self, **entries):
        """What a page reads of it."""
        return posted(self.form.fields, self.filled(**entries), NOW, self.language)

    def submit(self, **entries):
        return self.post(self.filled(**entries))

    def post(self, data):
        """The clean values, or null if the form comes back."""
        typed = posted(self.form.fields, data, NOW, self.language)
        if moves(data):
            self.problems = ()
            self.show(typed)
            return None
        try:
            self.values = self.form.validate(
                typed, self.scope, now=NOW, language=self.language, asked=asked(data), lookups=self.lookups
            )
        except Invalid as refused:
            self.problems = refused.problems
            self.show(typed)
            return None
        return self.values

    def press(self, button, value, **entries):
        """One of a list's buttons."""
        self.post(MultiDict([*self.filled(**entries).items(multi=True), (button, value)]))

    def at(self, key):
        """The control of the field."""
        return self.page.get_element_by_id(f"f-{key}")

    def words_of(self, ids):
        return " ".join(self.page.get_element_by_id(each).text_content() for each in (ids or "").split())


@pytest.fixture(scope="session")
def app():
    app = Flask("forms", template_folder=str(TEMPLATES))
    register(app)
    return app


@pytest.fixture(params=["de", "en"])
def language(request):
    return request.param


@pytest.fixture
def open_form(app):
    def opened(*components, language="de", **scope):
        document = {"id": "demo", "type": "default", "components": list(components)}
        return Browser(app, forms.read(json.dumps(document).encode(), "demo.form"), scope, language)

    return opened


@pytest.fixture
def all_kinds(app):
    def opened(language="de", **scope):
        return Browser(app, forms.read(ONE_OF_EACH.read_bytes(), ONE_OF_EACH.name), scope, language, Fruit())

    return opened


class Fruit:
    """The demo source, which asks no database."""

    def find(self, _source, words, values):
        return demo.find(None, Asked(words, None, values))

    def expect(self, _source, named, values):
        pass

    def named(self, _source, value, values):
        return demo.named(None, [value], Asked("", None, values)).get(value)

    def files(self, numbers):
        known = {each.number: each for each in (DOOR, BILL)}
        return {number: known[number] for number in numbers if number in known}


@pytest.fixture
def order(app):
    def opened(language="de", **scope):
        return Browser(app, forms.read(ORDER.read_bytes(), ORDER.name), scope, language, Fruit())

    return opened


def check_page(page):
    """What screen readers need: ids that are there once, and every control with a name of its own."""
    ids = Counter(page.xpath("//@id"))
    assert {each: count for each, count in ids.items() if count > 1} == {}
    for attribute in ("for", "aria-describedby", "aria-labelledby"):
        for value in page.xpath(f"//@{attribute}"):
            assert set(value.split()) <= ids.keys(), (attribute, value)
    for link in page.xpath("//a[starts-with(@href, '#')]/@href"):
        assert link[1:] in ids
    for control in page.xpath("//input[@type!='hidden'] | //select | //textarea"):
        named = control.xpath("ancestor::label") or page.xpath(f"//label[@for='{control.get('id')}']")
        assert len(named) == 1, control.get("id")
        assert named[0].text_content().strip(), control.get("id")
    for fieldset in page.xpath("//fieldset"):
        assert fieldset[0].tag == "legend"
        assert fieldset[0].text_content().strip()
    assert page.xpath("//*[@style or @onclick or @onchange] | //script") == []
