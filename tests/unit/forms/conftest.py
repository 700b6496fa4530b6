import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from cpm.errors import Invalid
from cpm.forms import read

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def form():
    """Makes a form from its components; labels that do not matter are the keys."""

    def make(*components):
        return read(as_file(*components), "demo.form")

    return make


@pytest.fixture
def file():
    return as_file


@pytest.fixture
def problems(now):
    """The problems of an answer as a dict from key to sentences, {} if it is taken."""

    def ask(form, values, scope=None, language="de"):
        try:
            form.validate(values, scope or {}, now=now, language=language)
        except Invalid as refused:
            found = {}
            for key, sentence in refused.problems:
                found.setdefault(key, []).append(sentence)
            return found
        return {}

    return ask


def as_file(*components, **more):
    labelled = [{"label": c["key"], **c} if "key" in c else c for c in components]
    return json.dumps({"id": "demo", "type": "default", "components": labelled, **more}).encode()
