"""Text files come from outside: known tables, only texts in them, and nothing that costs us."""

import time
from pathlib import Path

import pytest

from cpm.commands import text_files
from rules.xml import Refused

SHIPPED = sorted((Path(__file__).parents[2] / "processes").glob("*/texts/*.toml"))
FILE = "small/texts/de.toml"


def against(text: str) -> list[tuple[str | None, str]]:
    with pytest.raises(Refused) as refused:
        text_files.check(FILE, text.encode())
    assert {finding.file for finding in refused.value.findings} == {FILE}
    assert not [found for found in refused.value.findings if "Expected" in found.because("de")]
    return [(finding.element, finding.reason) for finding in refused.value.findings]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_what_ships_is_accepted(path: Path) -> None:
    text_files.check(FILE, path.read_bytes())


@pytest.mark.parametrize(
    ("text", "table", "sentence"),
    [
        ("[step.approve]\nname = 'x'", "step", "one of the tables actions, attributes, blocks"),
        ("name = 'x'", "name", "nothing outside of them"),
        ("[[process]]\nname = 'x'", "process", "nothing outside of them"),
        ("[process]\ntitle = 'x'", "process", "Expected only name, repeat here, but there is title."),
        ("[outcomes]\nsettled = 1", "outcomes", "Expected settled to be a text"),
        ("[words]\nbasis.none = 'x'", "words", "Expected basis to be a text"),
        ("[stages]\na = 2026-11-21", "stages", "Expected a to be a text"),
        ("[steps]\napprove = 'x'", "steps.approve", "Expected a table [steps.approve]"),
        (
            "[steps.approve]\nsya = 'x'",
            "steps.approve",
            "only do, done, hint, name, say here, but there is sya",
        ),
        ("[steps.approve.name]\nde = 'x'", "steps.approve", "Expected name to be a text"),
        ("[steps.approve]\nname = ['x']", "steps.approve", "Expected name to be a text"),
        ("[notices.received]\ntext = 'x'", "notices.received", "Expected a subject, but there is none."),
        ("[notices.received]\nsubject = 'x'", "notices.received", "Expected a text, but there is none."),
        ("[notices.received]\nsubject = 'x'\ntext = 7", "notices.received", "Expected text to be a text"),
        ("[blocks.answer]", "blocks.answer", "Expected a text, but there is none."),
        ("[blocks.answer]\ntext = 'x'\nwhen = '1 +'", "blocks.answer", "Expected 'when' to be FEEL"),
        ("[", None, "TOML in UTF-8"),
        ("a = " + "[" * 5000, None, "nested far too deeply"),
        ("a = " + "{a=" * 5000, None, "nested far too deeply"),
        ("#" * 1_000_001, None, "at most 1000000 bytes"),
    ],
)
def test_what_speaks_against_it_is_told_by_table(text: str, table: str | None, sentence: str) -> None:
    [(element, reason)] = against(text)

    assert element == table
    assert sentence in reason


def test_all_is_told_at_once() -> None:
    assert [table for table, _ in against("[odd]\n[process]\nx = 1\n[notices.a]")] == [
        "odd",
        "process",
        "notices.a",
        "notices.a",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "[" + ".".join("a" * 8000) + "]\n" + "".join(f"k{i} = 1\n" for i in range(8000)),
        ".".join("a" * 300_000) + " = 1",
        "[[" + ".".join(["'a b'"] * 8000) + "]]\n" + "".join(f"k{i} = 1\n" for i in range(8000)),
        "words = {" + ".".join("a" * 400_000) + " = 1}",
        "[words]\n" + "a" * 900_000,
    ],
)
def test_no_file_costs_seconds(text: str) -> None:
    began = time.process_time()

    assert against(text)
    assert time.process_time() - began < 2
