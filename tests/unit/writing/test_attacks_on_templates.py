"""A template reaches data and formats, and ends; whoever wrote it."""

import time
from zoneinfo import ZoneInfo

import pytest

from cpm.writing import MissingPlaceholder, TemplateFault, check, render
from cpm.writing.rendering import LARGEST_TEMPLATE
from cpm.writing.sandbox import LARGEST_TEXT, MOST_ROUNDS

BERLIN = ZoneInfo("Europe/Berlin")
REFUSED = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ subject.__class__ }}",
    "{{ subject|attr('__class__') }}",
    "{{ subject|map(attribute='__class__')|list }}",
    "{{ subject.format(subject) }}",
    "{{ '{0.__class__}'.format(subject) }}",
    "{{ '%s' % subject }}",
    "{{ 'a' * 10**9 }}",
    "{{ 'a' ~ 'b' }}",
    "{{ 7*7 }}",
    "{{ self._TemplateReference__context }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum.__globals__ }}",
    "{{ config.items() }}",
    "{{ loop }}",
    "{{ loop.__class__ }}",
    "{% for a in lines %}{{ loop.cycle('a', 'b') }}{% endfor %}",
    "{% for a in lines %}{{ loop.previtem }}{% endfor %}",
    "{% for a in lines recursive %}{{ loop(lines) }}{% endfor %}",
    "{% for i in range(10**9) %}{% endfor %}",
    "{% include '/etc/passwd' %}",
    "{% extends 'base.html' %}",
    "{% import 'os' as os %}",
    "{% from 'os' import path %}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% call m() %}{% endcall %}",
    "{% set x = subject %}{{ x }}",
    "{% set x %}{{ subject }}{% endset %}",
    "{% with x = subject %}{{ x }}{% endwith %}",
    "{% filter upper %}a{% endfilter %}",
    "{% block b %}{% endblock %}",
    "{% autoescape false %}{{ subject }}{% endautoescape %}",
    "{{ subject|safe }}",
    "{{ subject|tojson }}",
    "{{ subject[0:99] }}",
    "{{ {'a': 1} }}",
    "{{ subject is callable }}",
    "{{ 1.5 }}",
    "{{ _subject }}",
    "{{ lines|number(lines) }}",
    "{{ lines|money('a', 'b') }}",
    "{{ " + "(" * 50_000 + "1" + ")" * 50_000 + " }}",
    "{% if a %}" * 200 + "{% endif %}" * 200,
    "{{ " + "not " * 5000 + "a }}",
    "{{ " + "9" * 5000 + " }}",
    "{{ a" + ".a" * 5000 + " }}",
    "x" * (LARGEST_TEMPLATE + 1),
    "{{ subject",
    "{% if subject %}",
    "{{ }}",
]


@pytest.mark.parametrize("template", REFUSED, ids=lambda text: text[:40])
def test_what_is_more_than_a_template_is_refused_before_it_runs(template: str) -> None:
    with pytest.raises(TemplateFault) as fault:
        check(template)

    assert "Vorlage" in fault.value.sentence("de")


@pytest.mark.parametrize(
    "template",
    [
        "{{ subject['__class__'] }}",
        "{{ subject.upper }}",
        "{{ lines.append }}",
        "{{ lines[0].keys }}",
        "{{ lines[99] }}",
        "{{ at.year }}",
    ],
)
def test_names_lead_into_data_and_nowhere_else(template: str) -> None:
    with pytest.raises(MissingPlaceholder):
        render(template, {"subject": "Pumpe", "lines": [{"a": 1}]}, "de", BERLIN)


@pytest.mark.parametrize(
    ("template", "values"),
    [
        ("{% for a in xs %}{% for b in xs %}{% endfor %}{% endfor %}", {"xs": [1] * 1000}),
        ("{% for a in xs %}x{% endfor %}", {"xs": [1] * (MOST_ROUNDS + 1)}),
        ("{{ text }}" * 3, {"text": "x" * (LARGEST_TEXT // 2)}),
        ("{% for a in text %}x{% endfor %}", {"text": "x" * 1000}),
        ("{% if text is even %}{% endif %}", {"text": "%1000000000d"}),
        ("{{ text|date }}", {"text": "2026-02-30"}),
        ("{{ text < 3 }}", {"text": "a"}),
    ],
)
def test_what_grows_or_does_not_fit_is_stopped(template: str, values: dict[str, object]) -> None:
    with pytest.raises(TemplateFault):
        render(template, values, "de", BERLIN)


def test_a_template_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """The work of one round is bounded by the length of the template, and each round asks for the time."""
    monkeypatch.setattr("cpm.writing.sandbox.LONGEST_SECONDS", 0.05)
    template = "{% for a in xs %}" + "{% if 'b' in text %}{% endif %}" * 300 + "{% endfor %}"
    began = time.monotonic()

    with pytest.raises(TemplateFault, match="too long"):
        render(template, {"xs": [1] * MOST_ROUNDS, "text": "a" * 100_000}, "de", BERLIN)

    assert time.monotonic() - began < 60
