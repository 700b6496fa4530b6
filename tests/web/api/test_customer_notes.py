"""Notes on customers over REST."""

from collections.abc import Callable

from tests.web.api.conftest import Call
from tests.world import World, mail


def test_programs_note_change_and_take_back(firm: World, api: Callable[..., Call]):
    case = firm.receive(mail())
    assert case is not None
    anna, ben, path = api("anna"), api("ben"), f"/customers/{case.customer_id}/notes"
    made = anna("POST", path, json={"text": "Bitte duzen."})
    assert (made.status_code, made.json["author"], made.json["rev"]) == (201, "Anna", 1)
    note = f"{path}/{made.json['id']}"
    assert ben("PUT", note, json={"text": "Nie."}).status_code == 403
    assert anna("PUT", note, json={"text": "Siezen.", "seen": 1}).json["rev"] == 2
    assert anna("PUT", note, json={"text": "Egal.", "seen": 1}).status_code == 409
    told = anna("GET", f"/customers/{case.customer_id}/timeline?kind=note").json["entries"]
    assert [(one["text"], one["case"]) for one in told] == [("Siezen.", "")]
    assert anna("DELETE", note).json["taken_back"]
    seen = anna("GET", path).json
    assert seen["notes"][0]["changed_at"] is not None
    assert seen == {
        "notes": [
            {
                **made.json,
                "text": "",
                "rev": 3,
                "changed_at": seen["notes"][0]["changed_at"],
                "taken_back": True,
            }
        ],
        "older": None,
    }
    assert anna("GET", "/customers/99/notes").status_code == 404
    assert anna("DELETE", "/customers/99/notes/1").status_code == 404
