"""Cases moved and ended over REST: looked at, rehearsed, done once."""

from collections.abc import Callable

import pytest

from cpm.model import Case
from tests.databases import Sqlite
from tests.web.api.conftest import Call
from tests.world import World

Api = Callable[..., Call]


@pytest.fixture
def databases(sqlite: Sqlite) -> Sqlite:
    """One kind is enough here: what the commands do is tested on both."""
    return sqlite


def test_a_case_is_rehearsed_moved_and_ended(firm: World, api: Api, case: Case):
    call, where = api("sue"), f"/cases/{case.number}"
    found = call("GET", f"{where}/move").json
    assert [each["element"] for each in found["standing"]] == ["check_facts"]
    assert "write_answer" in {each["element"] for each in found["targets"]}
    move = {
        "cancel": [found["standing"][0]["node"]],
        "begin": [{"element": "write_answer"}],
        "why": "The facts are known",
        "seen": found["rev"],
    }
    would = call("POST", f"{where}/move", json={**move, "dry_run": True}).json
    assert would["new"][0].startswith("Task “Write the answer”")
    assert firm.at(case) == ["check_facts"]
    key = {"Idempotency-Key": "once-and-once-only"}
    done = call("POST", f"{where}/move", json=move, headers=key)
    assert call("POST", f"{where}/move", json=move, headers=key).json == done.json
    assert firm.at(case) == ["write_answer"]
    assert call("POST", f"{where}/move", json=move).status_code == 409
    ended = call("POST", f"{where}/cancel", json={"outcome": "refused", "why": "Twice the same"}).json
    assert ended["ends"]
    assert ended["entries"][-1]["what"] == "case.closed"


def test_who_is_no_supervisor_and_what_is_no_place_are_refused(api: Api, case: Case):
    where = f"/cases/{case.number}/move"
    asked = {"begin": [{"element": "nowhere"}], "why": "x"}
    assert api("anna")("POST", where, json=asked).status_code == 403
    refused = api("sue")("POST", where, json=asked)
    assert refused.status_code == 422
    assert "nowhere" in refused.text
