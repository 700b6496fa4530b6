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
