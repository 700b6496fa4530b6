"""An agent writes to a customer: block, quote, file, preview; the draft stays; the mail arrives; its answer finds the case."""

from email import message_from_bytes, policy

import pytest
from playwright.sync_api import Page, expect

from cpm.channels import email
from cpm.channels.smtp_sink import sink
from cpm.commands import replies
from cpm.connectors import MailServer, Smtp
from tests.browser.axe import axe
from tests.browser.conftest import Visit
from tests.browser.desk import answered
from tests.browser.hands import shot, sign_in, too_wide
from tests.browser.site import Site
from tests.world import mail

pytestmark = pytest.mark.slow
WORDS = {
    "de": {"answer": "Antworten", "insert": "Einfügen", "preview": "Vorschau", "save": "Hinzufügen und Entwurf speichern",
           "kept": "Entwurf gespeichert", "send": "Nachricht senden", "leaving": "geht hinaus", "out": "Abmelden"},
    "en": {"answer": "Answer", "insert": "Insert", "preview": "Preview", "save": "Add and save the draft",
           "kept": "Draft saved", "send": "Send the message", "leaving": "is leaving", "out": "Sign out"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("java_script", "language"), [(True, "de"), (False, "en")], ids=["script", "no script, narrow"]
)
def test_a_message_is_written_kept_seen_and_sent(
    site: Site, visit: Visit, tmp_path, java_script: bool, language: str
):
    words = WORDS[language]
    case = site.world.receive(mail(subject="Kessel tropft", message_id="<tropft@example.org>"))
    site.world.drain()
    page = visit(language=language, java_script=java_script, width=1440 if java_script else 320)
    sign_in(page, "anna")
    page.goto(f"/cases/{case.number}")
    shot(page, f"agent/reply-case-{language}")
    said = page.locator("li.in").first
    if not said.locator("details[open]").count():  # the customer's latest is unfolded
        said.locator("summary").click()
    said.get_by_role("link", name=words["answer"]).first.click()
    expect(page.locator("#to")).to_have_value("mara@example.org")
    text = page.locator("#text").input_value().replace("\n\n\n\n", "\n\nwir tauschen ihn aus.\n\n")
    page.fill("#text", text)
    if java_script:
        expect(page.locator("#kept")).to_contain_text(words["kept"])
    _add_file(page, words)
    if page.locator("#block").count():
        page.select_option("#block", index=1)
        page.get_by_role("button", name=words["insert"]).click()
        answered(page)
    shot(page, f"agent/reply-{language}")
    assert not too_wide(page)

    _sign_out(page, words["out"], java_script=java_script)
    sign_in(page, "anna")
    page.goto(f"/cases/{case.number}/reply")
    assert page.locator("#subject").input_value().endswith("!") == java_script
    written = page.locator("#text").input_value()
    assert "wir tauschen ihn aus." in written
    page.get_by_role("button", name=words["preview"]).click()
    expect(page.locator(".mail-text")).to_contain_text("wir tauschen ihn aus.")
    expect(page.locator(".mail-text")).to_contain_text("mara@example.org")
    shot(page, f"agent/reply-preview-{language}")
    assert not too_wide(page)
    page.get_by_role("button", name=words["send"]).click()
    expect(page.locator("#leaving")).to_contain_text(words["leaving"])
    shot(page, f"agent/reply-leaving-{language}")

    arrived = _delivered(site, tmp_path)
    assert (
        written.split("\n")
        == arrived.get_body(("plain",))
        .get_content()
        .replace("\r\n", "\n")
        .split("\n")[: len(written.split("\n"))]
    )
    [file] = list(arrived.iter_attachments())
    assert (file.get_filename(), file.get_content()) == ("Prüfplan.pdf", b"%PDF-1.7\n")
    answer = mail(
        message_id="<danke@example.org>", text="Danke!", headers={"In-Reply-To": arrived["Message-ID"]}
    )
    assert site.world.receive(answer).id == case.id
    if java_script:
        page.goto(f"/cases/{case.number}/reply")
        axe(page)
        page.get_by_role("button", name=words["preview"]).click()
        answered(page)
        axe(page)


def _sign_out(page: Page, button: str, *, java_script: bool) -> None:
    """What is typed in the last moment is kept, and nothing of it in the browser."""
    if java_script:
        page.locator("#subject").press("End")
        page.keyboard.type("!")
    page.get_by_role("button", name=button).click()
    page.wait_for_url("**/sign-in**")
    if java_script:
        page.wait_for_function("() => !Object.keys(sessionStorage).length")


def _add_file(page: Page, words: dict[str, str]) -> None:
    page.set_input_files(
        "#files", {"name": "Prüfplan.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n"}
    )
    page.get_by_role("button", name=words["save"]).click()
    expect(page.get_by_label("Prüfplan.pdf")).to_be_checked()


def _delivered(site: Site, folder):
    """What the mail server got when the worker had its turn."""
    with sink(folder / "out") as server:
        connectors = site.world.engine.connectors
        kept, connectors["smtp"] = (
            connectors["smtp"],
            Smtp(MailServer("127.0.0.1", server.port, "service@firm.example")),
        )
        site.clock.advance(replies.PAUSE * 2)
        site.world.drain()
        connectors["smtp"] = kept
    [stored] = (folder / "out").glob("*.eml")
    assert email.parse(stored.read_bytes()).sender == "service@firm.example"
    return message_from_bytes(stored.read_bytes(), policy=policy.default)
