"""Programs write to customers in the name of an agent: once under a key, seen by its state."""

from cpm.commands import drafts
from cpm.queries.written import Written
from tests.world import mail

LETTER = {"to": ["mara@example.org"], "subject": "Ihr Kessel", "text": "Er kommt morgen."}


def test_a_message_leaves_once_under_its_key_and_tells_what_became_of_it(api, firm):
    case = firm.receive(mail())
    firm.drain()
    firm.post.calls.clear()
    address = f"/cases/{case.number}/messages"
    with firm.engine.begin("anna") as uow:
        kept = drafts.save(uow, case.id, Written(to="", subject="", text="Anderes"), seen=0)
    anna = api("anna")
    first, second = (
        anna("POST", address, json=LETTER, headers={"Idempotency-Key": "message-1"}) for _ in range(2)
    )
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json == second.json
    assert first.json["state"] == "leaving"
    firm.drain()
    assert len(firm.post.calls) == 1
    told = anna("GET", first.headers["Location"].partition("/api/v1")[2]).json
    assert (told["state"], told["message_id"]) == ("sent", firm.post.calls[0].message_id)
    with firm.engine.read("anna") as look:
        assert drafts.of(look, case.id).id == kept.id


def test_what_is_not_right_is_refused_by_name(api, firm):
    case = firm.receive(mail())
    address = f"/cases/{case.number}/messages"
    anna = api("anna")
    assert anna("POST", address, json={**LETTER, "to": ["mara@"]}).status_code == 422
    assert anna("POST", address, json={**LETTER, "attachments": [999]}).status_code == 422
    firm.receive(mail(message_id="<2@example.org>", headers={"In-Reply-To": "<1@example.org>"}))
    assert anna("POST", address, json={**LETTER, "seen": 1}).status_code == 409
