"""What those who operate an installation see of its ERPs."""

from pathlib import Path

import pytest

from cpm.connectors.erp.demo import faults
from tests.commands.cli import ready


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_status_says_which_erp_answers_and_what_of_ours_is_there(empty_database_url: str, tmp_path: Path):
    cpm = ready(empty_database_url, tmp_path)
    nothing = {"customers": 0, "orders": 0, "invoices": 0, "open_cases": 0}
    assert cpm.json("erp", "status") == [
        {"system": "demo", "version": None, "main": True, "up": True, **nothing}
    ]
    faults.order(tmp_path / "erp-demo.db", "away")
    assert "does not answer" in cpm("erp", "status")
    assert "antwortet nicht" in cpm("erp", "status", "--lang", "de")

    cpm.environ |= {"CPM_ERP": "none"}
    assert cpm.json("erp", "status")[0]["up"] is None
    assert "nicht eingerichtet" in cpm("erp", "status", "--lang", "de")


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_the_people_of_the_demo_set_a_limit_of_customers_who_are_there(
    empty_database_url: str, tmp_path: Path
):
    cpm = ready(empty_database_url, tmp_path)
    cpm("erp", "play", "limit", "K-1", "15000", code=1)
    assert "customer K-1 in the demo ERP" in cpm.complaint
