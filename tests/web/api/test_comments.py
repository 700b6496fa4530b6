"""Comments over REST."""

from collections.abc import Callable

import pytest

from tests.web.api.conftest import Call
from tests.world import World, mail


def test_programs_comment_and_read_who_mentions_them(firm: World, api: Callable[..., Call]):
    case = firm.receive(mail())
    assert case is not None
    anna, ben = api("anna"), api("ben")
    made = anna("POST", f"/cases/{case.number}/comments", json={"text": "@ben bitte"})
    assert (made.status_code, made.json["told"]) == (201, ["Ben"])
    assert anna("POST", f"/cases/{case.number}/comments", json={"text": "@bne"}).status_code == 422
    mention = ben("GET", "/mentions").json["mentions"][0]
    assert (mention["case"], mention["seen"]) == (case.number, False)
    assert ben("PUT", f"/mentions/{mention['id']}/seen").json["seen"]
    assert ben("DELETE", f"/comments/{mention['comment']}").status_code == 403
    assert anna("DELETE", f"/comments/{mention['comment']}").json["taken_back"]
    assert anna("GET", f"/cases/{case.number}/comments").json["comments"][0]["text"] == ""


def test_a_comment_that_no_page_shows_any_more_is_taken_back(
    firm: World, api: Callable[..., Call], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("cpm.queries.commented._LONGEST", 1)
    case = firm.receive(mail())
    assert case is not None
    anna = api("anna")
    first, _ = (
        anna("POST", f"/cases/{case.number}/comments", json={"text": text}).json["id"]
        for text in ("Eins", "Zwei")
    )
    page = anna("GET", f"/cases/{case.number}/comments").json
    assert [line["text"] for line in page["comments"]] == ["Zwei"]
    page = anna("GET", f"/cases/{case.number}/comments?before={page['older']}").json
    assert ([line["text"] for line in page["comments"]], page["older"]) == (["Eins"], None)
    taken = anna("DELETE", f"/comments/{first}")
    assert (taken.status_code, taken.json["taken_back"]) == (200, True)
