"""What the browser is told to fetch, and how long it may keep it."""

import pytest
from flask import Flask

from web import assets


@pytest.fixture
def app() -> Flask:
    app = Flask("web", static_folder=str(assets.STATIC))
    assets.register(app)
    return app


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch, tmp_path, app: Flask):
    """A file of ours in a folder of its own."""
    monkeypatch.setattr(assets, "STATIC", tmp_path)
    app.static_folder = str(tmp_path)
    (tmp_path / "page.css").write_text("main { color: red }")
    return tmp_path / "page.css"


def test_others_files_come_under_a_hashed_name_with_what_to_hold_them_against(app: Flask):
    with app.test_request_context():
        url, integrity = assets.asset("htmx.js")
    assert url.startswith("/static/vendor/htmx.")
    assert integrity.startswith("sha384-")
    assert _kept(app, url) == "public, max-age=31536000, immutable"


def test_our_own_address_changes_with_the_content(app: Flask, own):
    """Without that, a browser shows new pages with the style of last week."""
    with app.test_request_context():
        before = assets.asset("page.css")
        own.write_text("main { color: green; margin: 0 }")
        after = assets.asset("page.css")
    assert before.url != after.url
    assert "immutable" in _kept(app, after.url)
    assert "immutable" not in _kept(app, before.url)
    assert "immutable" not in _kept(app, "/static/page.css")


def test_ours_go_without_comments_and_only_once(app: Flask, own):
    own.write_text("/* why\n it is red */\nmain { color: red } /* here */\na { color: blue }\n")
    (own.parent / "page.js").write_text('// why\nconst at = "http://x"; // stays\n  // goes\ngo(at);\n')
    client = app.test_client()
    answer = client.get("/static/page.css")
    assert answer.data == b"main { color: red } a { color: blue }\n"
    assert answer.mimetype == "text/css"
    assert (
        client.get("/static/page.css", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    )
    script = client.get("/static/page.js")
    assert script.data == b'const at = "http://x"; // stays\ngo(at);\n'
    assert script.mimetype == "text/javascript"
    assert client.get("/static/../test_assets.py").status_code == 404


def test_a_file_that_is_not_there_is_kept_by_nobody(app: Flask, own):
    answer = app.test_client().get("/static/other.css?v=1")
    assert (answer.status_code, "immutable" in answer.headers.get("Cache-Control", "")) == (404, False)


def test_a_name_that_nobody_has_is_a_fault_of_the_template(app: Flask):
    with app.test_request_context(), pytest.raises(FileNotFoundError):
        assets.asset("missing.js")


def test_a_template_asks_by_name(app: Flask):
    with app.test_request_context():
        template = app.jinja_env.from_string("{{ asset('viewer.css').url }}")
        assert template.render().startswith("/static/vendor/viewer.")


def _kept(app: Flask, url: str) -> str:
    with app.test_client().get(url) as answer:
        return answer.headers["Cache-Control"]
