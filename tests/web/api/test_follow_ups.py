"""What is for later over REST, and the calls about a case."""

from collections.abc import Callable

from cpm.commands import talks
from cpm.model import Direction
from tests.web.api.conftest import Call
from tests.world import World, mail


def test_programs_ask_for_what_is_to_be_done_later_and_read_the_calls(firm: World, api: Callable[..., Call]):
    case = firm.receive(mail())
    assert case is not None
    anna = api("anna")
    address = f"/cases/{case.number}/follow-ups"
    given = {"what": "Nachfragen", "due": "2026-03-09T09:00:00Z", "call": "0221 4710101"}
    made = anna("POST", address, json=given)
    assert (made.status_code, made.json["call"], made.json["assignee"]) == (201, "+492214710101", "Anna")
    assert anna("POST", address, json={**given, "due": "2020-03-09T09:00:00Z"}).status_code == 422
    assert anna("POST", address, json={**given, "team": "nobody"}).status_code == 404
    assert [one["what"] for one in anna("GET", address).json["follow_ups"]] == ["Nachfragen"]
    with firm.engine.begin("anna") as uow:
        talks.begin(uow, direction=Direction.OUT, number="0221 4710101", case_id=case.id)
    (call,) = anna("GET", f"/cases/{case.number}/calls").json["calls"]
    assert (call["outward"], call["state"], call["who"]) == (True, "talking", "Anna")
