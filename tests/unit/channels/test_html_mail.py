"""HTML-only mail becomes text that a person can read, whatever it holds."""

import pytest

from cpm.channels.mail.html import to_text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>Guten Tag,</p><p>eins<br>zwei</p>", "Guten Tag,\n\neins\nzwei"),
        ("<style>p{}</style><script>alert('<p>')</script>Text", "Text"),
        ("<head><title>t</title></head><body>a&nbsp;&amp;&#228;&lt;</body>", "a &ä<"),
        ("<ul><li>eins</li><li>zwei</li></ul>", "- eins\n- zwei"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("neu<blockquote>alt<blockquote>älter</blockquote></blockquote>", "neu\n\n> alt\n\n>> älter"),
        ("3 < 4 und 5 > 4", "3 < 4 und 5 > 4"),
        ('<a title="a>b" href=x>Verweis</a>', "Verweis"),
        ("<!-- weg <p> -->da<!-- offen", "da"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("eins   \n zwei", "eins zwei"),
        ('<img src="data:' + "A" * 5_000 + '">Bild', "Bild"),
        ("unfertig <b", "unfertig"),
        ("<svg/>Text<script/>bleibt", "Textbleibt"),
        ("a < b </ > c", "a < b c"),
        ("<P>GROSS</P>\0", "GROSS"),
    ],
)
def test_words_and_line_breaks_remain_and_nothing_else(source, text):
    assert to_text(source) == text
