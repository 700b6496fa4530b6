"""Notes of the designer may be marked up; what strangers wrote in between may not."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from web.forms.remark import plain, remark

ALLOWED = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "h3"}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Hallo", "<p>Hallo</p>"),
        ("eins\nzwei\n\ndrei", "<p>eins<br>\nzwei</p>\n<p>drei</p>"),
        ("## Titel\nText", "<h3>Titel</h3>\n<p>Text</p>"),
        ("- a\n- **b**\n1. c", "<ul><li>a</li><li><strong>b</strong></li></ul>\n<ol><li>c</li></ol>"),
        ("*leise* 2 * 3", "<p><em>leise</em> 2 * 3</p>"),
        ("<b>&", "<p>&lt;b&gt;&amp;</p>"),
        ("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>"),
        ("[a](//x.example)", "<p>[a](//x.example)</p>"),
        ("![a](https://x.example/a.png)",
         '<p>!<a href="https://x.example/a.png" rel="noopener noreferrer">a</a></p>'),
        ('[a](https://x.example/"onclick=x)',
         '<p><a href="https://x.example/&#34;onclick=x" rel="noopener noreferrer">a</a></p>'),
        ("", ""),
    ],
)  # fmt: skip
def test_a_small_part_of_markdown_is_understood(text, wanted):
    assert str(remark(text, {})) == wanted


def test_what_fills_a_note_is_shown_and_not_obeyed():
    words = "**fett** <script> [x](https://evil.example) {{name}}\n# Titel"
    shown = remark("**Zurück:** {{name}}", {"name": words})
    assert "<strong>Zurück:</strong> **fett** &lt;script&gt; [x](https://evil.example) {{name}}" in shown
    assert "<br>\n# Titel" in shown


def test_what_fills_an_address_cannot_leave_its_place():
    shown = remark("[Sendung](https://post.example/{{no}})", {"no": "../a?b=c#d\"'><"})
    assert 'href="https://post.example/..%2Fa%3Fb%3Dc%23d%22%27%3E%3C"' in shown


def test_a_computed_text_keeps_its_lines_and_nothing_else():
    assert str(plain("**a** <b>\nc")) == "<p>**a** &lt;b&gt;<br>\nc</p>"


@given(st.text(alphabet="*[](){}#- \n1.<>&\"'/:hxtps", max_size=80), st.text(max_size=20))
def test_no_text_makes_other_tags(text, filling):
    shown = remark(text, {"x": filling, "h": filling})
    for element in html.fragment_fromstring(f"<div>{shown}</div>").iterdescendants():
        assert element.tag in ALLOWED
        assert set(element.attrib) <= {"href", "rel"}
        assert element.get("href", "https://").startswith(("http://", "https://"))


@pytest.mark.parametrize("piece", ["*", "**", "[", "[a](", "{{", "{{ ", "# ", "- ", "\n", "[a](https://"])
def test_no_text_takes_long(piece):
    started = time.perf_counter()
    remark((piece * 10_000)[:10_000], {})
    assert time.perf_counter() - started < 1
