"""Cases over REST: brought about by what customers say, found by what they are, told as a journal."""

from collections.abc import Callable

import pytest

from tests.commands.test_cost import statements
from tests.web.api.conftest import Call
from tests.world import World, mail

Api = Callable[..., Call]
SAID = {
    "channel": "chat",
    "subject": "The boiler has a crack",
    "text": "The boiler you delivered has a crack.",
    "email": "mara@example.org",
    "process": "complaint",
    "unique_id": "chat-1",
}
NEW = {
    "process": "complaint",
    "channel": "phone",
    "subject": "A crack",
    "text": "She called: a crack.",
    "new_customer": {"first_name": "Mara", "last_name": "Beispiel", "phone": "0211 5550100"},
}


def test_what_another_system_sends_opens_a_case_once(firm: World, api: Api):
    call = api("ina")
    first = call("POST", "/interactions", json=SAID)
    assert first.status_code == 201, first.json
    assert call("POST", "/interactions", json=SAID).json["case"] == first.json["case"]
    firm.drain()
    whole = call("GET", f"/cases/{first.json['case']}").json
    assert (whole["case"]["subject"], whole["addresses"]) == (SAID["subject"], ["mara@example.org"])
    assert call("GET", "/cases?state=open").json["total"] == 1
    more = {**SAID, "unique_id": "chat-2", "case": first.json["case"], "text": "And it leaks."}
    assert call("POST", "/interactions", json=more).json["case"] == first.json["case"]


def test_a_mail_is_taken_as_it_came(firm: World, api: Api):
    call = api("ina")
    sent = call("POST", "/interactions/mails?process=complaint", data=mail(), content_type="message/rfc822")
    assert (sent.status_code, sent.json["state"]) == (202, "stored")
    firm.drain()
    assert [row["values"]["subject"] for row in call("GET", "/cases").json["items"]] == [
        "Der Kessel ist kaputt"
    ]
    for query, status in (("process=none", 422), ("", 422)):
        path = f"/interactions/mails?{query}"
        assert call("POST", path, data=mail(), content_type="message/rfc822").status_code == status
    assert call("POST", "/interactions/mails?process=complaint", json={}).status_code == 415


def test_an_agent_opens_a_case_by_hand(firm: World, api: Api):
    opened = api("anna")("POST", "/cases", json=NEW)
    assert opened.status_code == 201, opened.json
    assert opened.headers["Location"].endswith(f"/api/v1/cases/{opened.json['number']}")
    assert api("ina")("POST", "/cases", json=NEW).status_code == 403
    again = api("anna")("POST", "/cases", json={**NEW, "text": "Another crack."})
    assert again.status_code == 409, "the telephone number is known by now"
    neither = {name: value for name, value in NEW.items() if name != "new_customer"}
    assert api("anna")("POST", "/cases", json=neither).json["errors"][0]["field"] == "customer"


def test_the_journal_tells_in_the_language_asked_for(firm: World, api: Api):
    case = firm.receive(mail())
    path = f"/cases/{case.number}/journal?page_size=2"
    english = api("ina")("GET", path).json
    german = api("ina")("GET", path, headers={"Accept-Language": "de"}).json
    assert [entry["seq"] for entry in english["items"]] == [1, 2]
    assert english["total"] == firm.now(case).rev
    assert english["items"][0]["sentence"] != german["items"][0]["sentence"]
    assert english["items"][0]["at"].endswith("Z")


@pytest.mark.parametrize(
    ("query", "field"),
    [("colour=red", "colour"), ("due.from=soon", "due"), ("sort=colour", "colour"), ("state=ajar", "state")],
)
def test_a_list_that_cannot_be_asked_for_says_by_which_column(api: Api, query: str, field: str):
    answer = api("ina")("GET", f"/cases?{query}")
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == field


def test_a_list_is_filtered_by_the_attributes_of_its_process(firm: World, api: Api):
    firm.receive(mail())
    answer = api("ina")("GET", "/cases?process=complaint&subject.contains=kessel&sort=-opened")
    assert answer.status_code == 200, answer.json
    assert answer.json["total"] == 1
    assert {column["kind"] for column in answer.json["columns"]} & {"money", "number"}
    assert api("ina")("GET", "/cases?process=complaint&customer.contains=nobody").json["total"] == 0


@pytest.mark.parametrize("name", ["", " ", "x" * 5_000, "outcome"])
def test_a_name_that_no_variable_may_have_is_refused(api: Api, name: str):
    answer = api("anna")("POST", "/cases", json={**NEW, "data": {name: 1}})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == name[:80]


@pytest.mark.parametrize("number", ["C-000001-9", "C-999999-9", "1", "C-000987-6"])
def test_a_number_of_no_case_is_not_found(api: Api, number: str):
    assert api("ina")("GET", f"/cases/{number}").status_code == 404


def test_a_list_takes_the_same_number_of_statements_however_long_it_is(firm: World, api: Api):
    call, counts = api("sue"), []
    for number in range(3):
        firm.receive(mail(sender=f"k{number}@example.org", message_id=f"<{number}@example.org>"))
        firm.drain()
        call("GET", "/cases")  # what is deployed is read once
        for path in ("/tasks", "/incidents", "/cases"):
            with statements(firm.engine.database) as seen:
                call("GET", path)
            counts.append((path, len(seen)))
    assert len(set(counts)) == 3
    assert max(count for _, count in counts) <= 12
