"""What is uploaded: folders as file managers zip them are taken, and what could harm is refused with its reason."""

import io
import stat
import zipfile
from collections.abc import Mapping

import pytest

from cpm.commands import archives, uploads
from cpm.errors import Invalid

MODEL = (
    b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">'
    b'<process id="parcel" isExecutable="true"/></definitions>'
)


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return buffer.getvalue()


def unpacked(files: Mapping[str, bytes], name: str = "up.zip") -> dict[str, bytes]:
    return uploads.unpack([(name, zipped(files))])


def refused(*uploaded: tuple[str, bytes]) -> str:
    with pytest.raises(Invalid) as error:
        uploads.unpack(uploaded)
    assert error.value.de
    assert error.value.problems[0][0] == "files"
    return str(error.value)


def test_single_files_and_archives_come_together():
    found = uploads.unpack([("a.form", b"1"), ("up.zip", zipped({"b.dmn": b"2", "c.bpmn": b"3"}))])
    assert found == {"a.form": b"1", "b.dmn": b"2", "c.bpmn": b"3"}


def test_folders_that_hold_everything_are_left_out():
    found = unpacked({"Archive/new/parcel.bpmn": b"1", "Archive/new/sort.form": b"2"})
    assert found == {"parcel.bpmn": b"1", "sort.form": b"2"}


def test_the_folder_that_says_whose_texts_they_are_stays():
    found = unpacked({"Archive/parcel/parcel.bpmn": b"1", "Archive/parcel/texts/de.toml": b"2"})
    assert found == {"parcel/parcel.bpmn": b"1", "parcel/texts/de.toml": b"2"}


def test_a_folder_zipped_from_inside_gives_its_texts_to_its_only_process():
    """The file may be called anything; the id counts."""
    found = unpacked({"model.bpmn": MODEL, "texts/de.toml": b"2", "sort.form": b"3"})
    assert set(found) == {"model.bpmn", "parcel/texts/de.toml", "sort.form"}


def test_what_file_managers_leave_and_what_cannot_be_deployed_stays_behind():
    found = unpacked(
        {
            "p/a.form": b"1",
            "p/": b"",
            "p/.DS_Store": b"x",
            "__MACOSX/p/._a.form": b"x",
            "p/._a.form": b"x",
            "p/Thumbs.db": b"x",
            "p/README.md": b"x",
            "p/settings.toml": b"x",
        }
    )
    assert found == {"a.form": b"1"}


def test_names_with_backslashes_and_with_decomposed_letters_are_put_right():
    """Old Windows archives and macOS write them so."""
    assert unpacked({"p\\gro\u0308\u00dfe.form": b"1", "p\\b.form": b"2"}) == {
        "gr\u00f6\u00dfe.form": b"1",
        "b.form": b"2",
    }


@pytest.mark.parametrize(
    "name",
    [
        "../a.form",
        "p/../../a.form",
        "/a.form",
        "C:\\a.form",
        "p//a.form",
        "./a.form",
        "a\nb.form",
        "x" * 300 + ".form",
    ],
)
def test_names_that_lead_elsewhere_are_refused(name: str):
    assert "plain file names" in refused(("up.zip", zipped({name: b"1"})))
    assert "plain file names" in refused((name, b"1"))


def test_a_bomb_is_refused_before_it_goes_off():
    assert "unpacks to more than 200 times" in refused(("up.zip", zipped({"a.bpmn": bytes(19_000_000)})))
    many = {f"{number}.bpmn": bytes(250_000) for number in range(100)}
    assert "at most 20 MB unpacked" in refused(("up.zip", zipped(many)))
    stored = zipped({"a.bpmn": bytes(11_000_000), "b.bpmn": bytes(11_000_000)}, zipfile.ZIP_STORED)
    assert "at most 20 MB" in refused(("up.zip", stored))
    assert "at most 20 MB" in refused(("a.bpmn", bytes(11_000_000)), ("b.bpmn", bytes(11_000_000)))


def test_a_lie_about_the_size_is_noticed():
    """The directory says little, the data unpack to much: never more is read than was said."""
    data = zipped({"a.bpmn": bytes(1_000_000)})
    lied = data.replace((1_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert lied != data
    assert "can be read" in refused(("up.zip", lied))


def test_too_many_files_are_refused():
    many = {f"{number}.form": b"" for number in range(501)}
    assert "at most 500 files" in refused(("up.zip", zipped(many)))
    assert "at most 500 files" in refused(("up.zip", zipped({f"{number}/": b"" for number in range(1001)})))


def test_links_are_refused():
    link = zipfile.ZipInfo("a.form")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "a.form is a link" in refused(("up.zip", buffer.getvalue()))


def test_what_has_a_password_is_refused():
    data = bytearray(zipped({"a.form": b"1"}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "without a password" in refused(("up.zip", bytes(data)))


def test_an_archive_in_an_archive_is_refused():
    assert "no archive inside an archive" in refused(("up.zip", zipped({"p/b.ZIP": b"", "a.form": b""})))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packings_that_python_cannot_bound_are_refused(method: int):
    assert "deflated or stored" in refused(("up.zip", zipped({"a.form": b"1"}, method)))


def test_a_name_twice_is_refused():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.form", b"1")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.form", b"2")
    assert "a.form is there twice" in refused(("up.zip", buffer.getvalue()))
    assert "a.form is there twice" in refused(("a.form", b"1"), ("up.zip", zipped({"a.form": b"1"})))


@pytest.mark.parametrize(
    "content", [b"", b"no zip", zipped({"a.form": b"1" * 5000})[:-30], b"PK\x05\x06" + bytes(18)]
)
def test_what_is_no_archive_or_holds_nothing_is_refused(content: bytes):
    assert refused(("up.zip", content))


def test_a_broken_member_is_refused():
    data = bytearray(zipped({"a.form": b"some text that is packed"}))
    data[40] ^= 0xFF
    assert "can be read" in refused(("up.zip", bytes(data)))


def test_nothing_at_all_is_refused():
    assert "at least one" in refused()
    assert archives.LARGEST == uploads.LARGEST
