"""Files come from strangers: what could hurt is refused before a tree exists."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import xml

LAUGHS = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<lolz>&b;</lolz>"""


def refusal(data: bytes) -> xml.Finding:
    with pytest.raises(xml.Refused) as caught:
        xml.parse(data, "a.bpmn")
    (finding,) = caught.value.findings
    return finding


def test_an_element_knows_its_line():
    root = xml.parse(b"<a>\n  <!-- no -->\n  <?no pi?>\n  <b x='1'/>\n</a>", "a.bpmn")
    assert [(child.tag, child.sourceline) for child in root] == [("b", 4)]


def test_a_text_around_a_comment_stays_whole():
    assert xml.parse(b"<a>one<!-- two -->three</a>").text == "onethree"


def test_a_document_type_is_refused_with_its_line():
    finding = refusal(LAUGHS)
    assert (finding.file, finding.line) == ("a.bpmn", 2)
    assert finding.reason == "Expected no document type declaration, but here is one."


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE a SYSTEM "http://example.com/a.dtd">',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE a [<!ENTITY % x SYSTEM "file:///etc/hostname"> %x;]>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_no_entity_is_read_whatever_the_encoding(doctype, encoding):
    assert "document type" in refusal(f"{doctype}<a>&x;</a>".encode(encoding)).reason


def test_an_undeclared_entity_is_not_well_formed():
    assert refusal(b"<a>\n&x;</a>").line == 2


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no xml",
        b"<a>",
        b"<a></b>",
        b"<a/><b/>",
        b"<a\x00/>",
        b"<a>\xff\xfe</a>",
        b"<x:a/>",
        b"<?xml version='1.0' encoding='nonsense'?><a/>",
        b"<?xml version='1.0' encoding='rot13'?><a/>",
        b"<?xml version='1.0' encoding='utf-7'?><a/>",
    ],
)
def test_what_is_not_well_formed_is_refused(data):
    finding = refusal(data)
    assert finding.reason.startswith("Expected ")
    assert finding.line is not None


def test_deep_nesting_is_refused():
    assert "deep" in refusal(b"<a>" * 101 + b"</a>" * 101).reason
    assert xml.parse(b"<a>" * 100 + b"</a>" * 100).tag == "a"


def test_too_many_nodes_are_refused():
    assert "elements and attributes" in refusal(b"<a>" + b"<b/>" * 200_000 + b"</a>").reason


def test_many_attributes_count_as_nodes_and_do_not_take_long():
    began = time.monotonic()
    attributes = " ".join(f"a{number}='1'" for number in range(200_000))
    assert "elements and attributes" in refusal(f"<a {attributes}/>".encode()).reason
    assert time.monotonic() - began < 5


def test_a_large_file_is_refused_before_it_is_read():
    assert "bytes" in refusal(b"<a>" + b" " * xml.LARGEST + b"</a>").reason


def test_a_finding_reads_as_a_place_and_a_sentence():
    assert str(xml.Finding("complaint.bpmn", 12, "approve", "No.")) == "complaint.bpmn:12 approve: No."
    assert str(xml.Finding("complaint.bpmn", None, None, "No.")) == "complaint.bpmn: No."
    assert str(xml.Finding("", None, None, "No.")) == "No."


def test_a_refusal_says_all_findings():
    refused = xml.Refused([xml.Finding("a", 1, None, "One."), xml.Finding("a", 2, None, "Two.")])
    assert str(refused) == "a:1: One.\na:2: Two."


@given(st.binary(max_size=200) | st.text(alphabet="<>/a&;!?[]'\"= x:-", max_size=60).map(str.encode))
def test_no_bytes_crash_it(data):
    try:
        xml.parse(data)
    except xml.Refused:
        return
