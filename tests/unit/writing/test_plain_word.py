"""A Word document that a designer brings runs nothing, grows to nothing and reads nothing, however it is written."""

import io
import zipfile

import pytest

from cpm.writing import TemplateFault
from cpm.writing.letters import plain_word

_TEMPLATE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"
_RELATION = (
    f'<Relationships><Relationship Type="{_TEMPLATE}" Target="http://e.org/x.dotm" {{}}/></Relationships>'
)
_FIELD = '<w:p xmlns:w="w"><w:fldChar/><w:instrText>INCLUDE</w:instrText><w:instrText>PICTURE "http://e.org"</w:instrText></w:p>'


def docx(parts: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED, kinds: bytes = b"<Types/>") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr("[Content_Types].xml", kinds)
        file.writestr("word/document.xml", b"<document/>")
        for name, content in parts.items():
            file.writestr(name, content, method)
    return made.getvalue()


def damaged() -> bytes:
    whole = bytearray(docx({"word/header1.xml": b"<a>text</a>" * 500}))
    begin = whole.rfind(b"word/header1.xml", 0, whole.find(b"PK\x01\x02")) + len("word/header1.xml")
    whole[begin : begin + 8] = b"\xff" * 8
    return bytes(whole)


def test_a_plain_document_is_taken() -> None:
    page = b'<w:p xmlns:w="w"><w:fldChar/><w:instrText>PAGE</w:instrText><w:fldChar/><w:instrText>LINKS</w:instrText></w:p>'
    link = b'<Relationships><Relationship Type="x/relationships/hyperlink" Target="https://e.org" TargetMode="External"/></Relationships>'
    plain_word.check(
        docx({"word/footer1.xml": page, "word/_rels/document.xml.rels": link, "word/media/a.png": b"\x89"})
    )


@pytest.mark.parametrize(
    "content",
    [
        docx({"word/_rels/settings.xml.rels": _RELATION.format('TargetMode="Externa&#108;"').encode()}),
        docx(
            {
                "word/_rels/settings.xml.rels": (
                    '<?xml version="1.0" encoding="UTF-16"?>' + _RELATION.format('TargetMode="External"')
                ).encode("utf-16-le")
            }
        ),
        docx({"word/header1.xml": _FIELD.encode()}),
        docx({"word/header1.xml": _FIELD.replace("w:", "x:").encode()}),
        docx({"word/header1.xml": b'<w:fldSimple xmlns:w="w" w:instr=\'INCLUDE&#84;EXT "c:/x"\'/>'}),
        docx(
            {}, kinds=b'<Types><Override ContentType="application/vnd.ms-word.macroEnabled&#46;x"/></Types>'
        ),
        docx({"word/page.html": b"<iframe src='http://e.org'>"}),
        docx({"word/header1.xml": b"<a/>"}, method=zipfile.ZIP_BZIP2),
        docx({"word/header1.xml": b"<a/>"}, method=zipfile.ZIP_LZMA),
        damaged(),
    ],
    ids=["entity", "utf-16", "split", "prefix", "simple", "macros", "page", "bzip2", "lzma", "damaged"],
)
def test_what_is_more_is_refused_however_it_is_written(content: bytes) -> None:
    with pytest.raises(TemplateFault, match="Word document"):
        plain_word.check(content)
