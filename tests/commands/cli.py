"""`cpm` as tests type it: in this process, on a database and a folder of the test's own."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from cpm.cli import main
from tests import databases

DEMO = Path(__file__).parents[2] / "processes" / "demo"
#: what the shipped one lacks: a word that intake.dmn surely takes for a complaint
COMPLAINT = (
    (DEMO / "complaint-english.eml").read_bytes().replace(b"filters are missing", b"filters are broken")
)
#: login -> name, role, team
PEOPLE = {
    "anna": ("Anna Agentin", "agent", "service"),
    "cleo": ("Cleo Kollegin", "agent", "service"),
    "ben": ("Ben Buchhalter", "agent", "finance"),
    "tom": ("Tom Techniker", "agent", "field_service"),
    "sue": ("Sue Aufsicht", "supervisor", "supervisors"),
}
#: by these words databases are kept that were initialised, and those that were made ready
_INITIALISED, _READY = "initialised", "ready"


@dataclass
class Cpm:
    database_url: str
    home: Path
    environ: dict[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: object, code: int = 0, given: str | bytes | None = None) -> str:
        """What it printed; what it complained of stands in `complaint`."""
        result = self.run(*arguments, given=given)
        assert result.exit_code == code, f"{arguments} ended with {result.exit_code}: {result.output}"
        self.complaint = result.stderr
        return result.stdout

    def json(self, *arguments: object, given: str | None = None, code: int = 0) -> Any:
        return json.loads(self(*arguments, "--json", given=given, code=code))

    def run(self, *arguments: object, given: str | bytes | None = None) -> Result:
        environ = {
            "CPM_DATABASE_URL": self.database_url,
            "CPM_HOME": str(self.home),
            "CPM_LANGUAGE": "en",
            "CPM_USER": "",
            **self.environ,
        }
        return CliRunner(env=environ).invoke(main, [str(argument) for argument in arguments], input=given)

    def task(self, title: str, *, who: str) -> int:
        """The id of the only task of this title that waits for them."""
        [found] = [line["id"] for line in self.json("tasks", "--as", who) if line["title"] == title]
        return int(found)

    def do(self, title: str, who: str, *data: str) -> int:
        """Claim and complete; the task's id."""
        task = self.task(title, who=who)
        self("claim", task, "--as", who)
        self("complete", task, "--as", who, *data)
        return task


def initialised(database_url: str, home: Path, environ: dict[str, str] | None = None) -> Cpm:
    """As `cpm init` leaves it; all but the first of a kind are copied from it."""
    cpm = Cpm(database_url, home, environ or {})
    if not databases.again(database_url, _INITIALISED):
        cpm("init")
        databases.keep(database_url, _INITIALISED)
    return cpm


def ready(database_url: str, home: Path, environ: dict[str, str] | None = None) -> Cpm:
    """Initialised, with PEOPLE; all but the first of a kind are copied from it."""
    cpm = Cpm(database_url, home, environ or {})
    if databases.again(database_url, _READY):
        return cpm
    initialised(database_url, home, environ)
    for login, (name, role, team) in PEOPLE.items():
        cpm("user", "add", login, "--name", name, "--role", role, "--team", team)
    databases.keep(database_url, _READY)
    return cpm
