"""`cpm mailbox ...` and `cpm fetch`, as somebody types them."""

from pathlib import Path

import pytest

from tests.commands.cli import ready
from tests.imap import PASSWORD, USER, imap_server
from tests.world import mail


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_a_mailbox_is_named_tried_out_fetched_paused_and_removed(empty_database_url: str, tmp_path: Path):
    cpm = ready(empty_database_url, tmp_path)
    cpm("deploy", "processes/complaint", "rules")
    with imap_server() as imap:
        imap.put(mail())
        place = ("--host", "127.0.0.1", "--port", imap.port, "--security", "none", "--user", USER)
        made = cpm.json(
            "mailbox", "add", "service", *place, "--address", "service@firm.example", "--as", "anna"
        )
        assert (made["line"]["user"], made["addresses"]) == (USER, ["service@firm.example"])
        assert "CPM_MAILBOX_SERVICE_PASSWORD" in cpm("mailbox", "test", "service", code=1)
        cpm.environ["CPM_MAILBOX_SERVICE_PASSWORD"] = PASSWORD
        assert "holds 1 messages, 1 of them not fetched yet" in cpm("mailbox", "test", "service")
        assert cpm("fetch", "--once") == "Stored: 1\n"
    assert cpm.json("mailbox", "list")[0]["condition"] == "ok"
    assert "in Ordnung" in cpm("mailbox", "list", "--lang", "de")
    assert "paused" in cpm("mailbox", "pause", "service", "--why", "Umzug")
    assert cpm("fetch", "--once") == "Stored: 0\n"
    cpm("mailbox", "resume", "service")
    cpm("mailbox", "address", "add", "Info+x@firm.example", "--process", "complaint")
    assert [one["address"] for one in cpm.json("mailbox", "address", "list")] == [
        "info@firm.example",
        "service@firm.example",
    ]
    cpm("mailbox", "address", "remove", "info@firm.example")
    cpm("mailbox", "remove", "service")
    assert cpm.json("mailbox", "list") == []
    assert cpm("mailbox", "show", "service", code=1) == ""
