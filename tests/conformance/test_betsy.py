"""betsy, the conformance suite of BPMN engines: every process passes or is refused by name; none is silently wrong.

`betsy.csv` is the table of verdicts. Run `python -m tests.conformance.test_betsy` to print it anew.
"""

import csv
import json
import sys
from collections import Counter
from pathlib import Path

import pytest

from rules.xml import Refused
from tests.conformance import betsy

TABLE = Path(__file__).with_name("betsy.csv")
PROMISED = 120  #: processes of 136 that pass
#: What the corpus expects of these is not what it draws: their last step writes Task1, and nothing writes Task3. An agent
#: does each step of the ad-hoc subprocess once; file -> what is drawn.
CONTRADICTED = {
    "activities/AdHocSubProcess_Parallel.bpmn": ["Task1", "Task1", "Task2"],
    "activities/AdHocSubProcess_Sequential.bpmn": ["Task1", "Task1", "Task2"],
}


def verdict(folder: Path, process: dict) -> tuple[str, str]:
    """pass, refused (with the element and reason), wrong (with what was seen), or contradicted."""
    file = process["file"]
    for case in process["cases"]:
        expected = CONTRADICTED.get(file, case["expected"])
        try:
            world = betsy.play(folder / file, process["process"], case)
        except Refused as refused:
            if "GenericError" in expected:
                continue  # a failure that is reported, before it can happen
            first = refused.findings[0]
            return "refused", f"{first.element}: {first.reason}"
        if not betsy.met(world, expected):
            faults = [fault.code for each in world.cases for fault in each.step.faults]
            return "wrong", f"{case['input']}: {world.trace} {faults}, not {expected}"
        if twisted := betsy.out_of_order(folder / file, world.trace):
            return "wrong", f"{case['input']}: {twisted}"
    return ("contradicted", "the expected Task3 is nowhere drawn") if file in CONTRADICTED else ("pass", "")


def verdicts(folder: Path) -> dict[str, tuple[str, str]]:
    processes = json.loads((folder / "expectations.json").read_text())
    return {process["file"]: verdict(folder, process) for process in processes}


def test_every_process_passes_or_is_refused_as_the_table_says(corpora):
    found = verdicts(corpora / "betsy")
    count = Counter(said for said, _ in found.values())
    assert count["wrong"] == 0, {file: why for file, (said, why) in found.items() if said == "wrong"}
    with TABLE.open() as table:
        committed = {row["file"]: row["verdict"] for row in csv.DictReader(table)}
    assert {file: said for file, (said, _) in found.items()} == committed
    assert count["pass"] >= PROMISED


def test_what_the_corpus_contradicts_is_drawn_as_we_say(corpora):
    """The two models really have no step that writes Task3."""
    for file in CONTRADICTED:
        assert "SCRIPT_task3" not in (corpora / "betsy" / file).read_text()


def test_an_impossible_order_is_seen(corpora):
    file = corpora / "betsy" / "cfpatterns" / "WCP03_Synchronization.bpmn"
    assert betsy.out_of_order(file, ["Task2", "Task1", "Task3"]) is None
    assert betsy.out_of_order(file, ["Task1", "Task3", "Task2"]) == "Task3 before Task2"


@pytest.mark.parametrize("wrong", [["Task1"], ["Task1", "Task2", "Task2"], ["Task2"]])
def test_a_wrong_trace_is_not_met(wrong):
    """The judge has power."""
    assert betsy.met(betsy.World({}, {}, trace=["Task2", "Task1"]), ["Task1", "Task2"])
    assert not betsy.met(betsy.World({}, {}, trace=wrong), ["Task1", "Task2"])


def main() -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["file", "verdict", "why"])
    found = verdicts(Path(sys.argv[1]))
    writer.writerows([file, *said] for file, said in sorted(found.items()))
    print(Counter(said for said, _ in found.values()), file=sys.stderr)


if __name__ == "__main__":
    main()
