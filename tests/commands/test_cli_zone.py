"""CPM_ZONE: everybody reads the clocks of the firm, customers in their mails too."""

from email import message_from_bytes, policy
from pathlib import Path

import pytest

from cpm.channels.smtp_sink import sink
from tests.commands.cli import DEMO, ready
from tests.databases import Sqlite


@pytest.fixture
def databases(sqlite: Sqlite) -> Sqlite:
    """One kind is enough here."""
    return sqlite


def test_a_firm_in_new_york_promises_its_customers_a_time_of_its_own(
    database_url: str, tmp_path: Path
) -> None:
    cpm = ready(database_url, tmp_path)
    with sink(tmp_path / "mail", port=0) as server:
        cpm.environ.update(CPM_ZONE="America/New_York", CPM_SMTP_PORT=str(server.port))
        cpm("receive", DEMO / "complaint-german.eml")
        cpm("work", "--once")
    [mail] = (tmp_path / "mail").glob("*.eml")
    read = message_from_bytes(mail.read_bytes(), policy=policy.default)
    plain = read.get_body(["plain"])

    assert str(read["Date"]).endswith(("-0400", "-0500"))
    [case] = cpm.json("case", "list")
    due = cpm("case", "list").split()[-1]
    assert plain is not None
    assert f", {due} Uhr" in plain.get_content(), case
