"""`cpm migrate` and `cpm batch`: what docs/operating.md shows, typed as it stands there."""

import json
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from cpm.settings import SHIPPED
from tests.commands.cli import COMPLAINT, DEMO, Cpm, ready

GUIDE = (Path(__file__).parents[2] / "docs" / "operating.md").read_text()


@pytest.fixture
def cpm(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cpm:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHIPPED", str(SHIPPED / "processes"))
    cpm = ready(database_url, tmp_path)
    cpm("user", "add", "otto", "--name", "Otto", "--role", "operator", "--team", "operations")
    cpm.environ["CPM_USER"] = "otto"
    return cpm


def typed(cpm: Cpm, block: str) -> dict[str, str]:
    """Each line of a block of the guide; what it printed."""
    said = {}
    for line in block.splitlines():
        if line.startswith("cpm "):
            said[line] = cpm(*shlex.split(line)[1:])
        else:
            subprocess.run(["bash", "-ec", line], check=True)
    return said


def test_the_worked_example_of_the_guide_works_and_goes_back(cpm: Cpm):
    chapter = GUIDE.split("## Taking running cases to a new version")[1].split("\n## ")[0]
    there, back = re.findall(r"^```sh\n(.*?)^```", chapter, re.MULTILINE | re.DOTALL)
    cpm("receive", "-", given=COMPLAINT)
    cpm("receive", DEMO / "complaint-german.eml")
    cpm("work", "--once")
    number = cpm.json("cases", "--as", "sue")["cases"][0]["case"]
    said = typed(cpm, there)
    told = "\n".join(said.values())
    assert next(iter(said.values())).count("process complaint, version 2") == 1
    assert "Cases that go on with older versions (2): cpm migrate propose complaint" in told
    assert "establish_facts" in said["cpm migrate propose complaint --out plan.json"]
    assert "Nothing has happened yet. Start it with: cpm batch start 1" in told
    assert "done" in said["cpm batch show 1 --csv results.csv"]
    assert number in Path("results.csv").read_text("utf-8-sig")
    plan = json.loads(Path("plan.json").read_text())
    assert plan["plans"][0]["elements"]["check_facts"] == "establish_facts"
    assert "runs on version 2" in cpm("journal", number, "--as", "sue")
    typed(cpm, back)
    assert "runs on version 1" in cpm("journal", number, "--as", "sue")
    assert cpm.json("batch", "show", 2)["state"] == "done"


def test_one_case_is_migrated_and_a_preview_leaves_it_as_it_was(cpm: Cpm):
    cpm("receive", "-", given=COMPLAINT)
    number = cpm.json("cases", "--as", "sue")["cases"][0]["case"]
    model = (SHIPPED / "processes" / "complaint" / "complaint.bpmn").read_text()
    Path("complaint.bpmn").write_text(model.replace("P3D", "P5D"))
    cpm("deploy", "complaint.bpmn")
    told = cpm("migrate", "propose", "complaint")
    assert "What is different" in told
    assert "Timer: 'P5D' instead of 'P3D'." in told
    (difference,) = cpm.json("migrate", "propose", "complaint")["plans"][0]["differences"]
    assert (difference["element"], difference["aspect"]) == ("after_3_days", "timer")
    words = ("migrate", "case", number, "--why", "new days")
    assert "version 2" in cpm(*words, "--preview")
    assert "version 2" in cpm(*words)
    assert "Nothing has changed" not in cpm("migrate", "back", number, "--why", "old days", "--preview")
    cpm(*words, code=1)
    assert "two versions of complaint, but both are 2" in cpm.complaint
    assert cpm.json("batch", "list") == {"batches": []}


def test_data_of_many_cases_are_put_right_at_once(cpm: Cpm):
    cpm("receive", "-", given=COMPLAINT)
    cpm.environ["CPM_USER"] = "sue"
    words = (
        "set_variables",
        "--where",
        "state=open",
        "--set",
        "order_no=4711",
        "--why",
        "read from the letter",
    )
    made = cpm.json("batch", "propose", *words)
    assert made["counts"] == {"able": 1}
    cpm("batch", "start", made["batch"])
    cpm("work", "--once")
    assert cpm.json("batch", "show", made["batch"])["counts"] == {"done": 1}
    assert "4711" in cpm("case", "show", cpm.json("cases")["cases"][0]["case"])
