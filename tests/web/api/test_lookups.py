"""Look-ups and rows over REST: a program finds the value, and hands in lists of objects."""

from collections.abc import Callable

import pytest

from cpm.model import Case, Task
from cpm.queries import variables
from tests.commands.conversing import open_case
from tests.web.api.conftest import Call
from tests.web.test_rows_of_cases import EMAIL, TEXT, deployed
from tests.world import World

Api = Callable[..., Call]


@pytest.fixture
def case(firm: World) -> Case:
    deployed(firm, EMAIL, TEXT)
    return open_case(firm, "ordering", lines=[{"sku": "F-05", "qty": 3}])


@pytest.fixture
def task(firm: World, case: Case) -> Task:
    return firm.step(case, "enter")


def test_a_program_hands_in_rows_by_what_it_looked_up(firm: World, api: Api, case: Case, task: Task):
    call = api("anna")
    hits = call("GET", f"/tasks/{task.id}/lookups/lines.sku?q=pear").json["hits"]
    assert [(hit["value"], hit["facts"]["price"]) for hit in hits] == [("F-05", "3.10"), ("F-06", "24.00")]
    assert api("fay")("GET", f"/tasks/{task.id}/lookups/lines.sku?q=pear").status_code == 404
    assert call("GET", f"/tasks/{task.id}/lookups/lines.sku?q=").status_code == 422
    call("PUT", f"/tasks/{task.id}/claim")
    field = next(each for each in call("GET", f"/tasks/{task.id}").json["fields"] if each["key"] == "lines")
    assert field["rows"][0]["id"] == "0"
    wrong = {"lines": [{"sku": "F-99", "qty": 1}, {"sku": "F-06", "qty": 0, "colour": "red"}]}
    refused = call("PUT", f"/tasks/{task.id}/completion", json={"data": wrong})
    assert refused.status_code == 422
    assert {each["field"] for each in refused.json["errors"]} == {
        "lines[0].sku",
        "lines[1].qty",
        "lines[1].colour",
    }
    rows = [{"sku": "F-06", "qty": 2}, {"_row": "0", "qty": 1}]
    done = call("PUT", f"/tasks/{task.id}/completion", json={"data": {"lines": rows}})
    assert done.status_code == 200, done.json
    with firm.engine.read("anna") as look:
        assert variables.of_case(look, case)["sum"] * 100 == 5110
